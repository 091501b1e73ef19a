"""The charge point: its parts, its clock, its connectors; what an action does lies in the action's module."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from chargedeck.simulator.clock import REAL_TIME, Instant, Seconds, Timer, after, between
from chargedeck.simulator.faults import StopReason
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.ocpp16 import oddities
from chargedeck.simulator.ocpp16.authorization import (
    ACCEPTED,
    INVALID,
    AuthorizationCache,
    IdTagInfo,
    LocalList,
)
from chargedeck.simulator.ocpp16.calls import Call, CallQueue, Owner
from chargedeck.simulator.ocpp16.certificates import CertificateStore
from chargedeck.simulator.ocpp16.configuration import Configuration
from chargedeck.simulator.ocpp16.connector import Connector
from chargedeck.simulator.ocpp16.dispatch import Dispatch
from chargedeck.simulator.ocpp16.firmware import Firmware
from chargedeck.simulator.ocpp16.logs import LogUpload
from chargedeck.simulator.ocpp16.memory import Keep, Memory, forget
from chargedeck.simulator.ocpp16.profile_book import ProfileBook
from chargedeck.simulator.ocpp16.recall import recall, remember
from chargedeck.simulator.ocpp16.registration import Registration
from chargedeck.simulator.ocpp16.reservations import Reservations
from chargedeck.simulator.ocpp16.session import info_in
from chargedeck.simulator.ocpp16.transaction import Transaction
from chargedeck.simulator.outlet import Outlet
from chargedeck.simulator.quirks import Quirk
from chargedeck.simulator.wire import Payload, timestamp
from chargedeck.simulator.world import JournalEntry, World

_DELIVERY_TIMEOUT = Seconds(20)


class Link(Protocol):
    """The connection to the central system, as far as the charge point handles it."""

    def drop(self, reopen_after: Seconds) -> None:
        """Hang up without a word and dial again after this real time."""

    def use_password(self, password: str) -> None:
        """Sign in with this from the next connection on."""

    def ping_every(self, interval: Seconds) -> None:
        """Watch the connection by WebSocket pings; 0 does not."""


class ChargePoint:
    """Everything that lives behind one identity; told by its link what happens on the network."""

    def __init__(
        self,
        identity: Identity,
        world: World,
        link: Link,
        *,
        memory: Memory | None = None,
        keep: Keep = forget,
    ) -> None:
        self.identity = identity
        self.world = world
        self.link = link
        self._keep: Keep = forget
        self.on_first_acceptance: Callable[[], None] = _nothing
        """Called when the central system accepts for the first time since power came."""
        self._offset = oddities.clock_offset(identity, world.clock.now())
        self._reset_after_delivery: StopReason | None = None
        self.is_installing = False
        self.is_operative = True
        self.configuration = Configuration(oddities.factory_settings(identity))
        self.cache = AuthorizationCache()
        self.local_list = LocalList()
        self.profiles = ProfileBook()
        self.reservations = Reservations()
        self.certificates = CertificateStore()
        self.password: str | None = None
        self.calls = CallQueue(
            world,
            self.configuration,
            Owner(self._transaction_answered, self._queue_changed),
            ids=oddities.message_ids(identity, world),
        )
        self.connectors = tuple(
            Connector(self, number, Outlet(identity.wiring, world.clock.now()))
            for number in range(1, identity.connectors + 1)
        )
        self.registration = Registration(self)
        self.dispatch = Dispatch(self)
        self.firmware = Firmware(self)
        self.diagnostics = LogUpload(self, "DiagnosticsStatusNotification", failed="UploadFailed")
        self.logs = LogUpload(self, "LogStatusNotification", failed="UploadFailure")
        if memory is not None:
            recall(self, memory)
        self._keep = keep

    # time

    def now(self) -> Instant:
        """Simulated time."""
        return self.world.clock.now()

    def at(self, when: Instant, action: Callable[[Instant], None]) -> Timer:
        """Do something at a simulated time."""
        return self.world.agenda.call_at(when, action)

    def device_time(self, now: Instant) -> Instant:
        """What the charge point's own clock shows."""
        return after(now, self._offset)

    def from_device_time(self, shown: Instant) -> Instant:
        """When the own clock will show this."""
        return after(shown, Seconds(-self._offset))

    def stamp(self, now: Instant) -> str:
        """The own clock's time as a timestamp."""
        text = timestamp(self.device_time(now))
        return text.removesuffix("Z") if Quirk.NAIVE_TIMESTAMPS in self.identity.quirks else text

    def set_drift(self, drift: Seconds) -> None:
        """Let the own clock be wrong by this from now on, whatever the central system says."""
        self.identity = replace(self.identity, drift=drift)
        self._offset = drift
        self.limits_changed()

    def set_clock(self, right: Instant) -> None:
        """The central system tells the time; taken only at real speed and when no time must not go back."""
        busy = bool(self.calls.kept) or any(one.session.transaction for one in self.connectors)
        fixed = self.identity.drift is not None or Quirk.WRONG_TIMESTAMPS in self.identity.quirks
        if not busy and not fixed and self.world.clock.speed == REAL_TIME:
            self._offset = between(self.now(), right)

    @property
    def clock_offset(self) -> Seconds:
        """How far the own clock is ahead."""
        return self._offset

    def speed_changed(self) -> None:
        """Time runs at another pace: what repeats is due at other times now."""
        self.registration.resume_heartbeat()
        self.registration.resume_aligned()
        for connector in self.connectors:
            connector.session.resume_sampling()
            connector.refresh()

    # network

    def connected(self, send: Callable[[bytes], None]) -> None:
        """The link is up."""
        self.calls.connected(send)
        self.dispatch.connected(send)
        self.link.ping_every(self.configuration.seconds("WebSocketPingInterval"))
        self.registration.connected()

    def disconnected(self) -> None:
        """The link is down."""
        self.dispatch.disconnected()
        self.calls.disconnected()
        self.registration.disconnected()

    def received(self, data: bytes) -> None:
        """A message came."""
        self.dispatch.received(data)

    # connectors

    def connector(self, number: int) -> Connector | None:
        """The connector with this number, if there is one."""
        return self.connectors[number - 1] if 1 <= number <= len(self.connectors) else None

    def sharers(self) -> int:
        """How many connectors share the charge point's own maximum."""
        return sum(1 for one in self.connectors if one.session.transaction is not None) or 1

    def limits_changed(self) -> None:
        """Something that limits depend on has changed."""
        for connector in self.connectors:
            connector.limits_changed()
        self.save()

    def transaction_of(self, transaction_id: int) -> Connector | None:
        """Where the transaction with the central system's number runs."""
        for connector in self.connectors:
            transaction = connector.session.transaction
            if transaction is not None and transaction.transaction_id == transaction_id:
                return connector
        return None

    def transaction_ended(self) -> None:
        """A transaction is over: what waited for it may go on."""
        self.firmware.transaction_ended()

    # authorisation

    def authorize(self, id_tag: str, told: Callable[[IdTagInfo], None]) -> None:
        """Find out about a card: here, from the central system, or by the rules for being offline."""
        known = self._known_here(id_tag)
        accepted = known is not None and known.accepts(self.device_time(self.now()))
        if known is not None and accepted and self.configuration.flag("LocalPreAuthorize"):
            told(known)
            return

        def answered(answer: Payload) -> None:
            info = info_in(answer) or INVALID
            self.cache.learn(id_tag, info)
            told(info)

        def failed() -> None:
            told(INVALID if self.calls.is_online else self._verdict_offline(known))

        self.calls.ask("Authorize", {"idTag": id_tag}, answered=answered, failed=failed)

    def admits(self, number: int, id_tag: str, parent_id_tag: str | None) -> bool:
        """Whether no reservation keeps the card off the connector."""
        kept = self.reservations.of(number)
        if kept is not None:
            return kept.admits(id_tag, parent_id_tag)
        if self.reservations.usable(number, id_tag, parent_id_tag) is not None:
            return True
        free = sum(
            1 for one in self.connectors if one.session.can_start and self.reservations.of(one.number) is None
        )
        return free > self.reservations.of_any()

    # power

    def reset(self, reason: StopReason) -> None:
        """Restart by request: transactions end first and are delivered if the network lets them."""
        for connector in self.connectors:
            connector.session.stop(reason)
        if not self.calls.is_online or not self.calls.kept:
            self.reboot(reason)
            return
        self._reset_after_delivery = reason
        self.at(after(self.now(), _DELIVERY_TIMEOUT), self._waited_for_delivery)

    def reboot(self, reason: StopReason) -> None:
        """Restart at once."""
        self._reset_after_delivery = None
        for connector in self.connectors:
            connector.session.stop(reason)
            connector.session.is_finishing = False
            connector.stop_timers()
            connector.forget_announced()
            if Quirk.REGISTER_ROLLBACK in self.identity.quirks:
                connector.outlet.register_wh = oddities.rolled_back(connector.outlet.register_wh)
        self.registration.forget()
        self.save()
        self.link.drop(Seconds(self.identity.boot_time / self.world.clock.speed))

    def stop(self) -> None:
        """The simulation ends: nothing is due any more."""
        self.registration.forget()
        for connector in self.connectors:
            connector.stop_timers()

    def change_password(self, password: str) -> None:
        """Sign in with another key: hang up and come back with it (security whitepaper, A01)."""
        self.password = password
        self.link.use_password(password)
        self.save()
        self.security_event("ReconfigurationOfSecurityParameters")
        self.link.drop(Seconds(0.1))

    def request_certificate(self) -> None:
        """Ask for a certificate of our own."""
        name = self.configuration.text("CpoName")
        request = self.certificates.signing_request(self.identity.point_id, name)
        self.calls.ask("SignCertificate", {"csr": request})

    def security_event(self, kind: str, detail: str | None = None) -> None:
        """Tell the central system of something that touches security."""
        if Quirk.NO_SECURITY_MESSAGES in self.identity.quirks:
            return
        payload: Payload = {"type": kind, "timestamp": self.stamp(self.now())}
        if detail is not None:
            payload["techInfo"] = detail[:255]
        self.calls.ask("SecurityEventNotification", payload)

    def firmware_is(self, version: str) -> None:
        """Another firmware runs."""
        self.identity = replace(self.identity, firmware=version)

    def save(self) -> None:
        """Keep what must outlive a loss of power."""
        if self._keep is not forget:
            self._keep(remember(self))

    def journal(
        self,
        what: str,
        connector: Connector,
        transaction: Transaction | None = None,
        *,
        reason: StopReason | None = None,
    ) -> None:
        """Record what truly happened, for whoever checks the central system against it."""
        transaction = transaction or connector.session.transaction
        outlet = connector.outlet
        self._write(
            connector.number,
            what,
            {
                "at": timestamp(outlet.at),
                "register_wh": round(outlet.register_wh, 3),
                "offered_a": outlet.offered_a,
                "current_a": round(outlet.current_a, 2),
                "id_tag": None if transaction is None else transaction.id_tag,
                "transaction_id": None if transaction is None else transaction.transaction_id,
                "reason": reason,
                "fault": None if outlet.fault is None else outlet.fault.type,
            },
        )
        self.save()

    def _write(self, connector: int, what: str, facts: JournalEntry) -> None:
        """Add a line; `real_at` is the time that the central system lives in."""
        self.world.journal(
            {
                "event": what,
                "charger": self.identity.point_id,
                "connector": connector,
                "real_at": round(self.world.wall.now(), 4),
                **facts,
            }
        )

    def _waited_for_delivery(self, _now: Instant) -> None:
        if self._reset_after_delivery is not None:
            self.reboot(self._reset_after_delivery)

    def _queue_changed(self) -> None:
        self.save()
        if self._reset_after_delivery is not None and not self.calls.kept:
            self.reboot(self._reset_after_delivery)

    def _transaction_answered(self, call: Call, answer: Payload) -> None:
        transaction = call.transaction
        info = info_in(answer)
        if transaction is None:
            return
        if info is not None and self.configuration.flag("AuthorizationCacheEnabled"):
            self.cache.learn(transaction.id_tag, info)
        if call.action == "StartTransaction":
            transaction.transaction_id = answer["transactionId"]
            connector = self.connectors[transaction.connector - 1]
            self.journal("numbered", connector, transaction)
            connector.session.started(transaction, info or INVALID)
        if self.world.is_recorded:
            facts: JournalEntry = {
                "action": call.action,
                "transaction_id": transaction.transaction_id,
                "payload": json.dumps(call.payload),
            }
            self._write(transaction.connector, "acknowledged", facts)

    def _known_here(self, id_tag: str) -> IdTagInfo | None:
        listed = self.local_list.find(id_tag) if self.configuration.flag("LocalAuthListEnabled") else None
        cached = self.cache.find(id_tag) if self.configuration.flag("AuthorizationCacheEnabled") else None
        return listed or cached

    def _verdict_offline(self, known: IdTagInfo | None) -> IdTagInfo:
        if known is not None and self.configuration.flag("LocalAuthorizeOffline"):
            return known
        unknown_may = known is None and self.configuration.flag("AllowOfflineTxForUnknownId")
        return ACCEPTED if unknown_may else INVALID


def _nothing() -> None:
    return None
