"""Setting a station up when it comes: what it is asked, and that nothing it refuses keeps it from working."""

import asyncio
from typing import Any

import pytest
from tests.chargers.conftest import MakeListener
from tests.chargers.recording import RecordedHub
from tests.chargers.station import Payload, Station, refusing, station
from tests.chargers.waiting import until

from chargedeck.chargers.ocpp.surroundings import Keepalive
from chargedeck.chargers.ocpp16.commissioning import MOST_TIMEOUTS
from chargedeck.chargers.ocpp16.configuration import KEYS, SAMPLE_LISTS
from chargedeck.hub.ports import Capabilities

ALL = ",".join(SAMPLE_LISTS[0])


def keys(**values: str) -> Payload:
    return {"configurationKey": [{"key": k, "readonly": False, "value": v} for k, v in values.items()]}


async def ready(hub: RecordedHub, count: int = 1) -> None:
    await until(lambda: hub.desk("garage").ready_count >= count)


def changes(point: Station) -> list[tuple[str, str]]:
    return [(payload["key"], payload["value"]) for payload in point.payloads("ChangeConfiguration")]


async def test_after_it_was_accepted_a_station_is_set_up(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener()
    async with station(listener.port) as point:
        point.replies["GetConfiguration"] = keys(
            NumberOfConnectors="2",
            MeterValueSampleInterval="60",
            MeterValuesSampledData="Energy.Active.Import.Register",
            WebSocketPingInterval="0",
            HeartbeatInterval="86400",
            SupportedFeatureProfiles="Core,Reservation",
        )
        await point.boot()
        await ready(hub)
        assert point.asked[0] == ("GetConfiguration", {})
        assert changes(point) == [
            ("MeterValuesSampledData", ALL),
            ("MeterValueSampleInterval", "2"),
            ("WebSocketPingInterval", "60"),
            ("HeartbeatInterval", "60"),
        ]
        assert point.payloads("TriggerMessage") == [
            {"requestedMessage": "StatusNotification", "connectorId": 1},
            {"requestedMessage": "StatusNotification", "connectorId": 2},
            {"requestedMessage": "MeterValues", "connectorId": 1},
            {"requestedMessage": "MeterValues", "connectorId": 2},
        ]
        assert len(point.payloads("GetConfiguration")) == 1
        assert hub.links["garage"][0].capabilities == Capabilities(reserves=True)


async def test_the_answer_to_boot_comes_before_any_question(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener()
    async with station(listener.port) as point:
        await point.boot()
        await ready(hub)
    outgoing = [frame for _, incoming, frame in hub.frames if not incoming]
    assert outgoing[0].startswith(b"[3,")
    assert all(frame.startswith(b"[2,") for frame in outgoing[1:])


async def test_a_station_that_needs_nothing_is_written_nothing(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener()
    async with station(listener.port) as point:
        point.replies["GetConfiguration"] = keys(
            NumberOfConnectors="1",
            MeterValueSampleInterval="2",
            MeterValuesSampledData=ALL,
            WebSocketPingInterval="30",
            HeartbeatInterval="60",
        )
        await point.boot()
        await ready(hub)
        assert changes(point) == []


async def test_a_station_takes_what_it_can(make_listener: MakeListener, hub: RecordedHub) -> None:
    def choosy(payload: Payload) -> Payload:
        too_much = (
            payload["value"].count(",") > 3 if "," in payload["value"] else payload["value"] in ("2", "5")
        )
        return {"status": "Rejected" if too_much else "RebootRequired"}

    listener = await make_listener()
    async with station(listener.port) as point:
        point.replies["ChangeConfiguration"] = choosy
        await point.boot()
        await ready(hub)
        assert changes(point)[-2:] == [
            ("MeterValueSampleInterval", "5"),
            ("MeterValueSampleInterval", "10"),
        ]
        taken = [value for key, value in changes(point) if key == "MeterValuesSampledData"]
        assert taken == [",".join(names) for names in SAMPLE_LISTS[:5]]


async def test_a_station_that_tells_only_so_many_keys_is_asked_by_name(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    def few(payload: Payload) -> Payload:
        asked = payload.get("key", ["GetConfigurationMaxKeys", "LightIntensity", "MeterValueSampleInterval"])
        assert len(asked) <= 3
        return keys(**dict.fromkeys(asked, "3"))

    listener = await make_listener()
    async with station(listener.port) as point:
        point.replies["GetConfiguration"] = few
        await point.boot()
        await ready(hub)
        asked = [key for payload in point.payloads("GetConfiguration")[1:] for key in payload["key"]]
    assert sorted(asked) == sorted(set(KEYS) - {"GetConfigurationMaxKeys", "MeterValueSampleInterval"})


@pytest.mark.parametrize(
    "reply", [refusing("NotImplemented"), refusing("InternalError"), {}, {"status": "Rejected"}]
)
async def test_a_station_that_refuses_everything_still_works(
    make_listener: MakeListener, hub: RecordedHub, reply: Any
) -> None:
    listener = await make_listener()
    async with station(listener.port) as point:
        for action in ("GetConfiguration", "ChangeConfiguration", "TriggerMessage"):
            point.replies[action] = reply
        await point.boot()
        await ready(hub)


async def test_a_station_that_answers_nothing_still_works(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(keepalive=Keepalive(answer_s=0.05))
    async with station(listener.port) as point:
        for action in ("GetConfiguration", "ChangeConfiguration", "TriggerMessage"):
            point.replies[action] = None
        await point.boot()
        await ready(hub)
        assert len(point.asked) == MOST_TIMEOUTS
        await point.call("Heartbeat")


async def test_answers_from_another_world_do_no_harm(make_listener: MakeListener, hub: RecordedHub) -> None:
    listener = await make_listener()
    async with station(listener.port) as point:
        point.replies["GetConfiguration"] = {
            "configurationKey": [7, None, {"key": 7}, {"key": "NumberOfConnectors", "value": 5}, {}]
        }
        point.replies["ChangeConfiguration"] = {"status": 7}
        point.replies["TriggerMessage"] = {"status": None}
        await point.boot()
        await ready(hub)


async def test_a_station_that_came_back_without_a_restart_is_set_up_at_its_first_word(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as point:
        await point.call("Heartbeat")
        await ready(hub)
        await point.call("Heartbeat")
        assert len(point.payloads("GetConfiguration")) == 1 + len(range(0, len(KEYS), 10))


async def test_one_that_says_nothing_is_set_up_after_a_while(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(silent_s=0.05)
    async with station(listener.port):
        await ready(hub)


async def test_one_that_waits_for_its_approval_is_not(make_listener: MakeListener, hub: RecordedHub) -> None:
    hub.desk("garage").approved = False
    listener = await make_listener(silent_s=0.01)
    async with station(listener.port) as point:
        await point.boot()
        await asyncio.sleep(0.05)
        await point.boot()
        assert point.asked == []
        hub.desk("garage").approved = True
        await point.boot()
        await ready(hub)


async def test_a_restart_is_set_up_again(make_listener: MakeListener, hub: RecordedHub) -> None:
    listener = await make_listener()
    async with station(listener.port) as point:
        await point.boot()
        await point.boot()
        await ready(hub)
        await point.boot()
        await ready(hub, 2)
        full = [payload for payload in point.payloads("GetConfiguration") if not payload]
        assert len(full) == 3


async def test_a_station_that_goes_away_meanwhile(make_listener: MakeListener, hub: RecordedHub) -> None:
    listener = await make_listener()
    async with station(listener.port) as point:
        point.replies["GetConfiguration"] = None
        await point.boot()
        await point.heard("GetConfiguration")
    async with station(listener.port) as point:
        await point.boot()
        await ready(hub)
