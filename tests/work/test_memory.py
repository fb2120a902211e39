"""Memory is given back by epochs: no pause, no job lost, no leak that lasts."""

import asyncio

import pytest

from pagemill.domain.outcome import DocumentReady
from tests.work.claims import MEBIBYTE
from tests.work.workshop import exists, until

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

NEVER = 10_000 * MEBIBYTE


def settings(**changed: int) -> dict[str, int]:
    return {"resting_bytes": 100 * MEBIBYTE, "epoch_growth_bytes": NEVER, "child_growth_bytes": NEVER, **changed}


def resident_bytes(shop) -> int:
    return sum(child.memory_info().rss for child in shop.children())


async def test_a_leak_ends_with_its_epoch_and_no_job_is_lost(workshop):
    async with workshop(text=2, **settings(epoch_growth_bytes=200 * MEBIBYTE)) as shop:
        outcomes = await asyncio.gather(*(shop.run("leak 40") for _ in range(30)))
        assert all(isinstance(outcome, DocumentReady) for outcome in outcomes)
        assert len({outcome.result_key for outcome in outcomes}) >= 4
        await until(lambda: resident_bytes(shop) < 30 * 40 * MEBIBYTE / 2)


async def test_one_child_that_grows_too_much_is_relieved_alone(workshop):
    async with workshop(text=2, **settings(child_growth_bytes=100 * MEBIBYTE)) as shop:
        before = {child.pid for child in shop.children()}
        leaky = int((await shop.run("leak 300")).result_key)
        await until(lambda: not exists(leaky))
        await until(lambda: len(shop.children()) == 2)
        assert len(before & {child.pid for child in shop.children()}) == 1


async def test_the_old_epoch_finishes_what_it_has_begun(workshop):
    async with workshop(text=2, **settings(epoch_growth_bytes=200 * MEBIBYTE)) as shop:
        old = {child.pid for child in shop.children()}
        slow = shop.start("pages 4 0.5")
        await until(lambda: shop.began)
        assert int((await shop.run("leak 400")).result_key) in old
        await until(lambda: {child.pid for child in shop.children()} - old)
        assert not slow.done()
        assert int((await slow).result_key) in old
        await until(lambda: not old & {child.pid for child in shop.children()})


async def test_children_that_do_not_grow_stay(workshop):
    async with workshop(text=2, **settings(epoch_growth_bytes=200 * MEBIBYTE)) as shop:
        outcomes = await asyncio.gather(*(shop.run("well") for _ in range(200)))
        assert len({outcome.result_key for outcome in outcomes}) <= 2
