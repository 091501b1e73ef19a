"""What the screen is told: the resources of the API, as plain data. No rule lives here."""

from dataclasses import dataclass, field
from datetime import datetime

from chargedeck.domain.actions import Action
from chargedeck.domain.badge import Status, StatusReason
from chargedeck.domain.cards import AuthorizerKind
from chargedeck.domain.causes import Cause, CauseCode
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.limits import LimitReason
from chargedeck.energy.modes import Mode
from chargedeck.hub.card_list_view import CardListView
from chargedeck.hub.cost_views import LiveCostView, MoneyView
from chargedeck.hub.meter_views import PolledMeterView
from chargedeck.hub.plan_summary import HoursView, PlanSummaryView
from chargedeck.hub.station_meters import Origin
from chargedeck.hub.unit_settings import DeviceKind, DeviceSettings, DeviceTrouble, LoadBalancing


@dataclass(frozen=True, slots=True)
class AuthorizerView:
    """Who a session is put down to."""

    kind: AuthorizerKind
    label: str


@dataclass(frozen=True, slots=True)
class LiveSessionView:
    """The session that is open at a charger."""

    id: str
    state: str
    started_at: datetime
    energy_wh: float
    charging_time_s: int
    meter_start_wh: float
    authorized_by: AuthorizerView | None
    cost: MoneyView | None = None
    cost_breakdown: LiveCostView | None = None


@dataclass(frozen=True, slots=True)
class CurrentRangeView:
    """What the slider may say, in amperes."""

    min: int
    max: int


@dataclass(frozen=True, slots=True)
class CauseView:
    """Why a limit is what it is, as a code and its values, for other languages than English."""

    code: CauseCode
    values: dict[str, float | str]


def cause_view(cause: Cause | None) -> CauseView | None:
    """The cause as it is told."""
    return None if cause is None else CauseView(cause.code, dict(cause.values))


@dataclass(frozen=True, slots=True)
class RungView:
    """One limit of the ladder; `detail` says in English why it is what it is, `cause` for other languages."""

    reason: LimitReason
    current_a: float
    detail: str | None
    cause: CauseView | None


@dataclass(frozen=True, slots=True)
class LimitView:
    """The limit in force and the ladder it stands on; `confirmed_a` is what the device last confirmed.

    `car_a` is what the car takes at the most, where it has settled below the limit by itself.
    """

    current_a: float
    reason: LimitReason
    confirmed_a: float | None
    binding: bool
    ladder: list[RungView]
    car_a: float | None = None


@dataclass(frozen=True, slots=True)
class PhaseView:
    """One phase of the last reading; `computed` names values that no meter measured."""

    phase: int
    voltage_v: float | None
    current_a: float | None
    power_w: float | None
    power_factor_ratio: float | None
    computed: list[str]


@dataclass(frozen=True, slots=True)
class ErrorView:
    """An error that the device reports."""

    type: ErrorType
    severity: str
    detail: str
    since: datetime


@dataclass(frozen=True, slots=True)
class WarningView:
    """Something that ChargeDeck itself noticed: `over_limit`, more current than is allowed."""

    code: str
    detail: str
    since: datetime
    measured_a: float | None
    limit_a: float


@dataclass(frozen=True, slots=True)
class PendingView:
    """A command on its way to the device."""

    command: Action
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """The device's connection."""

    online: bool
    since: datetime | None
    address: str | None
    protocol: str | None


@dataclass(frozen=True, slots=True)
class ReservationView:
    """A reservation that we made and the device accepted."""

    id: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class CapabilitiesView:
    """What the device can do; `three_phase` is None until a meter has shown it."""

    limits_current: bool
    unlocks: bool
    reserves: bool
    three_phase: bool | None


@dataclass(frozen=True, slots=True)
class ChargerView:
    """A charger, live."""

    id: str
    name: str
    station_id: str
    device_id: str
    connector: int
    driver: str
    vendor: str | None
    model: str | None
    serial: str | None
    firmware: str | None
    status: Status
    status_reason: StatusReason | None
    plugged: bool
    plug_and_charge: bool
    locked: bool
    inspection_required: bool
    power_w: float | None
    session: LiveSessionView | None
    allowed_current_a: int
    installation_current_a: int
    current_range_a: CurrentRangeView
    limit: LimitView
    phases: list[PhaseView]
    temperature_c: float | None
    soc_ratio: float | None
    lifetime_energy_wh: float | None
    errors: list[ErrorView]
    warnings: list[WarningView]
    actions: list[Action]
    pending: list[PendingView]
    connection: ConnectionView
    capabilities: CapabilitiesView
    reservation: ReservationView | None
    charge_now: bool
    plan: PlanSummaryView | None
    hours: HoursView | None
    availability: str
    device_status: str | None
    priority: int
    clock_offset_s: float | None
    seen_at: datetime | None
    updated_at: datetime
    seq: int = 0


