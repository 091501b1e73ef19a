"""`chargedeck simulate lektrico`: LEKTRI.CO devices in the local network; reads options, builds a plan."""

from enum import StrEnum
from ipaddress import IPv4Address
from typing import Annotated

import typer
import uvloop

from chargedeck.cli import simulator_options as options
from chargedeck.domain.units import Watts
from chargedeck.simulator.clock import Seconds, Speed
from chargedeck.simulator.house import House, HouseModel
from chargedeck.simulator.lektrico.household import Network
from chargedeck.simulator.lektrico.nameplate import MOST_CURRENT, Kind, Nameplate
from chargedeck.simulator.lektrico.quirks import Quirk
from chargedeck.simulator.lektrico.run import Plan, run
from chargedeck.simulator.lektrico.unit import Login
from chargedeck.simulator.problems import PlanError

_HOUSE = "House"


class Model(StrEnum):
    """Which 3P22K it is: they have one firmware."""

    ONE = "one"
    TRI = "tri"


def command(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Of the first device, the others follow; 0: any.")
    ] = 8090,
    kinds: Annotated[
        list[Kind] | None, typer.Option("--type", help="May be repeated: devices of one house.")
    ] = None,
    serial: Annotated[
        int, typer.Option("--id", min=1, max=10**9, help="Serial number of the first, the others follow.")
    ] = 500_006,
    count: Annotated[int, typer.Option(min=1, max=5_000, help="How many of each type.")] = 1,
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 for the whole network.")] = "127.0.0.1",
    mdns: Annotated[bool, typer.Option(help="Announce them by multicast DNS.")] = True,
    model: Annotated[Model, typer.Option(rich_help_panel=options.BUILD, help="Of a 3p22k.")] = Model.TRI,
    install_current: Annotated[
        int,
        typer.Option(
            min=6, max=MOST_CURRENT, rich_help_panel=options.BUILD, help="The electrician's setting; new: 6."
        ),
    ] = MOST_CURRENT,
    headless: Annotated[
        bool, typer.Option(rich_help_panel=options.BUILD, help="Plug and charge, until a client changes it.")
    ] = True,
    card: Annotated[
        list[str] | None,
        typer.Option(rich_help_panel=options.BUILD, help="A card it has learned; default: takes every card."),
    ] = None,
    firmware: Annotated[str, typer.Option(rich_help_panel=options.BUILD, help="Version it tells.")] = "",
    quirk: Annotated[
        list[Quirk] | None,
        typer.Option(
            rich_help_panel=options.BUILD, help="Odd firmware; `simulate quirks` lists them; repeatable."
        ),
    ] = None,
    user: Annotated[
        str | None, typer.Option(rich_help_panel=options.BUILD, help="Ask for this user and a password.")
    ] = None,
    house_load: Annotated[
        float | None,
        typer.Option(min=0, max=100_000, rich_help_panel=_HOUSE, help="Watts; default: as the day goes."),
    ] = None,
    sun: Annotated[
        float | None,
        typer.Option(min=0, max=100_000, rich_help_panel=_HOUSE, help="Watts; default: as the day goes."),
    ] = None,
    plug: options.Plug = None,
    soc: options.Soc = 0.35,
    battery_kwh: options.BatteryKwh = 60,
    car_current: options.CarCurrent = 16,
    car_phases: options.CarPhases = 3,
    speed: options.SpeedFactor = 1,
    duration: options.Duration = None,
    state_dir: options.StateDir = None,
    journal: options.Journal = None,
    password_file: options.PasswordFile = None,
    script: options.Script = None,
    stdin: options.Stdin = False,
    control: options.Control = None,
    panel: options.PanelDoor = None,
    panel_origin: options.PanelOrigin = options.APP_ORIGIN,
    verbose: options.Verbose = False,
) -> None:
    """LEKTRI.CO chargers and energy modules of one house, each at an HTTP address of its own."""
    chosen = [kind for kind in kinds or [Kind.CHARGER_1P7K] for _ in range(count)]
    options.set_up_logs(verbose=verbose, devices=len(chosen))
    pattern = Nameplate(
        chosen[0],
        serial,
        phases=1 if model is Model.ONE else 3,
        firmware=firmware,
        install_current=install_current,
        headless=headless,
        cards=None if card is None else frozenset(card),
        quirks=frozenset(quirk or ()),
    )
    plates = tuple(pattern.of_kind(kind).numbered(serial + place) for place, kind in enumerate(chosen))
    plan = Plan(
        plates=plates,
        network=Network(_ipv4(host), _first_port(port, len(plates)), mdns, _login(user, password_file)),
        inputs=options.inputs(script=script, stdin=stdin, control=control, panel=panel, origin=panel_origin),
        speed=Speed(speed),
        car=options.car(soc=soc, battery_kwh=battery_kwh, current=car_current, phases=car_phases),
        plugged=count > 1 if plug is None else plug,
        house=_house(plates, house_load, sun),
        state_dir=state_dir,
        journal=journal,
        duration=None if duration is None else Seconds(duration),
    )
    uvloop.run(run(plan))


def _ipv4(host: str) -> str:
    """The address to listen on; the devices themselves know nothing newer than IPv4."""
    try:
        return str(IPv4Address("127.0.0.1" if host == "localhost" else host))
    except ValueError as error:
        raise PlanError(f"--host {host}: give an IPv4 address of this machine, or 0.0.0.0 for all") from error


def _first_port(port: int, devices: int) -> int:
    if port and port + devices - 1 > 65_535:
        raise PlanError(f"--port {port} leaves no room for {devices} devices; use a lower one, or 0")
    return port


def _login(user: str | None, password_file: str | None) -> Login | None:
    if user is None:
        return None
    password = options.read_passwords(password_file).for_all
    if password is None:
        raise PlanError(f"--user needs a password: --password-file, or {options.PASSWORD_VARIABLE}")
    return Login(user, password)


def _house(plates: tuple[Nameplate, ...], load: float | None, sun: float | None) -> House:
    phases = max(plate.wires for plate in plates)
    house = House(HouseModel(phases=phases))
    house.set(None if load is None else [Watts(load / phases)] * phases, sun)
    return house
