"""The small parts of the 1.6 charge point as tables: configuration, lists, status, meter words, frames."""

from itertools import product
from typing import Any

import pytest
from tests.simulator.central_system import validator

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.units import Amps, WattHours
from chargedeck.simulator import wire
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Instant
from chargedeck.simulator.faults import FAULTS, fault
from chargedeck.simulator.ocpp16.authorization import AuthorizationCache, IdTagInfo, LocalList
from chargedeck.simulator.ocpp16.configuration import Configuration
from chargedeck.simulator.ocpp16.metering import MEASURANDS, sampled_values
from chargedeck.simulator.ocpp16.status import Facts, Status, status
from chargedeck.simulator.outlet import Outlet, Wiring
from chargedeck.simulator.quirks import QUIRKS, Quirk


@pytest.mark.parametrize(
    ("key", "value", "answer", "kept"),
    [
        ("HeartbeatInterval", "60", "Accepted", "60"),
        ("heartbeatinterval", " 060 ", "Accepted", "60"),
        ("HeartbeatInterval", "-1", "Rejected", "300"),
        ("HeartbeatInterval", "soon", "Rejected", "300"),
        ("LocalPreAuthorize", "TRUE", "Accepted", "true"),
        ("LocalPreAuthorize", "yes", "Rejected", "false"),
        ("NumberOfConnectors", "9", "Rejected", "1"),
        ("StopTxnSampledData", "", "Accepted", ""),
        ("MeterValuesSampledData", "Voltage, SoC", "Accepted", "Voltage,SoC"),
        ("MeterValuesSampledData", "Voltage-L2", "Accepted", "Voltage-L2"),
        ("StopTxnAlignedData", "Happiness", "Rejected", ""),
        ("CpoName", "Us", "Accepted", "Us"),
    ],
)
def test_change_configuration(key: str, value: str, answer: str, kept: str) -> None:
    configuration = Configuration({})
    assert configuration.change(key, value) == answer
    assert configuration.listing([key])[0][0]["value"] == kept


def test_an_unknown_key_is_told_apart_and_a_password_is_never_told() -> None:
    configuration = Configuration({})
    assert configuration.change("NoSuchKey", "1") == "NotSupported"
    assert configuration.change("AuthorizationKey", "0123456789abcdef") == "Accepted"
    assert configuration.change("AuthorizationKey", "short") == "Rejected"
    known, unknown = configuration.listing(["AuthorizationKey", "NoSuchKey"])
    assert known == [{"key": "AuthorizationKey", "readonly": False}]
    assert unknown == ["NoSuchKey"]
    assert "0123456789abcdef" not in str(configuration.changed)


ENTRY = {"idTag": "Card", "idTagInfo": {"status": "Accepted"}}


@pytest.mark.parametrize(
    ("version", "entries", "full", "answer", "found"),
    [
        pytest.param(5, [ENTRY], True, "Accepted", True, id="full replaces"),
        pytest.param(5, [], True, "Accepted", False, id="full and empty clears"),
        pytest.param(2, [], True, "Accepted", False, id="full may go back in version"),
        pytest.param(5, [], False, "Accepted", True, id="differential keeps"),
        pytest.param(
            5, [{"idTag": "CARD"}], False, "Accepted", False, id="differential removes, without case"
        ),
        pytest.param(3, [], False, "VersionMismatch", True, id="differential must be newer"),
        pytest.param(5, [{"idTag": "X"}], True, "Failed", True, id="full without a status"),
        pytest.param(0, [], True, "Failed", True, id="no such version"),
    ],
)
def test_local_list(
    version: int, entries: list[dict[str, Any]], *, full: bool, answer: str, found: bool
) -> None:
    listed = LocalList(3, {"card": IdTagInfo("Accepted")})
    assert listed.update(version, entries, full=full, at_most=10) == answer
    assert (listed.find("cARD") is not None) is found
    assert listed.version == (version if answer == "Accepted" else 3)


