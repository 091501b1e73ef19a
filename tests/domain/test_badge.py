"""The badge: six words in the order of what matters to an owner."""

from itertools import product

import pytest

from chargedeck.domain.badge import Badge, BadgeFacts, Status, StatusReason, badge
from chargedeck.domain.errors import Severity
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.session import IN_SESSION, State

AVAILABLE = Badge(Status.AVAILABLE)
CHARGING = Badge(Status.CHARGING)
OFFLINE = Badge(Status.OFFLINE)
ERROR = Badge(Status.ERROR)


def available(reason: StatusReason) -> Badge:
    return Badge(Status.AVAILABLE, reason)


def awaiting(reason: StatusReason) -> Badge:
    return Badge(Status.AWAITING, reason)


def paused(reason: StatusReason | None = None) -> Badge:
    return Badge(Status.PAUSED, reason)


def facts(
    state: State = State.IDLE,
    *flags: str,
    online: bool = True,
    severity: Severity | None = None,
    held_by: LimitReason | None = None,
) -> BadgeFacts:
    return BadgeFacts(online, severity, state, held_by, **dict.fromkeys(flags, True))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # no connection: Offline, whatever else was last known
        pytest.param(facts(online=False), OFFLINE, id="gone"),
        pytest.param(facts(State.CHARGING, online=False), OFFLINE, id="gone while it charged"),
        pytest.param(facts(online=False, severity=Severity.DANGER), OFFLINE, id="gone with a danger"),
        # an error of severity error or danger: Error
        pytest.param(facts(severity=Severity.ERROR), ERROR, id="error"),
        pytest.param(facts(State.CHARGING, severity=Severity.ERROR), ERROR, id="error while it charges"),
        pytest.param(facts(severity=Severity.DANGER), ERROR, id="danger"),
        pytest.param(facts(State.CHARGING, severity=Severity.WARNING), CHARGING, id="hot, and charges on"),
        pytest.param(facts(severity=Severity.WARNING), AVAILABLE, id="hot"),
        # energy flowing: Charging
        pytest.param(facts(State.CHARGING), CHARGING, id="energy flows"),
        pytest.param(facts(State.CHARGING, "locked"), CHARGING, id="energy flows though locked"),
        pytest.param(facts(State.CHARGING, held_by=LimitReason.USER), CHARGING, id="not at 0 A yet"),
        pytest.param(
            facts(State.CHARGING, "inspection_required"),
            Badge(Status.ERROR, StatusReason.INSPECTION),
            id="energy flows through a relay that has failed",
        ),
        # a session or authorisation that we hold at 0 A: Paused
        pytest.param(
            facts(State.PAUSED, held_by=LimitReason.SCHEDULE), paused(StatusReason.SCHEDULE), id="schedule"
        ),
        pytest.param(facts(State.PAUSED, held_by=LimitReason.PRICE), paused(StatusReason.PRICE), id="price"),
        pytest.param(facts(State.PAUSED, held_by=LimitReason.SOLAR), paused(StatusReason.SOLAR), id="solar"),
        pytest.param(facts(State.PAUSED, held_by=LimitReason.USER), paused(StatusReason.USER), id="user"),
        *(
            pytest.param(
                facts(State.PAUSED, held_by=reason), paused(StatusReason.LOAD_BALANCING), id=reason.value
            )
            for reason in (LimitReason.LOAD_BALANCING, LimitReason.METER_LOST, LimitReason.GRID_OPERATOR)
        ),
        pytest.param(facts(State.PAUSED, held_by=LimitReason.TEMPERATURE), paused(), id="too hot to charge"),
        pytest.param(facts(State.PAUSED), paused(), id="the charger holds, and has not said why"),
        pytest.param(
            facts(State.SUSPENDED, held_by=LimitReason.USER),
            paused(StatusReason.USER),
            id="held before the car has noticed",
        ),
        pytest.param(
            facts(State.STARTING, held_by=LimitReason.PRICE),
            paused(StatusReason.PRICE),
            id="authorised, held",
        ),
        pytest.param(
            facts(State.PAUSED, "locked", held_by=LimitReason.USER),
            paused(StatusReason.LOCKED),
            id="the lock outweighs the pause",
        ),
        # waiting for authentication or for the car: Awaiting
        pytest.param(facts(State.SUSPENDED), awaiting(StatusReason.VEHICLE), id="the car takes nothing"),
        pytest.param(facts(State.STARTING), awaiting(StatusReason.VEHICLE), id="authorised, no car yet"),
        pytest.param(facts(State.SUSPENDED, "locked"), awaiting(StatusReason.LOCKED), id="waits under lock"),
        pytest.param(
            facts(State.PLUGGED), awaiting(StatusReason.AUTHORIZATION), id="a car and nobody's word"
        ),
        pytest.param(facts(State.IDLE, "reserved"), awaiting(StatusReason.AUTHORIZATION), id="reserved"),
        # else: Available, also with a cable plugged in before the session is started
        pytest.param(facts(), AVAILABLE, id="free"),
        pytest.param(facts(held_by=LimitReason.SOLAR), AVAILABLE, id="free, and nothing to hold"),
        pytest.param(facts(State.PLUGGED, "plug_and_charge"), AVAILABLE, id="about to start by itself"),
        pytest.param(facts(State.FINISHING), AVAILABLE, id="done, cable in"),
        # the rest is said in the reason
        pytest.param(facts(State.IDLE, "locked"), available(StatusReason.LOCKED), id="locked"),
        pytest.param(facts(State.IDLE, "updating"), available(StatusReason.UPDATING), id="updating"),
        pytest.param(facts(State.PLUGGED, "locked"), available(StatusReason.LOCKED), id="locked with a car"),
        pytest.param(
            facts(State.IDLE, "inspection_required"), available(StatusReason.INSPECTION), id="inspect"
        ),
        pytest.param(
            facts(State.IDLE, "inspection_required", "updating", "locked"),
            available(StatusReason.INSPECTION),
            id="inspection before update before lock",
        ),
        pytest.param(
            facts(State.IDLE, "updating", "locked"), available(StatusReason.UPDATING), id="update before lock"
        ),
    ],
)
def test_the_badge_follows_the_order_of_what_matters(given: BadgeFacts, expected: Badge) -> None:
    assert badge(given) == expected


