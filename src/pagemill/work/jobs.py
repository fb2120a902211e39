"""The three kinds of job, as a worker does them: from the input blob through the pipeline to blobs and an outcome."""

from collections.abc import Iterable, Iterator

import msgspec

from pagemill.blobs.port import Blobs
from pagemill.domain.cost import Pace
from pagemill.domain.document import PageContent
from pagemill.domain.errors import DocumentError
from pagemill.domain.fanout import PLAN_PAGES, TARGET_RANGE_SECONDS
from pagemill.domain.options import Options, page_selection, selected_pages
from pagemill.domain.outcome import DocumentReady, PagesRead
from pagemill.domain.task import JobKind, Pool
from pagemill.pipeline import run as pipeline
from pagemill.pipeline.run import Facts, Reading, Source
from pagemill.work import results
from pagemill.work.executor import Assignment, Progress


class Bench(msgspec.Struct, frozen=True):
    """All that a job works with: its assignment, the file on this machine, the blobs, and whom to tell of progress."""

    assignment: Assignment
    source: Source
    blobs: Blobs
    progress: Progress

    @property
    def options(self) -> Options:
        """What the user asked for."""
        return self.assignment.claim.spec.options

    @property
    def output_key(self) -> str:
        """The prefix of what this attempt writes."""
        return self.assignment.claim.output_key

    def read(self, first: int, last: int) -> Reading:
        """The text layer of these pages. A suspect is read page by page, so that a crash can be pinned on one."""
        careful = self.assignment.claim.job.suspect
        limits = self.assignment.limits
        return pipeline.read(
            self.source, self.options, limits, self.progress, first=first, last=last, page_by_page=careful
        )

    def recognise(self, first: int, last: int) -> tuple[PageContent, ...]:
        """The pages of this range that need it, recognised."""
        return pipeline.recognise(self.source, self.options, self.assignment.limits, self.progress, first, last)

    def pictures(self, pages: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """The pages' pictures, each announced before it is drawn."""
        for number in pages:
            self.progress("picture", number)
            yield from pipeline.page_images(self.source, self.assignment.limits, (number,))


def done(bench: Bench) -> PagesRead | DocumentReady:
    """Does the job. Raises whatever goes wrong."""
    job = bench.assignment.claim.job
    match job.kind:
        case JobKind.PLAN:
            return plan(bench)
        case JobKind.PAGES:
            return pages(bench, job.first_page, job.last_page)
        case JobKind.ASSEMBLE:
            return assemble(bench)


def plan(bench: Bench) -> PagesRead | DocumentReady:
    """Reads the file's text, at most 1,000 pages of it, and finishes the document if (almost) nothing is left to do."""
    end = plan_end(bench.options)
    reading = bench.read(1, end)
    wanted = selected_pages(bench.options.pages, reading.page_count)
    if wanted[-1] > end or not finishes_itself(bench.assignment.claim.job.pool, len(reading.deferred)):
        return _kept(bench, reading, min(end, reading.page_count))
    if reading.deferred:
        recognised = bench.recognise(reading.deferred[0], reading.deferred[-1])
        reading = results.merged([reading, Reading(reading.page_count, recognised, ())])
    return finish(bench, reading, {})


def plan_end(options: Options) -> int:
    """The last page that a plan reads: the 1,000th of those asked for."""
    left, end = PLAN_PAGES, 0
    for first, last in page_selection(options.pages) or ((1, PLAN_PAGES),):
        end = min(last, first + left - 1)
        left -= end - first + 1
        if not left:
            break
    return end


def finishes_itself(pool: Pool, deferred_pages: int) -> bool:
    """Whether a plan recognises its deferred pages itself: it has the models, and they take no longer than a range would."""
    affordable = pool is Pool.MODEL and deferred_pages * Pace().model_page_seconds <= TARGET_RANGE_SECONDS
    return affordable or not deferred_pages


def pages(bench: Bench, first: int, last: int) -> PagesRead:
    """Reads a range: its text, or with the models those of its pages that need them."""
    if bench.assignment.claim.job.pool is Pool.TEXT:
        return _kept(bench, bench.read(first, last), last)
    page_count = bench.read(first, first).page_count
    return _kept(bench, Reading(page_count, bench.recognise(first, last), ()), last)


def _kept(bench: Bench, reading: Reading, read_to: int) -> PagesRead:
    bench.progress("store", 0)
    results.put_reading(bench.blobs, bench.output_key, reading)
    complete = {page.number for page in reading.pages} - set(reading.deferred)
    return PagesRead(
        result_key=bench.output_key,
        page_count=reading.page_count,
        read_to=read_to,
        pages_read=len(complete),
        deferred=reading.deferred,
    )


def assemble(bench: Bench) -> DocumentReady:
    """Makes the document of the pages that the other jobs have read.

    Raises `DocumentError` (`unreadable`) if there is none, and `RuntimeError` if one is neither read nor known to have failed.
    """
    bench.progress("load", 0)
    reading = results.merged(results.readings(bench.blobs, bench.assignment.claim.finished))
    failed = failed_pages(bench, reading)
    wanted = selected_pages(bench.options.pages, reading.page_count)
    missing = set(wanted) - {page.number for page in reading.pages} - failed.keys()
    if missing:
        raise RuntimeError(f"pages {sorted(missing)[:10]} were never read")
    if wanted and failed.keys() >= set(wanted):
        raise DocumentError(f"No page of {bench.source.file_name} could be read", code="unreadable", page=wanted[0])
    return finish(bench, reading, failed)


def failed_pages(bench: Bench, reading: Reading) -> dict[int, str]:
    """The pages of dead ranges that no other job could read, and what each died of."""
    complete = {page.number for page in reading.pages} - set(reading.deferred)
    wanted = selected_pages(bench.options.pages, reading.page_count)
    return {
        number: part.code
        for part in bench.assignment.claim.failed
        for number in wanted
        if part.first_page <= number <= part.last_page and number not in complete
    }


def finish(bench: Bench, reading: Reading, failed: dict[int, str]) -> DocumentReady:
    """The document of these pages, in all its forms."""
    good = [page for page in reading.pages if page.number not in failed]
    if bench.options.page_images:
        names = results.put_page_images(bench.blobs, bench.output_key, bench.pictures(page.number for page in good))
        good = [msgspec.structs.replace(page, image=names.get(page.number, "")) for page in good]
    source = bench.source
    bench.progress("assemble", 0)
    facts = Facts(source.file_name, source.media_type, reading.page_count, reading.title)
    document = pipeline.assemble(good, facts, bench.options, failed)
    bench.progress("render", 0)
    renditions = pipeline.render(document, bench.options)
    bench.progress("store", 0)
    results.put_document(bench.blobs, bench.output_key, renditions, bench.assignment.limits.max_result_bytes)
    return DocumentReady(result_key=bench.output_key, page_count=len(good) + len(failed), failed_pages=len(failed))
