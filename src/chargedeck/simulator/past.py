"""The months before today in the demo's home: cars that came, the sun of the season, the house; pure.

What it tells is brought to the server the way a real home would: by a charge point that was offline and
kept its transactions, and by the house's old meter.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from chargedeck.domain.units import IdTag, Ratio, WattHours, Watts
from chargedeck.simulator.clock import Instant
from chargedeck.simulator.house import HouseModel, load_power

QUARTER = timedelta(minutes=15)
_QUARTERS_A_DAY = 96
_SHORTEST = WattHours(1_500)
_LEAST_POWER = Watts(1_380)


@dataclass(frozen=True, slots=True)
class Habit:
    """Somebody's way of charging: `hours_utc` is when the cable goes in, on each of the weekdays."""

    id_tag: IdTag
    weekdays: frozenset[int]
    hour_utc: float
    mean_wh: WattHours
    power_w: Watts
    follows_sun: bool = False
    """Charges with what the roof leaves over, while there is enough of it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A session of the past; `taken` is the energy of each quarter from `started_at` on."""

    id_tag: IdTag
    started_at: datetime
    taken: tuple[WattHours, ...]

    @property
    def ended_at(self) -> datetime:
        """When the cable came out."""
        return self.started_at + QUARTER * len(self.taken)

    @property
    def energy_wh(self) -> WattHours:
        """All of it."""
        return WattHours(sum(self.taken))


@dataclass(frozen=True, slots=True)
class Quarter:
    """What the house's meters counted in a quarter of an hour."""

    start: datetime
    from_grid_wh: WattHours
    to_grid_wh: WattHours
    solar_wh: WattHours
    house_wh: WattHours
    chargers_wh: WattHours


@dataclass(frozen=True, slots=True)
class Past:
    """Everything that happened before today."""

    visits: tuple[Visit, ...]
    quarters: tuple[Quarter, ...]


def lived(habits: Sequence[Habit], model: HouseModel, *, today: date, days: int) -> Past:
    """The `days` days before `today`; the same days are always the same."""
    visits: list[Visit] = []
    quarters: list[Quarter] = []
    for back in range(days, 0, -1):
        day = today - timedelta(days=back)
        chance = random.Random(day.toordinal())  # noqa: S311  (weather, no secret)
        cloud = Ratio(chance.uniform(0.35, 1.0))
        came = list(_visits(habits, model, day, cloud, chance))
        visits += came
        quarters += _day(model, day, cloud, came)
    return Past(tuple(visits), tuple(quarters))


def sun(model: HouseModel, at: datetime, cloud: Ratio) -> Watts:
    """The roof at 45° north: days of 8.6 h in December and 15.4 h in June, and a lower sun in winter."""
    season = math.cos((at.timetuple().tm_yday - 172) / 365.25 * 2 * math.pi)
    half_day = 6 + 1.7 * season
    from_noon = abs(at.hour + at.minute / 60 - 11.0)
    if from_noon >= half_day:
        return Watts(0)
    height = math.cos(from_noon / half_day * math.pi / 2) ** 1.3
    return Watts(model.sun_peak_w * height * (0.62 + 0.33 * season) * cloud)


def _visits(
    habits: Sequence[Habit], model: HouseModel, day: date, cloud: Ratio, chance: random.Random
) -> Iterator[Visit]:
    busy_until = datetime.combine(day, time(), UTC)
    for habit in sorted(habits, key=lambda one: one.hour_utc):
        if day.weekday() not in habit.weekdays or chance.random() < 0.12:
            continue
        quarter = round((habit.hour_utc + chance.uniform(-0.75, 0.75)) * 4)
        start = max(busy_until, datetime.combine(day, time(), UTC) + QUARTER * quarter)
        wanted = WattHours(max(_SHORTEST, chance.gauss(habit.mean_wh, habit.mean_wh / 4)))
        taken = tuple(_taken(habit, model, start, cloud, wanted))
        if taken:
            yield Visit(habit.id_tag, start, taken)
            busy_until = start + QUARTER * (len(taken) + 1)


def _taken(
    habit: Habit, model: HouseModel, start: datetime, cloud: Ratio, wanted: WattHours
) -> Iterator[WattHours]:
    """Quarter by quarter until it has what it wants; the sun's follower until midnight at the latest."""
    left, at = wanted, start
    midnight = datetime.combine(start.date(), time(), UTC) + timedelta(days=1)
    while left > 1 and (not habit.follows_sun or at < midnight - timedelta(hours=6)):
        power = habit.power_w
        if habit.follows_sun:
            surplus = sun(model, at, cloud) - sum(load_power(model, Instant(at.timestamp())))
            power = Watts(min(power, max(_LEAST_POWER, surplus)))
        # Whole watt-hours, as the meter counts them; near the end a car takes less and less.
        energy = WattHours(max(1, int(min(left, power / 4, max(left / 2, 300)))))
        yield energy
        left, at = WattHours(left - energy), at + QUARTER


def _day(model: HouseModel, day: date, cloud: Ratio, visits: Sequence[Visit]) -> Iterator[Quarter]:
    drawn = {
        visit.started_at + QUARTER * place: energy
        for visit in visits
        for place, energy in enumerate(visit.taken)
    }
    midnight = datetime.combine(day, time(), UTC)
    for place in range(_QUARTERS_A_DAY):
        at = midnight + QUARTER * place
        solar = sun(model, at, cloud) / 4
        house = sum(load_power(model, Instant(at.timestamp()))) / 4
        chargers = drawn.get(at, 0.0)
        net = house + chargers - solar
        yield Quarter(
            at,
            WattHours(round(max(0.0, net), 1)),
            WattHours(round(max(0.0, -net), 1)),
            WattHours(round(solar, 1)),
            WattHours(round(house, 1)),
            WattHours(round(chargers, 1)),
        )
