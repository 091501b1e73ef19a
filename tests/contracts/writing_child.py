"""A process of its own that writes sessions and samples, for tests that kill or starve it.

`python -m tests.contracts.writing_child URL killed`: writes until it is killed, one line of output for
every number that was said to be durable. `… starved`: may not make its files any bigger from some
moment on, says `full` when it is told so, then may again; says `done` when all is on disk.
"""

import asyncio
import resource
import sys
from collections.abc import Awaitable, Callable

from tests.contracts.records import GARAGE, clock, durable, reading, session, until

from chargedeck.storage import Pace, Storage, open_storage


def say(*words: object) -> None:
    sys.stdout.write(f"{' '.join(map(str, words))}\n")
    sys.stdout.flush()


def hand_over(storage: Storage, number: int) -> None:
    storage.journal.session(session(number))
    storage.journal.sample(GARAGE, reading(number, number), None)


async def write_until_killed(storage: Storage) -> None:
    async def one_charger(first: int) -> None:
        for number in range(first, 1_000_000, 8):
            hand_over(storage, number)
            assert await durable(storage)
            say(number)

    await asyncio.gather(*map(one_charger, range(8)))


async def write_until_full(storage: Storage) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    number = 0
    hand_over(storage, number)
    while await durable(storage):
        number += 1
        hand_over(storage, number)
    say("full")
    written = number + 500
    for later in range(number + 1, written):
        hand_over(storage, later)
    assert not await durable(storage)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await until(lambda: storage.health().problem is None)
    hand_over(storage, written)
    assert await durable(storage)
    say("done", written + 1)


async def main(url: str, way: str) -> None:
    ways: dict[str, Callable[[Storage], Awaitable[None]]] = {
        "killed": write_until_killed,
        "starved": write_until_full,
    }
    async with open_storage(url, now=clock, pace=Pace(file_from=100)) as storage:
        await ways[way](storage)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
