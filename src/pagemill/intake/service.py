"""What the faces are given: everything they call, and nothing that names an engine."""

import asyncio
from dataclasses import dataclass, field

from pagemill.base.clock import Clock
from pagemill.blobs.port import Blobs
from pagemill.domain.limits import Limits
from pagemill.intake.admission import Admission
from pagemill.intake.bulk import Bulk
from pagemill.intake.keyring import ApiKey, KeyRing
from pagemill.intake.shelf import Shelf
from pagemill.intake.submit import Submitter
from pagemill.store.api_keys import ApiKeys
from pagemill.store.files import Files
from pagemill.store.queue import Queue
from pagemill.store.views import Views
from pagemill.store.wakeup import Doorbell, Wakeups


@dataclass(frozen=True, kw_only=True)
class Service:
    """The service as its faces see it.

    `slots` is how many jobs the nodes here run at once, `body_seconds` how long a body may stand still, `expects_node`
    whether the service is not ready without a beating node. `api_keys` are those of the settings; `keyring` knows them and
    the ones in the database, and without any the API is open, to this machine only. `public_url` is the address that links
    begin with, '' for links that are paths. `stopping` is set as soon as the process is told to end: whatever waits then, ends.
    """

    queue: Queue
    views: Views
    stored_keys: ApiKeys
    files: Files
    blobs: Blobs
    wakeups: Wakeups
    clock: Clock
    limits: Limits = field(default_factory=Limits)
    max_queued: int = 10_000
    max_queued_per_tenant: int = 5_000
    slots: int = 1
    body_seconds: float = 30.0
    expects_node: bool = True
    api_keys: tuple[ApiKey, ...] = ()
    public_url: str = ""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    submitter: Submitter = field(init=False)
    admission: Admission = field(init=False)
    bulk: Bulk = field(init=False)
    keyring: KeyRing = field(init=False)
    shelf: Shelf = field(init=False)

    def __post_init__(self) -> None:
        submitter = Submitter(self.queue, self.views, self.blobs, self.limits)
        admission = Admission(self.views, self.clock, self.max_queued, self.max_queued_per_tenant, self.slots)
        object.__setattr__(self, "submitter", submitter)
        object.__setattr__(self, "admission", admission)
        object.__setattr__(self, "bulk", Bulk(self.queue, self.views, self.stopping))
        object.__setattr__(self, "keyring", KeyRing(self.stored_keys, self.api_keys, self.clock))
        object.__setattr__(self, "shelf", Shelf(self.files, self.blobs, self.clock))

    async def pause(self, bell: Doorbell, heard: int, seconds: float) -> int:
        """Waits for the next ring, at most `seconds`, and not at all once the service stops; returns the count of rings."""
        ring = asyncio.ensure_future(bell.wait(heard, seconds))
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({ring, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ring.cancel()
            stop.cancel()
        return bell.rings
