"""Who asks, and whether they may: the tenant and scopes of a key, or anyone on this machine while there are no keys.

A route takes `ReadDep`, `WriteDep` or `AdminDep` and gets the tenant; a key without that scope is answered with 403.
"""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request
from fastapi.security import HTTPBearer

from pagemill.domain.access import DEFAULT_TENANT, Caller, Scope
from pagemill.domain.errors import RequestError
from pagemill.intake.service import Service

EVERY_TENANT = "*"
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})

bearer = HTTPBearer(auto_error=False, description="A key (docs/how-to/api-keys.md); not needed while there is none.")


def get_service(request: Request) -> Service:
    """The service that the app was made for."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(get_service)]


async def _authenticate(request: Request, service: ServiceDep, _: Annotated[object, Depends(bearer)]) -> Caller:
    if await service.keyring.is_open():
        _refuse_foreign_pages(request, service.public_url)
        return Caller(DEFAULT_TENANT)
    scheme, _space, given = request.headers.get("authorization", "").partition(" ")
    caller = await service.keyring.caller(given.strip()) if scheme.lower() == "bearer" else None
    if caller is None:
        raise RequestError("no valid key came with the request", code="unauthorized")
    return caller


CallerDep = Annotated[Caller, Depends(_authenticate)]


def require(caller: Caller, scope: Scope) -> None:
    """Raises `RequestError` (`scope_missing`) if the caller's key has not this scope."""
    if scope not in caller.scopes:
        raise RequestError(f"the key has not the scope `{scope}`", code="scope_missing")


def _tenant_with(scope: Scope) -> Callable[[Caller], str]:
    def tenant(caller: CallerDep) -> str:
        require(caller, scope)
        return caller.tenant

    return tenant


ReadDep = Annotated[str, Depends(_tenant_with(Scope.READ))]
WriteDep = Annotated[str, Depends(_tenant_with(Scope.WRITE))]
AdminDep = Annotated[str, Depends(_tenant_with(Scope.ADMIN))]

TenantQuery = Annotated[
    str, Query(max_length=100, description="Another tenant, or `*` for all; needs a key with the scope `admin`.")
]


def _listed_tenant(caller: CallerDep, tenant: TenantQuery = "") -> str | None:
    require(caller, Scope.READ)
    if tenant in ("", caller.tenant):
        return caller.tenant
    require(caller, Scope.ADMIN)
    return None if tenant == EVERY_TENANT else tenant


ListedTenantDep = Annotated[str | None, Depends(_listed_tenant)]
"""Whose things a list shows: the caller's own; for `admin`, those of `?tenant=`, None for everybody's (`*`)."""


def _refuse_foreign_pages(request: Request, public_url: str) -> None:
    """Without keys, a web page from elsewhere must not reach the service through its visitor's browser.

    Such a page either says where it comes from (Origin, Sec-Fetch-Site) or has pointed its own name at this machine (Host).
    """
    own = _LOOPBACK_HOSTS | {_host_of(public_url) or "localhost"}
    host = _host_of(f"//{request.headers.get('host', '')}")
    origin = request.headers.get("origin")
    foreign_origin = origin is not None and _host_of(origin) not in own
    if host not in own or foreign_origin or request.headers.get("sec-fetch-site") in _FROM_ELSEWHERE:
        asked = f"a request for {host or 'an unknown host'} from {origin or 'elsewhere'}"
        raise RequestError(f"{asked} is not served while no key is set", code="forbidden")


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
