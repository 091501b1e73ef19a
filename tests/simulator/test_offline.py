"""Without a network, and after a loss of power: nothing is lost, nothing changes its time or order."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from tests.simulator.central_system import CallRefusedError, CentralSystem, Payload
from tests.simulator.conftest import MakeSite
from tests.simulator.site import Site, passes

from chargedeck.simulator.car import Car
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.ocpp16.calls import MOST_KEPT

TRANSACTION = ("StartTransaction", "MeterValues", "StopTransaction")


def kept_actions(site: Site) -> list[str]:
    return [call.action for call in site.point.calls.kept]


async def test_a_transaction_offline_is_told_later_in_order_and_with_its_own_times(site: Site) -> None:
    await site.system.call("ChangeConfiguration", {"key": "AllowOfflineTxForUnknownId", "value": "true"})
    site.link.cut()
    site.connector.plug(Car())
    site.connector.session.swipe("CARD")
    await passes(lambda: len(kept_actions(site)) >= 4)
    site.connector.session.swipe("CARD")
    assert (kept_actions(site)[0], kept_actions(site)[-1]) == ("StartTransaction", "StopTransaction")
    count = len(kept_actions(site))
    away = datetime.fromisoformat(site.point.stamp(site.point.now()))
    await site.world.sleep(site.world.interval(site.point.configuration.seconds("MeterValueSampleInterval")))
    site.link.restore()
    stop = await site.system.saw("StopTransaction")
    told = [one for one in site.system.seen if one.action in TRANSACTION]
    assert len(told) == count
    assert [one.action for one in told] == [
        "StartTransaction",
        *["MeterValues"] * (count - 2),
        "StopTransaction",
    ]
    assert {one.payload["transactionId"] for one in told[1:]} == {1001}
    times = [one.payload.get("timestamp") or one.payload["meterValue"][0]["timestamp"] for one in told]
    assert times == sorted(times)
    assert datetime.fromisoformat(stop["timestamp"]) <= away
    await passes(lambda: not site.point.calls.kept)


async def test_offline_the_local_list_and_the_cache_decide(site: Site) -> None:
    await site.system.call(
        "SendLocalList",
        {
            "listVersion": 1,
            "updateType": "Full",
            "localAuthorizationList": [
                {"idTag": "LISTED", "idTagInfo": {"status": "Accepted"}},
                {"idTag": "BLOCKED", "idTagInfo": {"status": "Blocked"}},
            ],
        },
    )
    await site.charging("SEEN")
    site.connector.session.swipe("SEEN")
    await site.system.saw("StopTransaction")
    site.link.cut()
    for id_tag, starts in (("BLOCKED", False), ("UNKNOWN", False), ("LISTED", True), ("SEEN", True)):
        site.connector.session.swipe(id_tag)
        assert (site.connector.session.transaction is not None) is starts
        site.connector.session.swipe(id_tag)


async def test_with_pre_authorisation_a_known_card_waits_for_nobody(site: Site) -> None:
    await site.system.call("ChangeConfiguration", {"key": "LocalPreAuthorize", "value": "true"})
    await site.charging("SEEN")
    site.connector.session.swipe("SEEN")
    await site.system.saw("StopTransaction")
    asked = len(site.system.of("Authorize"))
    site.connector.session.swipe("SEEN")
    await site.system.saw("StartTransaction", times=2)
    assert len(site.system.of("Authorize")) == asked


async def test_a_message_under_way_when_the_network_fails_is_sent_again(site: Site) -> None:
    site.connector.plug(Car())
    site.system.rules["StartTransaction"] = _hang_up(site)
    site.connector.session.swipe("CARD")
    await site.system.saw("StartTransaction", times=2)
    first, second = site.system.of("StartTransaction")
    assert first == second
    await site.system.saw_status("Charging")


def _hang_up(site: Site) -> Callable[[Payload], Payload]:
    def rule(_: Payload) -> Payload:
        del site.system.rules["StartTransaction"]
        site.system.sockets["cp"].transport.abort()
        return {}

    return rule


async def test_a_refused_message_is_tried_again_later_and_given_up_in_the_end(site: Site) -> None:
    for key, value in (("TransactionMessageRetryInterval", "5"), ("TransactionMessageAttempts", "3")):
        await site.system.call("ChangeConfiguration", {"key": key, "value": value})

    def refuse(_: Payload) -> Payload:
        raise CallRefusedError("InternalError", "the disk is full")

    site.system.rules["StartTransaction"] = refuse
    site.connector.plug(Car())
    site.connector.session.swipe("CARD")
    await site.system.saw("StartTransaction", times=3)
    site.connector.session.swipe("CARD")
    stop = await site.system.saw("StopTransaction")
    assert stop["transactionId"] == -1
    assert len(site.system.of("StartTransaction")) == 3
    assert site.world.statistics.refused == 3


async def test_meter_values_do_not_fill_the_memory_for_ever(site: Site) -> None:
    await site.charging()
    site.link.cut()
    for _ in range(MOST_KEPT + 10):
        site.connector.session.sample("Sample.Periodic")
    site.connector.session.swipe("CARD")
    kept = kept_actions(site)
    assert len(kept) == MOST_KEPT + 1
    assert kept[-1] == "StopTransaction"


async def test_a_killed_simulator_keeps_its_queue_and_its_register(
    system: CentralSystem, make_site: MakeSite, tmp_path: Path
) -> None:
    async with make_site(state_dir=tmp_path) as site:
        await site.charging("CARD")
        await system.call("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "777"})
        await system.saw("MeterValues")
        site.link.cut()
        await passes(lambda: len(site.point.calls.kept) >= 2)
        register = site.connector.outlet.register_wh
        told = len(system.of("MeterValues"))
    assert (tmp_path / "cp.json").stat().st_mode & 0o077 == 0
    async with make_site(state_dir=tmp_path) as site:
        stop = await system.saw("StopTransaction")
        assert stop["reason"] == "PowerLoss"
        assert stop["transactionId"] == 1001
        assert stop["meterStop"] >= int(register)
        assert stop["meterStop"] == int(site.connector.outlet.register_wh)
        assert len(system.of("MeterValues")) > told
        await system.saw_status("Finishing")
        [interval] = (await system.call("GetConfiguration", {"key": ["HeartbeatInterval"]}))[
            "configurationKey"
        ]
        assert interval["value"] == "300", "the boot's interval replaces the old one"


@pytest.mark.parametrize("reset", ["Soft", "Hard"])
async def test_a_reset_ends_the_transaction_and_boots(site: Site, reset: str) -> None:
    await site.charging()
    assert await site.system.call("Reset", {"type": reset}) == {"status": "Accepted"}
    await site.system.saw("BootNotification", times=2)
    stop = await site.system.saw("StopTransaction")
    assert stop["reason"] == f"{reset}Reset"
    await site.system.saw_status("Preparing")
    if reset == "Soft":  # a hard reset need not wait for anybody
        order = [
            one.action for one in site.system.seen if one.action in ("StopTransaction", "BootNotification")
        ]
        assert order == ["BootNotification", "StopTransaction", "BootNotification"]


async def test_a_second_transaction_waits_for_the_first(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(Identity("cp", connectors=2)) as site:
        await system.saw_status("Available", connector=2)
        await system.call("ChangeConfiguration", {"key": "AllowOfflineTxForUnknownId", "value": "true"})
        site.link.cut()
        for connector in site.point.connectors:
            connector.plug(Car())
            connector.session.swipe(f"CARD{connector.number}")
        for connector in site.point.connectors:
            connector.session.swipe(f"CARD{connector.number}")
        site.link.restore()
        await system.saw("StopTransaction", times=2)
        numbers = {one["idTag"]: 1001 + place for place, one in enumerate(system.of("StartTransaction"))}
        stops = {one["idTag"]: one["transactionId"] for one in system.of("StopTransaction")}
        assert stops == numbers
