"""Boot, heartbeat and everything that repeats while the charge point is on; OCPP 1.6 §4.2, §4.6."""

import logging
from typing import TYPE_CHECKING

from chargedeck.simulator.clock import Instant, Seconds, Timer, after
from chargedeck.simulator.ocpp16.oddities import STORM_INTERVAL
from chargedeck.simulator.quirks import Quirk
from chargedeck.simulator.wire import Payload, instant

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint

logger = logging.getLogger(__name__)

_RETRY = Seconds(30)
"""When the central system names no interval."""


class Registration:
    """Whether the central system has accepted us, and what follows from it."""

    __slots__ = ("_aligned", "_heartbeat", "_is_new", "_point", "_retry", "_storm", "is_rejected")

    def __init__(self, point: "ChargePoint") -> None:
        self._point = point
        self.is_rejected = False
        self._is_new = True
        """Whether the next acceptance is the first since power came."""
        self._retry: Timer | None = None
        self._heartbeat: Timer | None = None
        self._aligned: Timer | None = None
        self._storm: Timer | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the central system has not accepted us yet."""
        return not self._point.calls.is_accepted

    def connected(self) -> None:
        """The link is up: boot, or go on as before."""
        if self._point.calls.is_accepted and Quirk.BOOTS_ON_RECONNECT not in self._point.identity.quirks:
            self._back_online()
        elif self._retry is None:
            self.boot()

    def disconnected(self) -> None:
        """The link is down; an answer to our boot will not come any more."""
        if self._storm is not None:
            self._storm.cancel()

    def forget(self) -> None:
        """Power is gone."""
        self._point.calls.is_accepted = False
        self.is_rejected = False
        self._is_new = True
        for timer in (self._retry, self._heartbeat, self._aligned, self._storm):
            if timer is not None:
                timer.cancel()
        self._retry = None

    def boot(self) -> None:
        """Send a BootNotification."""
        self._point.calls.ask(
            "BootNotification", self._nameplate(), answered=self._answered, failed=self._failed, early=True
        )

    def heartbeat(self) -> None:
        """Send a Heartbeat."""
        self._point.calls.ask("Heartbeat", {}, answered=self._told_time)

    def resume_heartbeat(self) -> None:
        """The interval is another now."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        interval = self._point.configuration.seconds("HeartbeatInterval")
        if interval > 0:
            due = after(self._point.now(), self._point.world.interval(interval))
            self._heartbeat = self._point.at(due, self._beat)

    def resume_aligned(self) -> None:
        """Take values when the clock shows a multiple of the interval."""
        if self._aligned is not None:
            self._aligned.cancel()
        interval = self._point.configuration.seconds("ClockAlignedDataInterval")
        if interval > 0:
            interval = self._point.world.interval(interval)
            shown = self._point.device_time(self._point.now())
            due = Instant((shown // interval + 1) * interval)
            self._aligned = self._point.at(self._point.from_device_time(due), self._align)

    def _nameplate(self) -> Payload:
        identity = self._point.identity
        plate: Payload = {
            "chargePointVendor": identity.vendor,
            "chargePointModel": identity.model,
            "chargePointSerialNumber": identity.point_id[:25],
            "firmwareVersion": identity.firmware,
            "meterType": "Simulated, class B",
        }
        if Quirk.EMPTY_SIM_CARD in identity.quirks:
            plate |= {"iccid": "", "imsi": ""}
        return plate

    def _answered(self, answer: Payload) -> None:
        interval = Seconds(answer["interval"])
        self.is_rejected = answer["status"] == "Rejected"
        if answer["status"] != "Accepted":
            logger.info("%s: boot is %s", self._point.identity.point_id, answer["status"])
            self._point.calls.is_accepted = False
            self._boot_again(interval or _RETRY)
            return
        self._told_time(answer)
        if interval > 0:
            self._point.configuration.set_number("HeartbeatInterval", int(interval))
        self._point.calls.is_accepted = True
        self._accepted()

    def _failed(self) -> None:
        if self._retry is None and self._point.dispatch.is_connected:
            self._boot_again(_RETRY)

    def _boot_again(self, wait: Seconds) -> None:
        self._retry = self._point.at(
            after(self._point.now(), self._point.world.interval(wait)), self._boot_retried
        )

    def _boot_retried(self, _now: Instant) -> None:
        self._retry = None
        self.is_rejected = False
        if self._point.dispatch.is_connected:
            self.boot()

    def _accepted(self) -> None:
        first, self._is_new = self._is_new, False
        self.announce_station()
        for connector in self._point.connectors:
            connector.forget_announced()
            connector.refresh()
            if first:
                connector.session.cable_in()
        if first:
            self._point.security_event("StartupOfTheDevice")
            self._point.on_first_acceptance()
        self._point.firmware.online(booted=first)
        self.resume_heartbeat()
        self.resume_aligned()
        self._start_storm()
        self._point.calls.pump()

    def _back_online(self) -> None:
        for connector in self._point.connectors:
            connector.report()
        self._point.firmware.online(booted=False)
        self._start_storm()
        self._point.calls.pump()

    def announce_station(self) -> None:
        """Send the status of the charge point as a whole."""
        self._point.calls.ask(
            "StatusNotification",
            {
                "connectorId": 0,
                "errorCode": "NoError",
                "status": "Available" if self._point.is_operative else "Unavailable",
                "timestamp": self._point.stamp(self._point.now()),
            },
        )

    def _told_time(self, answer: Payload) -> None:
        right = instant(answer["currentTime"])
        if right is not None:
            self._point.set_clock(right)

    def _beat(self, _now: Instant) -> None:
        self.heartbeat()
        self.resume_heartbeat()

    def _align(self, _now: Instant) -> None:
        for connector in self._point.connectors:
            connector.session.sample_aligned()
        self.resume_aligned()

    def _start_storm(self) -> None:
        if Quirk.STATUS_STORM in self._point.identity.quirks:
            due = after(self._point.now(), self._point.world.interval(STORM_INTERVAL))
            self._storm = self._point.at(due, self._blow)

    def _blow(self, _now: Instant) -> None:
        for connector in self._point.connectors:
            connector.announce()
        self._start_storm()
