"""Smart Charging over a real socket: what is set is followed, and never exceeded."""

from typing import Any

import pytest
from tests.simulator.central_system import CentralSystem, Payload
from tests.simulator.conftest import MakeSite
from tests.simulator.site import Site

from chargedeck.domain.units import Amps
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.outlet import Wiring
from chargedeck.simulator.quirks import Quirk

SINGLE = "TxDefaultProfile"


def schedule(*periods: tuple[int, float], unit: str = "A", **more: Any) -> Payload:
    return {
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in periods],
        **more,
    }


def request(*periods: tuple[int, float], connector: int = 1, unit: str = "A", **changes: Any) -> Payload:
    return {
        "connectorId": connector,
        "csChargingProfiles": {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": SINGLE,
            "chargingProfileKind": "Relative",
            "chargingSchedule": schedule(*periods, unit=unit),
            **changes,
        },
    }


async def set_limit(site: Site, amps: float, **changes: Any) -> None:
    answer = await site.system.call("SetChargingProfile", request((0, amps), **changes))
    assert answer == {"status": "Accepted"}


def measured(payload: Payload) -> float:
    [sample] = payload["meterValue"]
    return max(float(one["value"]) for one in sample["sampledValue"] if one["measurand"] == "Current.Import")


async def test_a_new_limit_is_offered_at_once_and_drawn_soon(site: Site) -> None:
    await site.charging()
    await set_limit(site, 10)
    assert site.connector.outlet.offered_a == 10.0
    await site.system.saw("MeterValues", lambda payload: measured(payload) == 10)


async def test_zero_pauses_and_more_resumes(site: Site) -> None:
    await site.charging()
    await set_limit(site, 0)
    await site.system.saw_status("SuspendedEVSE")
    assert site.connector.outlet.offered_a == 0.0
    await set_limit(site, 13)
    await site.system.saw_status("Charging")


async def test_a_schedule_passes_its_edges_by_itself(site: Site) -> None:
    await set_limit(site, 0)
    answer = await site.system.call("SetChargingProfile", request((0, 0), (40, 9), (200, 6)))
    assert answer == {"status": "Accepted"}
    site.connector.plug(Car())
    site.connector.session.swipe("CARD")
    await site.system.saw_status("SuspendedEVSE")
    await site.system.saw_status("Charging")
    assert 6 <= site.connector.outlet.offered_a <= 9
    await site.system.saw("MeterValues", lambda payload: measured(payload) == 6)


async def test_watts_are_spread_over_the_phases_of_the_car(site: Site) -> None:
    site.connector.plug(Car(CarModel(phases=1, max_current_a=Amps(32))))
    site.connector.session.swipe("CARD")
    await site.system.saw_status("Charging")
    answer = await site.system.call("SetChargingProfile", request((0, 2300), unit="W"))
    assert answer == {"status": "Accepted"}
    assert site.connector.outlet.offered_a == 10.0
    await site.system.saw("MeterValues", lambda payload: measured(payload) == 10)
    assert site.connector.outlet.power_w <= 2300


