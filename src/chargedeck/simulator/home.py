"""The demo home: an OCPP charge point, a LEKTRI.CO charger and its energy module, cars, cards and a panel."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from chargedeck.domain.units import Amps, IdTag, Ratio, WattHours, Watts
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.clock import Instant, Seconds, Speed, after
from chargedeck.simulator.control import Address
from chargedeck.simulator.fleet import Fleet, Passwords
from chargedeck.simulator.handled import Handled
from chargedeck.simulator.hands import Card, Hands
from chargedeck.simulator.house import House, PerPhase
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.lektrico.household import Household, Network
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.link import Server
from chargedeck.simulator.ocpp16.connector import Connector
from chargedeck.simulator.ocpp16.offline_past import keep_past
from chargedeck.simulator.outlet import Wiring, phase_powers
from chargedeck.simulator.pace import Pace
from chargedeck.simulator.panel import panel_server
from chargedeck.simulator.past import Visit
from chargedeck.simulator.problems import lone_cause
from chargedeck.simulator.shelly import Shelly
from chargedeck.simulator.world import World, new_world

BLUE_CARD = Card("Blue card", IdTag("04A1B2C3D4"))
GREEN_CARD = Card("Green card", IdTag("04D4C3B2A1"))
UNKNOWN_CARD = Card("Unknown card", IdTag("04FFEEDDCC"))
_CARDS = frozenset({BLUE_CARD.id_tag, GREEN_CARD.id_tag})
GARAGE = Identity("garage", model="Demo TRI", wiring=Wiring(max_current_a=Amps(32), phases=3))
CARPORT = Nameplate(
    Kind.CHARGER_3P22K, 500_007, name="carport", cards=frozenset({BLUE_CARD.id_tag, GREEN_CARD.id_tag})
)
MAIN_METER = Nameplate(Kind.MODULE_3EM, 830_001, name="main-meter", board_revision="A")
FAMILY_CAR = Car(
    CarModel(battery_wh=WattHours(60_000), max_current_a=Amps(32), phases=3),
    soc=Ratio(0.35),
)
SMALL_CAR = Car(
    CarModel(battery_wh=WattHours(42_000), max_current_a=Amps(16), phases=3),
    soc=Ratio(0.55),
)

_GRACE = Seconds(3)
"""The time the server has to start the car by itself before the card is held to the reader."""


class Home:
    """Everything that stands in the house and around it."""

    def __init__(
        self,
        ocpp_url: str,
        passwords: Mapping[str, str],
        state_dir: Path | None = None,
        visits: Sequence[Visit] = (),
    ) -> None:
        """Stand in front of a server; `visits` are those that the garage has not handed over yet."""
        self.world: World = new_world()
        self.house = House()
        self.ready = asyncio.Event()
        """Set as soon as every device can be reached."""
        server = Server(ocpp_url.rstrip("/"), Pace(50), first_wait=Seconds(0.5), longest_wait=Seconds(5))
        self._fleet = Fleet(self.world, server, Passwords(by_id=passwords))
        self._household = Household(self.world, (CARPORT, MAIN_METER), Network(), self.house, state_dir)
        point = self._fleet.add(GARAGE).point
        keep_past(point, visits)
        self.sun_meter = Shelly(lambda: Watts(sum(self.house.sun(self.world.clock.now()))))
        for connector in point.connectors:
            connector.plug(FAMILY_CAR)
            point.on_first_acceptance = partial(_start_soon, connector)
            self.house.consumers.append(partial(_draw, connector))

    def __iter__(self) -> Iterator[Handled]:
        return chain(self._fleet, self._household)

    def run_at(self, speed: Speed) -> None:
        """Let time pass this fast."""
        self._fleet.run_at(speed)

    @property
    def addresses(self) -> dict[str, str]:
        """Where the LEKTRI.CO devices answer, by name; complete when the home is ready."""
        return {unit.device_id: unit.address for unit in self._household}

    async def run(self, panel_port: int, app_origin: str) -> None:
        """Live until cancelled, or the panel says quit."""
        hands = Hands(self, (BLUE_CARD, UNKNOWN_CARD), FAMILY_CAR)
        door = Address("127.0.0.1", panel_port)
        try:
            async with (
                self._fleet.running(),
                self._household.opened(),
                self.sun_meter.running(),
                panel_server(hands, door, app_origin),
            ):
                for unit in self._household:
                    if unit.device.plate.kind.is_charger and unit.car(1) is None:
                        unit.plug(1, SMALL_CAR)
                self.ready.set()
                await hands.quitting.wait()
        except ExceptionGroup as group:
            raise lone_cause(group) from group


def _draw(connector: Connector, _at: Instant) -> PerPhase:
    connector.advance()
    return phase_powers(connector.outlet)


def _start_soon(connector: Connector) -> None:
    """Have a car charging on the screen at once, however the server is set up."""
    point = connector.point
    point.at(after(point.now(), _GRACE), lambda _now: _start(connector))


def _start(connector: Connector) -> None:
    session = connector.session
    if connector.outlet.is_plugged and session.can_start and not session.is_asking:
        session.swipe(BLUE_CARD.id_tag)
