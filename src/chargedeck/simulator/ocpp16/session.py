"""Who charges on a connector: authorisation, transaction, its meter values; OCPP 1.6 §4.2, §4.8, §4.10."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chargedeck.simulator.clock import Instant, Timer, after
from chargedeck.simulator.faults import StopReason
from chargedeck.simulator.ocpp16.authorization import IdTagInfo, read_info
from chargedeck.simulator.ocpp16.metering import sampled_values
from chargedeck.simulator.ocpp16.profiles import ChargingProfile, Purpose
from chargedeck.simulator.ocpp16.transaction import Transaction
from chargedeck.simulator.wire import Payload

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint
    from chargedeck.simulator.ocpp16.connector import Connector


@dataclass(frozen=True, slots=True)
class Authorization:
    """Somebody may charge as soon as the cable is in."""

    id_tag: str
    parent_id_tag: str | None = None
    profile: ChargingProfile | None = None


class SessionControl:
    """Brings card, cable and contactor of one connector together."""

    __slots__ = (
        "_authorization",
        "_connector",
        "_plug_wait",
        "_point",
        "_sampling",
        "is_asking",
        "is_finishing",
        "transaction",
    )

    def __init__(self, point: "ChargePoint", connector: "Connector") -> None:
        self._point = point
        self._connector = connector
        self.transaction: Transaction | None = None
        self.is_finishing = False
        """Whether a transaction has ended and its car is still on the cable."""
        self.is_asking = False
        """Whether a card waits for the central system's word."""
        self._authorization: Authorization | None = None
        self._plug_wait: Timer | None = None
        self._sampling: Timer | None = None

    @property
    def is_authorized(self) -> bool:
        """Whether somebody may charge as soon as the cable is in."""
        return self._authorization is not None

    @property
    def can_start(self) -> bool:
        """Whether nothing forbids a new transaction."""
        connector = self._connector
        return (
            self.transaction is None
            and self._authorization is None
            and connector.is_operative
            and not connector.outlet.is_stopped_by_fault
            and not self._point.is_installing
        )

    def swipe(self, id_tag: str) -> None:
        """A card is held to the reader: it starts, or stops what it or its group has started."""
        transaction = self.transaction
        if transaction is not None and transaction.id_tag.casefold() == id_tag.casefold():
            self.stop(StopReason.LOCAL, id_tag)
        elif transaction is not None or self.can_start:
            self.is_asking = True
            self._point.authorize(id_tag, lambda info: self._told(id_tag, info))

    def remote_start(self, id_tag: str, profile: ChargingProfile | None) -> None:
        """The central system starts; the card is asked about only if the configuration wants it."""
        if self._point.configuration.flag("AuthorizeRemoteTxRequests"):
            self._point.authorize(id_tag, lambda info: self._told(id_tag, info, profile))
        else:
            self._grant(Authorization(id_tag, profile=profile))

    def cable_in(self) -> None:
        """A cable came in: begin if somebody is authorised, or if the firmware asks for nobody."""
        free_for = self._point.identity.free_vend
        number = self._connector.number
        if free_for is not None and self.can_start and self._point.admits(number, free_for, None):
            self._authorization = Authorization(free_for)
        self._begin_if_ready()

    def forget_authorization(self) -> None:
        """Nobody may charge any more, until the next card."""
        self._authorization = None
        if self._plug_wait is not None:
            self._plug_wait.cancel()
            self._plug_wait = None

    def stop(self, reason: StopReason, id_tag: str | None = None) -> None:
        """End the transaction, if there is one: contactor, meter, StopTransaction, status."""
        transaction = self.transaction
        if transaction is None:
            return
        self._connector.advance()
        self._connector.outlet.disable()
        self._stop_sampling()
        payload = self._stop_payload(transaction, reason, id_tag)
        self._point.calls.record("StopTransaction", payload, transaction)
        self.transaction = None
        self.is_finishing = self._connector.outlet.is_plugged
        self._point.profiles.clear(connector=self._connector.number, purpose=Purpose.TX)
        self._point.journal("stopped", self._connector, transaction, reason=reason)
        if self._connector.turns_inoperative:
            self._connector.set_operative(operative=False)
        self._point.limits_changed()
        self._point.transaction_ended()

    def started(self, transaction: Transaction, info: IdTagInfo) -> None:
        """The central system answered StartTransaction."""
        transaction.parent_id_tag = info.parent_id_tag
        if transaction is not self.transaction or info.status == "Accepted":
            return
        if self._point.configuration.flag("StopTransactionOnInvalidId"):
            self.stop(StopReason.DEAUTHORIZED)
        else:
            transaction.is_deauthorized = True
            self._connector.refresh()

    def sample(self, context: str, key: str = "MeterValuesSampledData") -> None:
        """Send the meter's values, kept with the transaction if there is one."""
        payload = {"connectorId": self._connector.number, "meterValue": [self._meter_value(context, key)]}
        if self.transaction is not None:
            self._point.calls.record("MeterValues", payload, self.transaction)
        else:
            self._point.calls.ask("MeterValues", payload)

    def sample_aligned(self) -> None:
        """The clock says it is time for values, transaction or not."""
        self.sample("Sample.Clock", "MeterValuesAlignedData")
        if self.transaction is not None and self._point.configuration.words("StopTxnAlignedData"):
            self.transaction.stop_data.append(self._meter_value("Sample.Clock", "StopTxnAlignedData"))

    def resume_sampling(self) -> None:
        """The interval is another now, or a transaction has begun."""
        self._stop_sampling()
        interval = self._point.configuration.seconds("MeterValueSampleInterval")
        if self.transaction is not None and interval > 0:
            due = after(self._point.now(), self._point.world.interval(interval))
            self._sampling = self._point.at(due, self._sample_again)

    def stop_timers(self) -> None:
        """Power is gone."""
        self._stop_sampling()
        self.forget_authorization()

    def _told(self, id_tag: str, info: IdTagInfo, profile: ChargingProfile | None = None) -> None:
        """A card's verdict is there; the world may have changed meanwhile."""
        self.is_asking = False
        if not info.accepts(self._point.device_time(self._point.now())):
            return
        transaction = self.transaction
        if transaction is None:
            if self.can_start:
                self._grant(Authorization(id_tag, info.parent_id_tag, profile))
        elif info.parent_id_tag is not None and info.parent_id_tag == transaction.parent_id_tag:
            self.stop(StopReason.LOCAL, id_tag)

    def _grant(self, authorization: Authorization) -> None:
        if not self._point.admits(self._connector.number, authorization.id_tag, authorization.parent_id_tag):
            return
        self._authorization = authorization
        self._begin_if_ready()
        if self.transaction is None:
            wait = self._point.configuration.seconds("ConnectionTimeOut")
            self._plug_wait = self._point.at(after(self._point.now(), wait), self._waited_in_vain)
        self._connector.refresh()

    def _waited_in_vain(self, _now: Instant) -> None:
        self.forget_authorization()
        self._connector.refresh()

    def _begin_if_ready(self) -> None:
        granted = self._authorization
        if granted is None or not self._connector.outlet.is_plugged:
            return
        self.forget_authorization()
        self._connector.advance()
        now = self._point.now()
        transaction = Transaction(
            connector=self._connector.number,
            id_tag=granted.id_tag,
            started_at=self._point.device_time(now),
            meter_start_wh=int(self._connector.outlet.register_wh),
            parent_id_tag=granted.parent_id_tag,
        )
        self.transaction = transaction
        self.is_finishing = False
        if granted.profile is not None:
            self._point.profiles.add(granted.profile)
        self._keep_stop_data(transaction, "Transaction.Begin")
        self._point.calls.record("StartTransaction", self._start_payload(transaction), transaction)
        self._point.journal("started", self._connector, transaction)
        self._connector.offer_to_car()
        self._point.limits_changed()
        self.resume_sampling()

    def _start_payload(self, transaction: Transaction) -> Payload:
        payload: Payload = {
            "connectorId": transaction.connector,
            "idTag": transaction.id_tag,
            "meterStart": transaction.meter_start_wh,
            "timestamp": self._point.stamp(self._point.now()),
        }
        used = self._point.reservations.usable(
            transaction.connector, transaction.id_tag, transaction.parent_id_tag
        )
        if used is not None:
            self._point.reservations.remove(used.reservation_id)
            payload["reservationId"] = used.reservation_id
        return payload

    def _stop_payload(self, transaction: Transaction, reason: StopReason, id_tag: str | None) -> Payload:
        self._keep_stop_data(transaction, "Transaction.End")
        payload: Payload = {
            "meterStop": int(self._connector.outlet.register_wh),
            "timestamp": self._point.stamp(self._point.now()),
            "reason": reason,
        }
        if id_tag is not None:
            payload["idTag"] = id_tag
        if transaction.stop_data:
            payload["transactionData"] = transaction.stop_data
        return payload

    def _keep_stop_data(self, transaction: Transaction, context: str) -> None:
        if self._point.configuration.words("StopTxnSampledData"):
            transaction.stop_data.append(self._meter_value(context, "StopTxnSampledData"))

    def _meter_value(self, context: str, key: str) -> Payload:
        self._connector.advance()
        identity = self._point.identity
        measurands = self._point.configuration.words(key) or ("Energy.Active.Import.Register",)
        values = sampled_values(self._connector.outlet, measurands, context, identity.quirks)
        return {"timestamp": self._point.stamp(self._point.now()), "sampledValue": values}

    def _sample_again(self, _now: Instant) -> None:
        self._sampling = None
        self.sample("Sample.Periodic")
        self.resume_sampling()

    def _stop_sampling(self) -> None:
        if self._sampling is not None:
            self._sampling.cancel()
            self._sampling = None


def info_in(answer: Payload) -> IdTagInfo | None:
    """The `idTagInfo` in an answer, if it has one."""
    raw = answer.get("idTagInfo")
    return None if raw is None else read_info(raw)