def test_a_list_that_is_too_long_fails_and_changes_nothing() -> None:
    listed = LocalList()
    assert listed.update(1, [ENTRY, {**ENTRY, "idTag": "B"}], full=True, at_most=1) == "Failed"
    assert listed.version == 0


def test_the_cache_forgets_the_oldest_and_knows_when_a_card_is_over() -> None:
    cache = AuthorizationCache()
    for number in range(600):
        cache.learn(f"card{number}", IdTagInfo("Accepted", expires_at=Instant(10)))
    assert cache.find("card0") is None
    info = cache.find("CARD599")
    assert info is not None
    assert info.accepts(Instant(9))
    assert not info.accepts(Instant(10))


FACTS = [Facts(*bits) for bits in product([False, True], repeat=9)]


def test_every_combination_of_facts_has_a_status_that_fits() -> None:
    for facts in FACTS:
        found = status(facts)
        assert (found is Status.FAULTED) == facts.is_stopped_by_fault
        if found in (Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE):
            assert facts.in_transaction
        if found is Status.AVAILABLE:
            assert not facts.is_plugged
            assert facts.is_operative
    assert {status(facts) for facts in FACTS} == set(Status)


@pytest.mark.parametrize("measurand", MEASURANDS)
@pytest.mark.parametrize("quirk", [None, Quirk.KWH_UNITS, Quirk.PADDED_VALUES, Quirk.MISSING_UNITS])
def test_every_measurand_fits_the_schema(measurand: str, quirk: Quirk | None) -> None:
    outlet = Outlet(Wiring(), Instant(0))
    outlet.plug(Car())
    outlet.enable(Amps(16))
    outlet.advance(Instant(600))
    values = sampled_values(outlet, [measurand], "Sample.Periodic", frozenset(filter(None, [quirk])))
    assert values
    payload = {
        "connectorId": 1,
        "meterValue": [{"timestamp": "2026-01-01T00:00:00Z", "sampledValue": values}],
    }
    assert [error.message for error in validator("MeterValues").iter_errors(payload)] == []


def test_the_odd_values_mean_the_same() -> None:
    outlet = Outlet(Wiring(), Instant(0))
    outlet.register_wh = WattHours(12_345.6)
    measurands = ["Energy.Active.Import.Register"]
    [plain] = sampled_values(outlet, measurands, "Trigger")
    [kwh] = sampled_values(outlet, measurands, "Trigger", frozenset({Quirk.KWH_UNITS, Quirk.PADDED_VALUES}))
    assert (plain["value"], plain["unit"]) == ("12345", "Wh")
    assert (kwh["value"].strip(), kwh["unit"]) == ("12.345", "kWh")
    assert kwh["value"] != kwh["value"].strip()


def test_every_quirk_is_explained_and_every_error_has_a_code() -> None:
    assert set(QUIRKS) == set(Quirk)
    assert set(FAULTS) == set(ErrorType)
    assert fault(ErrorType.VOLTAGE_OUT_OF_RANGE, "over").code == "OverVoltage"
    assert fault(ErrorType.VOLTAGE_OUT_OF_RANGE).code == "UnderVoltage"
    assert [one.type for one in FAULTS.values() if one.stops is None] == [ErrorType.DEVICE_HOT]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "[2]", '[2,"a","B"]', '[2,1,"B",{}]', '[3,"a"]', '[4,"a"]', '[9,"a",{}]', "[2", "\xff"],
)
def test_what_is_no_frame_is_said_to_be_none(text: str) -> None:
    with pytest.raises(wire.FrameError):
        wire.read(text.encode("latin-1"))


def test_timestamps_go_both_ways() -> None:
    assert wire.timestamp(Instant(1_800_000_000.25)) == "2027-01-15T08:00:00.250Z"
    assert wire.instant("2027-01-15T08:00:00.250Z") == 1_800_000_000.25
    assert wire.instant("2027-01-15T09:00:00.25+01:00") == 1_800_000_000.25
    assert wire.instant("2027-01-15T08:00:00.250") == 1_800_000_000.25
    assert wire.instant("tomorrow") is None
