"""A night of ten charging cars in which the server is killed again and again.

`python -m tests.scenarios.kill_night` prints what happened and whether every promise was kept; it ends
with exit code 1 when one was not.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from tests.scenarios.night.life import Life
from tests.scenarios.night.office import Office
from tests.scenarios.night.proof import Claim, prove
from tests.scenarios.night.reign import Reign
from tests.scenarios.night.site import Site, night_site

DELIVERED_S = 60.0
MOST_SHOWN = 10
"""Of what breaks one claim."""


@dataclass(frozen=True)
class Night:
    """What a night came to."""

    site: Site
    reign: Reign
    claims: list[Claim]
    lasted_s: float

    @property
    def broken(self) -> list[str]:
        """Every promise that was broken."""
        return [f"{claim.text}: {what}" for claim in self.claims for what in claim.broken]


async def night(folder: Path, *, kills: int, seed: int, speed: float) -> Night:
    """Live through a night and prove what must hold."""
    rng = random.Random(seed)
    began = time.monotonic()
    async with night_site(folder, rng, speed) as site:
        office = Office(site)
        await office.open()
        reign = Reign(site, office, kills)
        watch = asyncio.create_task(site.watch(), name="watch")
        async with asyncio.TaskGroup() as tasks:
            for outlet in site.outlets:
                tasks.create_task(Life(site, outlet, office).run(), name=f"life-{outlet.charger}")
            tasks.create_task(office.run(), name="office")
            await reign.run()
            site.over.set()
        await _until_delivered(site)
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await reign.inspect()
        claims = await prove(site, office, reign)
        return Night(site, reign, claims, time.monotonic() - began)


async def _until_delivered(site: Site) -> None:
    """Wait until no charger has anything left to say; what stays is found by the proof."""
    for outlet in site.outlets:
        await outlet.do("restore")
    with suppress(AssertionError):
        for outlet in site.outlets:
            await outlet.simulator.until_delivered(outlet.device, DELIVERED_S)


# -- the table ---------------------------------------------------------------------------------


def tables(night: Night) -> Iterator[Table]:
    """What a reader wants to know."""
    yield _what_happened(night)
    yield _chargers(night)
    yield _claims(night)


def _what_happened(night: Night) -> Table:
    site, reign, truth = night.site, night.reign, night.site.truth
    table = Table("What", "", title="A night of ten chargers", title_justify="left", show_header=False)
    starts = sorted(reign.serving_after_s)
    energy_kwh = sum((one.stop_wh or 0) - one.start_wh for one in truth.transactions) / 1000
    for what, figure in (
        ("kills while serving, while starting", f"{reign.killed_serving}, {reign.killed_starting}"),
        ("restart to serving: median, 90 %, longest", _times(starts)),
        ("integrity checks", f"{reign.integrity_checks}"),
        ("lasted", f"{night.lasted_s:.0f} s, by the chargers {night.lasted_s * site.speed / 3600:.1f} h"),
        ("transactions", f"{len(truth.transactions)} with {energy_kwh:.1f} kWh"),
        ("acknowledged messages", _counts(truth.acknowledged)),
        ("commands", _counts(site.commands)),
        ("at the chargers", _counts(truth.happened)),
        ("looked at after restarts", _counts(reign.checked)),
    ):
        table.add_row(what, figure)
    return table


def _times(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    tenth = statistics.quantiles(seconds, n=10)[-1] if len(seconds) > 1 else seconds[0]
    return f"{statistics.median(seconds):.2f} s, {tenth:.2f} s, {seconds[-1]:.2f} s"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items(), key=lambda item: -item[1]))


def _chargers(night: Night) -> Table:
    table = Table(
        "Charger", "Circuit", "Transactions", "Meter", "Most offered", "Most drawn", show_edge=False
    )
    truth = night.site.truth
    for outlet in night.site.outlets:
        mine = [one for one in truth.transactions if one.charger == outlet.charger]
        moments = [m for m in (*truth.moments, *night.site.moments) if m.charger == outlet.charger]
        table.add_row(
            outlet.charger,
            f"{outlet.allowance.installation_a:g} A",
            str(len(mine)),
            f"{sum((one.stop_wh or 0) - one.start_wh for one in mine)} Wh",
            f"{max(one.offered_a for one in moments):g} A",
            f"{max(one.current_a for one in moments):.1f} A",
        )
    return table


def _claims(night: Night) -> Table:
    table = Table("It must hold that", "Tested", "Broken", show_edge=False)
    for claim in night.claims:
        verdict = f"[red]{len(claim.broken)}[/]" if claim.broken else "[green]0[/]"
        table.add_row(claim.text, f"{claim.tested:,}", verdict)
    return table


def main(
    kills: Annotated[int, typer.Option(min=1, help="How often the server is killed.")] = 200,
    seed: Annotated[int | None, typer.Option(help="For the same night again, as far as time allows.")] = None,
    speed: Annotated[float, typer.Option(min=1, help="How fast the chargers' time runs.")] = 60,
    folder: Annotated[Path | None, typer.Option(help="Keep data, journals and log here.")] = None,
) -> None:
    """Live through a night of kills."""
    seed = random.randrange(1_000_000) if seed is None else seed
    console = Console(width=120)
    console.print(f"Seed {seed}")
    with tempfile.TemporaryDirectory(prefix="chargedeck-night-") as scratch:
        chosen = Path(scratch) if folder is None else folder
        chosen.mkdir(parents=True, exist_ok=True)
        come_to = asyncio.run(night(chosen, kills=kills, seed=seed, speed=speed))
    for table in tables(come_to):
        console.print(table)
        console.print()
    for claim in come_to.claims:
        for what in claim.broken[:MOST_SHOWN]:
            console.print(f"[red]broken[/] {claim.text}: {what}", markup=True, highlight=False)
    if come_to.broken:
        console.print(f"[red]{len(come_to.broken)} promises were broken[/]")
        raise typer.Exit(1)
    console.print("[green]Every promise was kept.[/]")


if __name__ == "__main__":
    typer.run(main)
