"""A meter that speaks on topics of an MQTT broker; what lies there from long ago is not taken for now."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

import aiomqtt

from chargedeck.domain.sentences import said
from chargedeck.hub.meter_records import MeterFailedError, MeterTrouble
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.sources.meters.mqtt_values import TopicReadings, check_values
from chargedeck.sources.meters.place import Place, placed, plainly_placed, unreachable

if TYPE_CHECKING:
    from chargedeck.hub.local_network import Network
    from chargedeck.hub.meter_records import Answered, MeterRecord

MQTT_PORT = 1883
CONNECT_S = 5.0
SILENT_S = 12.0
"""Less than the time after which a breaker's meter counts as lost, so that the reason is known by then."""

MOST_WAITING = 100
LONGEST_TOPIC = 256

_REFUSED = frozenset({4, 5, 134, 135})
"""Wrong user name or password, or not allowed: of MQTT 3.1.1 and of 5."""

_SPEECHLESS = logging.getLogger(f"{__name__}.client")
_SPEECHLESS.setLevel(logging.CRITICAL + 1)
"""The library's own log names what is sent, and with it whatever somebody has put there."""


def checked(record: MeterRecord) -> MeterRecord:
    """The meter with its broker's address made plain; raises InvalidValueError."""
    for topic in [record.topic, *(value.topic for value in record.topic_values)]:
        if topic is None:
            continue
        if not topic or len(topic) > LONGEST_TOPIC or any(sign in topic for sign in "#+\0"):
            raise InvalidValueError("topic", said("must be the name of one topic, without # and +"))
    check_values(record)
    return plainly_placed(record, "mqtt", MQTT_PORT)


class MqttLine:
    """The way to one meter: a connection of its own, kept while readings come."""

    def __init__(self, record: MeterRecord, networks: Sequence[Network]) -> None:
        self._record = record
        self._place = Place(placed(record, "mqtt", MQTT_PORT), networks)
        self._readings: AsyncGenerator[Answered] | None = None
        self._topics = TopicReadings(record.topic_values, record.topic)
        self._only_old = False

    async def read(self) -> Answered:
        """The next reading that is published; raises MeterFailedError when none comes."""
        if self._readings is None:
            self._readings = self._listened()
        try:
            async with asyncio.timeout(CONNECT_S + SILENT_S):
                return await anext(self._readings)
        except TimeoutError as error:
            await self.close()
            raise self._silent() from error
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up."""
        readings, self._readings = self._readings, None
        if readings is not None:
            await readings.aclose()

    async def _listened(self) -> AsyncGenerator[Answered]:
        ip, record = await self._place.resolve(), self._record
        self._topics = TopicReadings(record.topic_values, record.topic)
        client = aiomqtt.Client(
            ip,
            self._place.at.port,
            username=record.username,
            password=record.secret,
            identifier=f"chargedeck-{secrets.token_hex(4)}",
            logger=_SPEECHLESS,
            timeout=CONNECT_S,
            max_queued_incoming_messages=MOST_WAITING,
        )
        try:
            async with client:
                for topic in self._topics.topics:
                    await client.subscribe(topic)
                async with aclosing(self._answers(client)) as answers:
                    async for answer in answers:
                        yield answer
        except aiomqtt.MqttError as error:
            raise self._failed(error) from error

    async def _answers(self, client: aiomqtt.Client) -> AsyncGenerator[Answered]:
        clock = asyncio.get_running_loop()
        self._only_old = False
        async for message in client.messages:
            if message.retain:
                self._only_old = True
                continue
            payload = message.payload if isinstance(message.payload, bytes) else b""
            answer = self._topics.take(message.topic.value, payload, clock.time())
            if answer is not None and not len(client.messages):
                yield answer

    def _failed(self, error: aiomqtt.MqttError) -> MeterFailedError:
        code = getattr(error, "rc", None)
        value = getattr(code, "value", code)
        if value in _REFUSED:
            return MeterFailedError(
                MeterTrouble.UNAUTHORIZED,
                said(
                    "The broker {place} does not let us in; correct the user name and the password",
                    place=self._place,
                ),
            )
        return unreachable(self._place, said("is no MQTT broker that can be reached, or it has hung up"))

    def _silent(self) -> MeterFailedError:
        topics = ", ".join(self._topics.topics)
        if self._topics.missing and not self._only_old:
            hint = said("no message with {missing}", missing=", ".join(self._topics.missing))
        elif self._only_old:
            hint = said("only a retained message, which may be from any time")
        else:
            hint = said("no message any more")
        return MeterFailedError(
            MeterTrouble.SILENT,
            said(
                "On {topics} there was {hint} for {seconds} s; "
                "check the topic, and that the meter publishes at least every 10 s",
                topics=topics,
                hint=hint,
                seconds=SILENT_S,
            ),
        )
