"""What a benchmark found: measures with their units and targets, as JSON and as a table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from bench.machine import Facts

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at; the nearer value of two aims is the one that counts."""

    value: float
    bound: Literal["at least", "at most"]

    def reached_by(self, value: float) -> bool:
        """Whether a measured value is good enough."""
        return value >= self.value if self.bound == "at least" else value <= self.value


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that was measured; `note` says what a reader of the table must know."""

    name: str
    value: float
    unit: str
    target: Target | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None without one."""
        return None if self.target is None else self.target.reached_by(self.value)


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark's outcome: the measures for the table, and all that stands behind them."""

    name: str
    measures: tuple[Measure, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


def written(result: Result, facts: Facts, *, quick: bool, folder: Path = RESULTS) -> Path:
    """Write `<name>.json` and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.name}.json"
    document = {
        "benchmark": result.name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": facts,
        "measures": [_measure(measure) for measure in result.measures],
        "details": result.details,
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _measure(measure: Measure) -> dict[str, Any]:
    line: dict[str, Any] = {"name": measure.name, "value": _rounded(measure.value), "unit": measure.unit}
    if measure.target is not None:
        line |= {"target": f"{measure.target.bound} {measure.target.value:g}", "reached": measure.reached}
    return line | ({"note": measure.note} if measure.note else {})


def _rounded(value: float) -> float:
    """Four significant digits: more would only claim to be exact."""
    return float(f"{value:.4g}")


def shown(result: Result, console: Console) -> None:
    """Print the table."""
    table = Table(title=result.name, title_justify="left", title_style="bold", header_style="bold")
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("unit")
    table.add_column("target", justify="right")
    table.add_column("")
    table.add_column("note", style="dim")
    for measure in result.measures:
        target = "" if measure.target is None else f"{measure.target.bound} {measure.target.value:,g}"
        table.add_row(
            measure.name, _readable(measure.value), measure.unit, target, _verdict(measure), measure.note
        )
    console.print(table)


def _readable(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{_rounded(value):,g}"


def _verdict(measure: Measure) -> str:
    if measure.reached is None:
        return ""
    return "[green]reached[/]" if measure.reached else "[red]missed[/]"
