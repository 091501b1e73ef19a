"""A backup a day into a folder, of which the newest are kept; and one for whoever asks, piece by piece."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chargedeck.domain.sentences import said
from chargedeck.hub.ports import Now
from chargedeck.storage.backup import backup, save
from chargedeck.storage.problems import BackupError

logger = logging.getLogger(__name__)

EVERY = timedelta(days=1)
LOOK_AGAIN_S = 600.0
_NAME = re.compile(r"chargedeck-(\d{8}-\d{6})\.backup")
_STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Where backups go, how many are kept, and the file whose first line seals them."""

    folder: Path
    keep: int
    passphrase_file: Path | None = field(default=None, repr=False)

    def passphrase(self) -> str | None:
        """The first line of the file; raises BackupError when there is none."""
        if self.passphrase_file is None:
            return None
        try:
            line = self.passphrase_file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except OSError as error:
            raise BackupError(said("its passphrase cannot be read ({why})", why=error.strerror)) from error
        if not line:
            raise BackupError(said("the file of its passphrase is empty"))
        return line


async def in_pieces(
    url: str, passphrase: str | None, *, now: datetime, version: str
) -> AsyncGenerator[bytes, None]:
    """A backup as it is made, without holding up the loop."""
    pieces = backup(url, passphrase, now=now, version=version)
    try:
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece
    finally:
        await asyncio.to_thread(pieces.close)


class ScheduledBackups:
    """The folder of one installation."""

    def __init__(self, plan: BackupPlan, url: str, *, now: Now, version: str) -> None:
        self._plan = plan
        self._url = url
        self._now = now
        self._version = version
        self._problem: str | None = None

    async def run(self) -> None:
        """Look whether one is due, now and from time to time; one that fails is tried again."""
        while True:
            try:
                await asyncio.to_thread(self.make_if_due)
            except BackupError as error:
                if str(error) != self._problem:
                    logger.error("%s", error)  # noqa: TRY400  (its words say it all)
                self._problem = str(error)
            else:
                self._problem = None
            await asyncio.sleep(LOOK_AGAIN_S)

    def make_if_due(self) -> Path | None:
        """Make one when the newest is a day old, then let go of those beyond what is kept."""
        now = self._now()
        made = self._made()
        if made and timedelta() <= now - made[-1][0] < EVERY:
            return None
        path = self._plan.folder / f"chargedeck-{now:{_STAMP}}.backup"
        try:
            self._plan.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BackupError(said("it cannot be written ({why})", why=error.strerror), str(path)) from error
        save(backup(self._url, self._plan.passphrase(), now=now, version=self._version), path)
        logger.info("backup %s", path)
        for _, old in self._made()[: -self._plan.keep]:
            old.unlink(missing_ok=True)
        return path

    def _made(self) -> list[tuple[datetime, Path]]:
        """Those of ours in the folder, the oldest first; other files are none of our business."""
        return sorted(self._found())

    def _found(self) -> Iterator[tuple[datetime, Path]]:
        if not self._plan.folder.is_dir():
            return
        for path in self._plan.folder.iterdir():
            if match := _NAME.fullmatch(path.name):
                yield datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC), path
