"""What a program that is started confined cannot do: tried with a small Python program in LibreOffice's place."""

import errno
import os
import platform
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import pagemill
from pagemill.pipeline.formats.libreoffice import landlock, seccomp
from pagemill.pipeline.formats.libreoffice.launch import UNCONFINED, command
from tests.pipeline.libreoffice.bpf import verdict

SOURCE_ROOT = str(Path(pagemill.__file__).parents[1])
ALLOWED, REFUSED, KILLED = 0x7FFF0000, 0x00050000, 0x80000000
X86_64, AARCH64 = 0xC000003E, 0xC00000B7
LANDLOCK = landlock.version() > 0


def confined(folder: Path, code: str, *, parent: str = "") -> subprocess.CompletedProcess:
    start = command(sys.executable, SOURCE_ROOT, str(folder), sys.base_prefix, 1_000_000)
    if parent:
        start[start.index(str(os.getpid()))] = parent
    return subprocess.run(
        [*start, sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False, cwd=folder
    )


def refusal(folder: Path, statement: str) -> str:
    """The name of the error that the statement meets, "" if none."""
    code = f"import errno, os, socket\ntry:\n    {statement}\nexcept OSError as e:\n    print(errno.errorcode[e.errno])"
    result = confined(folder, code)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_no_listening_port_can_be_reached(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = server.getsockname()
        assert refusal(tmp_path, f"socket.create_connection({address!r})") == "EACCES"
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"])
def test_no_socket_can_be_opened_but_one_on_this_machine(tmp_path, family):
    assert refusal(tmp_path, f"socket.socket(socket.{family}, socket.SOCK_RAW)") == "EACCES"
    assert refusal(tmp_path, "socket.socket(socket.AF_UNIX)") == ""


@pytest.mark.parametrize("leave", ["os.setsid()", "os.setpgid(0, 0)"])
def test_it_cannot_leave_the_group_that_is_killed(tmp_path, leave):
    assert refusal(tmp_path, leave) == "EPERM"


@pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")
@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/1/environ", "../beside.txt"])
def test_it_cannot_read_what_is_not_its_own(tmp_path, path):
    (tmp_path / "beside.txt").write_text("a secret")
    (tmp_path / "own").mkdir()
    assert refusal(tmp_path / "own", f"open({path!r}).read()") == "EACCES"


@pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")
def test_it_writes_in_its_folder_and_nowhere_else(tmp_path):
    (tmp_path / "own").mkdir()
    assert refusal(tmp_path / "own", "open('here', 'w').write('x')") == ""
    assert refusal(tmp_path / "own", "open('../there', 'w')") == "EACCES"


def test_no_file_grows_past_the_limit(tmp_path):
    result = confined(tmp_path, "open('large', 'wb').write(b'x' * 2_000_000)")
    assert result.returncode != 0
    assert (tmp_path / "large").stat().st_size <= 1_000_000


def test_the_confinement_holds_for_what_the_program_starts(tmp_path):
    inner = "import socket; socket.socket(socket.AF_INET)"
    code = f"import subprocess, sys; print(subprocess.run([sys.executable, '-I', '-S', '-c', {inner!r}]).returncode)"
    assert confined(tmp_path, code).stdout.strip() == "1"


def test_it_does_not_run_without_the_process_that_started_it(tmp_path):
    result = confined(tmp_path, "print('it ran')", parent="1")
    assert (result.returncode, result.stdout) == (UNCONFINED, "")


def test_it_does_not_run_where_it_cannot_be_confined(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="riscv64"):
        seccomp.install()


@pytest.mark.parametrize(
    ("machine", "audit", "open_socket", "setsid", "read"),
    [("x86_64", X86_64, 41, 112, 0), ("aarch64", AARCH64, 198, 157, 63)],
)
def test_the_filter_of_each_processor(machine, audit, open_socket, setsid, read):
    code = seccomp.program(machine)
    assert verdict(code, audit, read, 3) == ALLOWED
    assert verdict(code, audit, open_socket, socket.AF_UNIX, 1) == ALLOWED
    assert verdict(code, audit, open_socket, socket.AF_INET, 1) == REFUSED | errno.EACCES
    assert verdict(code, audit, open_socket, socket.AF_INET6, 2) == REFUSED | errno.EACCES
    assert verdict(code, audit, setsid) == REFUSED | errno.EPERM
    assert verdict(code, audit, 425) == REFUSED | errno.EPERM
    assert verdict(code, audit, open_socket | 0x40000000, socket.AF_INET) == REFUSED | errno.ENOSYS
    assert verdict(code, 0x40000003, open_socket, socket.AF_UNIX) == KILLED


def test_only_the_question_for_writing_is_answered_with_no():
    x86, arm = seccomp.program("x86_64"), seccomp.program("aarch64")
    assert verdict(x86, X86_64, 21, 0, os.W_OK) == REFUSED | errno.EACCES
    assert verdict(x86, X86_64, 21, 0, os.R_OK) == ALLOWED
    assert verdict(arm, AARCH64, 48, 0, 0, os.W_OK) == REFUSED | errno.EACCES
    assert verdict(arm, AARCH64, 48, 0, os.W_OK, os.F_OK) == ALLOWED
