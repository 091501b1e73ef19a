"""Where the broker is and how we are known to it; the password is never shown."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

PORT, TLS_PORT = 1883, 8883


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker and what to show it; `password_file` is read anew for every connection."""

    host: str
    port: int
    tls: bool = False
    username: str | None = None
    password_file: Path | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """What people call it."""
        return f"{self.host}:{self.port}"

    def password(self) -> str | None:
        """The first line of the file; raises OSError."""
        if self.password_file is None:
            return None
        return self.password_file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")


def broker(url: str, password_file: Path | None) -> Broker:
    """The broker at `mqtt://[user@]host[:port]`, or `mqtts://`, as the settings have checked it."""
    parts = urlsplit(url)
    tls = parts.scheme == "mqtts"
    username = None if parts.username is None else unquote(parts.username)
    port = parts.port or (TLS_PORT if tls else PORT)
    return Broker(parts.hostname or "", port, tls, username, password_file)
