"""`pagemill keys`: the keys that open the API, in a running service or, while none runs, in its data folder."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from pagemill.bootstrap import CannotStart, Store, folder_holder, open_store
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.domain.access import DEFAULT_TENANT, Scope
from pagemill.domain.errors import PagemillError
from pagemill.faces.cli.connection import DEFAULT_SERVICE, connected
from pagemill.faces.cli.output import EXIT_FAILED, EXIT_USAGE, JsonOption, errors, print_json, print_table, tell
from pagemill.faces.client import Client

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Make, list and revoke the keys that open the API.",
)
UrlOption = Annotated[
    str, typer.Option("--url", envvar="PAGEMILL_URL", help="Address of the service. Wins over --data.")
]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="The data folder, for when no service runs on it. [default: ./data]")
]
Answer = TypeVar("Answer")
LARGEST_PAGE = 200


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What the key is for, to know it again.")] = "",
    tenant: Annotated[str, typer.Option(help="Whose tasks it sees. [default: your own]")] = "",
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; may be given several times. [default: read, write]")
    ] = None,
    expires_in: Annotated[int | None, typer.Option(min=1, help="Seconds until it ends. [default: never]")] = None,
    url: UrlOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it: it is shown this once.

    The first key needs the scope admin: --scope admin --scope read --scope write. While no service runs on the data
    folder, the key is written there directly, so the first one can be made before the first start.
    """
    scopes = frozenset(scope or (Scope.READ, Scope.WRITE))

    async def here(store: Store) -> dict[str, Any]:
        from pagemill.faces.http.schemas import key_body

        key, secret = await store.keys.create(tenant or DEFAULT_TENANT, name, scopes, expires_in)
        return key_body(key) | {"key": secret}

    def there(client: Client) -> dict[str, Any]:
        return client.create_key(name, tenant, sorted(scopes), expires_in=expires_in).raw

    made = _somewhere(url, data, here, there)
    if as_json:
        print_json(made)
        return
    print(made["key"])
    about = f"key {made['id']} for the tenant {made['tenant']}: {', '.join(made['scopes'])}. It is not shown again."
    errors.print(about, markup=False, emoji=False)


@app.command("list")
def list_keys(url: UrlOption = "", data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the keys, newest first, revoked ones too. A key itself is never shown again."""
    found = _somewhere(url, data, _keys_of, _keys_from)
    if as_json:
        for key in found:
            print_json(key)
        return
    columns = ("id", "tenant", "name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    rows = (
        [", ".join(key[column]) if column == "scopes" else key[column] or "" for column in columns] for key in found
    )
    print_table([column.removesuffix("_at").replace("_", " ") for column in columns], rows)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="Its id, as `keys list` shows it.")],
    url: UrlOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Shut a key out for good. A running service notices within 2 seconds."""

    async def here(store: Store) -> None:
        await store.keys.revoke(key_id)

    _somewhere(url, data, here, lambda client: client.revoke_key(key_id))
    if as_json:
        print_json({"id": key_id, "revoked": True})
    else:
        print(f"{key_id}  revoked")


async def _keys_of(store: Store) -> list[dict[str, Any]]:
    from pagemill.faces.http.schemas import key_body

    found: list[dict[str, Any]] = []
    while page := await store.stored_keys.keys(found[-1]["id"] if found else "", LARGEST_PAGE):
        found += map(key_body, page)
    return found


def _keys_from(client: Client) -> list[dict[str, Any]]:
    keys = client.keys()
    return [key.raw for key in keys]


def _somewhere(
    url: str, data: Path | None, here: Callable[[Store], Awaitable[Answer]], there: Callable[[Client], Answer]
) -> Answer:
    """Asks the service if one is named or runs on the data folder; otherwise works on the data folder itself."""
    try:
        settings = load_settings(**({"data": data} if data is not None else {}))
        if not url and folder_holder(settings) is None and (data is not None or settings.data.is_dir()):
            return asyncio.run(_on(settings, here))
        with connected(url or DEFAULT_SERVICE) as client:
            return there(client)
    except (CannotStart, SettingsError) as problem:
        tell(f"keys: {problem}")
        raise typer.Exit(EXIT_USAGE) from None
    except PagemillError as problem:
        tell(f"keys: {problem.message}", problem.hint)
        raise typer.Exit(EXIT_FAILED) from None


async def _on(settings: Settings, act: Callable[[Store], Awaitable[Answer]]) -> Answer:
    async with open_store(settings) as store:
        return await act(store)
