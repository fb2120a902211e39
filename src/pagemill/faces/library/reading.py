"""One file, from its first bytes to its end, at a workplace."""

import asyncio
from pathlib import Path

from pagemill.domain.options import Options
from pagemill.intake.sniff import sniff
from pagemill.pipeline.sniffing.glance import Glance
from pagemill.work.offline import OfflineFile, OfflineResult, OnProgress, Workplace, process


async def read(path: Path, options: Options, place: Workplace, on_progress: OnProgress | None = None) -> OfflineResult:
    """Looks at what the file is and takes it to its end. Cancelling the call kills what runs of it.

    Raises `OSError` if it cannot be opened, and `PagemillError` if it is of no known kind.
    """
    media_type = await asyncio.to_thread(_media_type, path)
    return await process(OfflineFile(path=path, media_type=media_type, options=options), place, on_progress)


def _media_type(path: Path) -> str:
    return sniff(Glance.into(path), path.name)
