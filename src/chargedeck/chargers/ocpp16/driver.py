"""The hub's link to one OCPP 1.6 device: its facts come in by the routing table, commands go out as calls."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, assert_never

from picows import WSCloseCode

from chargedeck.chargers.ocpp.clock import ClockEstimate
from chargedeck.chargers.ocpp.faults import Fault, FaultKind
from chargedeck.chargers.ocpp.times import NotAnInstantError, instant
from chargedeck.chargers.ocpp16.actions import TO_DEVICE
from chargedeck.chargers.ocpp16.card_list import CardList
from chargedeck.chargers.ocpp16.charging_limits import ChargingLimits
from chargedeck.chargers.ocpp16.commissioning import TAKEN, Commissioning, trigger
from chargedeck.chargers.ocpp16.configuration import Configuration
from chargedeck.chargers.ocpp16.routing import ROUTES
from chargedeck.chargers.ocpp16.status import StatusBoard
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceError,
    DeviceRefusedError,
    InvalidCallError,
    NotSupportedError,
    UnknownResourceError,
)
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.commands import (
    Command,
    Configure,
    LimitCurrent,
    OverrideSchedule,
    Refresh,
    Reset,
    SetOperative,
    StartCharging,
    StopCharging,
    Unlock,
)
from chargedeck.hub.ports import Capabilities

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from chargedeck.chargers.ocpp.connection import Connection
    from chargedeck.chargers.ocpp.desk import Desk
    from chargedeck.chargers.ocpp.framing import Call
    from chargedeck.chargers.ocpp16.dialect import Ocpp16
    from chargedeck.domain.reading import Reading

logger = logging.getLogger(__name__)

BEFORE_APPROVAL = "BootNotification"
PASSWORD_KEY = "authorizationkey"  # noqa: S105  (its name; keys are compared without case)
CLOCK_EVERY = timedelta(seconds=5)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
UNSUPPORTED = frozenset({"NotSupported", "NotImplemented"})


class Driver:
    """One device on one connection."""

    __slots__ = (
        "_boots_again",
        "_cards",
        "_clock",
        "_clock_due",
        "_configuration",
        "_dialect",
        "_is_commissioned",
        "_is_commissioning",
        "_limits",
        "_reservations",
        "_timer",
        "_unlocks",
        "connection",
        "desk",
        "status",
    )

    def __init__(self, dialect: Ocpp16, connection: Connection) -> None:
        self._dialect = dialect
        self.connection = connection
        self.desk: Desk
        self.status = StatusBoard()
        self._clock = ClockEstimate()
        self._clock_due = LONG_AGO
        self._configuration = Configuration()
        self._limits = ChargingLimits(connection.calls, self._configuration, lambda: connection.now)
        self._cards = CardList(connection.calls)
        self._timer: asyncio.TimerHandle | None = None
        self._is_commissioning = self._is_commissioned = self._boots_again = False
        self._unlocks = True
        self._reservations: dict[int, int] = {}

    # -- what the hub asks ---------------------------------------------------------------------

    @property
    def protocol(self) -> str:
        """What is spoken."""
        return self._dialect.subprotocol

    @property
    def address(self) -> str:
        """Where the device calls from."""
        return self.connection.address

    @property
    def device_id(self) -> str:
        """The id in the device's address."""
        return self.connection.device_id

    @property
    def heartbeat_s(self) -> int:
        """How often an accepted device asks for the time."""
        return self._dialect.heartbeat_s

    @property
    def capabilities(self) -> Capabilities:
        """What the device can do, as far as this connection has shown."""
        limits = self._limits
        return Capabilities(
            limits.is_supported,
            self._unlocks,
            self._configuration.reserves,
            by_default=limits.by_default,
            counts_watts=limits.in_watts,
        )

    @property
    def card_keeper(self) -> CardList:
        """Its list of cards."""
        return self._cards

    async def send(self, command: Command) -> None:
        """Carry a command out; returns when the device has confirmed, raises a DeviceError otherwise."""
        match command:
            case StartCharging(connector, id_tag):
                payload: dict[str, Any] = {"connectorId": connector, "idTag": id_tag}
                await self._ask("RemoteStartTransaction", payload)
            case StopCharging(_, ref):
                await self._ask("RemoteStopTransaction", {"transactionId": int(ref)})
            case LimitCurrent():
                await self._limits.apply(command)
            case Unlock(connector):
                await self._unlock(connector)
            case Reset(hard):
                await self._ask("Reset", {"type": "Hard" if hard else "Soft"})
            case SetOperative(connector, operative):
                kind = "Operative" if operative else "Inoperative"
                payload = {"connectorId": connector, "type": kind}
                await self._ask("ChangeAvailability", payload, taken=("Accepted", "Scheduled"))
            case Refresh(connector):
                for message in ("StatusNotification", "MeterValues"):
                    await self._ask("TriggerMessage", trigger(message, connector))
            case OverrideSchedule() | Configure():
                raise NotSupportedError(type(command).__name__, said("not in OCPP 1.6"))
            case _:
                assert_never(command)

    async def _unlock(self, connector: int) -> None:
        try:
            await self._ask("UnlockConnector", {"connectorId": connector}, taken=("Unlocked",))
        except NotSupportedError:
            self._unlocks = False
            raise

    async def _ask(
        self, action: str, payload: dict[str, Any], taken: tuple[str, ...] = ("Accepted",)
    ) -> None:
        answer = await self.connection.calls.call(action, payload)
        status = str(answer.get("status"))
        if status in UNSUPPORTED:
            raise NotSupportedError(action, Sentence(status))
        if status not in taken:
            raise DeviceRefusedError(action, Sentence(status))

    async def call(self, action: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send an operator's message; raises InvalidCallError before it goes."""
        if action not in TO_DEVICE:
            raise InvalidCallError(
                said("'{action}' is not an action that a central system sends in OCPP 1.6", action=action)
            )
        if action == "RemoteStartTransaction" and payload.get("idTag"):
            # Told before it is sent: the device may report the start before its answer has been read.
            self.desk.expect_remote(str(payload["idTag"]), payload.get("connectorId"))
        is_taken = False
        try:
            answer = await self.connection.calls.call(action, payload)
            is_taken = answer.get("status") in TAKEN
        finally:
            if action == "RemoteStartTransaction" and not is_taken:
                self.desk.withdraw_remote(str(payload.get("idTag")))
        try:
            self._dialect.check_response(action, answer)
        except Fault as fault:
            logger.info("%s: its answer to %s is not valid: %s", self.device_id, action, fault)
        if is_taken:
            await self._operated(action, payload)
        return answer

    async def _operated(self, action: str, payload: Mapping[str, Any]) -> None:
        """Take note of what an operator's message has changed."""
        now = self.connection.now
        match action:
            case "SetChargingProfile" | "ClearChargingProfile":
                self._limits_lost()
            case "RemoteStartTransaction" if "chargingProfile" in payload:
                self._limits_lost()
            case "ChangeConfiguration" if payload["key"].lower() == PASSWORD_KEY:
                await self.connection.password_changed(payload["value"])
            case "ReserveNow" if payload["connectorId"] > 0:
                connector, reservation_id = payload["connectorId"], payload["reservationId"]
                self._reservations[reservation_id] = connector
                self.desk.reserved(connector, reservation_id, instant(payload["expiryDate"]), now)
            case "CancelReservation" if payload["reservationId"] in self._reservations:
                connector = self._reservations.pop(payload["reservationId"])
                self.desk.reserved(connector, None, None, now)
            case _:
                pass

    def _limits_lost(self) -> None:
        """Somebody else's profile may have taken the place of ours: set them anew, whatever it says."""
        self._limits.forget()
        self.desk.limits_lost()

    async def answers(self) -> bool:
        """Whether the device still answers a ping."""
        return await self.connection.answers()

    def approved(self) -> None:
        """Let a device that waits introduce itself again."""
        self._dialect.tasks.start(self._reintroduce(), name=f"approve-{self.device_id}")

    async def _reintroduce(self) -> None:
        try:
            await self._ask("TriggerMessage", trigger("BootNotification", None))
        except ChargerOfflineError:
            pass
        except DeviceError as error:
            logger.info("%s: hung up on so that it introduces itself: %s", self.device_id, error)
            self.connection.close("approved: connect again", WSCloseCode.SERVICE_RESTART)

    def close(self, reason: str) -> None:
        """Hang up."""
        self.connection.close(reason)

    # -- what the connection says --------------------------------------------------------------

    def opened(self, desk: Desk) -> None:
        """The device has been let in."""
        self.desk = desk
        self._timer = asyncio.get_running_loop().call_later(self._dialect.silent_s, self._commission)

    def closed(self) -> None:
        """The connection is gone; what waits for an answer has been told so."""
        if self._timer is not None:
            self._timer.cancel()

    def called(self, call: Call, now: datetime) -> Mapping[str, Any] | None:
        """Check a request and hand it to its handler."""
        action = call.action
        handler = ROUTES.get(action)
        if handler is None:
            raise _unknown(action)
        if not self.desk.approved and action != BEFORE_APPROVAL:
            # Before the schema: what is wrong with a stranger's message is not worth finding out.
            raise Fault(FaultKind.SECURITY, "this charger has not been accepted; send BootNotification")
        self._dialect.check_request(action, call.payload)
        try:
            answer = handler(self, call, now)
        except UnknownResourceError as unknown:
            raise Fault(FaultKind.PROPERTY, f"connectorId: {unknown}; send one that exists") from unknown
        except NotAnInstantError as bad:
            raise Fault(FaultKind.PROPERTY, "timestamp: send one such as 2026-01-31T12:00:00Z") from bad
        if not self._is_commissioned:
            self._commission()
        return answer

    # -- what handlers need --------------------------------------------------------------------

    @property
    def only_outlet(self) -> int | None:
        """The outlet that is meant where a device with a single one names none."""
        return 1 if self._configuration.connectors == 1 else None

    def booted(self) -> None:
        """The device has started: what it was told before may be lost."""
        self._limits.forget()
        self._cards.forget()
        self._is_commissioned = False
        self._boots_again = self._is_commissioning

    def clock_sample(self, at: datetime, now: datetime) -> None:
        """Learn of the device's clock from the time of a message."""
        offset_s = self._clock.sample(at, now)
        if offset_s is not None:
            self._limits.clock_ahead = timedelta(seconds=offset_s)
            self.desk.clock(offset_s, now)

    def metered(self, connector: int, reading: Reading, now: datetime) -> None:
        """Learn from a reading what the link itself needs."""
        if now >= self._clock_due:
            self._clock_due = now + CLOCK_EVERY
            self.clock_sample(reading.at, now)
        limits = self._limits
        if limits.in_watts and limits.observed(connector, reading):
            self._dialect.tasks.start(
                self._relimit(limits.apply_again(connector)), name=f"relimit-{self.device_id}"
            )
        if limits.disobeyed(connector, reading):
            self._dialect.tasks.start(
                self._relimit(limits.hold_device(connector)), name=f"hold-{self.device_id}"
            )

    async def _relimit(self, how: Coroutine[Any, Any, None]) -> None:
        try:
            await how
        except DeviceError as error:
            logger.warning("%s: its limit could not be set anew: %s", self.device_id, error)

    # -- commissioning -------------------------------------------------------------------------

    def _commission(self) -> None:
        """Set the device up, once for each connection and each start of the device."""
        if self._is_commissioning or self._is_commissioned or not self.desk.approved:
            return
        self._is_commissioning = True
        self._dialect.tasks.start(self._commission_now(), name=f"commission-{self.device_id}")

    async def _commission_now(self) -> None:
        calls = self.connection.calls
        try:
            while True:
                self._boots_again = False
                await Commissioning(self.device_id, calls, self._configuration, self.heartbeat_s).run()
                if not self._boots_again:
                    break
            self._is_commissioned = True
            self.desk.ready(self.connection.now)
        except ChargerOfflineError:
            logger.debug("%s: gone before it was set up", self.device_id)
        finally:
            self._is_commissioning = False


def _unknown(action: str) -> Fault:
    if action in TO_DEVICE:
        return Fault(FaultKind.NOT_SUPPORTED, f"{action}: only a central system sends it")
    return Fault(FaultKind.NOT_IMPLEMENTED, f"{action[:50]}: OCPP 1.6 has no such action")