@dataclass(frozen=True, slots=True)
class FlowView:
    """Power into the house from each side, and into the chargers; None where nothing measures it."""

    grid_w: float | None
    solar_w: float | None
    battery_w: float | None
    house_w: float | None
    chargers_w: float


@dataclass(frozen=True, slots=True)
class GridMeterView:
    """The meter of the main circuit: who tells its readings, how old the last is, whether it is missed."""

    source: Origin
    device_id: str | None
    at: datetime | None
    lost: bool
    meter_id: str | None = None


@dataclass(frozen=True, slots=True)
class CircuitPhaseView:
    """One phase of a breaker; `headroom_a` is negative where it is overloaded."""

    phase: int
    rating_a: float
    current_a: float | None
    voltage_v: float | None
    house_a: float | None
    chargers_a: float
    headroom_a: float | None


@dataclass(frozen=True, slots=True)
class CircuitView:
    """A breaker with what flows through it."""

    id: str
    name: str
    parent: str | None
    rating_a: float
    max_w: float | None
    metered: bool
    lost: bool
    at: datetime | None
    phases: list[CircuitPhaseView]


@dataclass(frozen=True, slots=True)
class GrantView:
    """What a charger may draw now, and why; `phases` are the grid's that its car uses."""

    charger_id: str
    name: str
    circuit: str
    wants: bool
    current_a: float
    reason: LimitReason
    detail: str | None
    cause: CauseView | None
    confirmed_a: float | None
    allowed_current_a: int
    measured_a: float | None
    power_w: float | None
    phases: list[int]


@dataclass(frozen=True, slots=True)
class EnergyView:
    """A station's flow at an instant."""

    mode: Mode
    at: datetime
    flow: FlowView
    meter: GridMeterView
    phases: list[CircuitPhaseView]
    circuits: list[CircuitView]
    grants: list[GrantView]
    meters: list[PolledMeterView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StationView:
    """A station; `energy` is None while nothing is managed and no meter has spoken."""

    id: str
    name: str
    is_default: bool
    time_zone: str
    mode: Mode
    energy: EnergyView | None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class DeviceProblemView:
    """Why a device that is asked cannot be used; the detail says what to do."""

    code: DeviceTrouble
    detail: str
    since: datetime


@dataclass(frozen=True, slots=True)
class MeterPhaseView:
    """One phase at the grid connection; positive is import."""

    phase: int
    voltage_v: float | None
    current_a: float | None
    power_w: float | None
    power_factor_ratio: float | None


@dataclass(frozen=True, slots=True)
class MeterView:
    """What a meter at the grid connection last said; positive is import."""

    at: datetime
    power_w: float | None
    phases: list[MeterPhaseView]


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device, pending or approved."""

    id: str
    name: str
    driver: str
    station_id: str
    state: str
    connected: bool
    address: str | None
    protocol: str | None
    vendor: str | None
    model: str | None
    serial: str | None
    firmware: str | None
    has_password: bool
    first_seen_at: datetime
    last_seen_at: datetime | None
    clock_offset_s: float | None
    firmware_status: str | None
    diagnostics_status: str | None
    charger_ids: list[str] = field(default_factory=list)
    kind: DeviceKind = DeviceKind.CHARGER
    hardware_id: str | None = None
    problem: DeviceProblemView | None = None
    restart_pending: bool = False
    settings: DeviceSettings | None = None
    load_balancing: LoadBalancing | None = None
    meter: MeterView | None = None
    card_list: CardListView | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session of the history; without a charger it was charged elsewhere, at `place`."""

    id: str
    charger_id: str | None
    charger_name: str
    station_id: str
    started_at: datetime
    ended_at: datetime | None
    energy_wh: float
    charging_time_s: int
    meter_start_wh: float
    meter_stop_wh: float | None
    authorized_by: AuthorizerView | None
    stop_reason: str | None
    origin: str
    anomalies: list[str]
    cost: MoneyView | None = None
    user_id: str | None = None
    user_name: str | None = None
    card_id: str | None = None
    car_id: str | None = None
    car_name: str | None = None
    place: str | None = None
    note: str = ""
    tags: list[str] = field(default_factory=list)
    cost_estimated: bool = False
    price_per_kwh: MoneyView | None = None
    seq: int = 0
