"""What is kept for good: the durable side of devices, chargers, sessions, people and cards."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.domain.events import UNIDENTIFIED, DeviceIdentity
from chargedeck.domain.installation import DEFAULT_INSTALLATION_CURRENT
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.register import Anomaly
from chargedeck.domain.units import Amps, ChargerId, DeviceId, IdTag, SessionId, StationId, WattHours
from chargedeck.energy.prices import Currency
from chargedeck.hub.unit_settings import DeviceKind


class Role(StrEnum):
    """What somebody may do, in rising order."""

    VIEWER = "viewer"
    DRIVER = "driver"
    OPERATOR = "operator"
    OWNER = "owner"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class StationRecord:
    """A place behind one grid connection."""

    id: StationId
    name: str
    is_default: bool
    time_zone: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A physical unit; `password` is the salted hash of what it shows to us, never the password."""

    id: DeviceId
    name: str
    driver: str
    station_id: StationId
    approved: bool
    first_seen_at: datetime
    last_seen_at: datetime | None = None
    password: str | None = None
    identity: DeviceIdentity = UNIDENTIFIED
    kind: DeviceKind = DeviceKind.CHARGER
    hardware_id: str | None = None
    """What the unit calls itself; another unit at its address is not accepted in its place."""
    address: str | None = None
    """Where it is asked, host or host:port; None for a device that calls us."""
    username: str | None = None
    secret: str | None = field(default=None, repr=False)
    """The password that we show to the device, which therefore cannot be a hash."""
    single_phase: bool = False
    """Wanted by its owner, and lost by the device whenever it restarts."""
    holds_current: bool = False
    """Whether the volatile limit in the device is ours: then we lift it too, also after a restart."""


@dataclass(frozen=True, slots=True)
class ChargerRecord:
    """An outlet and what people have set for it; survives restarts, so a pause or a lock does too."""

    id: ChargerId
    device_id: DeviceId
    connector: int
    name: str
    station_id: StationId
    installation_current_a: Amps = DEFAULT_INSTALLATION_CURRENT
    allowed_current_a: Amps = DEFAULT_INSTALLATION_CURRENT
    plug_and_charge: bool = False
    locked: bool = False
    priority: int = 0
    user_paused: bool = False
    inspection_required: bool = False
    lifetime_energy_wh: WattHours | None = None
    charge_now: bool = False
    """Schedule, price and solar are set aside until the session ends."""


@dataclass(frozen=True, slots=True)
class FormerOutlet:
    """What an outlet that was removed begins with when its device speaks of it again."""

    charger_id: ChargerId
    installation_current_a: Amps
    inspection_required: bool


class Origin(StrEnum):
    """How a session came into the history."""

    LIVE = "live"
    OFFLINE = "offline"
    RECOVERED = "recovered"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class SessionCostRecord:
    """What a session cost in all; without a tariff there is no amount. `detail` is for the breakdown."""

    grid_wh: Decimal
    solar_wh: Decimal
    battery_wh: Decimal
    amount: Decimal | None = None
    currency: Currency | None = None
    estimated: bool = False
    detail: dict[str, Any] | None = None
    tariff_as_of: datetime | None = None
    """The versions of the tariff that were saved until then counted; None has the present ones count."""


class SessionRecord(NamedTuple):
    """A session as the ledger keeps it; open while `ended_at` is None. `ref` is the device's transaction.

    A tuple, since each session is written several times, and this way a copy costs a third.
    """

    id: SessionId
    charger_id: ChargerId
    device_id: DeviceId
    station_id: StationId
    ref: str
    started_at: datetime
    meter_start_wh: WattHours
    meter_last_wh: WattHours
    charging_time_s: float = 0.0
    counted_at: datetime | None = None
    """Until when its charging time has been counted; None while it never was saved, and once it is over."""
    counted_wh: WattHours | None = None
    """The register at that time."""
    ended_at: datetime | None = None
    meter_stop_wh: WattHours | None = None
    authorized_by: Authorizer | None = None
    id_tag: IdTag | None = None
    stop_reason: str | None = None
    origin: Origin = Origin.LIVE
    anomalies: tuple[Anomaly, ...] = ()
    car_id: str | None = None
    place: str | None = None
    """Where it was charged, if that was at none of our chargers; then `charger_id` is empty."""
    note: str = ""
    tags: tuple[str, ...] = ()
    deleted_at: datetime | None = None

    @property
    def user_id(self) -> str | None:
        """Whose it is: as its card or sign-in said when it began, or as somebody has set since."""
        return None if self.authorized_by is None else self.authorized_by.user_id

    @property
    def card_id(self) -> str | None:
        """The card that began it."""
        by = self.authorized_by
        return by.key if by is not None and by.kind is AuthorizerKind.CARD else None

    cost: SessionCostRecord | None = None
    """Written by who prices sessions, and by nobody else."""

    @property
    def energy_wh(self) -> WattHours:
        """From register to register; the stop's once it is known."""
        return WattHours(self.meter_last_wh - self.meter_start_wh)


