"""How much work a node asks for: demand in predicted seconds, from its room and its load."""

import msgspec

HORIZON_SECONDS = 2.0
"""A node asks for no more than it can begin within this time, so nothing hides behind a long job."""

MEMORY_RESERVE_BYTES = 512 * 1024 * 1024
BUSY_MACHINE = 0.95
OUT_OF_MEMORY = "memory"


class PoolRoom(msgspec.Struct, frozen=True, kw_only=True):
    """One pool of a node: its slots, how many are free, and the predicted seconds of work waiting inside the node.

    `remaining_seconds` are the predictions for the busy slots, below 0 where a job takes longer than predicted. `slot_bytes` is
    what one more busy slot may grow to.
    """

    slots: int
    free_slots: int
    waiting_seconds: float
    remaining_seconds: tuple[float, ...] = ()
    slot_bytes: int = 0


class NodeLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What the machine says: bytes of memory available, and the share (0-1) of its cores that others than us keep busy."""

    memory_available_bytes: int
    foreign_cpu: float = 0.0


class Demand(msgspec.Struct, frozen=True):
    """Predicted seconds of work asked for, and the most jobs to take for it. `reason` says why there is none, if so."""

    seconds: float
    jobs: int
    reason: str = ""


def demand(room: PoolRoom, load: NodeLoad, most_jobs: int) -> Demand:
    """What a node asks for a pool: free slots and what frees up within the horizon, less what already waits inside.

    Nothing under memory pressure; on a machine that others keep busy, their share less. Nobody knows when a job that takes
    longer than predicted will end, so its slot frees nothing.
    """
    if load.memory_available_bytes < MEMORY_RESERVE_BYTES + room.slot_bytes:
        return Demand(0.0, 0, OUT_OF_MEMORY)
    freeing = sum(HORIZON_SECONDS - left for left in room.remaining_seconds if 0.0 <= left < HORIZON_SECONDS)
    seconds = room.free_slots * HORIZON_SECONDS + freeing - room.waiting_seconds
    seconds *= 1.0 - max(0.0, min(load.foreign_cpu, BUSY_MACHINE))
    if seconds <= 0.0:
        return Demand(0.0, 0, "busy")
    return Demand(seconds, most_jobs)
