"""The local executor: a file can do what it likes to its child, and to nothing else."""

import asyncio

import psutil
import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.domain.errors import Fault
from pagemill.domain.outcome import DocumentReady, Failed, GivenBack, LossCause, Lost
from pagemill.domain.task import Pool
from pagemill.work.local.executor import LocalExecutor
from pagemill.work.local.pool import PoolSettings
from pagemill.work.local.process import ChildNotStarted
from tests.work.claims import MEBIBYTE
from tests.work.workshop import Workshop, alive, exists, until

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_a_child_does_one_job_after_the_other_and_says_when_it_begins(workshop):
    async with workshop() as shop:
        first, second = await shop.run("well"), await shop.run("well")
        assert (first.page_count, second.page_count) == (1, 2)
        assert first.result_key == second.result_key
        assert shop.began == [1, 2]


async def test_an_outcome_passes_unchanged(workshop):
    async with workshop() as shop:
        outcome = await shop.run("fail")
        assert isinstance(outcome, Failed)
        assert (outcome.fault, outcome.problem.evidence.reference) == (Fault.DEFECT, "abc")


async def test_jobs_wait_for_their_turn_in_the_order_they_came(workshop):
    async with workshop() as shop:
        await asyncio.gather(*(shop.run("well") for _ in range(20)))
        assert shop.began == list(range(1, 21))


async def test_a_crash_costs_only_its_own_job(workshop):
    async with workshop(text=2) as shop:
        neighbour = shop.start("pages 3 0.3")
        lost = await shop.run("segfault")
        assert isinstance(lost, Lost)
        assert (lost.cause, lost.begun, lost.alone) == (LossCause.CRASH, True, False)
        assert isinstance(await shop.run("well"), DocumentReady)
        assert isinstance(await neighbour, DocumentReady)


async def test_the_evidence_of_a_crash_names_signal_stage_page_and_last_words(workshop):
    async with workshop() as shop:
        await shop.run("print")
        lost = await shop.run("segfault")
        assert (lost.page, lost.page_count) == (4, 9)
        evidence = lost.evidence
        assert (evidence.signal, evidence.stage, evidence.page) == ("SIGSEGV", "ocr", 4)
        assert "these are my last words" in evidence.stderr
        assert "on standard output" not in evidence.stderr
        assert len(evidence.stderr.encode()) <= 2_048


@pytest.mark.parametrize(("what", "ending"), [("exit", "exit code 3"), ("raise", "exit code 1"), ("abort", "SIGABRT")])
async def test_every_other_way_to_die_is_a_crash_too(workshop, what, ending):
    async with workshop() as shop:
        lost = await shop.run(what)
        assert (lost.cause, lost.evidence.signal) == (LossCause.CRASH, ending)
        assert isinstance(await shop.run("well"), DocumentReady)


async def test_what_a_child_prints_does_not_disturb_what_it_says(workshop):
    async with workshop() as shop:
        assert isinstance(await shop.run("print"), DocumentReady)


async def test_a_page_that_takes_too_long_is_lost_by_name(workshop):
    async with workshop() as shop:
        lost = await shop.run("hang 5", page_seconds=0.5)
        assert (lost.cause, lost.page, lost.evidence.signal) == (LossCause.DEADLINE, 5, "SIGKILL")
        assert "hanging" in lost.evidence.stderr


async def test_the_page_deadline_starts_anew_with_each_page_and_ends_with_the_last(workshop):
    async with workshop() as shop:
        assert isinstance(await shop.run("pages 5 0.4", page_seconds=1.5), DocumentReady)


async def test_a_stage_of_the_whole_document_has_the_time_of_the_job(workshop):
    async with workshop() as shop:
        lost = await shop.run("hang 0", page_seconds=0.1, job_seconds=1.0)
        assert (lost.cause, lost.page) == (LossCause.DEADLINE, 0)


async def test_pages_in_good_time_do_not_save_a_job_that_takes_too_long(workshop):
    async with workshop() as shop:
        lost = await shop.run("pages 100 0.1", page_seconds=60.0, job_seconds=1.0)
        assert lost.cause is LossCause.DEADLINE


async def test_a_stopped_child_is_killed_at_its_deadline(workshop):
    async with workshop() as shop:
        lost = await shop.run("stop", page_seconds=0.5)
        assert (lost.cause, lost.page) == (LossCause.DEADLINE, 2)
        assert isinstance(await shop.run("well"), DocumentReady)


async def test_a_child_that_eats_too_much_memory_is_lost_to_memory(workshop):
    async with workshop() as shop:
        lost = await shop.run("eat", memory_bytes=300 * MEBIBYTE)
        assert (lost.cause, lost.page, lost.begun) == (LossCause.MEMORY, 7, True)
        assert isinstance(await shop.run("well"), DocumentReady)


async def test_what_a_child_has_started_counts_as_its_memory(workshop):
    async with workshop() as shop:
        lost = await shop.run("let_another_eat", memory_bytes=400 * MEBIBYTE)
        assert (lost.cause, lost.page) == (LossCause.MEMORY, 7)


async def test_a_suspect_runs_alone_in_a_fresh_child_that_does_nothing_else(workshop):
    async with workshop() as shop:
        resident = (await shop.run("well")).result_key
        alone = (await shop.run("well", suspect=True)).result_key
        again = (await shop.run("well", suspect=True)).result_key
        assert len({resident, alone, again}) == 3
        assert (await shop.run("well")).result_key == resident
        assert not exists(int(alone))


