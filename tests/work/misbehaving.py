"""What children of the tests do instead of reading documents: the file's name says how they misbehave."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time

from pagemill.domain.errors import Evidence, Fault, Problem
from pagemill.domain.outcome import DocumentReady, Failed, Outcome
from pagemill.work.executor import PAGE_COUNT, Assignment, Progress

MEBIBYTE = 1024 * 1024
leaked: list[bytes] = []


def run(assignment: Assignment, blobs, progress: Progress) -> Outcome:
    what, *numbers = assignment.claim.spec.file_name.split()
    return globals()[f"do_{what}"](assignment, progress, *map(float, numbers))


def warm_up() -> None:
    leaked.append(b"warm")


def be_broken() -> None:
    sys.exit("there is no model here")


def done(assignment: Assignment, **details) -> Outcome:
    """Ends well, and says which process did it."""
    return DocumentReady(result_key=f"{os.getpid()}", page_count=assignment.claim.job.id, **details)


def do_well(assignment, progress):
    return done(assignment)


def do_tell_niceness(assignment, progress):
    return done(assignment, failed_pages=os.nice(0))


def do_tell_warmth(assignment, progress):
    return done(assignment, failed_pages=len(leaked))


def do_print(assignment, progress):
    print("on standard output")
    sys.stdin.read()
    return done(assignment)


def do_fail(assignment, progress):
    return Failed(fault=Fault.DEFECT, problem=Problem("internal_error", "as told", evidence=Evidence(reference="abc")))


def do_raise(assignment, progress):
    raise RuntimeError("not caught by anybody")


def do_exit(assignment, progress):
    os._exit(3)


def do_segfault(assignment, progress):
    progress(PAGE_COUNT, 9)
    progress("ocr", 3)
    progress("ocr", 4)
    print("x" * 5_000, "these are my last words", file=sys.stderr, flush=True)
    ctypes.string_at(0)


def do_abort(assignment, progress):
    os.abort()


def do_hang(assignment, progress, page=0):
    progress("ocr", int(page))
    print("hanging", file=sys.stderr, flush=True)
    while True:
        time.sleep(60)


def do_stop(assignment, progress):
    progress("ocr", 2)
    os.kill(os.getpid(), signal.SIGSTOP)


def do_pages(assignment, progress, pages, seconds):
    """A page after the other, each in good time, all of them together not."""
    for page in range(1, int(pages) + 1):
        progress("ocr", page)
        time.sleep(seconds)
    progress("assemble", 0)
    time.sleep(seconds)
    return done(assignment)


def do_eat(assignment, progress):
    progress("ocr", 7)
    eaten = []
    while True:
        eaten.append(b"x" * 16 * MEBIBYTE)
        time.sleep(0.01)


def do_let_another_eat(assignment, progress):
    """What it starts takes the memory; it takes none itself."""
    progress("ocr", 7)
    subprocess.run([sys.executable, "-c", "import time; eaten = b'x' * (600 << 20); time.sleep(300)"], check=False)


def do_litter(assignment, progress):
    """Writes a temporary file, and says where when it hangs."""
    handle, name = tempfile.mkstemp()
    os.write(handle, b"x")
    progress(name, 1)
    while True:
        time.sleep(60)


def do_leak(assignment, progress, mebibytes):
    leaked.append(b"x" * int(mebibytes) * MEBIBYTE)
    return done(assignment)


def do_start_another(assignment, progress):
    """Starts a process of its own and tells its id on standard error."""
    other = subprocess.Popen(["sleep", "300"])
    progress(f"started {other.pid}", 1)
    while True:
        time.sleep(60)
