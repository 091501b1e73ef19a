"""A few connections that only read, each in a thread of its own, so that no query holds up the loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.storage.database import Database

Answer = TypeVar("Answer")

_READERS = 4


class Readers:
    """Runs queries beside the writer."""

    def __init__(self, database: Database) -> None:
        self._engine = database.for_reading(_READERS)
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="storage-reader")

    async def run(self, query: Callable[[Connection], Answer]) -> Answer:
        """Answer a query; raises StorageUnavailableError when the database does not."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, query)

    def _read(self, query: Callable[[Connection], Answer]) -> Answer:
        try:
            with self._engine.connect() as connection:
                return query(connection)
        except DBAPIError as error:
            raise StorageUnavailableError from error

    def close(self) -> None:
        """Wait for what is being read, then let go of the connections."""
        self._threads.shutdown()
        self._engine.dispose()
