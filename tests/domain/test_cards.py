"""Who may charge."""

from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.domain.cards import Card, CardAnswer, Verdict, answer, folded
from chargedeck.domain.units import IdTag

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
