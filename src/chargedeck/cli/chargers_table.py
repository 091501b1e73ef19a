"""Chargers as a table for a terminal; takes what the API answers and knows no server."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

_COLOURS = {
    "available": "green",
    "charging": "cyan",
    "awaiting": "blue",
    "paused": "yellow",
    "error": "red",
    "offline": "bright_black",
}


def chargers_table(chargers: Iterable[Mapping[str, Any]], title: str | None = None) -> Table:
    """A row for each charger, in the order of their names."""
    table = Table("Charger", "Status", title=title, title_justify="left", show_edge=False)
    for name in ("Power", "Session", "Time", "Limit"):
        table.add_column(name, justify="right")
    table.add_column("Why")
    for charger in sorted(chargers, key=lambda one: (str(one["name"]).casefold(), one["id"])):
        table.add_row(*_row(charger))
    return table


def _row(charger: Mapping[str, Any]) -> tuple[Text | str, ...]:
    session, limit = charger.get("session"), charger["limit"]
    return (
        _named(charger),
        _status(charger),
        "" if charger.get("power_w") is None else f"{charger['power_w'] / 1000:.2f} kW",
        "" if session is None else f"{session['energy_wh'] / 1000:.2f} kWh",
        "" if session is None else _clock(session["charging_time_s"]),
        f"{limit['current_a']:g} A",
        _why(limit),
    )


def _named(charger: Mapping[str, Any]) -> Text:
    text = Text(str(charger["name"]), style="bold")
    return text if charger["name"] == charger["id"] else text.append(f"  {charger['id']}", style="dim")


def _status(charger: Mapping[str, Any]) -> Text:
    status, reason = str(charger["status"]), charger.get("status_reason")
    words = status if reason is None else f"{status}: {reason.replace('_', ' ')}"
    text = Text(words, style=_COLOURS.get(status, ""))
    for error in charger.get("errors", ()):
        text.append(f"\n{error['type'].replace('_', ' ')}", style="bold red")
    return text


def _why(limit: Mapping[str, Any]) -> str:
    rungs: Iterable[Mapping[str, Any]] = limit["ladder"]
    rung = next((one for one in rungs if one["reason"] == limit["reason"]), {})
    reason = str(limit["reason"]).replace("_", " ")
    return f"{reason} · {rung['detail']}" if rung.get("detail") else reason


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"
