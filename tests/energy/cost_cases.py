"""Reads the table of hand-computed costs: words of `cost_cases.toml` in, tariffs and sessions out."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chargedeck.energy.cost import MonthPeak, SessionFacts
from chargedeck.energy.cost_energy import Flow, RegisterAt
from chargedeck.energy.prices import QUARTER, Currency, PricePerKwh, PriceSlot, quarter_of
from chargedeck.energy.tariff import (
    ALL_PARTS,
    EnergyPrice,
    Fee,
    Month,
    Part,
    PeakDemand,
    Tariff,
    TariffBook,
    Tax,
    Tier,
)
from chargedeck.energy.tariff_bands import ALL_DAYS, HOLIDAY, Band, Place, Season, TimeOfUse
from chargedeck.energy.tariff_spot import Spot, Spots, SpotSlot, spots_of

ZONE = ZoneInfo("Europe/Brussels")
EUR = Currency("EUR")
AGES_AGO = date(2000, 1, 1)
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "Ho")
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One session, the tariffs it is priced by, and what the hand says."""

    name: str
    book: TariffBook
    facts: SessionFacts
    spots: Spots
    expected: Words


def cases() -> list[Case]:
    words = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    place = Place(ZONE, frozenset(date.fromisoformat(day) for day in words["holidays"]))
    return [_case(case, words["tariffs"], place) for case in words["case"]]


def _case(words: Words, tariffs: Words, place: Place) -> Case:
    named = words.get("tariffs") or {AGES_AGO.isoformat(): words["tariff"]}
    book = TariffBook(
        place,
        EUR,
        tuple(_tariff(date.fromisoformat(day), tariffs[name]) for day, name in named.items()),
    )
    facts = SessionFacts(
        tuple(_reading(reading) for reading in words["meter"]),
        dict(flow for flows in words.get("flows", ()) for flow in _flows(flows)),
        {_month(month): Decimal(kwh) for month, kwh in words.get("month_kwh", {}).items()},
        tuple(_peak(peak) for peak in words.get("peaks", ())),
    )
    spots = spots_of(slot for spots in words.get("spots", ()) for slot in _spots(spots))
    return Case(words["name"], book, facts, spots, words)


def _tariff(valid_from: date, words: Words) -> Tariff:
    battery = words.get("battery")
    return Tariff(
        valid_from,
        _energy(words, "energy", "bands", "spot"),
        grid_fee=_bands(words.get("grid_fee", "0"), words.get("grid_fee_bands", ())),
        tiers=tuple(Tier(Decimal(kwh), _price(add)) for kwh, add in words.get("tiers", {}).items()),
        fees=tuple(Fee("fee", **_decimals(fee)) for fee in words.get("fees", ())),
        demand=PeakDemand(**_decimals(words["demand"])) if "demand" in words else None,
        taxes=tuple(_tax(tax) for tax in words.get("taxes", ())),
        feed_in=_energy(words, "feed_in", "feed_in_bands", "feed_in_spot"),
        battery=None if battery is None else TimeOfUse(_price(battery)),
    )


def _energy(words: Words, fixed: str, bands: str, spot: str) -> EnergyPrice:
    if spot in words:
        terms = dict(words[spot])
        slot = SpotSlot(terms.pop("slot", 60))
        return Spot(_price(terms.pop("fallback")), slot=slot, **_decimals(terms))
    return _bands(words.get(fixed, "0"), words.get(bands, ()), knows=words.get("knows_holidays", True))


def _bands(otherwise: str, bands: Iterable[str], *, knows: bool = True) -> TimeOfUse:
    return TimeOfUse(_price(otherwise), tuple(_band(band) for band in bands), knows_holidays=knows)


def _band(words: str) -> Band:
    price, *others = words.split()
    start = end = time.min
    weekdays, season = ALL_DAYS, None
    for word in others:
        if ".." in word:
            first, last = word.split("..")
            season = Season(_day_of_year(first), _day_of_year(last))
        elif ":" in word:
            start, end = (time.fromisoformat(at) for at in word.split("-"))
        else:
            weekdays = frozenset(day for days in word.split(",") for day in _weekdays(days))
    return Band(_price(price), start, end, weekdays, season)


def _weekdays(words: str) -> range:
    first, _, last = words.partition("-")
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


def _day_of_year(words: str) -> tuple[int, int]:
    month, day = words.split("-")
    return int(month), int(day)


def _tax(words: Words) -> Tax:
    terms = dict(words)
    on = frozenset(Part(part) for part in terms.pop("on", ALL_PARTS))
    return Tax("tax", on=on, **_decimals(terms))


def _reading(words: str) -> RegisterAt:
    at, kwh = words.rsplit(maxsplit=1)
    return RegisterAt(instant(at), Decimal(kwh) * 1000)


def _flows(words: str) -> Iterable[tuple[datetime, Flow]]:
    day, start, end, *sources = words.split()
    flow = Flow(*(Decimal(source) for source in sources))
    at = quarter_of(instant(f"{day} {start}"))
    while at < instant(f"{day} {end}"):
        yield at, flow
        at += QUARTER


def _spots(words: str) -> Iterable[PriceSlot]:
    day, clock, minutes, *prices = words.split()
    start, length = instant(f"{day} {clock}"), timedelta(minutes=int(minutes))
    for number, price in enumerate(prices):
        yield PriceSlot(start + length * number, start + length * (number + 1), _price(price), _price("0"))


def _peak(words: str) -> MonthPeak:
    month, before, after = words.split()
    return MonthPeak(_month(month), Decimal(before), Decimal(after))


def _month(words: str) -> Month:
    year, month = words.split("-")
    return int(year), int(month)


def instant(words: str) -> datetime:
    """What the clock in Brussels shows, or what it shows with an offset."""
    at = datetime.fromisoformat(words)
    return (
        at.astimezone(UTC) if re.search(r"[+-]\d\d:\d\d$", words) else at.replace(tzinfo=ZONE).astimezone(UTC)
    )


def _price(words: str) -> PricePerKwh:
    return PricePerKwh(Decimal(words))


def _decimals(words: Words) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in words.items()}


assert DAYS.index("Ho") == HOLIDAY
