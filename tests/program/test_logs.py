"""What the log says, to people and to machines."""

import json
import logging
import sys

import pytest

from chargedeck.logs import JsonLines, TextLines


def fail() -> None:
    raise ValueError("bad\n2026-01-31T00:00:00Z [critical] forged")


def record(message: str, *, failed: bool = False) -> logging.LogRecord:
    error = None
    try:
        fail()
    except ValueError:
        error = sys.exc_info() if failed else None
    made = logging.LogRecord("chargedeck.hub", logging.WARNING, "", 1, message, ("garage",), error)
    made.created = 1_769_860_800.25
    return made


def test_a_line_for_people() -> None:
    line = TextLines().format(record("%s: gone\nfor good"))
    assert line == "2026-01-31T12:00:00.250Z [warning ] garage: gone\\x0afor good [chargedeck.hub]"


def test_a_line_for_machines() -> None:
    assert json.loads(JsonLines().format(record("%s: ü"))) == {
        "timestamp": "2026-01-31T12:00:00.250Z",
        "level": "warning",
        "logger": "chargedeck.hub",
        "event": "garage: ü",
    }


@pytest.mark.parametrize("formatter", [TextLines(), JsonLines()])
def test_a_traceback_forges_no_line(formatter: logging.Formatter) -> None:
    lines = formatter.format(record("%s failed", failed=True)).splitlines()
    assert "ValueError" in "".join(lines)
    assert all(line.startswith(("  ", "{")) for line in lines[1:])
