"""Work of dead nodes goes back to the queue."""

from collections.abc import Sequence

import msgspec

from pagemill.store.queue import Queue, Sighting
from pagemill.store.views import NodeView, Views

SILENT_SECONDS = 8.0
RESCUE_LIMIT = 100


class Watched(msgspec.Struct, frozen=True):
    """The last new beat we saw of a node, and when, on our own monotonic clock."""

    beat: int
    since_seconds: float


class Rescuer:
    """Watches the other nodes' beats. It starts anew when it lost sight itself, so an outage of the store kills nobody."""

    def __init__(self, queue: Queue, views: Views) -> None:
        self._queue = queue
        self._views = views
        self._watched: dict[int, Watched] = {}

    def lost_sight(self) -> None:
        """Forgets all sightings: we could not have seen a beat."""
        self._watched = {}

    async def pass_once(self, now_seconds: float) -> int:
        """Takes back the work of nodes that are dead; returns how many jobs. `now_seconds` is monotonic."""
        silent = self._silent(await self._views.nodes(), now_seconds)
        rescued = 0
        while taken := await self._queue.rescue(silent, RESCUE_LIMIT):
            rescued += taken
        return rescued

    def _silent(self, nodes: Sequence[NodeView], now_seconds: float) -> tuple[Sighting, ...]:
        alive = [node for node in nodes if node.state == "alive"]
        self._watched = {node.id: self._look(node, now_seconds) for node in alive}
        return tuple(
            Sighting(owner, watched.beat)
            for owner, watched in self._watched.items()
            if now_seconds - watched.since_seconds >= SILENT_SECONDS
        )

    def _look(self, node: NodeView, now_seconds: float) -> Watched:
        before = self._watched.get(node.id)
        return before if before is not None and before.beat == node.beat else Watched(node.beat, now_seconds)
