"""Accounts and tokens straight in the database, whether or not the server runs."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from chargedeck import settings
from chargedeck.hub.passwords import Passwords
from chargedeck.hub.people import People
from chargedeck.hub.people_context import Ears
from chargedeck.storage import open_storage

T = TypeVar("T")
Work = Callable[[People], Awaitable[T]]


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def with_people(work: Work[T], *, data_dir: Path | None, config: Path | None) -> T:
    """Do some work on the accounts of an installation."""
    chosen = settings.load(config=config, options={"data_dir": None if data_dir is None else str(data_dir)})
    return asyncio.run(with_people_at(chosen.database, work))


async def with_people_at(database: str, work: Work[T]) -> T:
    """Do some work on the accounts in a database."""
    passwords = Passwords()
    try:
        async with open_storage(database, now=utc_now) as storage:
            ears = Ears(storage.journal.event, lambda _owner: None)
            people = People(storage.book, passwords, now=utc_now, ears=ears)
            return await work(people)
    finally:
        passwords.close()
