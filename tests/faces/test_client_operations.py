"""The client's calls that are about many tasks, files, keys and machines, against the real service."""

import pytest

from pagemill.client import Client, Refused
from pagemill.intake.service import ApiKey
from tests.faces.test_client import KEY
from tests.faces.world import Served, served

pytestmark = pytest.mark.long


@pytest.fixture
def place(tmp_path):
    with served(tmp_path / "service", api_keys=(ApiKey("acme", KEY),)) as place:
        yield place


@pytest.fixture
def client(place: Served):
    with Client(place.url, KEY) as client:
        yield client


def test_many_tasks_are_cancelled_retried_and_deleted_at_once(client: Client):
    tasks = [client.submit(b"# a", file_name=f"{number}.md") for number in range(4)]
    counted = client.bulk_cancel(query="1.md", dry_run=True)
    assert (counted.matched, counted.changed, counted.dry_run) == (1, 1, True)
    assert tasks[1].refresh().status == "queued"
    assert client.bulk_cancel(status="queued").changed == 4
    assert client.bulk_retry(ids=[tasks[0].id, tasks[1].id]).changed == 2
    assert client.bulk_delete(status="cancelled").changed == 2
    assert client.bulk_delete(everything=True).changed == 2
    assert list(client.tasks()) == []


def test_no_filter_and_no_ids_never_mean_all_tasks(client: Client):
    client.submit(b"# a", file_name="a.md")
    for which in ({}, {"ids": []}, {"status": None}, {"ids": [], "status": "queued"}):
        with pytest.raises(Refused):
            client.bulk_delete(**which)
    assert len(list(client.tasks())) == 1


def test_an_uploaded_file_is_submitted_many_times(client: Client):
    file = client.upload(b"# a\n" * 100, "a.md", expires_in=3600)
    assert (file.file_name, file.media_type, file.size_bytes) == ("a.md", "text/markdown", 400)
    assert file.expires_at > file.created_at
    tasks = [client.submit(file_id=file.id), client.submit(file_id=file.id, file_name="b.md", options={"mode": "fast"})]
    assert [task.file_name for task in tasks] == ["a.md", "b.md"]
    assert tasks[1].input() == b"# a\n" * 100
    assert client.file(file.id) == file
    assert list(client.files()) == [file]
    client.delete_file(file.id)
    assert list(client.files()) == []


def test_a_key_is_made_used_and_revoked(place: Served, client: Client):
    made = client.create_key("reports", scopes=["read"], expires_in=3600)
    assert (made.name, made.tenant, made.scopes) == ("reports", "acme", ("read",))
    assert made.key not in repr(made)
    (listed,) = client.keys()
    assert (listed.id, listed.revoked_at) == (made.id, None)
    with Client(place.url, made.key) as reader:
        assert list(reader.tasks()) == []
        with pytest.raises(Refused) as refusal:
            reader.submit(b"# a", file_name="a.md")
    assert refusal.value.code == "scope_missing"
    client.revoke_key(made.id)
    assert next(client.keys()).revoked_at is not None


def test_an_operator_sees_nodes_and_drains_them(place: Served, client: Client):
    client.submit(b"# a", file_name="a.md")
    place.run(place.world.claim())
    (node,) = client.nodes()
    assert (node.host, node.state, node.draining) == ("host", "alive", False)
    assert client.drain(node.id).draining
    assert not client.drain(node.id, drain=False).draining


def test_an_operator_sees_figures_and_failures(place: Served, client: Client):
    task = client.submit(b"# a", file_name="a.md")
    place.run(place.world.fail())
    client.submit(b"# b", file_name="b.md")
    assert client.stats()["tasks"]["queued"] == 1
    (group,) = client.failures()
    assert (group.code, group.count, group.task_ids) == ("corrupt_file", 1, (task.id,))
    assert client.failures(tenant="nobody") == []


def test_values_keep_what_this_client_does_not_know(client: Client):
    task = client.submit(b"# a", file_name="a.md")
    assert task.raw["input_sha256"]
    assert "input_sha256" not in repr(task)
