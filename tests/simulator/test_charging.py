"""Transactions from card or remote start to their end, over a real socket; OCPP 1.6 §4."""

import pytest
from tests.simulator.central_system import CentralSystem, Payload
from tests.simulator.conftest import MakeSite
from tests.simulator.site import Site, command

from chargedeck.domain.units import IdTag
from chargedeck.simulator.car import Car
from chargedeck.simulator.identity import Identity


async def configure(site: Site, **values: str) -> None:
    for key, value in values.items():
        answer = await site.system.call("ChangeConfiguration", {"key": key, "value": value})
        assert answer == {"status": "Accepted"}


async def test_a_card_starts_and_the_same_card_stops(site: Site) -> None:
    start = await site.charging("CARD")
    assert start["idTag"] == "CARD"
    values = await site.system.saw("MeterValues", times=2)
    assert values["transactionId"] == 1001
    site.connector.session.swipe("card")
    stop = await site.system.saw("StopTransaction")
    assert (stop["reason"], stop["transactionId"], stop["idTag"]) == ("Local", 1001, "card")
    assert stop["meterStop"] == int(site.connector.outlet.register_wh) > start["meterStart"]
    contexts = [value["context"] for sample in stop["transactionData"] for value in sample["sampledValue"]]
    assert contexts == ["Transaction.Begin", "Transaction.End"]
    await site.system.saw_status("Finishing")
    site.connector.unplug()
    await site.system.saw_status("Available")
    assert site.system.statuses() == [
        "Available", "Preparing", "SuspendedEV", "Charging", "Finishing", "Available",
    ]  # fmt: skip


async def test_charging_is_visible(site: Site) -> None:
    await site.charging()
    await site.system.saw("MeterValues", times=3)

    def read(payload: Payload, measurand: str) -> list[float]:
        [sample] = payload["meterValue"]
        return [float(one["value"]) for one in sample["sampledValue"] if one["measurand"] == measurand]

    last = site.system.of("MeterValues")[-1]
    assert read(last, "Current.Import") == [16, 16, 16]
    assert read(last, "Current.Offered") == [32]
    assert read(last, "Power.Active.Import")[0] == pytest.approx(10_900, rel=0.02)
    assert all(226 < volts <= 230 for volts in read(last, "Voltage"))
    registers = [read(one, "Energy.Active.Import.Register")[0] for one in site.system.of("MeterValues")]
    assert registers == sorted(registers)
    assert read(last, "Temperature")[0] > 21


async def test_a_strange_card_does_not_stop_it_but_one_of_the_same_group_does(site: Site) -> None:
    parents = {"CARD": "FAMILY", "SISTER": "FAMILY", "OTHER": "NEIGHBOURS"}
    site.system.rules["Authorize"] = lambda asked: {
        "idTagInfo": {"status": "Accepted", "parentIdTag": parents[asked["idTag"]]}
    }
    site.system.rules["StartTransaction"] = lambda asked: {
        "transactionId": 7,
        "idTagInfo": {"status": "Accepted", "parentIdTag": parents[asked["idTag"]]},
    }
    await site.charging("CARD")
    site.connector.session.swipe("OTHER")
    site.connector.session.swipe("SISTER")
    stop = await site.system.saw("StopTransaction")
    assert stop["idTag"] == "SISTER"


async def test_a_card_first_then_the_cable(site: Site) -> None:
    site.connector.session.swipe("CARD")
    await site.system.saw_status("Preparing")
    site.connector.plug(Car())
    await site.system.saw_status("Charging")


async def test_a_cable_that_never_comes(site: Site) -> None:
    await configure(site, ConnectionTimeOut="20")
    site.connector.session.swipe("CARD")
    await site.system.saw_status("Preparing")
    await site.system.saw_status("Available")
    site.connector.plug(Car())
    await site.system.saw_status("Preparing")
    assert site.connector.session.transaction is None