async def test_never_above_what_the_outlet_was_built_for(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(Identity("cp", wiring=Wiring(max_current_a=Amps(16)))) as site:
        await system.saw_status("Available")
        await set_limit(site, 63)
        site.connector.plug(Car(CarModel(max_current_a=Amps(32))))
        site.connector.session.swipe("CARD")
        await system.saw("MeterValues", lambda payload: measured(payload) > 0)
        assert site.connector.outlet.offered_a == 16.0
        composite = await system.call("GetCompositeSchedule", {"connectorId": 1, "duration": 60})
        assert composite["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] == 16


async def test_the_maximum_of_the_charge_point_is_shared(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(Identity("cp", connectors=2)) as site:
        await system.saw_status("Available", connector=2)
        await set_limit(
            site,
            20,
            connector=0,
            chargingProfilePurpose="ChargePointMaxProfile",
            chargingProfileKind="Absolute",
        )
        first, second = site.point.connectors
        first.plug(Car())
        first.session.swipe("A")
        await system.saw_status("Charging", connector=1)
        assert first.outlet.offered_a == 20.0
        second.plug(Car())
        second.session.swipe("B")
        await system.saw_status("Charging", connector=2)
        assert (first.outlet.offered_a, second.outlet.offered_a) == (10.0, 10.0)
        second.session.swipe("B")
        await system.saw("StopTransaction")
        assert first.outlet.offered_a == 20.0


async def test_a_profile_for_one_transaction(site: Site) -> None:
    tx: dict[str, Any] = {"chargingProfilePurpose": "TxProfile", "chargingProfileId": 2}
    answer = await site.system.call("SetChargingProfile", request((0, 8), **tx))
    assert answer == {"status": "Rejected"}
    await set_limit(site, 16)
    await site.charging()
    answer = await site.system.call("SetChargingProfile", request((0, 8), transactionId=999, **tx))
    assert answer == {"status": "Rejected"}
    answer = await site.system.call("SetChargingProfile", request((0, 8), transactionId=1001, **tx))
    assert answer == {"status": "Accepted"}
    assert site.connector.outlet.offered_a == 8.0
    site.connector.session.swipe("CARD")
    await site.system.saw("StopTransaction")
    assert [one.profile_id for one in site.point.profiles] == [1]


async def test_a_remote_start_brings_its_profile(site: Site) -> None:
    site.connector.plug(Car())
    profile = request((0, 7), chargingProfilePurpose="TxProfile")["csChargingProfiles"]
    answer = await site.system.call(
        "RemoteStartTransaction", {"idTag": "APP", "connectorId": 1, "chargingProfile": profile}
    )
    assert answer == {"status": "Accepted"}
    await site.system.saw_status("Charging")
    assert site.connector.outlet.offered_a == 7.0
    profile["chargingProfilePurpose"] = SINGLE
    answer = await site.system.call("RemoteStartTransaction", {"idTag": "B", "chargingProfile": profile})
    assert answer == {"status": "Rejected"}


async def test_the_composite_schedule_tells_what_will_be(site: Site) -> None:
    await site.charging()
    await site.system.call(
        "SetChargingProfile",
        request((0, 16), (86_000, 6), chargingProfilePurpose="TxProfile", chargingProfileId=2),
    )
    answer = await site.system.call("GetCompositeSchedule", {"connectorId": 1, "duration": 90_000})
    periods = answer["chargingSchedule"]["chargingSchedulePeriod"]
    assert [one["limit"] for one in periods] == [16, 6]
    assert answer["chargingSchedule"]["chargingRateUnit"] == "A"
    watts = await site.system.call(
        "GetCompositeSchedule", {"connectorId": 1, "duration": 60, "chargingRateUnit": "W"}
    )
    assert watts["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] == 16 * 230 * 3
    whole = await site.system.call("GetCompositeSchedule", {"connectorId": 0, "duration": 60})
    assert whole["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] == 32
    assert await site.system.call("GetCompositeSchedule", {"connectorId": 5, "duration": 60}) == {
        "status": "Rejected"
    }


async def test_clearing_gives_the_current_back(site: Site) -> None:
    await site.charging()
    await set_limit(site, 8)
    answer = await site.system.call("ClearChargingProfile", {"id": 77})
    assert answer == {"status": "Unknown"}
    answer = await site.system.call("ClearChargingProfile", {"chargingProfilePurpose": SINGLE})
    assert answer == {"status": "Accepted"}
    assert site.connector.outlet.offered_a == 32.0


@pytest.mark.parametrize(
    "changes", [{"connector": 9}, {"stackLevel": 99}, {"chargingProfileKind": "Recurring"}]
)
async def test_a_profile_that_cannot_be_is_rejected(site: Site, changes: dict[str, Any]) -> None:
    answer = await site.system.call("SetChargingProfile", request((0, 10), **changes))
    assert answer == {"status": "Rejected"}


async def test_defaults_survive_a_restart(site: Site) -> None:
    await set_limit(site, 9)
    await site.system.call("Reset", {"type": "Hard"})
    await site.system.saw("BootNotification", times=2)
    await site.system.saw_status("Available")
    await site.charging()
    assert site.connector.outlet.offered_a == 9.0


async def test_firmware_that_wants_watts(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(Identity("cp", quirks=frozenset({Quirk.WATT_ONLY}))) as site:
        await system.saw_status("Available")
        assert await system.call("SetChargingProfile", request((0, 10))) == {"status": "Rejected"}
        answer = await system.call("SetChargingProfile", request((0, 6900), unit="W"))
        assert answer == {"status": "Accepted"}
        await site.charging()
        assert site.connector.outlet.offered_a == 10.0
        composite = await system.call("GetCompositeSchedule", {"connectorId": 1, "duration": 60})
        assert composite["chargingSchedule"]["chargingRateUnit"] == "W"
