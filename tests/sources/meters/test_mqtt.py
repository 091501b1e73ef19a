"""Meters on topics, with a real Mosquitto between them and us."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from scripts import parts
from tests.sources.meters.records import DIALER, record
from tests.support.mosquitto import broker

from chargedeck.domain.units import Watts
from chargedeck.hub.meter_records import Answered, MeterFailedError, MeterKind, MeterTrouble, TopicValue
from chargedeck.hub.meter_sources import MeterLine
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.station_meters import Source
from chargedeck.sources.meters import Dialer, mqtt

TOPIC = "tele/meter/SENSOR"
POWER = (TopicValue("power_w", "ENERGY.Power"),)
PHASES = tuple(TopicValue(f"power_{phase}_w", f"phases[{phase - 1}]") for phase in (1, 2, 3))


@pytest.fixture
def program() -> Path:
    found = parts.find(parts.MOSQUITTO)
    if found is None:
        pytest.skip(parts.missing(parts.MOSQUITTO))
    return found


@pytest.fixture
async def port(program: Path, tmp_path: Path) -> AsyncIterator[int]:
    async with broker(program, tmp_path) as port:
        yield port


@asynccontextmanager
async def line_to(port: int, **more: Any) -> AsyncIterator[MeterLine]:
    settings = {"topic": TOPIC, "source": Source.SOLAR, "topic_values": POWER} | more
    line = DIALER.line(record(MeterKind.MQTT, port, **settings))
    try:
        yield line
    finally:
        await line.close()


class Publisher:
    """A meter that repeats what it last measured, until it is stopped."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.says: dict[str, object] = {}
        self.over = False
        """A cancellation that meets the end of `wait_for` in Python 3.11 is lost."""

    async def repeat(self) -> None:
        while not self.over:
            for topic, message in self.says.items():
                await self._client.publish(topic, json.dumps(message))
            await asyncio.sleep(0.02)


@asynccontextmanager
async def publishing(port: int, says: dict[str, object], **login: str) -> AsyncIterator[Publisher]:
    async with aiomqtt.Client("127.0.0.1", port, **login) as client:  # type: ignore[arg-type]
        publisher = Publisher(client)
        publisher.says.update(says)
        task = asyncio.create_task(publisher.repeat())
        try:
            yield publisher
        finally:
            publisher.over = True
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def read(line: MeterLine) -> Any:
    async with asyncio.timeout(10):
        return await line.read()


# -- what comes ------------------------------------------------------------------------------------


async def test_a_value_in_a_message(port: int) -> None:
    async with publishing(port, {TOPIC: {"ENERGY": {"Power": 512.5}}}), line_to(port) as line:
        assert await read(line) == Answered((), Watts(512.5), TOPIC)


async def test_what_changes_is_seen(port: int) -> None:
    says: dict[str, object] = {TOPIC: {"ENERGY": {"Power": 1}}}
    async with publishing(port, says) as meter, line_to(port) as line:
        assert (await read(line)).power_w == 1
        meter.says[TOPIC] = {"ENERGY": {"Power": 2}}
        while (await read(line)).power_w != 2:
            pass


async def test_phases_of_one_message(port: int) -> None:
    async with (
        publishing(port, {TOPIC: {"phases": [10, -20, 30]}}),
        line_to(port, topic_values=PHASES, source=Source.GRID) as line,
    ):
        assert [phase.power_w for phase in (await read(line)).phases] == [10, -20, 30]


async def test_values_on_topics_of_their_own_make_one_reading(port: int) -> None:
    values = (
        TopicValue("power_1_w", "1000 * (value - 0.5)", "p1"),
        TopicValue("current_1_a", "value", "i1"),
        TopicValue("voltage_1_v", "value", "u1"),
    )
    async with (
        publishing(port, {"p1": 2.5, "i1": 9, "u1": 230}),
        line_to(port, topic=None, topic_values=values, source=Source.GRID) as line,
    ):
        (phase,) = (await read(line)).phases
        assert (phase.power_w, phase.current_a, phase.voltage_v) == (2000, 9, 230)


async def test_what_lies_there_from_before_is_not_taken_for_now(port: int) -> None:
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.publish(TOPIC, json.dumps({"ENERGY": {"Power": 1}}), qos=1, retain=True)
    async with line_to(port) as line:
        reading = asyncio.create_task(read(line))
        async with publishing(port, {TOPIC: {"ENERGY": {"Power": 2}}}):
            assert (await reading).power_w == 2


async def _lost(line: MeterLine) -> MeterFailedError:
    """What had come before is still told."""
    while True:
        try:
            await read(line)
        except MeterFailedError as error:
            return error


async def test_it_goes_on_when_the_broker_was_restarted(program: Path, tmp_path: Path) -> None:
    says: dict[str, object] = {TOPIC: {"ENERGY": {"Power": 7}}}
    async with broker(program, tmp_path) as port, publishing(port, says):
        line = DIALER.line(record(MeterKind.MQTT, port, topic=TOPIC, topic_values=POWER, source=Source.SOLAR))
        assert (await read(line)).power_w == 7
    assert (await _lost(line)).trouble is MeterTrouble.NOT_FOUND
    async with broker(program, tmp_path, port=port), publishing(port, says):
        assert (await read(line)).power_w == 7
        await line.close()