EVERYTHING = [
    BadgeFacts(*combination)
    for combination in product(
        (True, False), (None, *Severity), State, (None, *LimitReason), *[(True, False)] * 5
    )
]


def test_every_combination_of_facts_has_one_badge_that_keeps_every_promise() -> None:
    assert len(EVERYTHING) == 2 * 4 * 7 * 14 * 2**5
    for given in EVERYTHING:
        status, reason = found = badge(given)
        assert badge(given) == found
        broken = given.severity is not None and given.severity >= Severity.ERROR
        flowing = given.state is State.CHARGING
        assert (status is Status.OFFLINE) == (not given.online)
        if not given.online:
            continue
        assert (status is Status.ERROR) == (broken or (flowing and given.inspection_required)), given
        assert (status is Status.CHARGING) == (flowing and not broken and not given.inspection_required)
        if status in (Status.PAUSED, Status.AWAITING):
            has_begun = given.state in IN_SESSION or given.state is State.STARTING
            assert has_begun or reason is StatusReason.AUTHORIZATION, given
        if status is Status.PAUSED:
            assert given.held_by is not None or given.state is State.PAUSED, given
        if given.inspection_required and not broken:
            assert reason is StatusReason.INSPECTION, given
        if status is Status.AVAILABLE and reason is None:
            assert given.state in (State.IDLE, State.PLUGGED, State.FINISHING)
            assert not any((given.locked, given.updating, given.inspection_required))


def test_every_badge_occurs() -> None:
    assert {badge(given).status for given in EVERYTHING} == set(Status)
    assert {badge(given).reason for given in EVERYTHING} == {*StatusReason, None}
