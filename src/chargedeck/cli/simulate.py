"""`chargedeck simulate`: devices that are not there, over the real network; reads options, builds a plan."""

import json
import logging
import os
import sys
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from chargedeck.domain.units import Amps, IdTag, Ratio, WattHours
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.clock import Seconds, Speed
from chargedeck.simulator.control import loopback_address
from chargedeck.simulator.fleet import Passwords
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.outlet import Wiring
from chargedeck.simulator.problems import PlanError
from chargedeck.simulator.quirks import QUIRKS, Quirk
from chargedeck.simulator.report import as_json, as_table
from chargedeck.simulator.run import Inputs, Plan, run

app = typer.Typer(help="Simulated devices that reach a server over the real network.", no_args_is_help=True)

PASSWORD_VARIABLE = "CHARGEDECK_SIMULATOR_PASSWORD"  # noqa: S105 - the variable's name, not its value
FREE_VEND_CARD = IdTag("FREEVEND")

_FEW = 20
"""With more charge points than this their single troubles are not told."""

_BUILD, _CAR, _RUN, _INPUT, _LOAD = "Charge points", "Car", "Run", "Commands", "Load"


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
    width = max(len(quirk) for quirk in QUIRKS)
    for quirk, meaning in QUIRKS.items():
        typer.echo(f"{quirk:<{width}}  {meaning}")


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
    connectors: Annotated[int, typer.Option(min=1, max=20, rich_help_panel=_BUILD)] = 1,
    phases: Annotated[int, typer.Option(min=1, max=3, rich_help_panel=_BUILD)] = 3,
    max_current: Annotated[float, typer.Option(min=6, max=80, rich_help_panel=_BUILD)] = 32,
    quirk: Annotated[
        list[Quirk] | None,
        typer.Option(rich_help_panel=_BUILD, help="Odd firmware; `simulate quirks` lists them; repeatable."),
    ] = None,
    free_vend: Annotated[
        bool | None, typer.Option(rich_help_panel=_BUILD, help="Firmware that starts for anybody.")
    ] = None,
    drift: Annotated[
        float | None, typer.Option(rich_help_panel=_BUILD, help="Seconds the clock is off, for good.")
    ] = None,
    plug: Annotated[
        bool | None,
        typer.Option(rich_help_panel=_CAR, help="A car on every cable from the start; default with --count."),
    ] = None,
    card: Annotated[
        str | None, typer.Option(rich_help_panel=_CAR, help="Id tag held to every reader once accepted.")
    ] = None,
    soc: Annotated[float, typer.Option(min=0, max=1, rich_help_panel=_CAR, help="State of charge.")] = 0.35,
    battery_kwh: Annotated[float, typer.Option(min=0.1, max=1000, rich_help_panel=_CAR)] = 60,
    car_current: Annotated[float, typer.Option(min=6, max=80, rich_help_panel=_CAR)] = 16,
    car_phases: Annotated[int, typer.Option(min=1, max=3, rich_help_panel=_CAR)] = 3,
    speed: Annotated[
        float, typer.Option(min=0.01, max=3600, rich_help_panel=_RUN, help="Times as fast as real.")
    ] = 1,
    duration: Annotated[
        float | None,
        typer.Option(min=0.1, rich_help_panel=_RUN, help="Real seconds; default: until stopped."),
    ] = None,
    state_dir: Annotated[
        Path | None, typer.Option(rich_help_panel=_RUN, help="Registers and queues outlive the process here.")
    ] = None,
    journal: Annotated[
        Path | None, typer.Option(rich_help_panel=_RUN, help="Append what truly happened as JSON lines.")
    ] = None,
    reconnect_max: Annotated[
        float, typer.Option(min=0.5, rich_help_panel=_RUN, help="Longest wait before a new connection.")
    ] = 30,
    password_file: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=_RUN,
            help='The password, or {"id": "password"}; - is standard input. '
            f"Default: environment {PASSWORD_VARIABLE}.",
        ),
    ] = None,
    ca_file: Annotated[
        Path | None, typer.Option(rich_help_panel=_RUN, help="Roots to trust for wss://.")
    ] = None,
    script: Annotated[
        Path | None, typer.Option(rich_help_panel=_INPUT, help="Commands as JSON lines.")
    ] = None,
    stdin: Annotated[
        bool, typer.Option("--stdin", rich_help_panel=_INPUT, help="Commands on stdin.")
    ] = False,
    control: Annotated[
        str | None, typer.Option(rich_help_panel=_INPUT, help="HOST:PORT on loopback for commands by TCP.")
    ] = None,
    panel: Annotated[
        str | None, typer.Option(rich_help_panel=_INPUT, help="HOST:PORT on loopback for the demo panel.")
    ] = None,
    panel_origin: Annotated[
        str, typer.Option(rich_help_panel=_INPUT, help="The web app that may use the panel.")
    ] = "http://127.0.0.1:8080",
    connect_rate: Annotated[
        float, typer.Option(min=0.1, rich_help_panel=_LOAD, help="New connections a second.")
    ] = 500,
    sample_interval: Annotated[
        int | None, typer.Option(min=1, rich_help_panel=_LOAD, help="Seconds between meter values.")
    ] = None,
    check_answers: Annotated[
        bool, typer.Option(rich_help_panel=_LOAD, help="Hold answers against their schemas.")
    ] = True,
    as_json_line: Annotated[bool, typer.Option("--json", help="Print the figures as a JSON line.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log connections and refusals.")] = False,
) -> None:
    """Real OCPP charge points with cars and drivers; with --count a load generator."""
    quiet = logging.WARNING if count <= _FEW else logging.ERROR
    logging.basicConfig(level=logging.INFO if verbose else quiet, format="%(asctime)s %(message)s")
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
    car_model = CarModel(WattHours(battery_kwh * 1000), Amps(car_current), car_phases)
    plan = Plan(
        url=url,
        identities=tuple(pattern.named(name) for name in ids or _numbered(id_prefix, count)),
        passwords=read_passwords(password_file),
        inputs=Inputs(
            script=script,
            stdin=stdin,
            control=None if control is None else loopback_address(control),
            panel=None if panel is None else loopback_address(panel),
            panel_origin=panel_origin,
        ),
        speed=Speed(speed),
        car=Car(car_model, Ratio(soc)),
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


def read_passwords(source: str | None) -> Passwords:
    """From a file, standard input or the environment; never from an argument."""
    if source is None:
        return Passwords(for_all=os.environ.get(PASSWORD_VARIABLE))
    try:
        text = (sys.stdin.readline() if source == "-" else Path(source).read_text()).strip()
    except OSError as error:
        raise PlanError(f"--password-file: {error.strerror}: {source}") from error
    if not text.startswith("{"):
        return Passwords(for_all=text or None)
    try:
        by_id = json.loads(text)
    except ValueError as error:
        raise PlanError(f"--password-file: not JSON: {error}") from error
    if not all(isinstance(password, str) for password in by_id.values()):
        raise PlanError("--password-file: every id needs a password in quotes")
    return Passwords(by_id=by_id)
