"""Takes a backup in pieces, makes a new database of it beside the one in use, and exchanges the two.

Whoever runs the server exchanges them while nobody has the database open; until then nothing has changed, and
afterwards the former database lies beside the new one.
"""

import asyncio
import logging
import os
import shutil
from dataclasses import replace
from pathlib import Path

from chargedeck.domain.problems import ChargeDeckError, ConflictError
from chargedeck.domain.sentences import said, wording
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.ports import Now
from chargedeck.hub.restoration import MOST_BYTES, RestoreStage, RestoreState
from chargedeck.storage.backup import Deed, exchange, head_of, prepare, remove
from chargedeck.storage.opening import database_of
from chargedeck.storage.problems import BackupError
from chargedeck.storage.sqlite import Sqlite

logger = logging.getLogger(__name__)

_UNDER_WAY = frozenset({RestoreStage.CHECKING, RestoreStage.RESTARTING})


class Restorer:
    """Implements the hub's Restoration; outlives the restart that it asks for."""

    def __init__(self, url: str, *, now: Now) -> None:
        self.url = url
        self._now = now
        self._view = RestoreState()
        self._by = ""
        self._checking: asyncio.Task[None] | None = None
        self.wanted = asyncio.Event()
        """Set when the server is to stop, let `exchange` do its work, and start again."""

    def view(self) -> RestoreState:
        """How far it is."""
        return self._view

    async def expect(self, size_bytes: int) -> None:
        """Begin a file beside the database, for its owner's eyes only."""
        self._must_rest()
        database = self._database()
        if not 0 < size_bytes <= MOST_BYTES:
            raise InvalidValueError(
                "size_bytes",
                said(
                    "must be at most {most}; put a larger backup back with chargedeck restore",
                    most=MOST_BYTES,
                ),
            )
        free = shutil.disk_usage(database.path.parent).free
        if free < 3 * size_bytes:
            raise ConflictError(
                said(
                    "The disk has {free_mb} MB left; make room for three times the size of the backup",
                    free_mb=free // 1024**2,
                )
            )
        await asyncio.to_thread(_begin, self._upload)
        self._view = RestoreState(RestoreStage.RECEIVING, size_bytes)

    async def take(self, offset: int, data: bytes) -> None:
        """Write a piece; with the last one the backup says what it is."""
        view = self._view
        if view.stage is not RestoreStage.RECEIVING or offset != view.received_bytes:
            raise ConflictError(
                said(
                    "The next piece is the one at {received_bytes}; the stage is {stage}",
                    received_bytes=view.received_bytes,
                    stage=view.stage,
                )
            )
        received = offset + len(data)
        if received > view.size_bytes:
            raise InvalidValueError(
                "data",
                said("goes beyond the {size_bytes} bytes that were announced", size_bytes=view.size_bytes),
            )
        # Taken before it is written: a piece that comes twice at a time must not be written twice.
        self._view = replace(view, received_bytes=received)
        await asyncio.to_thread(_append, self._upload, offset, data)
        if received == view.size_bytes:
            await self._received()

    async def _received(self) -> None:
        try:
            head = await asyncio.to_thread(head_of, self._upload)
        except BackupError as error:
            remove(self._upload)
            self._view = replace(self._view, stage=RestoreStage.FAILED, problem=error.reason)
            return
        self._view = replace(
            self._view,
            stage=RestoreStage.RECEIVED,
            made_at=head.made_at,
            version=head.version,
            sealed=head.seal is not None,
        )

    def begin(self, passphrase: str | None, by: str) -> None:
        """Check it in a thread; the server goes on meanwhile."""
        retried = self._view.stage is RestoreStage.FAILED and self._upload.exists()
        if self._view.stage is not RestoreStage.RECEIVED and not retried:
            raise ConflictError(
                said("There is no backup to begin with; the stage is {stage}", stage=self._view.stage)
            )
        self._by = by
        self._view = replace(self._view, stage=RestoreStage.CHECKING, checked_bytes=0, problem=None)
        self._checking = asyncio.create_task(self._check(passphrase), name="restore")

    async def _check(self, passphrase: str | None) -> None:
        try:
            counts = await asyncio.to_thread(prepare, self._upload, self.url, passphrase, told=self._told)
        except ChargeDeckError as error:
            reason = error.reason if isinstance(error, BackupError) else error.sentence
            self._view = replace(self._view, stage=RestoreStage.FAILED, problem=reason)
        except Exception:
            logger.exception("A backup could not be put back")
            problem = said("an error of our own; see the log")
            self._view = replace(self._view, stage=RestoreStage.FAILED, problem=problem)
        else:
            self._view = replace(self._view, stage=RestoreStage.RESTARTING, rows=sum(counts.values()))
            self.wanted.set()

    def _told(self, checked: int) -> None:
        self._view = replace(self._view, checked_bytes=checked)

    async def discard(self) -> None:
        """Remove what was sent."""
        self._must_rest()
        await asyncio.to_thread(remove, self._upload)
        self._view = RestoreState()

    # -- for who runs the server ---------------------------------------------------------------

    def exchange(self) -> None:
        """Put the new database in place of the former while nobody has it open; all of it or nothing."""
        self.wanted.clear()
        try:
            assert self._view.made_at is not None
            kept, held = exchange(self.url, self._view.made_at, Deed(self._by, self._now()))
        except (ChargeDeckError, OSError) as error:
            logger.error("The backup is not in place, and nothing has changed: %s", error)  # noqa: TRY400
            self._view = replace(self._view, stage=RestoreStage.FAILED, problem=wording(error))
            return
        logger.warning("A backup of %s is in place; what was there before is %s", self._view.made_at, kept)
        name = None if kept is None else kept.name
        self._view = replace(
            self._view,
            stage=RestoreStage.DONE,
            kept_as=name,
            keys_ended=held.keys,
            accounts_ended=held.accounts,
        )
        remove(self._upload)

    def clean(self) -> None:
        """Remove what a run that ended in between has left."""
        database = database_of(self.url)
        if isinstance(database, Sqlite) and self._view.stage in (RestoreStage.NONE, RestoreStage.DONE):
            remove(self._upload)

    def _must_rest(self) -> None:
        if self._view.stage in _UNDER_WAY:
            raise ConflictError(said("A backup is being put in place; wait until it is"))

    def _database(self) -> Sqlite:
        database = database_of(self.url)
        if isinstance(database, Sqlite):
            return database
        raise ConflictError(
            said("A PostgreSQL database is not replaced from the app; run chargedeck restore on an empty one")
        )

    @property
    def _upload(self) -> Path:
        path = self._database().path
        return path.with_name(f"{path.name}.uploaded")


def _begin(path: Path) -> None:
    remove(path)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _append(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)
