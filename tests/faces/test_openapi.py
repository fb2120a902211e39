"""The API does what its own description says."""

from collections import Counter
from contextlib import suppress

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from pagemill.domain.options import Options
from tests.faces.world import Served, World, served

EXAMPLES = 12
ENDLESS = "/v1/events"


@pytest.mark.anyio
async def test_the_description_names_every_option_and_both_bodies(world: World):
    schema = (await world.http.get("/openapi.json")).json()
    options = schema["components"]["schemas"]["Options"]
    assert set(options["properties"]) == set(msgspec.structs.asdict(Options()))
    assert options["additionalProperties"] is False
    body = schema["paths"]["/v1/tasks"]["post"]["requestBody"]["content"]
    assert set(body) == {"multipart/form-data", "application/json"}
    assert _references(schema) <= {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}


@pytest.mark.anyio
async def test_the_page_for_people_lists_every_route(world: World):
    page = await world.http.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    schema = (await world.http.get("/openapi.json")).json()
    for path, operations in schema["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page.text


def _references(schema: object) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["$ref"]} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(_references, schema.values()))
    return set().union(*map(_references, schema)) if isinstance(schema, list) else set()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with served(tmp_path_factory.mktemp("openapi")) as place:
        yield place


@pytest.mark.slow
def test_no_request_that_fits_the_description_or_nearly_does_breaks_it(place: Served):
    schemathesis = pytest.importorskip("schemathesis")
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        schemathesis.checks.not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    schema = schemathesis.openapi.from_dict(place.world.app.openapi())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 15
    seen = Counter()
    for operation in operations:
        for mode in schemathesis.GenerationMode:
            if operation.path != ENDLESS:
                task_id = place.run(_finished_task(place.world))
                _try(operation.as_strategy(generation_mode=mode), task_id, place.url, checks, seen)
    assert {200, 202, 204, 404, 415, 422} <= set(seen)


async def _finished_task(world: World) -> str:
    task = await world.submit()
    # One of the requests before may have drained it.
    await world.service.queue.drain(world._owner, False)
    while (await world.get(task["id"]))["status"] != "succeeded":
        await world.finish()
    return task["id"]


def _try(cases, task_id: str, url: str, checks: list[object], seen: Counter[int]) -> None:
    """Sends a dozen of these requests, to a task that exists."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def attempt(case) -> None:
        if "task_id" in case.path_parameters:
            case.path_parameters["task_id"] = task_id
        seen[case.call_and_validate(base_url=url, checks=checks).status_code] += 1

    with suppress(Unsatisfiable):
        attempt()