@pytest.mark.parametrize("word", ["Invalid", "Blocked", "Expired", "ConcurrentTx"])
async def test_a_refused_card_starts_nothing(site: Site, word: str) -> None:
    site.system.rules["Authorize"] = lambda _: {"idTagInfo": {"status": word}}
    site.connector.plug(Car())
    site.connector.session.swipe("UNKNOWN")
    await site.system.saw("Authorize")
    await site.system.call("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1})
    await site.system.saw_status("Preparing")
    assert site.system.of("StartTransaction") == []


async def test_a_start_that_is_not_accepted_ends_at_once(site: Site) -> None:
    site.system.rules["StartTransaction"] = lambda _: {
        "transactionId": 5,
        "idTagInfo": {"status": "Blocked"},
    }
    site.connector.plug(Car())
    site.connector.session.swipe("CARD")
    stop = await site.system.saw("StopTransaction")
    assert (stop["reason"], stop["transactionId"]) == ("DeAuthorized", 5)


async def test_or_goes_on_without_current(site: Site) -> None:
    await configure(site, StopTransactionOnInvalidId="false")
    site.system.rules["StartTransaction"] = lambda _: {
        "transactionId": 5,
        "idTagInfo": {"status": "Blocked"},
    }
    site.connector.plug(Car())
    site.connector.session.swipe("CARD")
    await site.system.saw_status("SuspendedEVSE")
    assert site.connector.outlet.offered_a == 0.0


async def test_remote_start_and_stop(site: Site) -> None:
    site.connector.plug(Car())
    answer = await site.system.call("RemoteStartTransaction", {"idTag": "APP", "connectorId": 1})
    assert answer == {"status": "Accepted"}
    await site.system.saw_status("Charging")
    assert site.system.of("Authorize") == []
    assert await site.system.call("RemoteStartTransaction", {"idTag": "APP"}) == {"status": "Rejected"}
    assert await site.system.call("RemoteStopTransaction", {"transactionId": 9}) == {"status": "Rejected"}
    assert await site.system.call("RemoteStopTransaction", {"transactionId": 1001}) == {"status": "Accepted"}
    assert (await site.system.saw("StopTransaction"))["reason"] == "Remote"


async def test_a_remote_start_asks_about_the_card_if_it_must(site: Site) -> None:
    await configure(site, AuthorizeRemoteTxRequests="true")
    site.connector.plug(Car())
    await site.system.call("RemoteStartTransaction", {"idTag": "APP"})
    assert await site.system.saw("Authorize") == {"idTag": "APP"}
    await site.system.saw_status("Charging")


async def test_a_remote_start_waits_for_the_cable(site: Site) -> None:
    await site.system.call("RemoteStartTransaction", {"idTag": "APP"})
    await site.system.saw_status("Preparing")
    site.connector.plug(Car())
    assert (await site.system.saw("StartTransaction"))["idTag"] == "APP"


async def test_pulling_the_cable_ends_it(site: Site) -> None:
    await site.charging()
    site.connector.unplug()
    assert (await site.system.saw("StopTransaction"))["reason"] == "EVDisconnected"
    await site.system.saw_status("Available")
    assert "Finishing" not in site.system.statuses()[-2:]


async def test_unless_it_is_told_to_wait_for_the_car(site: Site) -> None:
    await configure(site, StopTransactionOnEVSideDisconnect="false")
    await site.charging()
    site.connector.unplug()
    await site.system.saw_status("SuspendedEV")
    site.connector.plug(Car())
    await site.system.saw_status("Charging")
    assert site.system.of("StopTransaction") == []


async def test_a_full_car_suspends(site: Site) -> None:
    await site.charging()
    site.world.clock.run_at(site.world.clock.speed)
    car = site.connector.outlet.car
    assert car is not None
    await site.hands.carry_out(command("car", soc_ratio=0.9999))
    await site.system.saw_status("SuspendedEV")


async def test_firmware_that_asks_nobody(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(Identity("cp", free_vend=IdTag("FREE"))) as site:
        await system.saw_status("Available")
        site.connector.plug(Car())
        assert (await system.saw("StartTransaction"))["idTag"] == "FREE"
        await system.saw_status("Charging")
        assert system.of("Authorize") == []


async def test_clock_aligned_values_with_and_without_a_transaction(site: Site) -> None:
    await configure(
        site, ClockAlignedDataInterval="30", StopTxnAlignedData="Voltage", MeterValueSampleInterval="0"
    )

    def is_aligned(payload: Payload) -> bool:
        return bool(payload["meterValue"][0]["sampledValue"][0]["context"] == "Sample.Clock")

    first = await site.system.saw("MeterValues", is_aligned)
    assert "transactionId" not in first
    await site.charging()
    await site.system.saw("MeterValues", lambda payload: is_aligned(payload) and "transactionId" in payload)
    site.connector.session.swipe("CARD")
    stop = await site.system.saw("StopTransaction")
    assert any(is_aligned({"meterValue": [sample]}) for sample in stop["transactionData"])


async def test_a_status_that_does_not_last_is_not_told(site: Site) -> None:
    await configure(site, MinimumStatusDuration="20")
    site.connector.plug(Car())
    site.connector.unplug()
    site.connector.plug(Car())
    await site.system.saw_status("Preparing")
    assert site.system.statuses() == ["Available", "Preparing"]


async def test_two_connectors_charge_side_by_side(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(Identity("cp", connectors=2)) as site:
        await system.saw_status("Available", connector=2)
        for connector in site.point.connectors:
            connector.plug(Car())
            connector.session.swipe(f"CARD{connector.number}")
        await system.saw_status("Charging", connector=1)
        await system.saw_status("Charging", connector=2)
        assert {one["connectorId"] for one in system.of("StartTransaction")} == {1, 2}
