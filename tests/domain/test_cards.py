"""Who may charge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.domain.cards import (
    NO_HOLDER,
    Card,
    CardAnswer,
    Holder,
    Verdict,
    answer,
    folded,
    held,
    is_good_at,
    let_go,
)
from chargedeck.domain.units import ChargerId, IdTag, StationId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER, EARLIER = NOON + timedelta(seconds=1), NOON - timedelta(seconds=1)


def card(*, blocked: bool = False, expires_at: datetime | None = None) -> Card:
    return Card(
        "1", IdTag("04A1B2"), "Blue", blocked=blocked, expires_at=expires_at, parent_id_tag=IdTag("FLEET")
    )


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        pytest.param(None, Verdict.INVALID, id="unknown"),
        pytest.param(card(), Verdict.ACCEPTED, id="known"),
        pytest.param(card(expires_at=LATER), Verdict.ACCEPTED, id="about to expire"),
        pytest.param(card(expires_at=NOON), Verdict.EXPIRED, id="expires this instant"),
        pytest.param(card(expires_at=EARLIER), Verdict.EXPIRED, id="expired"),
        pytest.param(card(blocked=True), Verdict.BLOCKED, id="blocked"),
        pytest.param(card(blocked=True, expires_at=EARLIER), Verdict.BLOCKED, id="blocked before expired"),
    ],
)
def test_a_card_is_judged_at_an_instant(held: Card | None, verdict: Verdict) -> None:
    expected = CardAnswer(verdict) if held is None else CardAnswer(verdict, held.expires_at, IdTag("FLEET"))
    assert answer(held, now=NOON) == expected


@pytest.mark.parametrize("spelling", ["04a1b2", " 04A1B2", "04A1b2 \t", "04A1B2"])
def test_a_tag_is_the_same_however_a_reader_spells_it(spelling: str) -> None:
    assert folded(spelling) == "04A1B2"


@pytest.mark.parametrize(
    ("own", "holders", "kept"),
    [
        pytest.param(None, None, None, id="for ever"),
        pytest.param(NOON, None, NOON, id="the card's end"),
        pytest.param(None, NOON, NOON, id="the account's end"),
        pytest.param(LATER, NOON, NOON, id="whichever comes first"),
        pytest.param(NOON, LATER, NOON, id="or the other way round"),
    ],
)
def test_a_card_ends_with_its_holders_account(
    own: datetime | None, holders: datetime | None, kept: datetime | None
) -> None:
    assert held(card(expires_at=own), Holder(ends_at=holders)).expires_at == kept


HOME, OFFICE = StationId("home"), StationId("office")
GARAGE, DESK = ChargerId("garage"), ChargerId("desk")


@pytest.mark.parametrize(
    ("own", "holder", "good"),
    [
        pytest.param(None, NO_HOLDER, True, id="everywhere"),
        pytest.param((HOME,), NO_HOLDER, True, id="at this station"),
        pytest.param((OFFICE,), NO_HOLDER, False, id="at another station"),
        pytest.param(None, Holder(stations=frozenset({HOME})), True, id="its holder's station"),
        pytest.param(None, Holder(stations=frozenset({OFFICE})), False, id="not its holder's station"),
        pytest.param(None, Holder(chargers=frozenset({GARAGE})), True, id="its holder's charger"),
        pytest.param(None, Holder(chargers=frozenset({DESK})), False, id="not its holder's charger"),
        pytest.param((OFFICE,), Holder(chargers=frozenset({GARAGE})), False, id="both must allow it"),
    ],
)
def test_where_a_card_is_good(own: tuple[StationId, ...] | None, holder: Holder, good: bool) -> None:
    assert is_good_at(replace(card(), station_ids=own), holder, HOME, GARAGE) is good


def test_a_card_whose_holder_is_gone_opens_nothing() -> None:
    left = let_go(replace(card(), user_id="ana"))
    assert (left.user_id, answer(left, now=NOON).verdict) == (None, Verdict.BLOCKED)
