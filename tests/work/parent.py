"""A process of its own that runs one job and says what happens: `python -m tests.work.parent folder page_seconds what…`."""

import asyncio
import sys
from pathlib import Path

from pagemill.blobs.folder import FolderBlobs
from pagemill.domain.task import Pool
from pagemill.work.local.executor import LocalExecutor
from pagemill.work.local.pool import PoolSettings
from tests.work.workshop import Workshop, until


def say(*words: object) -> None:
    print(*words, flush=True)


async def main(folder: str, page_seconds: str, *what: str) -> None:
    pools = {Pool.TEXT: PoolSettings(slots=2), Pool.MODEL: PoolSettings(slots=1, niceness=5)}
    executor = LocalExecutor(FolderBlobs(Path(folder)), pools, work="tests.work.misbehaving:run")
    await executor.start()
    shop = Workshop(executor)
    running = [shop.start(one, page_seconds=float(page_seconds)) for one in what]
    await until(lambda: len(shop.began) == len(what))
    say("children", *(child.pid for child in shop.children()))
    say("outcomes", *(type(outcome).__name__ for outcome in await asyncio.gather(*running)))
    await executor.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
