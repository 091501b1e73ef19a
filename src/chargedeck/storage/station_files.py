"""A station's decisions in a file, one JSON object a line, and back; decides nothing and replays nothing."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.energy.station_log import Planned, Started, Tick

Line = Started | Tick | Planned

_WORDS: dict[str, type[Line]] = {"started": Started, "tick": Tick, "planned": Planned}
_NAMES = {kind: word for word, kind in _WORDS.items()}


class StationLogError(ChargeDeckError):
    """A file that is no station's log, or cannot be read."""

    code = "bad_station_log"


class StationFile:
    """The log that one station's control loop writes."""

    def __init__(self, folder: Path, station: str, begun_at: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9-]", "_", station)
        self.path = folder / f"{name}-{begun_at:%Y%m%dT%H%M%S%f}.jsonl"
        self._file: IO[bytes] = self.path.open("xb")

    def write(self, line: Line) -> None:
        """Add a line; it is on its way to the disk at once, so that a crash leaves all before it."""
        self._file.write(written(line) + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Write no more."""
        self._file.close()


def written(line: Line) -> bytes:
    """One line, without its end."""
    return msgspec.json.encode({_NAMES[type(line)]: line})


def read_lines(path: Path) -> Iterator[Line]:
    """All lines of a log; the last may have been cut off by a crash. Raises StationLogError."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise StationLogError(f"{path} cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        try:
            (word, value), *_ = msgspec.json.decode(line, type=dict[str, msgspec.Raw]).items()
            yield msgspec.json.decode(value, type=_WORDS[word])
        except (msgspec.DecodeError, ValueError, KeyError) as error:
            if number == len(lines) and number > 1:
                return
            raise StationLogError(f"{path} is no station's log: line {number}: {error}") from error
