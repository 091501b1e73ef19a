"""The file that holds what a device keeps when it loses power; knows nothing of what is in it."""

import os
import re
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class StateFile(Generic[T]):
    """A file replaced as a whole, so that a kill leaves the old or the new one; for its owner only."""

    def __init__(self, path: Path, kind: type[T]) -> None:
        self._path = path
        self._kind = kind

    def load(self) -> T:
        """What was kept, or the kind's first state."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=self._kind)
        except FileNotFoundError:
            return self._kind()

    def save(self, state: T) -> None:
        """Keep this in place of what was there."""
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(state))
        fresh.replace(self._path)


def file_name(device_id: str) -> str:
    """A file's name for a device, whatever signs its id is made of."""
    return re.sub(r"[^A-Za-z0-9._-]", lambda match: f"%{ord(match.group()):02x}", device_id) + ".json"
