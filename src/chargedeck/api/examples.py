"""Examples for the document, as instances of our own types, so that they cannot go out of date."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from chargedeck.api import history
from chargedeck.api.cost_examples import EXAMPLES as COST_EXAMPLES
from chargedeck.api.guide.pages import FALLBACK, entries
from chargedeck.api.notice_examples import NOTICE_EXAMPLES
from chargedeck.api.operation_examples import operation_examples
from chargedeck.api.paging import Page
from chargedeck.api.people_examples import people_examples
from chargedeck.api.plan_examples import EXAMPLES, HOURS, SUMMARY
from chargedeck.api.report_examples import REPORT_EXAMPLES
from chargedeck.api.routes import (
    cards,
    cars,
    chargers,
    commands,
    device_messages,
    devices,
    energy,
    energy_quarters,
    errors,
    integrations,
    local_devices,
    me,
    meters,
    operations,
    series,
    session_edits,
    sessions,
    setup,
    solar,
    stations,
    tokens,
    users,
)
from chargedeck.domain.actions import Action
from chargedeck.domain.badge import Status
from chargedeck.domain.cards import AuthorizerKind
from chargedeck.domain.causes import CauseCode
from chargedeck.domain.limits import LimitReason
from chargedeck.energy.modes import Mode
from chargedeck.hub import views
from chargedeck.hub.card_list_view import CardListState, CardListView
from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.history import Grouping
from chargedeck.hub.history_calendar import Bucket
from chargedeck.hub.meter_records import MeterKind
from chargedeck.hub.meter_views import PolledMeterView
from chargedeck.hub.records import Role, Units
from chargedeck.hub.solar_sites import SkyService
from chargedeck.hub.station_meters import Origin, Source
from chargedeck.hub.unit_settings import DeviceKind

AT = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
LATER = datetime(2026, 5, 4, 19, 10, 10, tzinfo=UTC)
CARD = views.AuthorizerView(AuthorizerKind.CARD, "Blue card")

CHARGER = views.ChargerView(
    id="garage",
    name="Garage",
    station_id="home",
    device_id="garage",
    connector=1,
    driver="ocpp16",
    vendor="LEKTRI.CO",
    model="TRI",
    serial="123456",
    firmware="1.44",
    status=Status.CHARGING,
    status_reason=None,
    plugged=True,
    plug_and_charge=False,
    locked=False,
    inspection_required=False,
    power_w=7360.0,
    session=views.LiveSessionView("1f6c…", "charging", AT, 5123.0, 2410, 1_855_996.0, CARD),
    allowed_current_a=16,
    installation_current_a=32,
    current_range_a=views.CurrentRangeView(6, 32),
    limit=views.LimitView(
        16.0,
        LimitReason.USER,
        16.0,
        binding=False,
        ladder=[
            views.RungView(LimitReason.USER, 16.0, None, None),
            views.RungView(LimitReason.INSTALLATION, 32.0, None, None),
        ],
    ),
    phases=[views.PhaseView(1, 230.1, 10.7, 2453.0, 0.99, ["power_factor_ratio"])],
    temperature_c=31.5,
    soc_ratio=None,
    lifetime_energy_wh=1_861_119.0,
    errors=[],
    warnings=[],
    actions=[Action.STOP, Action.PAUSE, Action.ALLOWED_CURRENT, Action.UNLOCK, Action.RESET],
    pending=[],
    connection=views.ConnectionView(True, AT, "192.168.1.40", "ocpp1.6"),
    capabilities=views.CapabilitiesView(True, True, False, True),
    reservation=None,
    charge_now=False,
    plan=SUMMARY,
    hours=HOURS,
    availability="operative",
    device_status="Charging",
    priority=0,
    clock_offset_s=0.4,
    seen_at=LATER,
    updated_at=LATER,
    seq=1234,
)
MAIN_PHASE = views.CircuitPhaseView(1, 25.0, 22.7, 230.1, 12.0, 10.7, 2.3)
ENERGY = views.EnergyView(
    mode=Mode.POWER,
    at=LATER,
    flow=views.FlowView(5223.0, 0.0, None, 2770.0, 2453.0),
    meter=views.GridMeterView(Origin.ENERGY_MODULE, "em-500010", LATER, lost=False),
    phases=[MAIN_PHASE],
    circuits=[
        views.CircuitView(
            "main", "Main breaker", None, 25.0, None, metered=True, lost=False, at=LATER, phases=[MAIN_PHASE]
        )
    ],
    grants=[
        views.GrantView(
            charger_id="garage",
            name="Garage",
            circuit="main",
            wants=True,
            current_a=12.0,
            reason=LimitReason.LOAD_BALANCING,
            detail="12 A: house 12 A of 25 A on L1",
            cause=views.CauseView(
                CauseCode.CIRCUIT_FULL,
                {"load_a": 12, "rating_a": 25.0, "phase": 1, "current_a": 12.0, "circuit": ""},
            ),
            confirmed_a=12.0,
            allowed_current_a=16,
            measured_a=10.7,
            power_w=2453.0,
            phases=[1],
        )
    ],
)
STATION = views.StationView("home", "Home", True, "Europe/Bucharest", Mode.POWER, ENERGY, 3)
CIRCUIT = energy.CircuitSettings("main", 25.0, "Main breaker", metered=True)
BALANCING = energy.StationBalancing(
    Mode.POWER,
    25.0,
    6.0,
    6.0,
    6.0,
    6.0,
    forced_single_phase=False,
    random_delay_s=600.0,
    heat_pumps_w=0.0,
    circuits=[CIRCUIT],
    placements=[energy.ChargerPlacement("garage", "main", [1, 2, 3])],
)
POLLED = PolledMeterView(
    id="a1b2…",
    name="Roof",
    kind=MeterKind.SHELLY,
    source=Source.SOLAR,
    circuit=None,
    at=LATER,
    power_w=3120.0,
    problem=None,
)
SOLAR = solar.SolarSettings(44.43, 26.1, [solar.SolarPlane(6000.0, 30.0, 180.0)], SkyService.OPEN_METEO)
METER = meters.MeterSettings(
    id="a1b2…",
    kind=MeterKind.SHELLY,
    address="192.168.1.50",
    name="Roof",
    source=Source.SOLAR,
    circuit=None,
    inverted=False,
    phases=[1, 2, 3],
    interval_s=5.0,
    username=None,
    has_password=False,
    channel=None,
    unit_id=1,
    topic=None,
    values=[],
    model="Shelly Pro3EM, em:0",
    now=POLLED,
)
DEVICE = views.DeviceView(
    id="garage",
    name="Garage",
    driver="ocpp16",
    station_id="home",
    state="approved",
    connected=True,
    address="192.168.1.40",
    protocol="ocpp1.6",
    vendor="LEKTRI.CO",
    model="TRI",
    serial="123456",
    firmware="1.44",
    has_password=True,
    first_seen_at=AT,
    last_seen_at=LATER,
    clock_offset_s=0.4,
    firmware_status=None,
    diagnostics_status=None,
    charger_ids=["garage"],
    card_list=CardListView(CardListState.CURRENT, 7, 12, 0, None, None, AT),
    seq=17,
)
SESSION = views.SessionView(
    id="1f6c…",
    charger_id="garage",
    charger_name="Garage",
    station_id="home",
    started_at=AT,
    ended_at=LATER,
    energy_wh=5123.0,
    charging_time_s=2410,
    meter_start_wh=1_855_996.0,
    meter_stop_wh=1_861_119.0,
    authorized_by=CARD,
    stop_reason="EVDisconnected",
    origin="live",
    anomalies=[],
    price_per_kwh=MoneyView("0.269372", "EUR"),
)
MONEY = MoneyView("1.38", "EUR")
CHARGED = history.HistoryTotals(
    AT,
    LATER,
    5123.0,
    3000.0,
    2123.0,
    0.0,
    MONEY,
    [],
    1,
    2410,
    0.4144,
    MoneyView("0.2694", "EUR"),
)
HISTORY = history.History(
    AT,
    LATER,
    Bucket.DAY,
    Grouping.CHARGER,
    "Europe/Berlin",
    True,
    [history.HistoryGroup("garage", "Garage", 5123.0, MONEY, 1)],
    [
        history.HistoryBucket(
            AT,
            LATER,
            5123.0,
            3000.0,
            2123.0,
            0.0,
            MONEY,
            1,
            2410,
            {"garage": history.HistoryPart(5123.0, MONEY)},
        )
    ],
    CHARGED,
    CHARGED,
)
ME = me.Me(
    id="5b0c9f27d1a84e36",
    email="ana@example.com",
    first_name="Ana",
    last_name="Marin",
    role=Role.OWNER,
    station_ids=None,
    language="en",
    time_zone="Europe/Bucharest",
    theme="system",
    advanced_data=False,
    units=Units.METRIC,
    charger_ids=None,
    expires_at=None,
    has_password=True,
    csrf_token="…",  # noqa: S106  (an example)
    simulator_url=None,
    server=me.Server("0.1.0", "ws://192.168.1.2:9000/ocpp/"),
)
LIMIT = series.LimitPeriod(AT, LATER, 16.0, LimitReason.USER)
FOUND = local_devices.FoundDevice(
    address="192.168.1.40",
    kind=DeviceKind.CHARGER,
    hardware_id="1p7k_500006",
    model="1P7K",
    serial="500006",
    firmware="1.51",
    is_known=False,
    known_device_id=None,
    problem=None,
)
OCPP = devices.OcppAccess("ws://192.168.1.2:9000/ocpp/", "garage", "…")
TOKEN = tokens.Token("9d1e…", "Home Assistant", Role.DRIVER, ME.id, AT, None, LATER)
USER = users.User(ME.id, "ana@example.com", "Ana", "Marin", Role.OWNER, None, AT, None, None)

_EXAMPLES: tuple[Any, ...] = (
    *COST_EXAMPLES,
    CHARGER,
    STATION,
    DEVICE,
    SESSION,
    ME,
    TOKEN,
    USER,
    *people_examples(ME.id),
    setup.ClaimState(False),
    setup.Claim("…", "ana@example.com", "three random words", "Ana", "Marin"),
    setup.Login("ana@example.com", "three random words"),
    me.MeChanges(theme="dark"),
    me.PasswordChange("three random words", "four other random words"),
    tokens.NewToken("Home Assistant", Role.DRIVER),
    tokens.CreatedToken(**msgspec.structs.asdict(TOKEN), token="cdk_…"),  # noqa: S106  (an example)
    users.UserDraft("bob@example.com", Role.DRIVER, "Bob", "Ionescu", ["home"]),
    users.UserChanges(role=Role.OPERATOR),
    users.AddedUser(**msgspec.structs.asdict(USER), initial_password="…"),  # noqa: S106  (an example)
    cards.Card("77aa…", "04A2B1C3D4E5F6", "Blue card", ME.id, False, None, None),
    cards.CardDraft("04A2B1C3D4E5F6", "Blue card"),
    cards.CardChanges(blocked=True),
    chargers.ChargerChanges(name="Garage", plug_and_charge=True),
    chargers.Inspection("Electrician Popescu", "Relay replaced, insulation measured"),
    commands.ResetKind("soft"),
    commands.AllowedCurrent(13),
    stations.StationDraft("Office", "Europe/Bucharest"),
    stations.StationChanges(name="Headquarters"),
    ENERGY,
    BALANCING,
    energy.StationMode(Mode.POWER),
    METER,
    meters.Meters([METER]),
    SOLAR,
    solar.StationSolar(SOLAR, by_service=True, forecast_at=AT, problem=None),
    solar.EnergyForecast(True, True, None, [solar.ForecastSlot(AT, 2140.0, 380.0)]),
    meters.MeterDraft(MeterKind.SHELLY, "192.168.1.50", "Roof", Source.SOLAR),
    meters.MeterChanges(name="Roof, south"),
    meters.MeterTest("Shelly Pro3EM, em:0", 3120.0, [views.MeterPhaseView(1, 231.0, 13.5, 3120.0, 0.99)]),
    energy.StationBalancingChanges(breaker_rating_a=25.0, meter_lost_current_a=6.0),
    energy.PushedReading(phases=[energy.MeasuredPhase(1, 22.7, 230.1)]),
    energy_quarters.PastQuarters([energy_quarters.PastQuarter(AT, 412.5, solar_wh=230.0, house_wh=180.0)]),
    energy_quarters.QuartersTaken(1, 0),
    devices.DeviceDraft("garage", "Garage", installation_current_a=32),
    devices.DeviceApproval("Garage", "home", 32),
    devices.DeviceChanges(name="Garage left"),
    devices.AddedDevice(DEVICE, OCPP),
    OCPP,
    FOUND,
    local_devices.Discovered(True, [FOUND]),
    local_devices.Probe("192.168.1.40"),
    local_devices.Replacement("192.168.1.41"),
    local_devices.SettingsChanges(led_brightness_percent=50),
    local_devices.BalancingChanges(mode="power", breaker_rating_a=25),
    local_devices.Diagnostics("0.1.0", AT.isoformat(), {}, {}, []),
    device_messages.Messages([device_messages.Message(AT, "in", "call", "Heartbeat", "19223201", {})]),
    device_messages.Call("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "10"}),
    device_messages.CallResult({"status": "Accepted"}),
    device_messages.Actions("ocpp1.6", [device_messages.ActionSchema("ClearCache", {"type": "object"})]),
    series.Samples([series.Sample(AT, 7360.0, 1_855_996.0, [10.7], [230.1], 31.5, 16.0)], 60.0),
    series.Limits([LIMIT]),
    HISTORY,
    cars.Car("5f1c…", "Blue one", "B 42 ANA", 58_000.0, "5b0c9f27d1a84e36"),
    cars.CarDraft("Blue one", "B 42 ANA", 58_000.0),
    cars.CarChanges(battery_wh=54_000.0),
    session_edits.SessionDraft(
        AT, LATER, 18_200.0, "Motorway, km 212", cost=session_edits.Paid("9.80", "EUR")
    ),
    session_edits.SessionChanges(note="Trip to the coast", tags=["business"]),
    sessions.Curve([sessions.CurvePoint(AT, 7360.0, 10.7, 0.0, 16.0)], [LIMIT], 5.0),
    *REPORT_EXAMPLES,
    *NOTICE_EXAMPLES,
    errors.Guide([entries(FALLBACK)[0]], FALLBACK),
    integrations.Integrations(integrations.MqttState("192.168.1.5:1883", True, AT, None)),
    *operation_examples(AT),
    operations.Health(),
    *EXAMPLES,
    operations.Ready("ready", {"storage": "ok", "ocpp": "ok"}),
)

_BY_TYPE = {type(example): msgspec.to_builtins(example) for example in _EXAMPLES}


def example_of(wanted: Any) -> Any:
    """An example of a type, in JSON's types; None where `{}` says it all."""
    if getattr(wanted, "__origin__", None) is Page:
        return msgspec.to_builtins(Page([_BY_TYPE[wanted.__args__[0]]]))
    return _BY_TYPE.get(wanted)
