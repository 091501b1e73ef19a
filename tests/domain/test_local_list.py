"""The cards that a charger keeps: which of them, and what is sent next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.cards import NO_HOLDER, Card, CardAnswer, Holder, Verdict
from chargedeck.domain.local_list import (
    LAST_VERSION,
    UNKNOWN_VERSION,
    Kept,
    Outlet,
    Piece,
    confirmed,
    fitting,
    listed,
    next_piece,
)
from chargedeck.domain.units import ChargerId, IdTag, StationId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME, WORK = StationId("home"), StationId("work")
LEFT, RIGHT = Outlet(HOME, ChargerId("left")), Outlet(HOME, ChargerId("right"))
LOCKED = Outlet(HOME, ChargerId("right"), is_locked=True)

YES, NO = CardAnswer(Verdict.ACCEPTED), CardAnswer(Verdict.BLOCKED)
A, B, C, D = (IdTag(tag) for tag in "ABCD")


def card(
    *, tag: str = "A", blocked: bool = False, ends: datetime | None = None, at: StationId | None = None
) -> Card:
    places = None if at is None else (at,)
    return Card("1", IdTag(tag), "Blue", blocked=blocked, expires_at=ends, station_ids=places)


@pytest.mark.parametrize(
    ("held", "holder", "outlets", "entry"),
    [
        pytest.param(card(), NO_HOLDER, [LEFT], YES, id="good everywhere"),
        pytest.param(card(at=HOME), NO_HOLDER, [LEFT], YES, id="good at this station"),
        pytest.param(card(at=WORK), NO_HOLDER, [LEFT], None, id="good elsewhere"),
        pytest.param(card(blocked=True), NO_HOLDER, [LEFT], NO, id="blocked"),
        pytest.param(card(ends=NOON), NO_HOLDER, [LEFT], CardAnswer(Verdict.EXPIRED, NOON), id="run out"),
        pytest.param(
            card(), Holder(ends_at=NOON), [LEFT], CardAnswer(Verdict.EXPIRED, NOON), id="its holder has left"
        ),
        pytest.param(
            card(ends=NOON + timedelta(1)),
            NO_HOLDER,
            [LEFT],
            CardAnswer(Verdict.ACCEPTED, NOON + timedelta(1)),
            id="with its end",
        ),
        pytest.param(
            card(), Holder(chargers=frozenset({LEFT.charger})), [LEFT], YES, id="its holder's own charger"
        ),
        pytest.param(
            card(),
            Holder(chargers=frozenset({LEFT.charger})),
            [LEFT, RIGHT],
            None,
            id="one of two outlets: the list would open the other too",
        ),
        pytest.param(
            card(),
            Holder(chargers=frozenset({LEFT.charger})),
            [LEFT, LOCKED],
            YES,
            id="the other outlet is locked anyway",
        ),
        pytest.param(card(), NO_HOLDER, [LOCKED], NO, id="every outlet is locked"),
        pytest.param(card(tag="A" * 20), NO_HOLDER, [LEFT], YES, id="as long as a tag can be"),
        pytest.param(card(tag="A" * 21), NO_HOLDER, [LEFT], None, id="no charger could read it"),
    ],
)
def test_which_cards_a_device_keeps(
    held: Card, holder: Holder, outlets: list[Outlet], entry: CardAnswer | None
) -> None:
    assert listed([(held, holder)], outlets, NOON) == ({} if entry is None else {held.id_tag: entry})


def test_who_may_charge_comes_first_where_there_is_no_room_for_all() -> None:
    entries = {A: NO, B: YES, C: YES}
    assert fitting(entries, 2) == {B: YES, C: YES}
    assert fitting(entries, None) == entries


@pytest.mark.parametrize(
    ("kept", "at_device", "wanted", "piece"),
    [
        pytest.param(None, 0, {}, None, id="no card: nothing is sent"),
        pytest.param(None, 7, {}, None, id="no card: somebody else's list is left alone"),
        pytest.param(None, 0, {A: YES}, Piece(1, True, {A: YES}), id="the first list"),
        pytest.param(None, 7, {A: YES}, Piece(8, True, {A: YES}), id="in place of somebody else's"),
        pytest.param(Kept(3, {A: YES}), 3, {A: YES}, None, id="nothing has changed"),
        pytest.param(Kept(3, {A: YES}), 3, {A: NO}, Piece(4, False, {A: NO}), id="a card is blocked"),
        pytest.param(Kept(3, {A: YES}), 3, {A: YES, B: YES}, Piece(4, False, {B: YES}), id="a card is new"),
        pytest.param(Kept(3, {A: YES}), 3, {}, Piece(4, False, {A: None}), id="the last card is gone"),
        pytest.param(
            Kept(3, {A: YES, B: YES}),
            3,
            {B: NO, C: YES, D: YES},
            Piece(4, False, {A: None, B: NO}),
            id="two at once: what goes, then what is refused",
        ),
        pytest.param(
            Kept(3, {A: YES}), 5, {A: YES}, Piece(6, True, {A: YES}), id="somebody else has written to it"
        ),
        pytest.param(
            Kept(3, {A: YES}), 0, {A: YES}, Piece(4, True, {A: YES}), id="the device has been reset"
        ),
        pytest.param(Kept(3, {A: YES}), 0, {}, None, id="reset, and no card is left"),
        pytest.param(Kept(3, {A: YES}), 5, {}, Piece(6, True, {}), id="emptied"),
        pytest.param(
            Kept(UNKNOWN_VERSION), 2, {A: YES}, Piece(3, True, {A: YES}), id="it is unknown what it keeps"
        ),
        pytest.param(
            None, 0, {A: YES, B: YES, C: YES}, Piece(1, True, {A: YES, B: YES}), id="the first piece"
        ),
        pytest.param(
            Kept(LAST_VERSION, {A: YES, B: YES}),
            LAST_VERSION,
            {A: YES, B: NO},
            Piece(1, True, {A: YES, B: NO}),
            id="there is no higher version: from the beginning",
        ),
    ],
)
def test_what_is_sent_next(
    kept: Kept | None, at_device: int, wanted: dict[IdTag, CardAnswer], piece: Piece | None
) -> None:
    assert next_piece(kept, at_device, wanted, 2) == piece


ENTRIES = st.dictionaries(st.sampled_from([IdTag(tag) for tag in "ABCDEFGH"]), st.sampled_from([YES, NO]))


@given(
    kept=st.none() | st.builds(Kept, st.integers(-1, 5), ENTRIES),
    at_device=st.integers(0, 5) | st.just(LAST_VERSION),
    wanted=ENTRIES,
    at_once=st.integers(1, 4),
)
def test_piece_by_piece_a_device_gets_what_it_should_keep(
    kept: Kept | None, at_device: int, wanted: dict[IdTag, CardAnswer], at_once: int
) -> None:
    first, room, pieces = kept, max(len(wanted), 0 if kept is None else len(kept.entries)), 0
    while (piece := next_piece(kept, at_device, wanted, at_once)) is not None:
        assert len(piece.changes) <= at_once
        assert piece.is_full or piece.version > at_device
        kept, at_device = confirmed(kept, piece), piece.version
        assert len(kept.entries) <= room, "it never has to keep more than before or after"
        pieces += 1
        assert pieces < 50
    if pieces:
        assert kept is not None
        assert dict(kept.entries) == wanted
    else:
        assert kept == first


def test_a_device_keeps_no_card_that_it_was_told_to_drop() -> None:
    told = Piece(4, is_full=False, changes={A: None, C: NO})
    assert confirmed(Kept(3, {A: YES, B: NO}), told) == Kept(4, {B: NO, C: NO})
