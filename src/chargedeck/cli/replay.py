"""`chargedeck replay FILE`: a station's decisions once more, from the log of what was known."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from chargedeck.energy.station_log import Planned, Started, Tick, replay
from chargedeck.storage.station_files import StationLogError, read_lines


def command(
    file: Annotated[Path, typer.Argument(help="A log that CHARGEDECK_STATION_LOG has made.")],
    quiet: Annotated[bool, typer.Option(help="Say only whether all decisions are the same.")] = False,
) -> None:
    """Decide everything in a station's log once more; exit 1 where a decision is another than it was."""
    lines = list(read_lines(file))
    if not lines or not isinstance(lines[0], Started):
        raise StationLogError(f"{file} is no station's log: it does not begin with what the station was")
    ticks = [line for line in lines if isinstance(line, Tick)]
    decided = {line.at: line for line in lines if isinstance(line, Planned)}
    others = 0
    for again in replay(lines[0], ticks):
        before = decided.get(again.at)
        is_other = before is not None and before != again
        others += is_other
        for said in () if quiet else _said(again, is_other):
            typer.echo(said)
    typer.echo(f"{len(ticks)} decisions, {others or 'none'} of them otherwise than they were")
    raise typer.Exit(1 if others else 0)


def _said(planned: Planned, is_other: bool) -> Iterator[str]:
    mark = " (otherwise than it was)" if is_other else ""
    for order in planned.plan.orders:
        why = planned.plan.ladders[order.charger].in_force
        yield f"{planned.at:%Y-%m-%d %H:%M:%S} {order.charger} {order.current_a:g} A{mark}: " + (
            f"{why.reason}" if why.detail is None else f"{why.reason}: {why.detail}"
        )
    if is_other and not planned.plan.orders:
        yield f"{planned.at:%Y-%m-%d %H:%M:%S}{mark}"
