"""Authorize, StartTransaction, StopTransaction and MeterValues: answered when what they say is on disk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from chargedeck.chargers.ocpp.faults import Fault, FaultKind
from chargedeck.chargers.ocpp16 import mapping, measurands
from chargedeck.domain.events import Metered
from chargedeck.domain.reading import Reading
from chargedeck.hub.records import SignedValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from chargedeck.chargers.ocpp.desk import Begun
    from chargedeck.chargers.ocpp.framing import Call
    from chargedeck.chargers.ocpp16.driver import Driver
    from chargedeck.domain.cards import CardAnswer

NOWHERE = 0
"""The connector of a signed value that came with a StopTransaction, which names none."""


def authorize(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:
    """A card was held to the reader."""
    return {"idTagInfo": mapping.id_tag_info(driver.desk.judge(call.payload["idTag"], now))}


def start_transaction(driver: Driver, call: Call, now: datetime) -> None:
    """A session began, now or while the device was offline."""
    started = mapping.started(call.payload)
    connector = mapping.number(call.payload, "connectorId")
    driver.desk.begin(connector, started, now, partial(_begun, driver, call))


def _begun(driver: Driver, call: Call, begun: Begun | None) -> None:
    if begun is None:
        driver.connection.refuse(call.message_id, _not_stored())
        return
    answer = {"transactionId": begun.ref, "idTagInfo": mapping.id_tag_info(begun.answer)}
    driver.connection.answer(call.message_id, call.action, answer)


def stop_transaction(driver: Driver, call: Call, now: datetime) -> None:
    """A session ended; one that we never heard of is taken as well."""
    read = [measurands.reading(value) for value in call.payload.get("transactionData", ())]
    stopped = mapping.stopped(call.payload, tuple(reading for reading, _ in read if not _is_empty(reading)))
    for reading, signed in read:
        _keep_signed(driver, NOWHERE, stopped.ref, reading, signed)
    driver.desk.end(stopped, now, partial(_ended, driver, call))


def _ended(driver: Driver, call: Call, is_stored: bool, answer: CardAnswer | None) -> None:
    if not is_stored:
        driver.connection.refuse(call.message_id, _not_stored())
        return
    info = {} if answer is None else {"idTagInfo": mapping.id_tag_info(answer)}
    driver.connection.answer(call.message_id, call.action, info)


def meter_values(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any] | None:
    """The meter says something: usually one instant, several after a time offline."""
    payload = call.payload
    connector = payload["connectorId"]
    ref = mapping.transaction(payload)
    if connector == 0:
        connector = driver.only_outlet if ref is not None else None
        if connector is None:
            return {}  # the whole device's own meter: no outlet's energy
    read = [measurands.reading(value) for value in payload["meterValue"]]
    pending = _Pending(driver, call, len(read))
    for reading, signed in read:
        if signed:
            _keep_signed(driver, connector, ref, reading, signed)
        driver.desk.metered(connector, Metered(reading, ref), now, pending)
    driver.metered(connector, read[-1][0], now)
    return None


class _Pending:
    """Waits until all values of one message are on disk, then answers it."""

    __slots__ = ("_call", "_driver", "_is_stored", "_left")

    def __init__(self, driver: Driver, call: Call, count: int) -> None:
        self._driver, self._call, self._left = driver, call, count
        self._is_stored = True

    def __call__(self, is_stored: bool) -> None:
        self._is_stored &= is_stored
        self._left -= 1
        if self._left == 0:
            if self._is_stored:
                self._driver.connection.answer(self._call.message_id, self._call.action, {})
            else:
                self._driver.connection.refuse(self._call.message_id, _not_stored())


def _is_empty(reading: Reading) -> bool:
    return reading == Reading(reading.at)


def _keep_signed(
    driver: Driver, connector: int, ref: str | None, reading: Reading, values: Sequence[measurands.Signed]
) -> None:
    for context, value in values:
        record = SignedValue(driver.desk.id, connector, ref, reading.at, context, value)
        driver.desk.signed(record)


def _not_stored() -> Fault:
    return Fault(FaultKind.INTERNAL, "it could not be stored; send it again later")
