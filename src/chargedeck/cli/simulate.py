"""`chargedeck simulate`: devices that are not there, over the real network; reads options, builds a plan."""

import sys
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from chargedeck.cli import simulate_lektrico
from chargedeck.cli import simulator_options as options
from chargedeck.domain.units import Amps, IdTag
from chargedeck.simulator.clock import Seconds, Speed
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.lektrico.quirks import QUIRKS as LEKTRICO_QUIRKS
from chargedeck.simulator.outlet import Wiring
from chargedeck.simulator.problems import PlanError
from chargedeck.simulator.quirks import QUIRKS, Quirk
from chargedeck.simulator.report import as_json, as_table
from chargedeck.simulator.run import Plan, run

app = typer.Typer(help="Simulated devices that reach a server over the real network.", no_args_is_help=True)
app.command("lektrico")(simulate_lektrico.command)

FREE_VEND_CARD = IdTag("FREEVEND")


class Version(StrEnum):
    """What the charge points speak."""

    V16 = "1.6"
    V201 = "2.0.1"
    V21 = "2.1"


@app.callback()
def _simulate() -> None:
    """Simulated devices that reach a server over the real network."""


@app.command()
def quirks() -> None:
    """List the oddities of firmware that `--quirk` knows."""
    for title, known in (("simulate ocpp", QUIRKS), ("simulate lektrico", LEKTRICO_QUIRKS)):
        typer.echo(f"{title}:")
        width = max(len(quirk) for quirk in known)
        for quirk, meaning in known.items():
            typer.echo(f"  {quirk:<{width}}  {meaning}")


@app.command()
def ocpp(
    *,
    url: Annotated[
        str, typer.Option(help="The server without an id: ws://host:9000/ocpp", show_default=False)
    ],
    version: Annotated[Version, typer.Option(help="OCPP version.")] = Version.V16,
    count: Annotated[int, typer.Option(min=1, max=60_000, help="How many charge points.")] = 1,
    id_prefix: Annotated[str, typer.Option(help="Ids are this and a number from 1.")] = "sim",
    ids: Annotated[list[str] | None, typer.Option("--id", help="Exactly this id; may be repeated.")] = None,
    connectors: Annotated[int, typer.Option(min=1, max=20, rich_help_panel=options.BUILD)] = 1,
    phases: Annotated[int, typer.Option(min=1, max=3, rich_help_panel=options.BUILD)] = 3,
    max_current: Annotated[float, typer.Option(min=6, max=80, rich_help_panel=options.BUILD)] = 32,
    quirk: Annotated[
        list[Quirk] | None,
        typer.Option(
            rich_help_panel=options.BUILD, help="Odd firmware; `simulate quirks` lists them; repeatable."
        ),
    ] = None,
    free_vend: Annotated[
        bool | None, typer.Option(rich_help_panel=options.BUILD, help="Firmware that starts for anybody.")
    ] = None,
    drift: Annotated[
        float | None, typer.Option(rich_help_panel=options.BUILD, help="Seconds the clock is off, for good.")
    ] = None,
    plug: options.Plug = None,
    card: Annotated[
        str | None,
        typer.Option(rich_help_panel=options.CAR, help="Id tag held to every reader once accepted."),
    ] = None,
    soc: options.Soc = 0.35,
    battery_kwh: options.BatteryKwh = 60,
    car_current: options.CarCurrent = 16,
    car_phases: options.CarPhases = 3,
    speed: options.SpeedFactor = 1,
    duration: options.Duration = None,
    state_dir: options.StateDir = None,
    journal: options.Journal = None,
    reconnect_max: Annotated[
        float,
        typer.Option(min=0.5, rich_help_panel=options.RUN, help="Longest wait before a new connection."),
    ] = 30,
    password_file: options.PasswordFile = None,
    ca_file: Annotated[
        Path | None, typer.Option(rich_help_panel=options.RUN, help="Roots to trust for wss://.")
    ] = None,
    script: options.Script = None,
    stdin: options.Stdin = False,
    control: options.Control = None,
    panel: options.PanelDoor = None,
    panel_origin: options.PanelOrigin = options.APP_ORIGIN,
    connect_rate: Annotated[
        float, typer.Option(min=0.1, rich_help_panel=options.LOAD, help="New connections a second.")
    ] = 500,
    sample_interval: Annotated[
        int | None, typer.Option(min=1, rich_help_panel=options.LOAD, help="Seconds between meter values.")
    ] = None,
    check_answers: Annotated[
        bool, typer.Option(rich_help_panel=options.LOAD, help="Hold answers against their schemas.")
    ] = True,
    as_json_line: Annotated[bool, typer.Option("--json", help="Print the figures as a JSON line.")] = False,
    verbose: options.Verbose = False,
) -> None:
    """Real OCPP charge points with cars and drivers; with --count a load generator."""
    options.set_up_logs(verbose=verbose, devices=count)
    if version is not Version.V16:
        raise PlanError(f"OCPP {version} is not simulated yet; use --version {Version.V16}")
    is_load = count > 1
    settings = {} if sample_interval is None else {"MeterValueSampleInterval": str(sample_interval)}
    pattern = Identity(
        point_id="",
        connectors=connectors,
        wiring=Wiring(Amps(max_current), phases),
        quirks=frozenset(quirk or ()),
        free_vend=FREE_VEND_CARD if _given_or(free_vend, is_load and card is None) else None,
        drift=None if drift is None else Seconds(drift),
        settings=MappingProxyType(settings),
    )
    plan = Plan(
        url=url,
        identities=tuple(pattern.named(name) for name in ids or _numbered(id_prefix, count)),
        passwords=options.read_passwords(password_file),
        inputs=options.inputs(script=script, stdin=stdin, control=control, panel=panel, origin=panel_origin),
        speed=Speed(speed),
        car=options.car(soc=soc, battery_kwh=battery_kwh, current=car_current, phases=car_phases),
        plugged=_given_or(plug, is_load),
        card=None if card is None else IdTag(card),
        ca_file=ca_file,
        state_dir=state_dir,
        journal=journal,
        duration=None if duration is None else Seconds(duration),
        connect_rate=connect_rate,
        longest_wait=Seconds(reconnect_max),
        checks_answers=check_answers,
    )
    _carry_out(plan, as_json_line=as_json_line)


def _carry_out(plan: Plan, *, as_json_line: bool) -> None:
    result = uvloop.run(run(plan))
    if as_json_line:
        sys.stdout.write(as_json(result) + "\n")
    else:
        Console(stderr=plan.inputs.stdin).print(as_table(result))


def _given_or(option: bool | None, default: bool) -> bool:
    return default if option is None else option


def _numbered(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(1, count + 1)]
