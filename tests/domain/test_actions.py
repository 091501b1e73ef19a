"""Which commands make sense now."""

from itertools import product

import pytest

from chargedeck.domain.actions import Action, ActionFacts, actions, obstacle
from chargedeck.domain.limits import OVERRIDABLE, LimitReason
from chargedeck.domain.problems import (
    ChargerLockedError,
    ChargerOfflineError,
    InspectionRequiredError,
)
from chargedeck.domain.session import IN_SESSION, State

ALWAYS = "allowed-current unlock reset"


def facts(
    state: State = State.IDLE,
    *flags: str,
    online: bool = True,
    held_by: LimitReason | None = None,
    slowed_by: LimitReason | None = None,
) -> ActionFacts:
    names = ("plug_and_charge", "user_paused", "faulted", "locked", "inspection_required", "charge_now")
    told = {name: name in flags for name in names}
    return ActionFacts(online, state, held_by=held_by, slowed_by=slowed_by, **told)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(facts(), f"start {ALWAYS}", id="free"),
        pytest.param(facts(State.PLUGGED), f"authorize {ALWAYS}", id="a car waits for somebody's word"),
        pytest.param(facts(State.PLUGGED, "plug_and_charge"), f"start {ALWAYS}", id="it needs nobody's word"),
        pytest.param(facts(State.STARTING), f"stop {ALWAYS}", id="a start can be taken back"),
        pytest.param(facts(State.SUSPENDED), f"stop pause {ALWAYS}", id="the car takes nothing"),
        pytest.param(facts(State.CHARGING), f"stop pause {ALWAYS}", id="charging"),
        pytest.param(
            facts(State.PAUSED, "user_paused"), f"resume stop {ALWAYS}", id="somebody has paused it"
        ),
        pytest.param(
            facts(State.CHARGING, "user_paused"),
            f"resume stop {ALWAYS}",
            id="paused, and the car still draws",
        ),
        pytest.param(
            facts(State.PAUSED, held_by=LimitReason.PRICE),
            f"charge-now stop pause {ALWAYS}",
            id="held by the price",
        ),
        pytest.param(
            facts(State.PAUSED, held_by=LimitReason.LOAD_BALANCING),
            f"stop pause {ALWAYS}",
            id="held by the fuse",
        ),
        pytest.param(
            facts(State.CHARGING, slowed_by=LimitReason.SOLAR),
            f"stop charge-now pause {ALWAYS}",
            id="slowed down by the sun",
        ),
        pytest.param(
            facts(State.CHARGING, slowed_by=LimitReason.USER),
            f"stop pause {ALWAYS}",
            id="slowed down by its owner",
        ),
        pytest.param(
            facts(State.CHARGING, "charge_now", slowed_by=LimitReason.SOLAR),
            f"stop pause back-to-plan {ALWAYS}",
            id="charging now, whatever is planned",
        ),
        pytest.param(facts(State.IDLE, held_by=LimitReason.PRICE), f"start {ALWAYS}", id="no session"),
        pytest.param(facts(State.FINISHING), f"start {ALWAYS}", id="done, and once more"),
        pytest.param(facts(State.PLUGGED, "faulted"), ALWAYS, id="in error nothing starts"),
        pytest.param(
            facts(State.CHARGING, "faulted"), f"stop pause {ALWAYS}", id="in error it can be stopped"
        ),
        pytest.param(facts(State.PLUGGED, "locked"), ALWAYS, id="locked"),
        pytest.param(facts(State.CHARGING, "locked"), f"stop pause {ALWAYS}", id="locked while charging"),
        pytest.param(facts(State.PLUGGED, "inspection_required"), ALWAYS, id="a relay has failed"),
        pytest.param(facts(State.CHARGING, online=False), "", id="offline"),
    ],
)
def test_the_commands_are_listed_the_most_important_first(given: ActionFacts, expected: str) -> None:
    assert " ".join(actions(given)) == expected


@pytest.mark.parametrize(
    ("action", "given", "expected"),
    [
        (
            Action.START,
            facts(State.PLUGGED, "inspection_required", "locked", online=False),
            InspectionRequiredError,
        ),
        (Action.STOP, facts(State.CHARGING, "inspection_required", online=False), ChargerOfflineError),
        (Action.START, facts(State.PLUGGED, "locked", online=False), ChargerOfflineError),
        (Action.START, facts(State.PLUGGED, "locked", "faulted"), ChargerLockedError),
        (Action.RESUME, facts(State.PAUSED, "user_paused", "inspection_required"), InspectionRequiredError),
        (Action.RESUME, facts(State.PAUSED, "user_paused", "locked"), ChargerLockedError),
        (Action.CHARGE_NOW, facts(State.PAUSED, "inspection_required"), InspectionRequiredError),
        (Action.AUTHORIZE, facts(State.PLUGGED, "inspection_required"), InspectionRequiredError),
    ],
)
def test_the_graver_obstacle_is_named_first(
    action: Action, given: ActionFacts, expected: type[Exception]
) -> None:
    assert type(obstacle(action, given)) is expected


def test_a_refusal_names_the_command_and_what_is_in_its_way() -> None:
    stop = obstacle(Action.STOP, facts())
    start = obstacle(Action.START, facts(State.PLUGGED, "faulted"))
    assert str(stop) == "stop is not possible while the charger is idle"
    assert str(start) == "start is not possible while the charger is in error"


def test_in_every_situation_only_what_is_safe_is_offered() -> None:
    for combination in product(
        (True, False),
        State,
        (True, False),
        (True, False),
        (None, *LimitReason),
        *[(True, False)] * 3,
    ):
        given = ActionFacts(*combination)
        offered = set(actions(given))
        possible = {action for action in Action if obstacle(action, given) is None}
        assert possible - offered <= {Action.START, Action.AUTHORIZE}
        assert bool(offered & {Action.START, Action.AUTHORIZE}) == bool(
            possible & {Action.START, Action.AUTHORIZE}
        )
        assert not {Action.START, Action.AUTHORIZE} <= offered
        energizing = offered & {Action.START, Action.AUTHORIZE, Action.RESUME, Action.CHARGE_NOW}
        if given.inspection_required or given.locked or not given.online:
            assert not energizing, given
        if not given.online:
            assert not offered
        if given.faulted:
            assert not offered & {Action.START, Action.AUTHORIZE}
        assert not ({Action.PAUSE, Action.RESUME} <= offered)
        assert Action.AUTHORIZE not in offered or not given.plug_and_charge
        if Action.CHARGE_NOW in offered:
            assert given.state in IN_SESSION
            assert given.held_by in OVERRIDABLE
        assert Action.BACK_TO_PLAN not in offered, "nothing has been set aside"
        if given.online and given.state in IN_SESSION:
            assert Action.STOP in offered
