"""docs/api.md names every route of the API with its parameters and answers, and no other. What all answer is said once."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.faces.world import opened

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
COMMON = {"401", "403", "422", "503"}
ROW = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/\S*)` \| (.+?) \| (.+) \|$", re.MULTILINE)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def operations(tmp_path, anyio_backend) -> dict[tuple[str, str], dict[str, Any]]:
    async with opened(tmp_path) as world:
        paths = world.app.openapi()["paths"]
    return {(method.upper(), path): found for path, methods in paths.items() for method, found in methods.items()}


@pytest.mark.anyio
async def test_every_route_has_its_row_and_there_are_no_others(operations):
    assert [(method, path) for method, path, *_ in ROW.findall(TEXT)] == list(operations)


@pytest.mark.anyio
async def test_a_row_names_the_parameters_and_the_answers(operations):
    for method, path, meaning, answers in ROW.findall(TEXT):
        operation = operations[method, path]
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query":
                assert f"`{parameter['name']}`" in meaning, path
        own = sorted(set(operation["responses"]) - (COMMON if path.startswith("/v1/") else set()))
        assert answers.split(", ") == own, path
