"""Broken files: each ends in a result or a typed error, and none of them breaks the service."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.service import Service, fsck
from tests.fuzz.campaign import SETTINGS, Campaign
from tests.fuzz.mutants import mutants
from tests.journey.made import whole_files

COUNT = 100
MOST_GROWTH_BYTES = 40 * 2**20


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "data", SETTINGS)
    service.start()
    yield service
    service.close()


def test_the_same_seed_gives_the_same_mutants():
    whole = {"a.txt": b"one two three 4", "b.txt": b"5 six seven eight"}
    assert list(mutants(whole, 1, 20)) == list(mutants(whole, 1, 20))
    assert list(mutants(whole, 1, 20)) != list(mutants(whole, 2, 20))


@pytest.mark.slow
def test_every_mutant_ends_and_the_service_stays_as_it_was(service: Service, tmp_path: Path):
    campaign = Campaign(service)
    whole = whole_files()
    campaign.run(mutants(whole, 7, COUNT), warm_up=mutants(whole, 8, len(whole)))
    assert len(campaign.ended) == COUNT
    assert [(ended.mutant.made, ended.problem) for ended in campaign.ended if ended.end == "internal_error"] == []
    assert campaign.memory_after_bytes - campaign.memory_before_bytes < MOST_GROWTH_BYTES
    service.terminate()
    assert fsck(tmp_path / "data").returncode == 0
