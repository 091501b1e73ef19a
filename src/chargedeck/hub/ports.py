"""What the hub needs from the world, as small Protocols; each has one contract test for all its backends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chargedeck.domain.cards import Card
from chargedeck.domain.local_list import Piece
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import Amps, ChargerId, DeviceId, IdTag, SessionId, StationId, WattHours, Watts
from chargedeck.energy.detection import Rotation
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.hub.charging_rules import PlanRecord, ScheduleRecord
from chargedeck.hub.commands import Command
from chargedeck.hub.management import Management
from chargedeck.hub.meter_records import MeterRecord
from chargedeck.hub.people_ports import Deeds, KeyBook
from chargedeck.hub.records import (
    CarRecord,
    ChargerRecord,
    DeviceRecord,
    EventRecord,
    FormerOutlet,
    LimitChange,
    SessionRecord,
    SignedValue,
    SignInRecord,
    StationRecord,
    TokenRecord,
    UserRecord,
)
from chargedeck.hub.session_query import SessionPage, SessionQuery
from chargedeck.hub.solar_sites import SolarSite

Durable = Callable[[bool], None]
"""Called on the loop once all rows handed over before are on disk (True), or could not be put there."""

Now = Callable[[], datetime]
"""The wall clock in UTC; tests give their own."""


class Journal(Protocol):
    """The hot way to disk: rows are handed over without waiting and committed in groups, in order.

    A row that could not be written is kept and tried again; whoever waits for it is told False.
    """

    def sample(self, charger: ChargerId, reading: Reading, limit_a: Amps | None) -> None: ...
    def session(self, record: SessionRecord) -> None:
        """Insert or replace by `id`."""

    def limit(self, change: LimitChange) -> None: ...
    def signed(self, value: SignedValue) -> None: ...
    def event(self, record: EventRecord) -> None: ...
    def energy(self, record: StationEnergy) -> None:
        """Insert or replace by station and start."""

    def device(self, record: DeviceRecord) -> None:
        """Insert or replace by `id`."""

    def charger(self, record: ChargerRecord) -> None:
        """Insert or replace by `id`."""

    def when_durable(self, done: Durable) -> None: ...


class Book(KeyBook, Protocol):
    """People, places and cards: rare writes that wait until they are on disk; reads of the same."""

    async def stations(self) -> Sequence[StationRecord]: ...
    async def save_station(self, record: StationRecord) -> None:
        """Insert or replace; making one the default unmakes the other."""

    async def delete_station(self, station: StationId) -> None: ...
    async def management(self) -> Sequence[Management]:
        """How the stations are managed that somebody has set up for it."""

    async def save_management(self, record: Management) -> None:
        """Insert or replace by station; raises UnknownResourceError when there is no such station."""

    async def meters(self) -> Sequence[MeterRecord]: ...
    async def save_meter(self, record: MeterRecord) -> None:
        """Insert or replace; raises UnknownResourceError when there is no such station."""

    async def delete_meter(self, meter_id: str) -> None: ...
    async def solar_sites(self) -> Sequence[SolarSite]: ...
    async def save_solar_site(self, site: SolarSite) -> None:
        """Insert or replace by station; raises UnknownResourceError when there is no such station."""

    async def delete_solar_site(self, station: StationId) -> None: ...
    async def devices(self) -> Sequence[DeviceRecord]: ...
    async def delete_device(self, device: DeviceId) -> None:
        """Remove the device and its chargers; their sessions stay, and they are former outlets."""

    async def chargers(self) -> Sequence[ChargerRecord]: ...
    async def delete_charger(self, charger: ChargerId) -> None:
        """Remove the charger with its schedules and plan; its sessions stay, and it is a former outlet."""

    async def former_outlets(self) -> Sequence[FormerOutlet]:
        """What the removed chargers had, each as it was when it was removed last."""

    async def schedules(self) -> Sequence[ScheduleRecord]: ...
    async def save_schedule(self, record: ScheduleRecord) -> None:
        """Insert or replace; raises UnknownResourceError when there is no such charger."""

    async def delete_schedule(self, schedule_id: str) -> None: ...
    async def plans(self) -> Sequence[PlanRecord]: ...
    async def save_plan(self, record: PlanRecord) -> None:
        """Insert or replace by charger; raises UnknownResourceError when there is no such charger."""

    async def learned_wiring(self) -> Mapping[ChargerId, Rotation]:
        """The grid's phases of the chargers' own, as their stations have learned them."""

    async def save_learned_wiring(self, charger: ChargerId, rotation: Rotation) -> None:
        """Insert or replace by charger; raises UnknownResourceError when there is no such charger."""

    async def cards(self) -> Sequence[Card]: ...
    async def save_card(self, card: Card) -> None:
        """Insert or replace; raises ConflictError when another card has the tag."""

    async def delete_card(self, card_id: str) -> None: ...
    async def cars(self) -> Sequence[CarRecord]: ...
    async def save_car(self, record: CarRecord) -> None:
        """Insert or replace; raises UnknownResourceError when its owner is gone."""

    async def delete_car(self, car_id: str) -> None:
        """Remove the car; its sessions stay in the history."""

    async def users(self) -> Sequence[UserRecord]: ...
    async def save_user(self, record: UserRecord) -> None:
        """Insert or replace; raises ConflictError when another user has the address."""

    async def claim(self, owner: UserRecord) -> bool:
        """Insert the first owner, once and for ever: False when there already is a user."""

    async def delete_user(self, user_id: str) -> None:
        """Delete with all sign-ins; cards become nobody's and are blocked."""

    async def tokens(self) -> Sequence[TokenRecord]: ...
    async def token(self, digest: str) -> TokenRecord | None: ...
    async def save_token(self, record: TokenRecord) -> None: ...
    async def note_token_use(self, token_id: str, at: datetime) -> None:
        """Of one that is gone nothing is noted."""

    async def delete_token(self, token_id: str) -> None: ...
    async def sign_in(self, digest: str) -> tuple[SignInRecord, UserRecord] | None: ...
    async def save_sign_in(self, record: SignInRecord) -> None:
        """Insert or replace; sign-ins that have run out go."""

    async def note_sign_in_use(self, digest: str, at: datetime, expires_at: datetime) -> None:
        """Of one that is gone nothing is noted."""

    async def delete_sign_ins(self, user_id: str, *, but: str | None = None) -> None:
        """With push on every device, but what was switched on in that sign-in."""

    async def delete_sign_in(self, digest: str, *, ran_out: bool = False) -> None:
        """With the push that was switched on in it, unless it has merely run out."""

    async def secret(self, name: str, make: Callable[[], bytes]) -> bytes:
        """A value made once per installation and kept."""

    async def reserve_numbers(self, name: str, count: int) -> int:
        """The first of `count` numbers that nobody has had or will have, starting at 0."""


