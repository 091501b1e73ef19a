"""The commands of scripts, control socket and panel: one form, one meaning; reads no socket itself."""

from typing import Any, Literal, TypeVar

import msgspec

from chargedeck.domain.errors import ErrorType
from chargedeck.simulator.problems import CommandError

Word = Literal[
    "plug", "unplug", "swipe", "error", "clear_error", "cut", "restore", "reboot", "speed", "drift", "car",
    "limit", "quirk", "update", "house", "state", "wait", "quit",
]  # fmt: skip


T = TypeVar("T")


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a person, the weather or bad luck does."""

    do: Word
    charger: str | None = None
    connector: int = 1
    id_tag: str | None = None
    type: ErrorType | None = None
    detail: str | None = None
    factor: float | None = None
    seconds: float | None = None
    soc_ratio: float | None = None
    battery_wh: float | None = None
    max_current_a: float | None = None
    phases: int | None = None
    status: str | None = None
    """With `wait`: until the connector has this status, `seconds` at most."""
    by: Literal["schedule", "ocpp"] | None = None
    """With `limit`: who holds the current down …"""
    current_a: float | None = None
    """… and to what; none: not any more."""
    quirk: str | None = None
    off: bool = False
    """With `quirk`: be well again."""
    firmware: str | None = None
    load_w: list[float] | None = None
    """With `house`: its load per phase; none: as the day goes."""
    sun_w: float | None = None
    """With `house`: what the roof gives; none: as the day goes."""


_decoder = msgspec.json.Decoder(Command)


def parse(line: bytes | str) -> Command:
    """Understand a command, or say which field is wrong."""
    try:
        command = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CommandError(str(error)) from error
    _check(command)
    return command


_RANGES: dict[str, tuple[float, float]] = {
    "factor": (0.01, 3600),
    "seconds": (-10 * 365 * 86_400, 10 * 365 * 86_400),
    "soc_ratio": (0, 1),
    "battery_wh": (100, 1_000_000),
    "max_current_a": (6, 80),
    "phases": (1, 3),
    "current_a": (0, 80),
    "sun_w": (0, 100_000),
}
_HOUSE_W = 100_000

_NEEDED: dict[str, tuple[str, ...]] = {
    "swipe": ("id_tag",),
    "error": ("type",),
    "speed": ("factor",),
    "drift": ("seconds",),
    "wait": ("seconds",),
    "limit": ("by",),
    "quirk": ("quirk",),
    "update": ("firmware",),
}


def _check(command: Command) -> None:
    for name in _NEEDED.get(command.do, ()):
        if getattr(command, name) is None:
            raise CommandError(f"{command.do} needs {name}")
    for name, (least, most) in _RANGES.items():
        value = getattr(command, name)
        if value is not None and not least <= value <= most:
            raise CommandError(f"{name} is {value}, but must lie between {least:g} and {most:g}")
    if not all(0 <= watts <= _HOUSE_W for watts in command.load_w or ()):
        raise CommandError(f"load_w must lie between 0 and {_HOUSE_W} in each phase")
    if command.load_w is not None and not 1 <= len(command.load_w) <= 3:
        raise CommandError("load_w has a number for each of one to three phases")
    if command.id_tag is not None and not 1 <= len(command.id_tag) <= 20:
        raise CommandError("id_tag has 1 to 20 characters")


def given(value: T | None) -> T:
    """A field that the command must have."""
    if value is None:
        raise CommandError("a field is missing")
    return value


def ok(state: dict[str, Any]) -> bytes:
    """The answer to a command that was done."""
    return msgspec.json.encode({"ok": True, "state": state})


def failed(error: CommandError) -> bytes:
    """The answer to a command that was not."""
    return msgspec.json.encode({"ok": False, "error": str(error)})
