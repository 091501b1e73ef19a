"""Transactions of the past in a charge point's memory, as after months without a network (OCPP 1.6 §3.7)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chargedeck.domain.units import WattHours
from chargedeck.simulator.clock import Instant
from chargedeck.simulator.faults import StopReason
from chargedeck.simulator.ocpp16.charge_point import ChargePoint
from chargedeck.simulator.ocpp16.transaction import Transaction
from chargedeck.simulator.past import QUARTER, Visit
from chargedeck.simulator.wire import Payload

CONNECTOR = 1


def keep_past(point: ChargePoint, visits: Sequence[Visit]) -> None:
    """Have the point hand over these visits, oldest first, as soon as the central system has accepted it."""
    outlet = point.connectors[0].outlet
    for visit in visits:
        start_wh = int(outlet.register_wh)
        outlet.register_wh = WattHours(start_wh + visit.energy_wh)
        transaction = Transaction(CONNECTOR, visit.id_tag, Instant(visit.started_at.timestamp()), start_wh)
        point.calls.record("StartTransaction", _start(visit, start_wh), transaction)
        samples = {"connectorId": CONNECTOR, "meterValue": list(_samples(visit, start_wh))}
        point.calls.record("MeterValues", samples, transaction)
        point.calls.record("StopTransaction", _stop(visit, int(outlet.register_wh)), transaction)


def _samples(visit: Visit, start_wh: int) -> Iterator[Payload]:
    """A value for each quarter of the clock, all in one message."""
    register = start_wh
    for place, energy in enumerate(visit.taken, start=1):
        register += int(energy)
        yield _sample(visit.started_at + QUARTER * place, register, energy)


def _start(visit: Visit, register_wh: int) -> Payload:
    return {
        "connectorId": CONNECTOR,
        "idTag": visit.id_tag,
        "meterStart": register_wh,
        "timestamp": _stamp(visit.started_at),
    }


def _stop(visit: Visit, register_wh: int) -> Payload:
    return {
        "idTag": visit.id_tag,
        "meterStop": register_wh,
        "timestamp": _stamp(visit.ended_at),
        "reason": StopReason.EV_DISCONNECTED,
    }


def _sample(at: datetime, register_wh: int, energy_wh: float) -> Payload:
    return {
        "timestamp": _stamp(at),
        "sampledValue": [
            {"value": str(register_wh), "context": "Sample.Clock", "unit": "Wh"},
            {
                "value": f"{energy_wh * 4:.0f}",
                "context": "Sample.Clock",
                "measurand": "Power.Active.Import",
                "unit": "W",
            },
        ],
    }


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
