"""One real service with small limits for all bad input, and what must hold once it has seen everything."""

from collections.abc import Iterator

import pytest

from tests.chaos.service import Service, fsck
from tests.journey.bad_files import LIMITS


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that allows little. At the end it stops as it should, and its state is clean."""
    data = tmp_path_factory.mktemp("strict") / "data"
    service = Service(data, LIMITS)
    service.start()
    try:
        yield service
        assert service.terminate(60) == 0
    finally:
        service.close()
    state = fsck(data)
    assert state.returncode == 0, state.stdout
