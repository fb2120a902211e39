"""Mutants through a real service: each has to end, in a result or in an error with a code, and the service has to stay as it is."""

import json
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import httpx2
import msgspec
import psutil

from tests.chaos.service import TERMINAL, Service
from tests.fuzz.mutants import Mutant

DEADLINE_SECONDS = 90
AT_A_TIME = 6
RECOGNISED_SHARE = 0.05
"""Recognition takes seconds, and what is broken about an image is found before it."""

SETTINGS = {"PAGEMILL_PAGE_SECONDS": "10", "PAGEMILL_JOB_SECONDS": "30", "PAGEMILL_MAX_QUEUED": "500"}
DEFECTS = frozenset({"internal_error", "crashed", "attempts_used_up", "timed_out", "out_of_memory", "page_timeout"})
"""Typed errors, too, but each of them is worth a look."""


class Ended(msgspec.Struct, frozen=True):
    """How a mutant ended: `succeeded`, or the code of its error; and the problem as the service told it."""

    mutant: Mutant
    end: str
    seconds: float
    problem: dict | None = None


class Campaign:
    """What has become of the mutants, and how much memory the service had before and after."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.ended: list[Ended] = []
        self.memory_before_bytes = 0
        self.memory_after_bytes = 0

    def run(self, mutants: Iterable[Mutant], warm_up: Iterable[Mutant] = ()) -> None:
        """Sends every mutant and waits for its end. Raises `AssertionError` for one that does not end."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            list(pool.map(self._one, warm_up))
            self.memory_before_bytes = self._memory_bytes()
            self.ended = list(pool.map(self._one, mutants))
        self.memory_after_bytes = self._memory_bytes()

    def counts(self) -> dict[str, Counter[str]]:
        """How the mutants of each suffix ended."""
        counts: dict[str, Counter[str]] = {}
        for ended in self.ended:
            counts.setdefault(Path(ended.mutant.file_name).suffix, Counter())[ended.end] += 1
        return dict(sorted(counts.items()))

    def defects(self) -> list[Ended]:
        """The ends that are worth a look."""
        return [ended for ended in self.ended if ended.end in DEFECTS]

    def keep_defects(self, folder: Path) -> None:
        """Writes the files behind the defects, each with the problem beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        for ended in self.defects():
            (folder / ended.mutant.file_name).write_bytes(ended.mutant.content)
            told = {"made": ended.mutant.made, "end": ended.end, "problem": ended.problem}
            (folder / f"{ended.mutant.file_name}.json").write_text(json.dumps(told, indent=1))

    def _one(self, mutant: Mutant) -> Ended:
        began = time.monotonic()
        with httpx2.Client(base_url=str(self._service.http.base_url), timeout=60) as http:
            answer = http.put("/v1/tasks", content=mutant.content, params=_parameters(mutant))
            assert answer.status_code < 500, f"{mutant.made}: {answer.text}"
            if answer.status_code != 202:
                return Ended(mutant, answer.json()["code"], time.monotonic() - began, answer.json())
            return self._waited(http, answer.json()["id"], mutant, began)

    def _waited(self, http: httpx2.Client, task_id: str, mutant: Mutant, began: float) -> Ended:
        while time.monotonic() - began < DEADLINE_SECONDS + 30:
            task = http.get(f"/v1/tasks/{task_id}", params={"wait": 20}).json()
            if task["status"] in TERMINAL:
                end = task["error"]["code"] if task["error"] else task["status"]
                return Ended(mutant, end, time.monotonic() - began, task["error"])
        raise AssertionError(f"{mutant.made} ({task_id}) did not end")

    def _memory_bytes(self) -> int:
        return int(psutil.Process(self._service.process.pid).memory_info().rss)


def _parameters(mutant: Mutant) -> dict[str, str]:
    recognised = Random(mutant.made).random() < RECOGNISED_SHARE
    options = {"deadline_seconds": DEADLINE_SECONDS, "ocr": "auto" if recognised else "never"}
    return {"file_name": mutant.file_name, "options": json.dumps(options)}
