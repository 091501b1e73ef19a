"""What a charger says in one session: the messages of OCPP 1.6 in their order, as frames to fill in."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.load.frames import Template

_WIDTHS = {"id": 9, "time": 24, "energy": 7, "power": 4, "transaction": 10}
_CALL = '[2,"{id}","%s",%s]'

_STATUS = '{"connectorId":1,"errorCode":"NoError","status":"%s","timestamp":"{time}"}'
_START = '{"connectorId":1,"idTag":"TAG001","meterStart":{energy},"timestamp":"{time}"}'
_STOP = (
    '{"transactionId":{transaction},"idTag":"TAG001","meterStop":{energy},"timestamp":"{time}",'
    '"reason":"Local"}'
)
_METER_VALUES = (
    '{"connectorId":1,"transactionId":{transaction},"meterValue":[{"timestamp":"{time}","sampledValue":['
    '{"value":"{energy}","context":"Sample.Periodic","format":"Raw","measurand":"Energy.Active.Import.Register",'
    '"location":"Outlet","unit":"Wh"},'
    '{"value":"{power}.5","measurand":"Power.Active.Import","unit":"W"},'
    '{"value":"16.0","measurand":"Current.Import","phase":"L1","unit":"A"},'
    '{"value":"230.1","measurand":"Voltage","phase":"L1-N","unit":"V"}]}]}'
)
_BOOT = '{"chargePointVendor":"Load","chargePointModel":"L1","firmwareVersion":"1.0"}'

ACTIONS = (
    "StatusNotification",
    "Authorize",
    "StartTransaction",
    "MeterValues",
    "Heartbeat",
    "StopTransaction",
)
STATUSES = ("Available", "Preparing", "Charging")
STATUS_MARKS = {status: -place for place, status in enumerate(STATUSES, start=1)}
"""How a status is written down among the powers: powers are positive."""


@dataclass(frozen=True, slots=True)
class Step:
    """One message of the cycle, ready for the hot path; None: the message has no such field."""

    action: str
    place: int
    buffer: bytearray
    id: slice
    time: slice | None
    energy: slice | None
    power: slice | None
    transaction: slice | None
    mark: int | None

    @classmethod
    def of(cls, action: str, payload: str, mark: int | None = None) -> "Step":
        """Build the frame of one message."""
        template = Template(_CALL % (action, payload), _WIDTHS)
        found = template.places
        return cls(
            action=action,
            place=ACTIONS.index(action) if action in ACTIONS else len(ACTIONS),
            buffer=template.buffer,
            id=found["id"],
            time=found.get("time"),
            energy=found.get("energy"),
            power=found.get("power"),
            transaction=found.get("transaction"),
            mark=mark,
        )


def cycle(samples: int) -> tuple[Step, ...]:
    """One session; of its samples every fourth message is a Heartbeat, the others are MeterValues."""
    meter_values, heartbeat = Step.of("MeterValues", _METER_VALUES), Step.of("Heartbeat", "{}")
    return (
        _status("Preparing"),
        Step.of("Authorize", '{"idTag":"TAG001"}'),
        Step.of("StartTransaction", _START),
        _status("Charging"),
        *(heartbeat if place % 4 == 3 else meter_values for place in range(samples)),
        Step.of("StopTransaction", _STOP),
        _status("Available"),
    )


def introduction() -> tuple[Step, Step]:
    """What a charger says when it has just connected."""
    return Step.of("BootNotification", _BOOT), _status("Available")


def _status(status: str) -> Step:
    return Step.of("StatusNotification", _STATUS % status, STATUS_MARKS[status])


def answers() -> Iterator[tuple[bytes, bytes]]:
    """What a charger answers to each action of the central system."""
    for action in (
        b"ChangeAvailability",
        b"ChangeConfiguration",
        b"ClearCache",
        b"ClearChargingProfile",
        b"DataTransfer",
        b"RemoteStartTransaction",  # the cycle starts by itself soon after it said Preparing
        b"RemoteStopTransaction",
        b"ReserveNow",
        b"Reset",
        b"SendLocalList",
        b"SetChargingProfile",
    ):
        yield action, b'{"status":"Accepted"}'
    for action in (b"CancelReservation", b"GetCompositeSchedule"):
        yield action, b'{"status":"Rejected"}'
    yield b"TriggerMessage", b'{"status":"NotImplemented"}'
    yield b"UnlockConnector", b'{"status":"NotSupported"}'
    yield b"GetConfiguration", b'{"configurationKey":[]}'
    yield b"GetLocalListVersion", b'{"listVersion":0}'
    yield b"GetDiagnostics", b"{}"
    yield b"UpdateFirmware", b"{}"
