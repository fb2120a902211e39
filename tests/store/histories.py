"""What may happen in a history: what an honest worker says of a job, and every way in which an attempt can end otherwise."""

from hypothesis import strategies as st

from pagemill.domain.errors import Fault, Problem
from pagemill.domain.fanout import pages_of
from pagemill.domain.options import selected_pages
from pagemill.domain.outcome import Failed, GivenBack, LossCause, Lost, PagesRead
from pagemill.domain.task import Claim, JobKind
from tests.store.world import corrupt, document, transient

FILE_PAGES = 6
ENDINGS = {"succeeded", "failed", "cancelled"}

picks = st.integers(min_value=0, max_value=10_000)
endings = st.sampled_from(
    [
        "well",
        "fan out",
        "fan out",
        "fan out",
        "transient",
        "corrupt",
        "memory",
        "crash",
        "crash on a page",
        "given back",
    ]
)
turns = st.lists(
    st.tuples(picks, st.integers(1, 4), endings, st.sampled_from([False, False, True])), min_size=2, max_size=6
)
wants = st.fixed_dictionaries(
    {
        "priority": st.sampled_from(["high", "normal"]),
        "error_handling": st.sampled_from(["fail", "continue"]),
        "pages": st.sampled_from(["", "1-4", "2,5"]),
        "secret": st.booleans(),
    }
)


def success(claim: Claim, *, fan_out: bool):
    """What an honest worker says of this job in a file of six pages."""
    options = claim.spec.options
    wanted = selected_pages(options.pages, FILE_PAGES)
    match claim.job.kind:
        case JobKind.PLAN if fan_out:
            return PagesRead(
                result_key=claim.output_key, page_count=FILE_PAGES, read_to=FILE_PAGES, pages_read=0, deferred=wanted
            )
        case JobKind.PLAN:
            return document(claim, len(wanted))
        case JobKind.PAGES:
            pages = len(pages_of(claim.job, options, FILE_PAGES))
            return PagesRead(
                result_key=claim.output_key, page_count=FILE_PAGES, read_to=claim.job.last_page, pages_read=pages
            )
        case _:
            failed = {page for part in claim.failed for page in range(part.first_page, part.last_page + 1)}
            return document(claim, len(wanted), len(failed & set(wanted)))


def outcome(claim: Claim, ending: str):
    """The outcome that `ending` names."""
    match ending:
        case "transient":
            return transient()
        case "corrupt":
            return corrupt(claim.job.first_page)
        case "memory":
            return Failed(fault=Fault.RESOURCE, problem=Problem("out_of_memory", "too large"))
        case "crash":
            return Lost(cause=LossCause.CRASH, begun=True, alone=claim.job.suspect)
        case "crash on a page":
            page = max(1, claim.job.first_page)
            return Lost(cause=LossCause.CRASH, begun=True, alone=True, page=page, page_count=FILE_PAGES)
        case "given back":
            return GivenBack(reason="drained")
        case _:
            return success(claim, fan_out=ending == "fan out")