@dataclass(frozen=True, slots=True)
class SamplePoint:
    """A bucket of samples: means for power and current, the last register, by phase where known."""

    at: datetime
    power_w: Watts | None
    register_wh: WattHours | None
    current_a: tuple[float | None, ...]
    voltage_v: tuple[float | None, ...]
    temperature_c: float | None
    soc_ratio: float | None
    limit_a: Amps | None


class Archive(Deeds, Protocol):
    """The history, read beside the writer without holding it up.

    `session_by_ref` and `session_by_start` also find what was handed to the journal and is not on disk
    yet: a device that repeats itself while the disk is full must not make a second session.
    """

    async def sessions(self, query: SessionQuery) -> SessionPage:
        """A page; raises UnreadableCursorError."""

    async def count_sessions(self, query: SessionQuery) -> int:
        """How many sessions there are on all pages together."""

    async def session(self, session: SessionId) -> SessionRecord | None: ...
    async def open_sessions(self) -> Sequence[SessionRecord]:
        """Sessions without an end, with the highest register that any stored sample of theirs has."""

    async def session_by_ref(self, device: DeviceId, ref: str) -> SessionRecord | None: ...
    async def session_by_start(
        self, charger: ChargerId, started_at: datetime, meter_start_wh: WattHours, id_tag: IdTag | None
    ) -> SessionRecord | None:
        """The session that a repeated StartTransaction means."""

    async def samples(
        self, charger: ChargerId, start: datetime, end: datetime, resolution_s: float
    ) -> Sequence[SamplePoint]: ...
    async def limits(self, charger: ChargerId, start: datetime, end: datetime) -> Sequence[LimitChange]:
        """Changes in the period, and the one that was in force at its start."""

    async def events(
        self, charger: ChargerId | None, start: datetime, end: datetime, limit: int
    ) -> Sequence[EventRecord]: ...
    async def signed_values(self, session: SessionId) -> Sequence[SignedValue]: ...
    async def station_energy(
        self, start: datetime, end: datetime, station: StationId | None = None
    ) -> Sequence[StationEnergy]:
        """The quarters that begin from `start` to before `end`, oldest first; of one station or of all."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a device can do, found out as we go."""

    limits_current: bool = True
    unlocks: bool = True
    reserves: bool = False
    overrides_schedule: bool = False
    """It has a schedule of its own, which it can set aside."""
    by_default: frozenset[int] = frozenset()
    """Outlets whose session takes no limit of its own, so that what the device keeps holds it."""
    counts_watts: bool = False
    """Its limits are watts, which are other currents for each car: every session has to be told its own."""