# -- who is let in ---------------------------------------------------------------------------------


async def test_a_broker_with_passwords(
    program: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with (
        broker(program, tmp_path, {"house": "hunter2 is secret"}) as port,
        publishing(port, {TOPIC: {"ENERGY": {"Power": 3}}}, username="house", password="hunter2 is secret"),
    ):
        async with line_to(port, username="house", secret="hunter2 is secret") as line:
            assert (await read(line)).power_w == 3
        for wrong in ({}, {"username": "house", "secret": "wrong is secret"}):
            async with line_to(port, **wrong) as line:
                with pytest.raises(MeterFailedError, match="user name and the password") as found:
                    await read(line)
                assert found.value.trouble is MeterTrouble.UNAUTHORIZED
    ours = "".join(each.getMessage() for each in caplog.records if each.name.startswith("chargedeck"))
    assert "is secret" not in ours


async def test_nobody_outside_the_house_is_asked(port: int) -> None:
    line = Dialer(()).line(record(MeterKind.MQTT, port, topic=TOPIC, topic_values=POWER, source=Source.SOLAR))
    with pytest.raises(MeterFailedError, match="CHARGEDECK_DEVICE_NETWORKS"):
        await read(line)


# -- what goes wrong -------------------------------------------------------------------------------


async def test_a_message_without_the_value_says_what_it_has(port: int) -> None:
    async with publishing(port, {TOPIC: {"ENERGY": {"Total": 1}}}), line_to(port) as line:
        with pytest.raises(MeterFailedError) as found:
            await read(line)
        assert found.value.trouble is MeterTrouble.NOT_UNDERSTOOD
        assert "power_w looks for ENERGY.Power" in str(found.value)


@pytest.mark.parametrize("retained", [False, True])
async def test_a_topic_on_which_nothing_comes(
    port: int, retained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "SILENT_S", 0.5)
    monkeypatch.setattr(mqtt, "CONNECT_S", 1.0)
    if retained:
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.publish(TOPIC, json.dumps({"ENERGY": {"Power": 1}}), qos=1, retain=True)
    async with line_to(port) as line:
        with pytest.raises(MeterFailedError) as found:
            await read(line)
    assert found.value.trouble is MeterTrouble.SILENT
    assert ("only a retained message" if retained else "no message with power_w") in str(found.value)


async def test_what_is_no_broker() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server, line_to(server.sockets[0].getsockname()[1]) as line:
        with pytest.raises(MeterFailedError, match="no MQTT broker") as found:
            await read(line)
        assert found.value.trouble is MeterTrouble.NOT_FOUND


# -- what is refused when it is set up -------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"topic_values": ()}, "values", "are missing"),
        ({"topic_values": (TopicValue("power_4_w", "value"),)}, "values", "power_4_w is none"),
        ({"topic_values": POWER * 2}, "values", "power_w twice"),
        ({"topic_values": (TopicValue("power_w", "1 +"),)}, "template", "of power_w ends too early"),
        ({"topic": None}, "topic", "is missing for power_w"),
        ({"topic": "tele/#"}, "topic", "without # and +"),
        ({"topic_values": (TopicValue("power_w", "value", "a/+"),)}, "topic", "without # and +"),
        ({"source": Source.GRID}, "values", "of each phase"),
        (
            {"source": Source.GRID, "topic_values": (TopicValue("voltage_1_v", "value"),)},
            "values",
            "of each phase",
        ),
    ],
)
def test_a_meter_that_cannot_be(more: dict[str, Any], field: str, words: str) -> None:
    settings = {"topic": TOPIC, "source": Source.SOLAR, "topic_values": POWER} | more
    with pytest.raises(InvalidValueError, match=words) as found:
        DIALER.check(record(MeterKind.MQTT, 1883, **settings))
    assert found.value.field == field


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        (MeterKind.SHELLY, "http://192.168.1.5/", "192.168.1.5"),
        (MeterKind.SHELLY, "Shelly.local:8080", "shelly.local:8080"),
        (MeterKind.SUNSPEC, "192.168.1.5:502", "192.168.1.5"),
        (MeterKind.SUNSPEC, "modbus://192.168.1.5:1502", "192.168.1.5:1502"),
        (MeterKind.SUNSPEC, "fd00::5", "[fd00::5]"),
        (MeterKind.MQTT, "mqtt://broker", "broker"),
    ],
)
def test_an_address_is_made_plain(kind: MeterKind, typed: str, shown: str) -> None:
    meter = record(kind, 1, topic=TOPIC, topic_values=POWER, source=Source.SOLAR)
    assert DIALER.check(replace(meter, address=typed)).address == shown


@pytest.mark.parametrize("kind", list(MeterKind))
@pytest.mark.parametrize("typed", ["https://192.168.1.5", "192.168.1.5/status", "a b", "user@host", ":80"])
def test_an_address_that_is_none(kind: MeterKind, typed: str) -> None:
    meter = record(kind, 1, topic=TOPIC, topic_values=POWER, source=Source.SOLAR)
    with pytest.raises(InvalidValueError, match="must be an address") as found:
        DIALER.check(replace(meter, address=typed))
    assert found.value.field == "address"
