"""The API does what its own description says."""

from collections import Counter
from contextlib import suppress

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from pagemill.domain.options import Options
from pagemill.intake.keyring import ApiKey
from tests.faces.world import Served, World, opened, served

EXAMPLES = 12
ENDLESS = "/v1/events"
KEY = "a-long-and-secret-key"


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


@pytest.mark.anyio
async def test_without_a_key_every_route_under_v1_is_shut_and_says_so(tmp_path):
    async with opened(tmp_path, api_keys=(ApiKey("default", KEY),)) as world:
        for path, operations in world.app.openapi()["paths"].items():
            for method, operation in operations.items():
                if path.startswith("/v1/"):
                    address = path.replace("{number}", "1").replace("{form}", "json")
                    answer = await world.http.request(method, address)
                    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), path
                    assert {"401", "403"} <= set(operation["responses"]), path
        assert world.files() == []


@pytest.fixture(params=["open", "with a key"], scope="module")
def place(request, tmp_path_factory):
    keys = () if request.param == "open" else (ApiKey("default", KEY),)
    with served(tmp_path_factory.mktemp("openapi"), api_keys=keys) as place:
        if keys:
            place.world.http.headers["Authorization"] = f"Bearer {KEY}"
        yield place


@pytest.mark.long
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
    assert len(operations) > 20
    seen = Counter()
    for operation in operations:
        for mode in schemathesis.GenerationMode:
            if not _left_out(place, operation):
                known = place.run(_known_ids(place.world))
                _try(operation.as_strategy(generation_mode=mode), known, place, checks, seen)
    assert {200, 201, 202, 204, 404, 415, 422} <= set(seen)


def _left_out(place: Served, operation) -> bool:
    """A stream without an end; and, while there are no keys, making one, which would shut out all that follows."""
    makes_a_key = (operation.method.upper(), operation.path) == ("POST", "/v1/keys")
    return operation.path == ENDLESS or (makes_a_key and not place.world.service.api_keys)


async def _known_ids(world: World) -> dict[str, str]:
    """A finished task, a file, and, where there may be one, a key."""
    task = await world.submit()
    # One of the requests before may have drained it.
    await world.service.queue.drain(world._owner, False)
    while (await world.get(task["id"]))["status"] != "succeeded":
        await world.finish()
    file = (await world.http.post("/v1/files", files={"file": ("a.md", b"# a")})).json()
    known = {"task_id": task["id"], "file_id": file["id"]}
    if world.service.api_keys:
        known["key_id"] = (await world.http.post("/v1/keys", json={})).json()["id"]
    return known


def _try(cases, known: dict[str, str], place: Served, checks: list[object], seen: Counter[int]) -> None:
    """Sends a dozen of these requests, about things that exist."""
    headers = {"Authorization": f"Bearer {KEY}"} if place.world.service.api_keys else {}

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def attempt(case) -> None:
        case.path_parameters.update({name: known[name] for name in known if name in case.path_parameters})
        answer = case.call_and_validate(base_url=place.url, headers=headers, checks=checks)
        seen[answer.status_code] += 1

    with suppress(Unsatisfiable):
        attempt()
