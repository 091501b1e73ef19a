"""The slots a plan looks at: quarters of an hour, cut where charging becomes allowed or forbidden."""

from datetime import datetime, timedelta
from decimal import Decimal

from tests.energy.plan_facts import HOUR, NOON, worth

from chargedeck.domain.units import Watts
from chargedeck.energy.plan_outlook import measured, outlook, thinned, window
from chargedeck.energy.prices import Currency, PricePerKwh, PriceSlot, price_series

MINUTE = timedelta(minutes=1)


def price(start: datetime, buy: str, *, estimated: bool = False) -> PriceSlot:
    return PriceSlot(start, start + HOUR, PricePerKwh(Decimal(buy)), PricePerKwh(Decimal("0.05")), estimated)


def sun(start: datetime) -> Watts:
    return Watts(start.hour * 100 + start.minute)


def load(start: datetime) -> Watts:
    return Watts(300)


def test_quarters_of_an_hour_with_price_sun_and_load() -> None:
    prices = price_series(Currency("EUR"), [price(NOON, "0.20")])
    ahead = outlook(NOON + 20 * MINUTE, NOON + 50 * MINUTE, prices=prices, solar=sun, load=load)
    assert [slot.start for slot in ahead] == [NOON + minutes * MINUTE for minutes in (15, 30, 45)]
    assert [slot.solar_w for slot in ahead] == [Watts(1215), Watts(1230), Watts(1245)]
    assert {(slot.worth, slot.load_w) for slot in ahead} == {(worth(0.20, 0.05), Watts(300))}


def test_behind_the_first_gap_or_estimate_no_price_is_known() -> None:
    gap = [price(NOON, "0.20"), price(NOON + 2 * HOUR, "0.30")]
    guess = [price(NOON, "0.20"), price(NOON + HOUR, "0.30", estimated=True), price(NOON + 2 * HOUR, "0.30")]
    for slots in (gap, guess):
        prices = price_series(Currency("EUR"), slots)
        ahead = outlook(NOON, NOON + 3 * HOUR, prices=prices, solar=sun, load=load)
        assert [slot.worth is not None for slot in ahead] == [True] * 4 + [False] * 8


def test_the_slot_at_hand_is_measured() -> None:
    ahead = outlook(NOON, NOON + HOUR, prices=price_series(Currency("EUR"), []), solar=sun, load=load)
    now = measured(ahead, Watts(5), Watts(7))
    assert (now[0].solar_w, now[0].load_w) == (Watts(5), Watts(7))
    assert now[1:] == ahead[1:]


def test_slots_are_cut_at_the_borders_of_what_is_allowed() -> None:
    ahead = outlook(NOON, NOON + HOUR, prices=price_series(Currency("EUR"), []), solar=sun, load=load)
    allowed = [(NOON - HOUR, NOON + 20 * MINUTE), (NOON + 40 * MINUTE, NOON + 2 * HOUR)]
    cut = window(ahead, NOON + 5 * MINUTE, NOON + 50 * MINUTE, allowed)
    assert [((slot.start - NOON) // MINUTE, (slot.end - NOON) // MINUTE, slot.allowed) for slot in cut] == [
        (5, 15, True),
        (15, 20, True),
        (20, 30, False),
        (30, 40, False),
        (40, 45, True),
        (45, 50, True),
    ]


def test_what_is_far_off_is_looked_at_by_the_hour() -> None:
    known = [price(NOON, "0.20"), price(NOON + HOUR, "0.30")]
    ahead = outlook(NOON, NOON + 3 * HOUR, prices=price_series(Currency("EUR"), known), solar=sun, load=load)
    looked = thinned(ahead, NOON + HOUR + 30 * MINUTE)
    assert [(slot.start - NOON) // MINUTE for slot in looked] == [0, 15, 30, 45, 60, 75, 90, 120]
    assert [slot.end - slot.start for slot in looked[-2:]] == [30 * MINUTE, HOUR]
    assert (looked[-2].worth, looked[-1].worth) == (worth(0.30, 0.05), None)
    assert (looked[-2].solar_w, looked[-1].solar_w) == (Watts(1337.5), Watts(1422.5))
    assert looked[-1].load_w == Watts(300)
