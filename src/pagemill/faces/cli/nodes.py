"""`pagemill nodes`: the machines that work."""

from typing import Annotated

import typer

from pagemill.faces.cli.connection import DEFAULT_SERVICE, UrlOption, connected
from pagemill.faces.cli.output import JsonOption, print_json, print_table
from pagemill.faces.client import Node

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="List the machines that work, or let one finish what it has and take nothing more.",
)
IdArgument = Annotated[int, typer.Argument(metavar="NODE_ID", help="Its number, as `nodes list` shows it.")]


@app.command("list")
def list_nodes(url: UrlOption = DEFAULT_SERVICE, as_json: JsonOption = False) -> None:
    """List the machines that work, or did within the last week."""
    with connected(url) as client:
        found = client.nodes()
    if as_json:
        for node in found:
            print_json(node.raw)
    else:
        headings = ("id", "host", "state", "last beat", "jobs", "slots", "memory free")
        print_table(headings, map(_row, found))


@app.command()
def drain(node_id: IdArgument, url: UrlOption = DEFAULT_SERVICE, as_json: JsonOption = False) -> None:
    """Let a node finish what it has and take nothing more."""
    _tell(node_id, url, drain=True, as_json=as_json)


@app.command()
def undrain(node_id: IdArgument, url: UrlOption = DEFAULT_SERVICE, as_json: JsonOption = False) -> None:
    """Let a node take work again."""
    _tell(node_id, url, drain=False, as_json=as_json)


def _tell(node_id: int, url: str, *, drain: bool, as_json: bool) -> None:
    with connected(url) as client:
        node = client.drain(node_id, drain=drain)
    if as_json:
        print_json(node.raw)
    else:
        print(f"node {node.id} on {node.host}: {_state(node)}, {node.held} jobs left")


def _row(node: Node) -> tuple[object, ...]:
    age = f"{node.raw['beat_age_seconds']:.0f} s ago"
    if node.state != "alive":
        return node.id, node.host, node.state, age, "", "", ""
    pools = ", ".join(f"{pool['pool']} {pool['free_slots']}/{pool['slots']}" for pool in node.raw["pools"])
    memory = f"{node.raw['memory_available_bytes'] / 1e9:.1f} GB"
    return node.id, node.host, _state(node), age, node.held, pools, memory


def _state(node: Node) -> str:
    if node.state != "alive" or not node.draining:
        return node.state
    return "drained" if node.drained else "draining"
