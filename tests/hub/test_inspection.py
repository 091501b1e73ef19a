"""A relay that has failed: nothing starts until somebody has inspected it."""

import pytest
from tests.hub.rig import ANNA, CARD, Rig

from chargedeck.domain.badge import Badge, Status, StatusReason
from chargedeck.domain.cards import Verdict
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState
from chargedeck.domain.problems import (
    InspectionRequiredError,
    NotPossibleNowError,
)
from chargedeck.domain.session import State
from chargedeck.hub.commands import StopCharging

pytestmark = pytest.mark.virtual_time


async def test_after_a_relay_failure_nothing_starts_until_somebody_has_inspected_it(rig: Rig) -> None:
    await rig.add_card()
    rig.status(OutletState.FAULTED, error=ErrorType.RELAY_FAILURE)
    assert rig.badge() == Badge(Status.ERROR)
    rig.status(OutletState.PREPARING)
    assert rig.badge() == Badge(Status.AVAILABLE, StatusReason.INSPECTION)
    for _ in range(2):
        for order in (rig.charger.orders.start, rig.charger.orders.authorize):
            with pytest.raises(InspectionRequiredError):
                await order(ANNA)
        assert rig.device.judge(CARD, rig.now).verdict is Verdict.BLOCKED
        assert (await rig.begun(1_000)).answer.verdict is Verdict.BLOCKED
        await rig.crash()
        rig.connect()
        rig.status(OutletState.AVAILABLE)
        await rig.pass_time(10)
        (refused,) = rig.link.asked(StopCharging)
        await rig.end(refused.ref)
    await rig.charger.orders.record_inspection("Ion Popescu", "relay changed", ANNA)
    assert rig.events("inspection") == [{"inspector": "Ion Popescu", "note": "relay changed"}]
    await rig.crash()
    rig.connect()
    await rig.charger.orders.start(ANNA)
    assert rig.state() is State.STARTING


async def test_an_inspection_does_not_count_while_the_failure_is_still_reported(rig: Rig) -> None:
    rig.status(OutletState.FAULTED, error=ErrorType.RELAY_FAILURE)
    with pytest.raises(NotPossibleNowError):
        await rig.charger.orders.record_inspection("Ion Popescu", "", ANNA)
    assert rig.charger.record.inspection_required
    rig.status(OutletState.AVAILABLE)
    await rig.charger.orders.record_inspection("Ion Popescu", "", ANNA)
    rig.status(OutletState.AVAILABLE, error=ErrorType.RELAY_FAILURE)
    assert rig.charger.record.inspection_required, "a relay that fails again is inspected again"


async def test_energy_behind_a_failed_relay_is_shown_as_the_danger_it_is(rig: Rig) -> None:
    await rig.charging()
    rig.status(OutletState.CHARGING, error=ErrorType.RELAY_FAILURE)
    rig.status(OutletState.CHARGING)
    assert rig.badge() == Badge(Status.ERROR, StatusReason.INSPECTION)