@dataclass(frozen=True, slots=True)
class CarRecord:
    """A car that sessions can be put down to; `user_id` is its owner."""

    id: str
    name: str
    plate: str = ""
    battery_wh: WattHours | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class LimitChange:
    """From `at` on, this limit was in force."""

    charger_id: ChargerId
    at: datetime
    current_a: Amps
    reason: LimitReason


@dataclass(frozen=True, slots=True)
class SignedValue:
    """A meter value signed by the meter (Eichrecht), kept exactly as it came."""

    device_id: DeviceId
    connector: int
    ref: str | None
    at: datetime
    context: str
    value: str


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something worth finding again: an error, a lost connection, a security event, a person's deed."""

    at: datetime
    kind: str
    device_id: DeviceId | None = None
    charger_id: ChargerId | None = None
    actor: str | None = None
    detail: dict[str, Any] | None = None
    address: str | None = None
    """Where a person's deed came from."""


class Units(StrEnum):
    """In what somebody reads temperatures and distances; energy is in kWh everywhere."""

    METRIC = "metric"
    IMPERIAL = "imperial"


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A person; `station_ids` None means every station, `charger_ids` None every charger of these."""

    id: str
    email: str
    password: str
    role: Role
    first_name: str = ""
    last_name: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    theme: str = "system"
    advanced_data: bool = False
    station_ids: tuple[StationId, ...] | None = None
    created_at: datetime | None = None
    charger_ids: tuple[ChargerId, ...] | None = None
    expires_at: datetime | None = None
    """When the account ends; None: never."""
    units: Units = Units.METRIC


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """An API token; only its hash is kept."""

    id: str
    name: str
    role: Role
    digest: str
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignInRecord:
    """A browser's sign-in; only the hash of its cookie is kept."""

    digest: str
    user_id: str
    csrf_token: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime
    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class PasskeyRecord:
    """A passkey; `id` is what its authenticator calls it, `public_key` all that is kept of it."""

    id: str
    user_id: str
    name: str
    public_key: bytes = field(repr=False)
    sign_count: int
    created_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecondFactorRecord:
    """What makes somebody's one-time codes (RFC 6238); counts once its owner has shown a code."""

    user_id: str
    secret: bytes = field(repr=False)
    confirmed: bool = False
    last_step: int = 0
    """The newest code that was used: none is taken twice."""
    recovery: tuple[str, ...] = ()
    """Hashes of the codes for the day the telephone is lost; each goes once."""


@dataclass(frozen=True, slots=True)
class InvitationRecord:
    """A link that makes an account for whoever opens it first; only the hash of its secret is kept."""

    id: str
    digest: str
    role: Role
    created_by: str
    created_at: datetime
    expires_at: datetime
    note: str = ""
    station_ids: tuple[StationId, ...] | None = None
    charger_ids: tuple[ChargerId, ...] | None = None
    language: str = "en"
    account_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EmbedRecord:
    """What shows one charger in the pages of other sites, its `origins`; only the hash of its key is kept."""

    id: str
    charger_id: ChargerId
    name: str
    origins: tuple[str, ...]
    digest: str
    created_by: str
    created_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LocalListRecord:
    """The cards that a device keeps for the time that it is offline, as it last confirmed them."""

    device_id: DeviceId
    version: int
    entries: dict[str, Any]
    """By tag: what OCPP calls its idTagInfo."""
