"""An OCPP charge point and its connection, as hands and bystanders meet them; speaks no OCPP itself."""

from dataclasses import dataclass
from typing import Any

from chargedeck.domain.errors import ErrorType
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.commands import Command
from chargedeck.simulator.faults import StopReason
from chargedeck.simulator.link import Link
from chargedeck.simulator.ocpp16.charge_point import ChargePoint
from chargedeck.simulator.ocpp16.connector import Connector
from chargedeck.simulator.problems import CommandError


@dataclass(frozen=True, slots=True)
class Post:
    """A charge point and its connection."""

    point: ChargePoint
    link: Link

    @property
    def device_id(self) -> str:
        """Its id."""
        return self.point.identity.point_id

    def state(self) -> dict[str, Any]:
        """What a bystander sees."""
        point = self.point
        return {
            "id": self.device_id,
            "network": "cut" if self.link.is_cut else "up",
            "online": point.calls.is_online,
            "messages_kept": len(point.calls.kept),
            "clock_offset_s": point.clock_offset,
            "firmware": point.identity.firmware,
            "connectors": [_connector_state(connector) for connector in point.connectors],
        }

    def status(self, connector: int) -> str:
        """What the connector would report now."""
        return self._connector(connector).status

    def car(self, connector: int) -> Car | None:
        """The car on a connector's cable."""
        return self._connector(connector).outlet.car

    def plug(self, connector: int, car: Car) -> None:
        """Put a car's cable in."""
        self._connector(connector).plug(car)

    def unplug(self, connector: int) -> None:
        """Pull the cable out."""
        self._connector(connector).unplug()

    def change_car(self, connector: int, car: Car) -> None:
        """Let the car on the cable be another one."""
        changed = self._connector(connector)
        changed.advance()
        changed.outlet.car = car
        changed.limits_changed()

    def swipe(self, connector: int, id_tag: str) -> None:
        """Hold a card to the reader."""
        self._connector(connector).session.swipe(id_tag)

    def raise_fault(self, connector: int, error: ErrorType, detail: str | None) -> None:
        """Break something."""
        self._connector(connector).raise_fault(error, detail)

    def clear_fault(self, connector: int) -> None:
        """Mend what was broken."""
        self._connector(connector).clear_fault()

    def cut(self) -> None:
        """Pull the network cable."""
        self.link.cut()

    def restore(self) -> None:
        """Put the network cable in again."""
        self.link.restore()

    def reboot(self) -> None:
        """Take the power away for a moment."""
        self.point.reboot(StopReason.REBOOT)

    def set_drift(self, drift: Seconds) -> None:
        """Let its clock be wrong."""
        self.point.set_drift(drift)

    def limit(self, command: Command) -> None:
        """Its limits come over OCPP."""
        raise _over_ocpp(self.device_id, command)

    def quirk(self, command: Command) -> None:
        """Its oddities are built in."""
        raise _over_ocpp(self.device_id, command)

    def update(self, command: Command) -> None:
        """Its firmware comes over OCPP."""
        raise _over_ocpp(self.device_id, command)

    def _connector(self, number: int) -> Connector:
        connector = self.point.connector(number)
        if connector is None:
            raise CommandError(f"{self.device_id} has no connector {number}")
        return connector


def _over_ocpp(device_id: str, command: Command) -> CommandError:
    return CommandError(f"{device_id} is a charge point: use OCPP, or options, in place of {command.do}")


def _connector_state(connector: Connector) -> dict[str, Any]:
    connector.advance()
    outlet, transaction = connector.outlet, connector.session.transaction
    return {
        "connector": connector.number,
        "plugged": outlet.is_plugged,
        "status": connector.status,
        "error": None if outlet.fault is None else outlet.fault.type,
        "power_w": round(outlet.power_w, 1),
        "soc_ratio": None if outlet.car is None else round(outlet.car.soc, 4),
        "transaction": transaction is not None,
        "transaction_id": None if transaction is None else transaction.transaction_id,
        "id_tag": None if transaction is None else transaction.id_tag,
        "pilot": outlet.pilot,
        "offered_a": outlet.offered_a,
        "current_a": [
            round(outlet.phase_current_a(phase), 2) for phase in range(1, outlet.wiring.phases + 1)
        ],
        "register_wh": round(outlet.register_wh, 3),
        "temperature_c": round(outlet.temperature_c, 1),
    }
