"""The connection to a broker: kept up, begun again when it breaks, and known for what it is meanwhile.

Only an installation with a broker loads this module, and the client library with it. A retained wish is
not carried out: it was meant for a moment that is over, and a broker would repeat it at every connection.
"""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import aiomqtt

from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.background import Background
from chargedeck.hub.fleet import Fleet
from chargedeck.hub.ports import Now
from chargedeck.live.ports import LiveBoard
from chargedeck.mqtt.broker import Broker
from chargedeck.mqtt.telling import Telling, encode
from chargedeck.mqtt.topics import OFFLINE, ONLINE, STATUS, WISHES, charger_of, result_topic
from chargedeck.mqtt.wishes import Wishes

logger = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
ANSWER_S = 10.0
MOST_WISHES = 100
"""More that wait for their devices are refused."""


class Bridge:
    """One broker; `problem` says why it cannot be reached, as long as it cannot, and `since` when."""

    def __init__(self, broker: Broker, fleet: Fleet, board: LiveBoard, now: Now) -> None:
        self.address = broker.address
        self.problem: Sentence | None = said("not connected yet")
        self.since: datetime = now()
        self._broker = broker
        self._fleet = fleet
        self._board = board
        self._now = now
        self._wishes = Wishes(fleet)

    async def run(self) -> None:
        """Keep a connection until cancelled."""
        wait = FIRST_WAIT_S
        while True:
            try:
                await self._session()
            except* (aiomqtt.MqttError, OSError) as group:
                wait = FIRST_WAIT_S if self.problem is None else wait
                self._note(_first_words(group))
            except* Exception:
                logger.exception("mqtt: the bridge begins again")
                self._note(said("an error of our own; see the log"))
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_S)

    def _note(self, problem: Sentence | None) -> None:
        """Log a change of state once, not each retry."""
        if (problem is None) is not (self.problem is None):
            self.since = self._now()
        if problem is None:
            logger.info("mqtt: connected to %s", self.address)
        elif problem != self.problem:
            logger.warning("mqtt: no connection to %s: %s", self.address, problem)
        self.problem = problem

    async def _session(self) -> None:
        async with await self._client() as client:
            await client.subscribe(WISHES, qos=1)
            await client.publish(STATUS, ONLINE, qos=1, retain=True)
            self._note(None)
            try:
                async with asyncio.TaskGroup() as tasks:
                    telling = Telling(client.publish, self._fleet, self._board)
                    tasks.create_task(telling.run(), name="mqtt-telling")
                    tasks.create_task(self._listen(client), name="mqtt-listening")
            finally:
                with suppress(aiomqtt.MqttError):  # the connection may be what has ended
                    await client.publish(STATUS, OFFLINE, qos=1, retain=True)

    async def _client(self) -> aiomqtt.Client:
        broker = self._broker
        return aiomqtt.Client(
            broker.host,
            broker.port,
            username=broker.username,
            password=await asyncio.to_thread(broker.password),
            will=aiomqtt.Will(STATUS, OFFLINE, qos=1, retain=True),
            tls_context=ssl.create_default_context() if broker.tls else None,
            timeout=ANSWER_S,
        )

    async def _listen(self, client: aiomqtt.Client) -> None:
        work = Background()
        try:
            async for message in client.messages:
                topic, payload = str(message.topic), message.payload
                if message.retain:
                    logger.warning("mqtt: %s is retained and not carried out; send it unretained", topic)
                elif len(work) >= MOST_WISHES:
                    await _answer(client, topic, _TOO_MANY)
                else:
                    wanted = payload if isinstance(payload, bytes) else b""
                    work.start(self._fulfil(client, topic, wanted), name=f"mqtt {topic}")
        finally:
            await work.aclose()

    async def _fulfil(self, client: aiomqtt.Client, topic: str, payload: bytes) -> None:
        answer = await self._wishes.fulfil(topic, payload)
        with suppress(aiomqtt.MqttError):  # whoever wished may read the state instead
            await _answer(client, topic, answer)


_TOO_MANY = {"ok": False, "code": "too_many_requests", "detail": "too many wishes wait for their chargers"}


async def _answer(client: aiomqtt.Client, topic: str, answer: Mapping[str, Any]) -> None:
    word = topic.rsplit("/", 1)[-1]
    await client.publish(result_topic(charger_of(topic)), encode({"command": word, **answer}), qos=1)


def _first_words(group: BaseExceptionGroup[BaseException]) -> Sentence:
    """What the first of the errors says, however deep it lies."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return Sentence(str(error) or type(error).__name__)
