"""Each oddity of firmware, as the central system meets it."""

import asyncio
from datetime import datetime

import pytest
from tests.simulator.central_system import CallRefusedError, CentralSystem, Payload
from tests.simulator.conftest import MakeSite
from tests.simulator.site import command, passes

from chargedeck.simulator.car import Car
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.quirks import Quirk

PROFILE: Payload = {
    "connectorId": 1,
    "csChargingProfiles": {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}],
        },
    },
}
RESERVATION: Payload = {
    "connectorId": 1, "reservationId": 1, "idTag": "GUEST", "expiryDate": "2099-01-01T00:00:00Z",
}  # fmt: skip


def odd(*quirks: Quirk) -> Identity:
    return Identity("cp", quirks=frozenset(quirks))


@pytest.mark.parametrize(
    ("quirk", "action", "request_", "code"),
    [
        (Quirk.NO_SMART_CHARGING, "SetChargingProfile", PROFILE, "NotImplemented"),
        (Quirk.NO_TRIGGER, "TriggerMessage", {"requestedMessage": "Heartbeat"}, "NotImplemented"),
        (Quirk.NO_SECURITY_MESSAGES, "GetInstalledCertificateIds",
         {"certificateType": "ManufacturerRootCertificate"}, "NotImplemented"),
        (Quirk.FORMATION_VIOLATION, "ReserveNow", RESERVATION, "FormationViolation"),
    ],
)  # fmt: skip
async def test_what_it_does_not_know(
    system: CentralSystem, make_site: MakeSite, *, quirk: Quirk, action: str, request_: Payload, code: str
) -> None:
    async with make_site(odd(quirk)):
        await system.saw_status("Available")
        with pytest.raises(CallRefusedError) as refused:
            await system.call(action, request_)
        assert (refused.value.code, refused.value.description) == (code, "")


@pytest.mark.parametrize(
    ("quirk", "action", "request_", "answer"),
    [
        (Quirk.REFUSES_CONFIGURATION, "ChangeConfiguration", {"key": "CpoName", "value": "x"}, "Rejected"),
        (Quirk.WATT_ONLY, "SetChargingProfile", PROFILE, "Rejected"),
        (Quirk.NO_COMPOSITE_SCHEDULE, "GetCompositeSchedule", {"connectorId": 1, "duration": 60}, "Rejected"),
        (Quirk.NO_UNLOCK, "UnlockConnector", {"connectorId": 1}, "NotSupported"),
    ],
)
async def test_what_it_refuses(
    system: CentralSystem, make_site: MakeSite, *, quirk: Quirk, action: str, request_: Payload, answer: str
) -> None:
    async with make_site(odd(quirk)):
        await system.saw_status("Available")
        assert await system.call(action, request_) == {"status": answer}


async def test_it_says_what_it_can(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.NO_SMART_CHARGING, Quirk.NO_TRIGGER, Quirk.WATT_ONLY)):
        await system.saw_status("Available")
        keys = ["SupportedFeatureProfiles", "ChargingScheduleAllowedChargingRateUnit"]
        told = (await system.call("GetConfiguration", {"key": keys}))["configurationKey"]
        assert [one["value"] for one in told] == [
            "Core,FirmwareManagement,LocalAuthListManagement,Reservation", "Power",
        ]  # fmt: skip


async def test_odd_meter_values(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.PADDED_VALUES, Quirk.MISSING_UNITS)) as site:
        await site.charging()
        [sample] = (await system.saw("MeterValues"))["meterValue"]
        assert all(value["value"].startswith(" ") for value in sample["sampledValue"])
        assert all("unit" not in value for value in sample["sampledValue"])


async def test_an_empty_sim_card(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.EMPTY_SIM_CARD)):
        boot = await system.saw("BootNotification")
        assert (boot["iccid"], boot["imsi"]) == ("", "")


async def test_a_storm_of_statuses(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.STATUS_STORM), speed=8):
        await system.saw("StatusNotification", lambda one: one["connectorId"] == 1, times=2)
        await system.hang_up()
        await system.saw("StatusNotification", lambda one: one["connectorId"] == 1, times=5)


async def test_it_hangs_up_in_the_middle_of_a_call(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.HANGS_UP_IN_CALL)) as site:
        await system.saw_status("Available")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await system.call("CancelReservation", {"reservationId": 1})
        await system.until(lambda: system.connections == 2, "a new connection")
        await passes(lambda: site.point.calls.is_online)


async def test_late_answers(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.LATE_ANSWERS), speed=70) as site:
        await system.saw_status("Available")
        asked = site.world.clock.now()
        assert await system.call("ClearCache", {}) == {"status": "Accepted"}
        assert site.world.clock.now() - asked >= 35


async def test_every_id_is_used_twice(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.DUPLICATE_IDS)):
        await system.saw_status("Available")
        ids = [one.message_id for one in system.seen]
        assert ids[0] == ids[1]
        assert ids[1] != ids[2]


async def test_a_register_that_rolls_back(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.REGISTER_ROLLBACK)) as site:
        await site.charging()
        await passes(lambda: site.connector.outlet.register_wh > 120)
        await site.hands.carry_out(command("reboot"))
        stop = await system.saw("StopTransaction")
        assert stop["meterStop"] > 120
        assert site.connector.outlet.register_wh == stop["meterStop"] // 100 * 100


async def test_a_clock_that_was_never_set(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.WRONG_TIMESTAMPS), speed=1):
        status = await system.saw_status("Available")
        assert datetime.fromisoformat(status["timestamp"]).year == 2000


async def test_times_without_a_zone(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.NAIVE_TIMESTAMPS)):
        status = await system.saw_status("Available")
        assert datetime.fromisoformat(status["timestamp"]).tzinfo is None
    assert all("date-time" in violation for violation in system.violations)
    system.violations.clear()


async def test_it_boots_on_every_connection(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.BOOTS_ON_RECONNECT)) as site:
        await system.saw_status("Available")
        site.connector.plug(Car())
        await system.hang_up()
        await system.saw("BootNotification", times=2)
        await system.saw_status("Preparing")


async def test_no_news_of_security(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(odd(Quirk.NO_SECURITY_MESSAGES)):
        await system.saw_status("Available")
        await system.call("TriggerMessage", {"requestedMessage": "Heartbeat"})
        await system.saw("Heartbeat")
        assert system.of("SecurityEventNotification") == []