@dataclass(frozen=True, slots=True)
class CardRoom:
    """How many cards a device keeps (None: it does not say), and how many it takes at once."""

    most: int | None
    at_once: int


class CardKeeper(Protocol):
    """A device that keeps cards for the time that it is offline; all of it raises DeviceErrors.

    NotSupportedError says that it keeps none after all.
    """

    async def room(self) -> CardRoom: ...
    async def version(self) -> int:
        """The version of its list, 0 for none yet."""

    async def keep(self, piece: Piece) -> None:
        """Have it take a piece; returns when it has confirmed."""


class DeviceLink(Protocol):
    """A live connection to a device. Every wait has its own timeout.

    `send` returns once the device has confirmed, and raises a DeviceError otherwise.
    """

    @property
    def protocol(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def capabilities(self) -> Capabilities: ...
    @property
    def card_keeper(self) -> CardKeeper | None: ...
    async def send(self, command: Command) -> None: ...
    async def call(self, action: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send any action that a central system may send, as an operator wrote it.

        Raises InvalidCallError before it goes, DeviceRefusedError with the device's own error code.
        """

    async def answers(self) -> bool:
        """Whether the other end still answers a ping."""

    def approved(self) -> None:
        """An owner has approved the device: let it introduce itself again, now for real."""

    def close(self, reason: str) -> None: ...


class Visible(Protocol):
    """Something that the screen shows live."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def station_id(self) -> str: ...
    @property
    def whose(self) -> str | None: ...
    def view(self) -> Any: ...


class Screen(Protocol):
    """Where changes go to be shown; `touch` is on the hot path and only marks."""

    def touch(self, resource: Visible, *, urgent: bool = False) -> None: ...
    def remove(self, resource: Visible) -> None: ...


class MessageDecoder(Protocol):
    """Makes a logged frame readable, without its secrets."""

    def __call__(self, raw: bytes) -> Mapping[str, Any]:
        """Answer type, message_id, action (or None) and payload."""


class OperatorCatalogue(Protocol):
    """The actions that a central system may send in a protocol, with their JSON schemas."""

    def __call__(self, protocol: str) -> Mapping[str, Mapping[str, Any]]: ...
