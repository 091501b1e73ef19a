"""Logs: one line an event, as text for people or as JSON for machines; no secret ever gets this far."""

import json
import logging
import sys
from collections import deque
from datetime import UTC, datetime

_CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}

_NOISY = ("uvicorn", "uvicorn.error", "alembic", "picows", "chargedeck.chargers.ocpp.websocket", "zeroconf")

MOST_RECENT, LONGEST_RECENT = 500, 2_000
"""Events that are kept in memory, and how much of each."""


def on_one_line(text: str) -> str:
    """Escape what would begin a line of its own, or steer a terminal: devices write some of this text."""
    return text.translate(_CONTROL)


class TextLines(logging.Formatter):
    """`time [level] event [logger]`, and below it the traceback of an error, if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Lay one event out."""
        said = on_one_line(record.getMessage())
        line = f"{_at(record)} [{record.levelname.lower():8}] {said} [{record.name}]"
        if not record.exc_info:
            return line
        below = self.formatException(record.exc_info).splitlines()
        return "\n".join([line, *(f"  {on_one_line(each)}" for each in below)])


class JsonLines(logging.Formatter):
    """An object a line, with `timestamp`, `level`, `logger`, `event` and perhaps `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """Lay one event out."""
        fields = {
            "timestamp": _at(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": on_one_line(record.getMessage()),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


class _Recent(logging.Handler):
    """Keeps the last lines, for who asks what has happened; a few hundred kilobytes at most."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=MOST_RECENT)
        self.setFormatter(TextLines())

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one event."""
        self.lines.append(self.format(record)[:LONGEST_RECENT])


def recent_lines() -> list[str]:
    """The last events that were logged, the newest last; each may have lines below it."""
    kept = [handler for handler in logging.getLogger().handlers if isinstance(handler, _Recent)]
    return [line for handler in kept for line in tuple(handler.lines)]


def configure_logs(form: str) -> None:
    """Send what the program logs to standard error; `form` is text or json."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler, _Recent()]
    root.setLevel(logging.INFO)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
