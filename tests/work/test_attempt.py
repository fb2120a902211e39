"""What a child does with a job, on real files: from the input blob to result blobs and an outcome."""

import errno
import json

import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.domain.errors import Fault, ResourceError, StoreFull, TransientError
from pagemill.domain.limits import Limits
from pagemill.domain.outcome import DocumentReady, Failed, GivenBack, PagesRead
from pagemill.domain.task import FailedPart, FinishedPart, JobKind, Pool
from pagemill.work.attempt import Trail, error_outcome, run_attempt
from tests.work.claims import INPUT, TASK, assignment, job, spec
from tests.work.made import PASSWORD, encrypted, pdf


@pytest.fixture
def blobs(tmp_path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


class Told(list):
    def __call__(self, stage: str, page: int) -> None:
        self.append((stage, page))


def attempt(blobs, job, wanted=None, **parts):
    return run_attempt(assignment(job, wanted or spec("report.pdf"), **parts), blobs, Told())


def stored(blobs, outcome) -> dict:
    return json.loads(blobs.get(outcome.result_key + "document.json"))


def part(outcome: PagesRead, first: int = 0, last: int = 0) -> FinishedPart:
    kind = JobKind.PAGES if first else JobKind.PLAN
    return FinishedPart(kind, first, last, outcome.result_key)


def test_a_plan_that_needs_no_model_finishes_the_document_in_all_its_forms(blobs):
    blobs.put(INPUT, pdf("Alpha", "Beta"))
    outcome = attempt(blobs, job(7))
    assert isinstance(outcome, DocumentReady)
    assert (outcome.result_key, outcome.page_count, outcome.failed_pages) == (f"{TASK}/1/7/1/", 2, 0)
    assert outcome.seconds > 0
    names = {blob.key.removeprefix(outcome.result_key) for blob in blobs.list(outcome.result_key)}
    assert names == {"document.json", "document.md", "document.html", "document.txt", "chunks.jsonl"}
    assert b"Beta, line 11" in blobs.get(outcome.result_key + "document.md")
    assert stored(blobs, outcome)["file_name"] == "report.pdf"


def test_a_result_over_the_limit_is_kept_in_no_form(blobs):
    blobs.put(INPUT, pdf("Alpha"))
    outcome = attempt(blobs, job(), limits=Limits(max_result_bytes=100))
    assert isinstance(outcome, Failed)
    assert outcome.problem.code == "result_too_large"
    assert [blob.key for blob in blobs.list(f"{TASK}/1/")] == []


def test_page_images_are_part_of_the_result_and_named_in_it(blobs):
    blobs.put(INPUT, pdf("Alpha", "Beta"))
    outcome = attempt(blobs, job(), spec("report.pdf", page_images=True))
    assert [page["image"] for page in stored(blobs, outcome)["pages"]] == ["pages/1.png", "pages/2.png"]
    assert blobs.get(outcome.result_key + "pages/2.png").startswith(b"\x89PNG")


def test_a_plan_without_models_leaves_scanned_pages_to_others(blobs):
    blobs.put(INPUT, pdf("Alpha", "scan of a letter", "Gamma"))
    outcome = attempt(blobs, job())
    assert isinstance(outcome, PagesRead)
    assert (outcome.page_count, outcome.read_to, outcome.pages_read, outcome.deferred) == (3, 3, 2, (2,))


@pytest.mark.long
def test_what_one_job_defers_another_recognises_and_the_last_one_puts_together(blobs):
    blobs.put(INPUT, pdf("Alpha", "scan of a letter", "Gamma"))
    plan = attempt(blobs, job(1))
    pages = attempt(blobs, job(2, kind=JobKind.PAGES, pool=Pool.MODEL, first_page=2, last_page=2))
    assert (pages.page_count, pages.pages_read, pages.deferred) == (3, 1, ())
    done = attempt(blobs, job(3, kind=JobKind.ASSEMBLE), finished=(part(plan), part(pages, 2, 2)))
    document = stored(blobs, done)
    assert [page["source"] for page in document["pages"]] == ["native", "ocr", "native"]
    assert "scan of a letter" in blobs.get(done.result_key + "document.txt").decode().lower()


@pytest.mark.long
def test_a_plan_with_models_recognises_a_few_pages_itself(blobs):
    blobs.put(INPUT, pdf("Alpha", "scan of a letter"))
    outcome = attempt(blobs, job(pool=Pool.MODEL))
    assert isinstance(outcome, DocumentReady)
    assert [page["source"] for page in stored(blobs, outcome)["pages"]] == ["native", "ocr"]


@pytest.mark.long
def test_a_plan_reads_at_most_a_thousand_pages(blobs):
    blobs.put(INPUT, pdf(*(f"Page {number}" for number in range(1, 1_006))))
    plan = attempt(blobs, job(1))
    assert (plan.page_count, plan.read_to, plan.pages_read) == (1_005, 1_000, 1_000)
    rest = attempt(blobs, job(2, kind=JobKind.PAGES, first_page=1_001, last_page=1_005))
    assert rest.pages_read == 5
    done = attempt(blobs, job(3, kind=JobKind.ASSEMBLE), finished=(part(plan), part(rest, 1_001, 1_005)))
    assert (done.page_count, done.failed_pages) == (1_005, 0)
    assert b"Page 1005, line 3" in blobs.get(done.result_key + "document.txt")


def test_a_plan_counts_the_pages_that_were_asked_for(blobs):
    blobs.put(INPUT, pdf(*(f"Page {number}" for number in range(1, 9))))
    outcome = attempt(blobs, job(), spec("report.pdf", pages="2,7-20"))
    assert outcome.page_count == 3
    assert [page["number"] for page in stored(blobs, outcome)["pages"]] == [2, 7, 8]


def test_a_dead_range_is_named_page_by_page_and_the_rest_is_delivered(blobs):
    blobs.put(INPUT, pdf("Alpha", "scan one", "Gamma", "scan two"))
    plan = attempt(blobs, job(1))
    failed = (FailedPart(2, 4, "crashed"),)
    done = attempt(blobs, job(2, kind=JobKind.ASSEMBLE), finished=(part(plan),), failed=failed)
    assert (done.page_count, done.failed_pages) == (4, 2)
    document = stored(blobs, done)
    assert document["failed_pages"] == [2, 4]
    assert [page.get("error", "") for page in document["pages"]] == ["", "crashed", "", "crashed"]


def test_a_document_without_a_single_page_is_an_error(blobs):
    blobs.put(INPUT, pdf("scan one"))
    plan = attempt(blobs, job(1))
    failed = (FailedPart(1, 1, "crashed"),)
    done = attempt(blobs, job(2, kind=JobKind.ASSEMBLE), finished=(part(plan),), failed=failed)
    assert isinstance(done, Failed)
    assert (done.fault, done.problem.code) == (Fault.DOCUMENT, "unreadable")


def test_a_page_that_nobody_read_is_a_mistake_of_ours_not_a_shorter_document(blobs):
    blobs.put(INPUT, pdf("Alpha", "scan one"))
    plan = attempt(blobs, job(1))
    reading = attempt(blobs, job(2, kind=JobKind.PAGES, first_page=1, last_page=1))
    done = attempt(blobs, job(3, kind=JobKind.ASSEMBLE), finished=(part(reading, 1, 1),))
    assert plan.deferred == (2,)
    assert (done.fault, done.problem.code) == (Fault.DEFECT, "internal_error")


def test_a_password_comes_from_its_blob(blobs):
    blobs.put(INPUT, encrypted(pdf("Alpha")))
    blobs.put(f"{TASK}/input/secret", PASSWORD.encode())
    locked, opened = spec("report.pdf"), spec("report.pdf", secret_key=f"{TASK}/input/secret")
    assert attempt(blobs, job(), locked).problem.code == "password_required"
    assert isinstance(attempt(blobs, job(), opened), DocumentReady)


def test_a_suspect_is_read_page_by_page(blobs):
    blobs.put(INPUT, pdf("Alpha", "Beta"))
    company, alone = Told(), Told()
    run_attempt(assignment(job(), spec("a.pdf")), blobs, company)
    run_attempt(assignment(job(suspect=True), spec("a.pdf")), blobs, alone)
    assert [page for stage, page in company if stage == "read"] == [0]
    assert [page for stage, page in alone if stage == "read"] == [1, 2]
    assert ("pages", 2) in company


def test_a_damaged_file_is_its_own_fault(blobs):
    blobs.put(INPUT, b"%PDF-1.7 and then nothing")
    outcome = attempt(blobs, job())
    assert (outcome.fault, outcome.problem.code) == (Fault.DOCUMENT, "corrupt_file")


def test_a_blob_that_is_gone_is_tried_again_but_not_for_ever(blobs):
    outcome = attempt(blobs, job())
    assert (outcome.fault, outcome.problem.code) == (Fault.TRANSIENT, "storage_unavailable")


def test_a_storage_that_is_full_or_away_is_nobodys_fault():
    for error in (StoreFull("no room"), TransientError("gone")):
        outcome = error_outcome(error, Trail(Told()))
        assert isinstance(outcome, GivenBack)
        assert outcome.delay_seconds > 0
    assert error_outcome(ResourceError(), Trail(Told())).fault is Fault.RESOURCE


def test_a_mistake_of_ours_has_a_reference_for_the_user_and_a_traceback_for_the_operator(blobs, capfd):
    """The mistake here is a key that is none, and, as luck would have it, the password."""
    blobs.put(INPUT, encrypted(pdf("Alpha")))
    blobs.put(f"{TASK}/input/secret", PASSWORD.encode())
    wanted = spec("report.pdf", secret_key=f"{TASK}/input/secret")
    finished = (FinishedPart(JobKind.PLAN, 0, 0, f"{PASSWORD}/"),)
    outcome = attempt(blobs, job(3, kind=JobKind.ASSEMBLE), wanted, finished=finished)
    evidence = outcome.problem.evidence
    assert (outcome.fault, outcome.problem.code, evidence.stage) == (Fault.DEFECT, "internal_error", "load")
    log = capfd.readouterr().err
    assert f"defect {evidence.reference}" in log
    assert "Traceback" in log
    assert "is not a blob key" in log
    assert PASSWORD not in log + str(outcome)


class FullDisk(FolderBlobs):
    """Blobs on a machine where a file can be read and no temporary one be written."""

    def local_file(self, key):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_no_room_for_temporary_files_is_held_against_nobody(tmp_path):
    outcome = attempt(FullDisk(tmp_path / "blobs"), job())
    assert isinstance(outcome, GivenBack)
    assert outcome.delay_seconds > 0


def test_what_readers_kept_during_an_attempt_is_gone_after_it(blobs, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    blobs.put(INPUT, pdf("Alpha"))
    attempt(blobs, job())
    assert [path.name for path in tmp_path.iterdir()] == ["blobs"]
