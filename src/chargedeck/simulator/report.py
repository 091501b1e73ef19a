"""How a run went, as a table for people and as one JSON line for programs; measures nothing itself."""

from dataclasses import dataclass

import msgspec
from rich.table import Table

from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.statistics import ActionSummary, Statistics


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a run."""

    charge_points: int
    connected: int
    duration_s: float
    answers: int
    answers_per_s: float
    requests_received: int
    connections_lost: int
    connections_failed: int
    refused: int
    unanswered: int
    invalid_answers: int
    unsolicited: int
    actions: tuple[ActionSummary, ...]


def report(statistics: Statistics, charge_points: int, lasted: Seconds) -> Report:
    """Take stock."""
    return Report(
        charge_points=charge_points,
        connected=statistics.connected,
        duration_s=round(lasted, 3),
        answers=statistics.answers,
        answers_per_s=round(statistics.answers / lasted, 1) if lasted > 0 else 0.0,
        requests_received=statistics.requests_received,
        connections_lost=statistics.connections_lost,
        connections_failed=statistics.connections_failed,
        refused=statistics.refused,
        unanswered=statistics.unanswered,
        invalid_answers=statistics.invalid_answers,
        unsolicited=statistics.unsolicited,
        actions=tuple(statistics.summary()),
    )


def as_json(result: Report) -> str:
    """One line."""
    return msgspec.json.encode(result).decode()


def as_table(result: Report) -> Table:
    """For the terminal."""
    table = Table(
        title=f"{result.charge_points} charge points, {result.duration_s:.1f} s, "
        f"{result.answers_per_s:,.1f} messages/s",
        caption=f"connected {result.connected} · lost {result.connections_lost} · failed "
        f"{result.connections_failed} · refused {result.refused} · unanswered {result.unanswered} · "
        f"invalid {result.invalid_answers} · unsolicited {result.unsolicited}",
    )
    table.add_column("Answers to")
    for heading in ("count", "p50 ms", "p90 ms", "p99 ms", "max ms"):
        table.add_column(heading, justify="right")
    for line in result.actions:
        times = (f"{time:,.2f}" for time in (line.p50_ms, line.p90_ms, line.p99_ms, line.max_ms))
        table.add_row(line.action, f"{line.count:,}", *times)
    return table
