"""One connector: lets the outlet live, keeps it under the limit in force, and reports its status."""

from typing import TYPE_CHECKING

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.units import NO_CURRENT
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Instant, Seconds, Timer, after
from chargedeck.simulator.faults import StopReason, fault
from chargedeck.simulator.ocpp16.profiles import NEVER, UNLIMITED, Situation, limit_at, next_change
from chargedeck.simulator.ocpp16.session import SessionControl
from chargedeck.simulator.ocpp16.status import Facts, Status, status
from chargedeck.simulator.outlet import Outlet
from chargedeck.simulator.wire import Payload

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint

_PULSE = Seconds(5)
"""How often a charging car is looked at when nothing else happens."""


class Connector:
    """The side of the charge point that a driver sees."""

    __slots__ = (
        "_announced",
        "_limit",
        "_limit_until",
        "_pulse",
        "_status_wait",
        "is_operative",
        "number",
        "outlet",
        "point",
        "session",
        "turns_inoperative",
    )

    def __init__(self, point: "ChargePoint", number: int, outlet: Outlet) -> None:
        self.point = point
        self.number = number
        self.outlet = outlet
        self.session = SessionControl(point, self)
        self.is_operative = True
        self.turns_inoperative = False
        """Whether it goes out of service when the transaction ends."""
        self._limit = UNLIMITED
        self._limit_until = NEVER
        self._announced: tuple[Status, str] | None = None
        self._status_wait: Timer | None = None
        self._pulse: Timer | None = None

    def plug(self, car: Car) -> None:
        """A car's cable is put in."""
        self.advance()
        self.outlet.plug(car)
        self.session.is_finishing = False
        self.point.journal("plugged", self)
        self.session.cable_in()
        self.refresh()

    def unplug(self) -> None:
        """The cable is pulled out on the car's side."""
        self.advance()
        self.outlet.unplug()
        self.session.is_finishing = False
        if self.point.configuration.flag("StopTransactionOnEVSideDisconnect"):
            self.session.stop(StopReason.EV_DISCONNECTED)
        self.point.journal("unplugged", self)
        self.refresh()

    def raise_fault(self, error: ErrorType, detail: str | None = None) -> None:
        """An error comes up; most end the transaction."""
        self.advance()
        happened = fault(error, detail)
        self.outlet.raise_fault(happened)
        if happened.stops is not None:
            self.session.forget_authorization()
            self.session.stop(happened.stops)
        self.point.journal("fault", self)
        self.refresh()

    def clear_fault(self) -> None:
        """The error is gone; a car that is still there must be started again."""
        self.advance()
        self.outlet.clear_fault()
        self.point.journal("fault_cleared", self)
        self.refresh()

    def set_operative(self, *, operative: bool) -> bool:
        """Go in or out of service; False means: only after the transaction."""
        self.turns_inoperative = not operative and self.session.transaction is not None
        if not self.turns_inoperative:
            self.is_operative = operative
        self.refresh()
        return not self.turns_inoperative

    def advance(self) -> None:
        """Let the outlet live until now, through every change of limit on the way."""
        now = self.point.now()
        while self._limit_until <= now:
            edge = self._limit_until
            self.outlet.advance(edge)
            self._renew_limit(edge)
            self._offer()
        self.outlet.advance(now)

    def limits_changed(self) -> None:
        """Profiles, transaction or sharers are others now."""
        now = self.point.now()
        self.outlet.advance(now)
        self._renew_limit(now)
        self.refresh()

    def refresh(self) -> None:
        """Bring offer, status and timers in line with what is the case now."""
        self.advance()
        self._offer()
        self._schedule_pulse()
        self.report()

    def offer_to_car(self) -> None:
        """A transaction begins: close the contactor when the car asks for it."""
        self.outlet.enable(NO_CURRENT)
        self._offer()

    def situation(self, at: Instant) -> Situation:
        """What the limit depends on, in the charge point's own time."""
        transaction = self.session.transaction
        return Situation(
            connector=self.number,
            phases=self.outlet.active_phases,
            zero=at if transaction is None else transaction.started_at,
            in_transaction=transaction is not None,
            sharers=self.point.sharers(),
        )

    @property
    def status(self) -> Status:
        """What it would report now."""
        return status(
            Facts(
                is_stopped_by_fault=self.outlet.is_stopped_by_fault,
                is_operative=self.is_operative and not self.point.is_installing,
                is_plugged=self.outlet.is_plugged,
                in_transaction=self.session.transaction is not None,
                is_car_charging=self.outlet.contactor_closed,
                offers_current=self.outlet.offered_a > 0,
                is_authorized=self.session.is_authorized,
                is_finishing=self.session.is_finishing,
                is_reserved=self.point.reservations.of(self.number) is not None,
            )
        )

    def report(self) -> None:
        """Send a StatusNotification if there is news, and if it lasts as long as it must."""
        if self._news() is None:
            self._stop_waiting()
            return
        least = self.point.configuration.seconds("MinimumStatusDuration")
        if least <= 0 or self._announced is None:
            self.announce()
        elif self._status_wait is None:
            self._status_wait = self.point.at(after(self.point.now(), least), self._still_so)

    def announce(self) -> None:
        """Send the status, whether it is news or not."""
        self._stop_waiting()
        self._announced = self._current()
        self.point.calls.ask("StatusNotification", self._notification(), failed=self.forget_announced)

    def forget_announced(self) -> None:
        """The central system may not know the status."""
        self._announced = None

    def stop_timers(self) -> None:
        """Power is gone."""
        self._stop_waiting()
        if self._pulse is not None:
            self._pulse.cancel()
        self.session.stop_timers()

    def _still_so(self, _now: Instant) -> None:
        self._status_wait = None
        if self._news() is not None:
            self.announce()

    def _stop_waiting(self) -> None:
        if self._status_wait is not None:
            self._status_wait.cancel()
            self._status_wait = None

    def _current(self) -> tuple[Status, str]:
        return self.status, "NoError" if self.outlet.fault is None else self.outlet.fault.vendor_code

    def _news(self) -> tuple[Status, str] | None:
        current = self._current()
        return None if current == self._announced else current

    def _notification(self) -> Payload:
        payload: Payload = {
            "connectorId": self.number,
            "errorCode": "NoError",
            "status": self.status,
            "timestamp": self.point.stamp(self.point.now()),
        }
        happened = self.outlet.fault
        if happened is not None:
            payload |= {
                "errorCode": happened.code,
                "info": happened.info,
                "vendorId": self.point.identity.vendor,
                "vendorErrorCode": happened.vendor_code,
            }
        return payload

    def _renew_limit(self, now: Instant) -> None:
        device_now = self.point.device_time(now)
        situation = self.situation(device_now)
        self._limit = limit_at(self.point.profiles, situation, device_now)
        self._limit_until = self.point.from_device_time(
            next_change(self.point.profiles, situation, device_now)
        )

    def _offer(self) -> None:
        transaction = self.session.transaction
        if transaction is None:
            return
        before = self.outlet.offered_a
        self.outlet.offer(NO_CURRENT if transaction.is_deauthorized else self._limit)
        if self.outlet.offered_a != before:
            self.point.journal("offered", self)

    def _schedule_pulse(self) -> None:
        if self._pulse is not None:
            self._pulse.cancel()
            self._pulse = None
        if self.session.transaction is None:
            return
        world = self.point.world
        due = min(after(self.point.now(), world.interval(_PULSE)), self._limit_until)
        noticed = self.outlet.next_change()
        self._pulse = self.point.at(due if noticed is None else min(due, noticed), self._on_pulse)

    def _on_pulse(self, _now: Instant) -> None:
        self._pulse = None
        self.refresh()
