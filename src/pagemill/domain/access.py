"""Who may do what: the scopes of a key, and the caller that it stands for."""

from enum import StrEnum

import msgspec

DEFAULT_TENANT = "default"
"""Whose tasks they are while there are no keys, and those of keys that name no tenant."""


class Scope(StrEnum):
    """One kind of thing that a key may do; none includes another.

    `read` looks at tasks, results, events and files. `write` submits, cancels, retries, changes, deletes and uploads.
    `admin` sees nodes, figures and failures, manages keys, and may ask for any tenant.
    """

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


ALL_SCOPES = frozenset(Scope)


class Caller(msgspec.Struct, frozen=True):
    """Who sends a request: the tenant that its key opens, and the scopes of that key."""

    tenant: str
    scopes: frozenset[Scope] = ALL_SCOPES
