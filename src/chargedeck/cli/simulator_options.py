"""The options that every kind of simulated device has: cars, time, commands; reads them, starts nothing."""

import json
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from chargedeck.domain.units import Amps, Ratio, WattHours
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.control import loopback_address
from chargedeck.simulator.fleet import Passwords
from chargedeck.simulator.inputs import Inputs
from chargedeck.simulator.problems import PlanError

PASSWORD_VARIABLE = "CHARGEDECK_SIMULATOR_PASSWORD"  # noqa: S105 - the variable's name, not its value

_FEW = 20
"""With more devices than this their single troubles are not told."""

BUILD, CAR, RUN, INPUT, LOAD = "Devices", "Car", "Run", "Commands", "Load"

Plug: TypeAlias = Annotated[
    bool | None,
    typer.Option(rich_help_panel=CAR, help="A car on every cable from the start; default with --count."),
]
Soc: TypeAlias = Annotated[float, typer.Option(min=0, max=1, rich_help_panel=CAR, help="State of charge.")]
BatteryKwh: TypeAlias = Annotated[float, typer.Option(min=0.1, max=1000, rich_help_panel=CAR)]
CarCurrent: TypeAlias = Annotated[float, typer.Option(min=6, max=80, rich_help_panel=CAR)]
CarPhases: TypeAlias = Annotated[int, typer.Option(min=1, max=3, rich_help_panel=CAR)]
SpeedFactor: TypeAlias = Annotated[
    float, typer.Option(min=0.01, max=3600, rich_help_panel=RUN, help="Times as fast as real.")
]
Duration: TypeAlias = Annotated[
    float | None,
    typer.Option(min=0.1, rich_help_panel=RUN, help="Real seconds; default: until stopped."),
]
StateDir: TypeAlias = Annotated[
    Path | None, typer.Option(rich_help_panel=RUN, help="Registers and queues outlive the process here.")
]
Journal: TypeAlias = Annotated[
    Path | None, typer.Option(rich_help_panel=RUN, help="Append what truly happened as JSON lines.")
]
PasswordFile: TypeAlias = Annotated[
    str | None,
    typer.Option(
        rich_help_panel=RUN,
        help='The password, or {"id": "password"}; - is standard input. '
        f"Default: environment {PASSWORD_VARIABLE}.",
    ),
]
Script: TypeAlias = Annotated[
    Path | None, typer.Option(rich_help_panel=INPUT, help="Commands as JSON lines.")
]
Stdin: TypeAlias = Annotated[bool, typer.Option("--stdin", rich_help_panel=INPUT, help="Commands on stdin.")]
Control: TypeAlias = Annotated[
    str | None, typer.Option(rich_help_panel=INPUT, help="HOST:PORT on loopback for commands by TCP.")
]
PanelDoor: TypeAlias = Annotated[
    str | None, typer.Option(rich_help_panel=INPUT, help="HOST:PORT on loopback for the demo panel.")
]
PanelOrigin: TypeAlias = Annotated[
    str, typer.Option(rich_help_panel=INPUT, help="The web app that may use the panel.")
]
Verbose: TypeAlias = Annotated[bool, typer.Option("--verbose", "-v", help="Log connections and refusals.")]
APP_ORIGIN = "http://127.0.0.1:8080"


def set_up_logs(*, verbose: bool, devices: int) -> None:
    """Tell more of few devices than of many."""
    quiet = logging.WARNING if devices <= _FEW else logging.ERROR
    logging.basicConfig(level=logging.INFO if verbose else quiet, format="%(asctime)s %(message)s")


def inputs(
    *, script: Path | None, stdin: bool, control: str | None, panel: str | None, origin: str
) -> Inputs:
    """Where commands come from."""
    return Inputs(
        script=script,
        stdin=stdin,
        control=None if control is None else loopback_address(control),
        panel=None if panel is None else loopback_address(panel),
        panel_origin=origin,
    )


def car(*, soc: float, battery_kwh: float, current: float, phases: int) -> Car:
    """The car that is on every cable, or comes when a command describes none."""
    return Car(CarModel(WattHours(battery_kwh * 1000), Amps(current), phases), Ratio(soc))


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