async def test_a_suspect_goes_before_all_that_waits(workshop):
    async with workshop() as shop:
        hanging = shop.start("hang")
        await until(lambda: shop.began == [1])
        waiting = [shop.start("well"), shop.start("well", suspect=True)]
        await asyncio.sleep(0)
        hanging.cancel()
        await asyncio.gather(*waiting)
        assert shop.began == [1, 3, 2]


async def test_only_a_suspect_is_lost_alone(workshop):
    async with workshop() as shop:
        assert (await shop.run("segfault", suspect=True)).alone
        assert not (await shop.run("segfault")).alone


async def test_cancelling_the_call_kills_the_child_and_frees_its_slot(workshop):
    async with workshop() as shop:
        pid = int((await shop.run("well")).result_key)
        hanging = shop.start("hang")
        await until(lambda: len(shop.began) == 2)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        assert int((await shop.run("well")).result_key) != pid
        assert not exists(pid)


async def test_a_cancelled_job_that_waited_never_begins(workshop):
    async with workshop() as shop:
        first = shop.start("pages 1 0.3")
        await until(lambda: shop.began == [1])
        waiting = shop.start("well")
        await asyncio.sleep(0)
        waiting.cancel()
        await first
        await shop.run("well")
        assert shop.began == [1, 3]


async def test_pools_do_not_share_slots(workshop):
    async with workshop(text=1, model=1) as shop:
        busy = shop.start("hang", pool=Pool.MODEL)
        await until(lambda: shop.began == [1])
        assert isinstance(await shop.run("well"), DocumentReady)
        room = shop.executor.room()
        assert (room[Pool.TEXT].free_slots, room[Pool.MODEL].free_slots) == (1, 0)
        busy.cancel()


async def test_models_leave_the_cores_to_text(workshop):
    async with workshop(text=1, model=1) as shop:
        text, model = await shop.run("tell_niceness"), await shop.run("tell_niceness", pool=Pool.MODEL)
        assert model.failed_pages == min(19, text.failed_pages + 5)


async def test_the_room_tells_what_waits_and_what_runs(workshop):
    async with workshop(text=2) as shop:
        tasks = [shop.start("hang") for _ in range(3)]
        await until(lambda: len(shop.began) == 2)
        room = shop.executor.room()[Pool.TEXT]
        assert (room.slots, room.free_slots, room.waiting_seconds) == (2, 0, 1.0)
        assert len(room.remaining_seconds) == 2
        assert all(left <= 1.0 for left in room.remaining_seconds)
        for task in tasks:
            task.cancel()
        await until(lambda: shop.executor.room()[Pool.TEXT].free_slots == 2)


async def test_an_idle_child_that_dies_is_replaced_before_it_is_needed(workshop):
    async with workshop() as shop:
        (child,) = shop.children()
        child.kill()
        await until(lambda: [other for other in shop.children() if other.pid != child.pid])
        assert isinstance(await shop.run("well"), DocumentReady)
        assert not exists(child.pid)


async def test_what_a_child_has_started_dies_with_it(workshop):
    async with workshop() as shop:
        lost = await shop.run("start_another", page_seconds=0.5)
        other = int(lost.evidence.stage.removeprefix("started "))
        await until(lambda: not alive(other))


async def test_stop_gives_back_what_runs_and_waits_and_leaves_no_process(workshop):
    async with workshop(text=2) as shop:
        tasks = [shop.start(what) for what in ("hang", "stop", "well")]
        await until(lambda: len(shop.began) == 2)
        children = shop.children()
        await shop.executor.stop()
        outcomes = await asyncio.gather(*tasks)
        assert all(isinstance(outcome, GivenBack) and not outcome.delay_seconds for outcome in outcomes)
        assert len(children) == 2
        assert not any(exists(child.pid) for child in children)


async def test_children_that_warm_up_are_warm_at_their_first_job(tmp_path):
    settings = PoolSettings(slots=1, warm_up="tests.work.misbehaving:warm_up")
    executor = LocalExecutor(FolderBlobs(tmp_path), {Pool.TEXT: settings}, work="tests.work.misbehaving:run")
    await executor.start()
    try:
        assert (await Workshop(executor).run("tell_warmth")).failed_pages == 1
    finally:
        await executor.stop()


async def test_an_executor_whose_children_cannot_start_says_why_and_leaves_none(tmp_path):
    executor = LocalExecutor(FolderBlobs(tmp_path), {Pool.TEXT: PoolSettings(slots=2)}, work="no.such.module:run")
    with pytest.raises(ChildNotStarted, match="No module named 'no'"):
        await executor.start()
    assert psutil.Process().children() == []


async def test_a_pool_whose_children_cannot_warm_up_has_no_free_slot(tmp_path):
    settings = PoolSettings(slots=1, warm_up="tests.work.misbehaving:be_broken")
    executor = LocalExecutor(FolderBlobs(tmp_path), {Pool.MODEL: settings}, work="tests.work.misbehaving:run")
    await executor.start()
    try:
        await until(lambda: executor.room()[Pool.MODEL].free_slots == 0)
    finally:
        await executor.stop()
