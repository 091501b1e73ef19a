"""A meter or an inverter that speaks Modbus TCP as SunSpec says: found in its map once, then read."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.meter_records import MeterFailedError, MeterTrouble
from chargedeck.hub.station_meters import Source
from chargedeck.sources.meters.place import Place, placed, plainly_placed, unreachable
from chargedeck.sources.meters.sunspec_models import (
    BASES,
    END,
    INVERTERS,
    KNOWN,
    MARK,
    METERS,
    values_of,
    words_of,
)

if TYPE_CHECKING:
    from chargedeck.hub.local_network import Network
    from chargedeck.hub.meter_records import Answered, MeterRecord

MODBUS_PORT = 502
ANSWER_S = 3.0
MOST_MODELS = 100

_NO_SUCH_ADDRESS = 2
_NO_ANSWER_BEHIND = (10, 11)
"""What a gateway says when nobody behind it has this unit id."""

# What it would say of every lost answer is told as the meter's trouble.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)


class _Model(NamedTuple):
    id: int
    address: int
    """Of its id; its length and its values follow."""


def checked(record: MeterRecord) -> MeterRecord:
    """The meter with its address made plain; raises InvalidValueError."""
    return plainly_placed(record, "modbus", MODBUS_PORT)


class SunSpecLine:
    """The way to one meter."""

    def __init__(self, record: MeterRecord, networks: Sequence[Network]) -> None:
        self._record = record
        self._place = Place(placed(record, "modbus", MODBUS_PORT), networks)
        self._client: AsyncModbusTcpClient | None = None
        self._model: _Model | None = None

    async def read(self) -> Answered:
        """Its registers as they are now; the first time it is looked for where they are."""
        if self._client is None:
            self._client = await self._connected()
        if self._model is None:
            self._model = await self._found()
        model = self._model
        words = await self._registers(model.address, 2 + words_of(model.id))
        if words[0] != model.id:
            self._model = None
            raise self._not_understood(said("has another map than before; it is looked through again"))
        return values_of(model.id, words[2:], f"SunSpec model {model.id}")

    async def close(self) -> None:
        """Hang up."""
        client, self._client, self._model = self._client, None, None
        if client is not None:
            client.close()

    async def _connected(self) -> AsyncModbusTcpClient:
        ip = await self._place.resolve()
        client = AsyncModbusTcpClient(
            ip, port=self._place.at.port, timeout=ANSWER_S, retries=0, reconnect_delay=0
        )
        if not await client.connect():
            client.close()
            raise unreachable(self._place, said("cannot be reached over Modbus TCP"))
        return client

    async def _registers(self, address: int, count: int) -> Sequence[int]:
        assert self._client is not None
        unit = self._record.unit_id
        try:
            answer = await self._client.read_holding_registers(address, count=count, device_id=unit)
        except ModbusException as error:
            raise unreachable(
                self._place,
                said("does not answer to unit id {unit} (try another one, such as 1 or 240)", unit=unit),
            ) from error
        if answer.isError():
            raise _ExceptionError(getattr(answer, "exception_code", 0))
        if len(answer.registers) != count:
            raise self._not_understood(said("answers with another number of registers than was asked for"))
        return answer.registers

    # -- the map -------------------------------------------------------------------------------

    async def _found(self) -> _Model:
        models = [each for each in await self._map() if each.id in KNOWN]
        wanted = INVERTERS if self._record.source is Source.SOLAR else METERS
        fitting = [each for each in models if each.id in wanted] or models
        place = self._record.channel or 0
        if not fitting:
            raise self._not_understood(said("has neither a meter nor an inverter in its map"))
        if place >= len(fitting):
            raise self._not_understood(
                said(
                    "has no channel {place}; choose one from 0 to {last}, or leave it out",
                    place=place,
                    last=len(fitting) - 1,
                )
            )
        return fitting[place]

    async def _map(self) -> Sequence[_Model]:
        """All models, in their order; raises MeterFailedError where there is no map."""
        for base in BASES:
            if await self._or_none(lambda base=base: self._registers(base, 2)) == list(MARK):  # type: ignore[misc]
                return await self._models(base + 2)
        raise self._not_understood(said("has no SunSpec map; switch SunSpec on in its settings"))

    async def _models(self, address: int) -> Sequence[_Model]:
        models: list[_Model] = []
        while len(models) < MOST_MODELS and address < 0xFFFE:
            head = await self._or_none(lambda at=address: self._registers(at, 2))  # type: ignore[misc]
            if head is None or head[0] == END:
                break
            models.append(_Model(head[0], address))
            address += 2 + head[1]
        return models

    async def _or_none(self, ask: Callable[[], Awaitable[Sequence[int]]]) -> Sequence[int] | None:
        """Registers, or None where the device has none at that address."""
        try:
            return await ask()
        except _ExceptionError as error:
            if error.exception in _NO_ANSWER_BEHIND:
                raise
            return None

    def _not_understood(self, why: Sentence) -> MeterFailedError:
        return MeterFailedError(
            MeterTrouble.NOT_UNDERSTOOD, said("{place} {why}", place=self._place, why=why)
        )


class _ExceptionError(MeterFailedError):
    """The device has answered with an exception code."""

    def __init__(self, exception: int) -> None:
        self.exception = exception
        if exception in _NO_ANSWER_BEHIND:
            why = said("Nobody answers behind the gateway; choose another unit id")
        else:
            why = said(
                "It refuses to be read (Modbus exception {exception}); choose another unit id",
                exception=exception,
            )
        super().__init__(MeterTrouble.NOT_UNDERSTOOD, why)
