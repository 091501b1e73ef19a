"""Makes a long history: sessions with their costs and sums, and samples as thinning would have left them.

Everything follows from the number of a session alone, so that each database gets the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.domain.units import ChargerId, DeviceId, SessionId, StationId, WattHours
from chargedeck.energy.prices import Currency
from chargedeck.hub.records import SessionCostRecord, SessionRecord
from chargedeck.storage.columns import micros
from chargedeck.storage.history_tables import SUMS
from chargedeck.storage.session_parts import QUARTER_US, Quarter, parts_of, slot_of

END = datetime(2026, 6, 1, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
BERLIN = ZoneInfo("Europe/Berlin")
CHARGERS, PEOPLE, STATIONS = 200, 400, 4
EUR = Currency("EUR")

_POWER_W = 11_040
_STEPS = ((timedelta(days=30), 10), (timedelta(days=365), 60), (YEARS, 900))
"""How fine samples are by their age, as retention leaves them."""


class Place(NamedTuple):
    """Short names as `history_keys` has them: stations, then chargers, people, cards and the currency."""

    station: int
    charger: int
    person: int
    card: int
    currency: int = 1 + STATIONS + CHARGERS + 2 * PEOPLE


@dataclass(frozen=True, slots=True)
class History:
    """So many sessions, evenly over three years, of two hundred chargers at four stations."""

    sessions: int

    @property
    def step(self) -> timedelta:
        """From the start of one session to that of the next."""
        return YEARS / self.sessions

    def numbers(self) -> range:
        """In the order in which they began."""
        return range(self.sessions)

    def started_at(self, number: int) -> datetime:
        """When a session began."""
        return END - YEARS + number * self.step

    def length_s(self, number: int) -> int:
        """How long it lasted: an hour and a half, more or less, and never into its charger's next one."""
        most = int(self.step.total_seconds() * CHARGERS) - 60
        return min(most, 2_700 + mixed(number, 1) % 5_700)

    def record(self, number: int) -> SessionRecord:
        """A session as the ledger would have kept it."""
        start, seconds = self.started_at(number), self.length_s(number)
        charger, person = number % CHARGERS, mixed(number, 2) % PEOPLE
        register = self._register(number)
        energy = _POWER_W * seconds / 3_600
        whole = Decimal(round(energy * 1000)) / 1000
        solar = whole * (mixed(number, 3) % 5) / 10
        cost = SessionCostRecord(whole - solar, solar, Decimal(0), Decimal(round(energy * 3)) / 10_000, EUR)
        return SessionRecord(
            id=SessionId(f"{number:016x}"),
            charger_id=ChargerId(f"charger-{charger}"),
            device_id=DeviceId(f"charger-{charger}"),
            station_id=StationId(f"station-{charger % STATIONS}"),
            ref=str(number),
            started_at=start,
            meter_start_wh=WattHours(register),
            meter_last_wh=WattHours(register + energy),
            charging_time_s=float(seconds),
            ended_at=start + timedelta(seconds=seconds),
            meter_stop_wh=WattHours(register + energy),
            authorized_by=Authorizer(
                AuthorizerKind.CARD, f"Card {person}", f"card-{person}", f"user-{person}"
            ),
            stop_reason="EVDisconnected",
            cost=cost,
        )

    def _register(self, number: int) -> float:
        """A charger's meter goes on from session to session, by more than any of them takes."""
        return number // CHARGERS * 30_000.0

    def place(self, number: int) -> Place:
        """Where the session counts."""
        charger, person = number % CHARGERS, mixed(number, 2) % PEOPLE
        first = 1 + STATIONS
        return Place(
            1 + charger % STATIONS,
            first + charger,
            first + CHARGERS + person,
            first + CHARGERS + PEOPLE + person,
        )

    def parts(self, number: int, record: SessionRecord) -> Iterator[tuple[Any, ...]]:
        """What the session has put into the sums, as the product makes it."""
        place = self.place(number)
        for part in parts_of(record, _quarters(record), BERLIN):
            yield (part.slot, record.id, part.day, *place, *(getattr(part, name) for name in SUMS))

    def samples(self, charger: int) -> Iterator[tuple[Any, ...]]:
        """A charger's samples in order of time."""
        for number in range(charger, self.sessions, CHARGERS):
            start, register = self.started_at(number), self._register(number)
            at, step = micros(start), next(fine for age, fine in _STEPS if END - start <= age)
            for second in range(0, self.length_s(number), step):
                wave = (second // 60 + number) % 7
                yield (
                    1 + charger,
                    at + second * 1_000_000,
                    register + _POWER_W * second / 3_600,
                    _POWER_W - 60.0 + 20 * wave,
                    15.9 + wave / 100,
                    15.8,
                    15.7,
                    229.5 + wave / 10,
                    230.1,
                    230.4,
                    31.5,
                    None,
                    16.0,
                )

    def names(self) -> list[str]:
        """What the short names stand for, from 1 on."""
        return [
            *(f"station-{n}" for n in range(STATIONS)),
            *(f"charger-{n}" for n in range(CHARGERS)),
            *(f"user-{n}" for n in range(PEOPLE)),
            *(f"card-{n}" for n in range(PEOPLE)),
            EUR,
        ]


def mixed(number: int, salt: int) -> int:
    """Something that looks like chance and is the same every time."""
    return (number * 2_654_435_761 + salt * 40_503) % 4_294_967_291 >> 7


def _quarters(record: SessionRecord) -> list[Quarter]:
    """Energy, solar and money by the quarter of an hour, adding up to the session's own."""
    assert record.cost is not None
    assert record.cost.amount is not None
    assert record.ended_at is not None
    start, end = micros(record.started_at), micros(record.ended_at)
    energy, solar = (round(wh * 1000) for wh in (record.energy_wh, record.cost.solar_wh))
    found, before, sunny = [], 0, 0
    for slot in range(slot_of(record.started_at), (end - 1) // QUARTER_US + 1):
        passed = min((slot + 1) * QUARTER_US, end) - start
        now, shining = energy * passed // (end - start), solar * passed // (end - start)
        amount = record.cost.amount * (now - before) / energy
        found.append(Quarter(slot, now - before - (shining - sunny), shining - sunny, amount=amount))
        before, sunny = now, shining
    return found
