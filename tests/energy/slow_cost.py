"""The cost of a session once more: in fractions, quarter by quarter, with nothing clever and nothing shared.

It reads the same tariffs but computes by itself, from what they mean: minutes of a day are listed, days of
a season walked through, a day's length counted in quarters. Tests hold the real one against it.
"""

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from math import floor
from typing import NamedTuple

from chargedeck.energy.cost import SessionFacts
from chargedeck.energy.tariff import EnergyPrice, Tariff, TariffBook
from chargedeck.energy.tariff_bands import Band, Place, TimeOfUse
from chargedeck.energy.tariff_spot import Spot, Spots

QUARTER = 900
PIECES = ("energy", "solar", "battery", "grid_fee", "fees", "demand", "tax")


def slow_cost(book: TariffBook, facts: SessionFacts, spots: Spots) -> dict[str, Fraction]:
    """All pieces of the session's cost, exact."""
    total = dict.fromkeys(PIECES, Fraction(0))
    readings = sorted(facts.readings, key=lambda reading: reading.at)
    if not readings:
        return total
    start, end = seconds(readings[0].at), seconds(readings[-1].at)
    used = {month: Fraction(kwh) for month, kwh in facts.month_kwh.items()}
    lasted: dict[date, Fraction] = {}
    last_in_month: dict[tuple[int, int], Fraction] = {}
    at = start
    first = True
    while first or at < end:
        until = min(end, Fraction((at // QUARTER + 1) * QUARTER))
        before = register(facts, at, opening=first)
        after = register(facts, until, opening=False)
        day = wall(at, book.place).date()
        month = (day.year, day.month)
        lasted[day] = lasted.get(day, Fraction(0)) + until - at
        last_in_month[month] = at
        tariff = in_force(book, day)
        kwh = (after - before) / 1000
        grid, solar, battery = split(facts, at, kwh)
        already = used.get(month, Fraction(0))
        used[month] = already + grid
        if tariff:
            drawn = Drawn(grid, solar, battery, already)
            add(total, tariff, grid, pieces(tariff, book.place, spots, at, drawn))
        at, first = until, False
    for day, spent in lasted.items():
        tariff = in_force(book, day)
        if tariff:
            fee = sum((Fraction(each.per_day) for each in tariff.fees), Fraction(0))
            share = Fraction(round(fee * spent / day_seconds(day, book.place) * 10**9), 10**9)
            add(total, tariff, Fraction(0), {"fees": share})
    for month, low, high in facts.peaks:
        if month in last_in_month:
            tariff = in_force(book, wall(last_in_month[month], book.place).date())
            if tariff and tariff.demand:
                least, price = Fraction(tariff.demand.least_kw), Fraction(tariff.demand.per_kw)
                paid = max(least, Fraction(low)) * price
                owed = max(least, Fraction(low), Fraction(high)) * price
                add(total, tariff, Fraction(0), {"demand": owed - paid})
    return total


def to_the_cent(amount: Fraction) -> Fraction:
    """Half a cent goes away from nothing."""
    cents = floor(abs(amount) * 100 + Fraction(1, 2))
    return Fraction(cents if amount >= 0 else -cents, 100)


def seconds(at: datetime) -> Fraction:
    whole = at.replace(microsecond=0)
    return Fraction(int(whole.timestamp())) + Fraction(at.microsecond, 10**6)


def wall(at: Fraction, place: Place) -> datetime:
    return datetime.fromtimestamp(floor(at), place.zone)


def register(facts: SessionFacts, at: Fraction, *, opening: bool) -> Fraction:
    """What the register showed at an instant, in Wh, to a thousandth."""
    times, values = believed(facts)
    if opening:
        return thousandths(values[0])
    if at >= times[-1]:
        return thousandths(values[-1])
    number = max(number for number, each in enumerate(times) if each <= at)
    share = (at - times[number]) / (times[number + 1] - times[number])
    return thousandths(values[number] + share * (values[number + 1] - values[number]))


def believed(facts: SessionFacts) -> tuple[list[Fraction], list[Fraction]]:
    """Times and registers of the longest row from the first reading to the last that never goes back."""
    readings = sorted(facts.readings, key=lambda reading: reading.at)
    told = [(seconds(reading.at), Fraction(reading.register_wh)) for reading in readings]
    (start, low), (end, high) = told[0], told[-1]
    high = max(low, high)
    rows: list[list[tuple[Fraction, Fraction]]] = [[]]
    for at, value in told[1:-1]:
        if low <= value <= high:
            fitting = [row for row in rows if not row or row[-1][1] <= value]
            rows.append([*max(fitting, key=len), (at, value)])
    longest = max(len(row) for row in rows)
    kept = min((row for row in rows if len(row) == longest), key=lambda row: [value for _, value in row[-1:]])
    kept = [(start, low), *kept, *([(end, high)] if len(told) > 1 else [])]
    return [at for at, _ in kept], [value for _, value in kept]


def thousandths(value: Fraction) -> Fraction:
    return Fraction(round(value * 1000), 1000)


def split(facts: SessionFacts, at: Fraction, kwh: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    for start, flow in facts.flows.items():
        if seconds(start) == at // QUARTER * QUARTER and sum(flow) > 0:
            whole = sum(Fraction(each) for each in flow)
            solar = kwh * Fraction(flow.solar_wh) / whole
            own = solar + kwh * Fraction(flow.battery_wh) / whole
            solar, own = (Fraction(round(each * 10**6), 10**6) for each in (solar, own))
            return kwh - own, solar, own - solar
    return kwh, Fraction(0), Fraction(0)


def in_force(book: TariffBook, day: date) -> Tariff | None:
    found = None
    for tariff in book.tariffs:
        if tariff.valid_from <= day:
            found = tariff
    return found


class Drawn(NamedTuple):
    """What came from where, and what the month had drawn from the grid before."""

    grid: Fraction
    solar: Fraction
    battery: Fraction
    already: Fraction


def pieces(tariff: Tariff, place: Place, spots: Spots, at: Fraction, drawn: Drawn) -> dict[str, Fraction]:
    grid = drawn.grid
    feed_in = price(tariff.feed_in, place, spots, at)
    stored = feed_in if tariff.battery is None else price(tariff.battery, place, spots, at)
    return {
        "energy": grid * price(tariff.energy, place, spots, at)
        + tiers(tariff, drawn.already, drawn.already + grid),
        "solar": drawn.solar * feed_in,
        "battery": drawn.battery * stored,
        "grid_fee": grid * price(tariff.grid_fee, place, spots, at),
        "fees": sum((grid * Fraction(fee.per_kwh) for fee in tariff.fees), Fraction(0)),
    }


def add(total: dict[str, Fraction], tariff: Tariff, grid: Fraction, net: dict[str, Fraction]) -> None:
    for name, amount in net.items():
        total[name] += amount
    tax = Fraction(0)
    for step in tariff.taxes:
        base = tax if "tax" in step.on else Fraction(0)
        base += sum((net.get(str(part), Fraction(0)) for part in step.on), Fraction(0))
        tax += grid * Fraction(step.per_kwh) + base * Fraction(step.ratio)
    total["tax"] += tax


def tiers(tariff: Tariff, low: Fraction, high: Fraction) -> Fraction:
    """Walk along the tiers and take of each what lies between `low` and `high`."""
    cost = Fraction(0)
    for number, tier in enumerate(tariff.tiers):
        top = Fraction(tariff.tiers[number + 1].above_kwh) if number + 1 < len(tariff.tiers) else high
        inside = min(high, top) - max(low, Fraction(tier.above_kwh))
        cost += max(Fraction(0), inside) * Fraction(tier.add)
    return cost


def price(terms: EnergyPrice, place: Place, spots: Spots, at: Fraction) -> Fraction:
    if isinstance(terms, TimeOfUse):
        return band_price(terms, place, at)
    size = terms.slot.value * 60
    first = int(at // size * size)
    prices = [exchange(terms, place, spots, quarter) for quarter in range(first, first + size, QUARTER)]
    return sum(prices, Fraction(0)) / len(prices) * Fraction(terms.factor) + Fraction(terms.add)


def exchange(terms: Spot, place: Place, spots: Spots, quarter: int) -> Fraction:
    known = {int(start.timestamp()): Fraction(value) for start, value in spots.items()}
    if quarter in known or not known:
        return known.get(quarter, Fraction(terms.fallback))
    shown = datetime.fromtimestamp(quarter, place.zone)
    found = []
    for days in range(1, 8):
        day = shown.date() - timedelta(days=days)
        same = [other for other, clock in quarters(day, place) if clock == shown.time()]
        if same and same[0] in known:
            found.append(known[same[0]])
    if not found:
        return Fraction(terms.fallback)
    return Fraction(round(sum(found, Fraction(0)) / len(found) * 10**6), 10**6)


@cache
def quarters(day: date, place: Place) -> list[tuple[int, time]]:
    """All quarters of an hour of `day` and what the clock shows at each, by looking at all around it."""
    noon = int(datetime.combine(day, time(12), place.zone).timestamp())
    around = range(noon - 16 * 3600, noon + 16 * 3600, QUARTER)
    shown = [(each, datetime.fromtimestamp(each, place.zone)) for each in around]
    return [(each, clock.time()) for each, clock in shown if clock.date() == day]


def day_seconds(day: date, place: Place) -> int:
    return len(quarters(day, place)) * QUARTER


def band_price(terms: TimeOfUse, place: Place, at: Fraction) -> Fraction:
    shown = wall(Fraction(at // QUARTER * QUARTER), place)
    holiday = terms.knows_holidays and shown.date() in place.holidays
    weekday = 7 if holiday else shown.weekday()
    for band in terms.bands:
        if (
            weekday in band.weekdays
            and shown.hour * 60 + shown.minute in minutes(band)
            and season(band, shown)
        ):
            return Fraction(band.price)
    return Fraction(terms.otherwise)


@cache
def minutes(band: Band) -> set[int]:
    """Walk round the clock from the band's start to its end, once around where they are the same."""
    minute = band.start.hour * 60 + band.start.minute
    end = band.end.hour * 60 + band.end.minute
    found = {minute}
    while (minute := (minute + 1) % 1440) != end and minute not in found:
        found.add(minute)
    return found


def season(band: Band, shown: datetime) -> bool:
    """Walk through a leap year from the season's first day to its last."""
    if band.season is None:
        return True
    day, last = date(2024, *band.season.first), band.season.last
    while (day.month, day.day) != (shown.month, shown.day):
        if (day.month, day.day) == last:
            return False
        day = (day + timedelta(days=1)).replace(year=2024)
    return True
