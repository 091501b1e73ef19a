"""The History's sums are what the sessions say, whoever asks for whatever, after every kind of change."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from tests.contracts.records import HOME, SESSION, clock, durable
from tests.contracts.slices import complete, shares, slices

from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.domain.units import ChargerId, SessionId, StationId, WattHours
from chargedeck.energy.cost_amounts import Amounts
from chargedeck.energy.prices import Currency
from chargedeck.hub.cost_records import PricedSession, SessionSlot
from chargedeck.hub.history import Filter, Grouping, HistoryQuery, Share, Slice, Sums
from chargedeck.hub.history_calendar import DAY, HOUR, Bucket, Period, before, buckets, midnight
from chargedeck.hub.records import SessionCostRecord, SessionRecord
from chargedeck.hub.session_query import SessionQuery
from chargedeck.storage import Storage, open_storage

TICK = timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)
SPRING = datetime(2026, 3, 1, tzinfo=UTC)
EUR = Currency("EUR")
KOLKATA = "Asia/Kolkata"
OFFICE = replace(HOME, id=StationId("office"), name="Office", is_default=False, time_zone=KOLKATA)
ZONES = {str(HOME.id): ZoneInfo(HOME.time_zone), str(OFFICE.id): ZoneInfo(KOLKATA)}
CHARGERS = {"garage": "home", "yard": "home", "desk": "office", "gate": "office"}
PEOPLE = {"blue": "ana", "red": "ben", "green": None}
ALL = Period(SPRING - 400 * DAY, SPRING + 400 * DAY)


# -- sessions by the dozen ---------------------------------------------------------------------------


def a_session(random: Random, number: int) -> SessionRecord:
    """Some minutes to some days long, now and then over midnight or the change to summer time."""
    start = SPRING + timedelta(seconds=random.randrange(60 * 86_400))
    length = timedelta(seconds=random.choice([random.randrange(1, 3_600), random.randrange(1, 200_000)]))
    charger, card = random.choice(list(CHARGERS)), random.choice(list(PEOPLE))
    energy = random.choice([0.0, random.random() * 80_000])
    is_open = number % 10 == 0
    return SESSION._replace(
        id=SessionId(f"s{number}"),
        ref=str(number),
        charger_id=ChargerId(charger),
        station_id=StationId(CHARGERS[charger]),
        started_at=start,
        ended_at=None if is_open else start + length,
        meter_last_wh=WattHours(1_000 + energy),
        charging_time_s=length.total_seconds() * random.random(),
        authorized_by=None
        if number % 7 == 0
        else Authorizer(AuthorizerKind.CARD, card.title(), card, PEOPLE[card]),
    )


def priced(random: Random, session: SessionRecord) -> PricedSession:
    """Its quarters in the order of time, each with something to pay; cents when added up."""
    assert session.ended_at is not None
    energy = Decimal(repr(session.energy_wh)).quantize(Decimal("0.001"))
    first = int(session.started_at.timestamp()) // 900
    count = int(session.ended_at.timestamp()) // 900 - first + 1
    slots, left, owed = list[SessionSlot](), energy, Decimal(random.randrange(-300, 3_000)) / 100
    total = owed
    for number in range(count):
        start = datetime.fromtimestamp((first + number) * 900, UTC)
        share = left if number == count - 1 else (left / 3).quantize(Decimal("0.001"))
        amount = owed if number == count - 1 else (owed / 7).quantize(Decimal("0.00000001"))
        solar = (share / 4).quantize(Decimal("0.001"))
        slots.append(SessionSlot(start, share - solar, solar, Decimal(0), Amounts(energy=amount)))
        left, owed = left - share, owed - amount
    solar = sum((slot.solar_wh for slot in slots), Decimal(0))
    cost = SessionCostRecord(energy - solar, solar, Decimal(0), total, EUR)
    return PricedSession(session, cost, tuple(slots), session.ended_at)


async def filled(storage: Storage, random: Random) -> None:
    """Sessions that come, are priced, are told anew, and are priced again."""
    await storage.book.save_station(OFFICE)
    sessions = [a_session(random, number) for number in range(160)]
    for session in sessions:
        storage.journal.session(session)
    assert await durable(storage)
    await slices(storage, HistoryQuery(ALL, ZoneInfo("UTC"), Bucket.YEAR, Grouping.SOURCE))
    for session in sessions[1:120]:
        if session.ended_at is not None:
            assert await storage.costs.keep_cost(priced(random, session))
    for session in sessions[100:]:
        told = session._replace(
            meter_last_wh=WattHours(session.meter_last_wh + random.randrange(2_000)),
            ended_at=session.started_at + HOUR if session.ended_at is None else session.ended_at,
        )
        storage.journal.session(told)
        if random.random() < 0.5:  # the others wait for a price that fits
            assert await durable(storage)
            assert await storage.costs.keep_cost(priced(random, told))
    assert await durable(storage)


# -- the same sums, slowly ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """What a session took in a quarter of an hour."""

    at: datetime
    energy: int
    solar: int = 0
    amount: Decimal | None = None
    begins: bool = False


async def told(storage: Storage) -> list[tuple[SessionRecord, list[Piece]]]:
    """Every session with its quarters, as the sessions and their slots say."""
    found, query = list[SessionRecord](), SessionQuery(limit=50)
    while True:
        page = await storage.archive.sessions(query)
        found += page.items
        if page.next_cursor is None:
            break
        query = replace(query, cursor=page.next_cursor)
    return [(session, quarters(session, await storage.costs.session_slots(session.id))) for session in found]


def quarters(session: SessionRecord, slots: Sequence[SessionSlot]) -> list[Piece]:
    energy = round(session.energy_wh * 1000)
    pieces = [Piece(session.started_at, 0, begins=True)]
    drawn = [round((s.grid_wh + s.solar_wh + s.battery_wh) * 1000) for s in slots]
    if slots and abs(sum(drawn) - energy) <= 2 * len(slots):
        return pieces + [
            Piece(slot.start, wh, round(slot.solar_wh * 1000), slot.amounts.total)
            for slot, wh in zip(slots, drawn, strict=True)
        ]
    start = session.started_at
    seconds = (
        session.charging_time_s if session.ended_at is None else (session.ended_at - start).total_seconds()
    )
    end, at, reached = (
        start + max(timedelta(seconds=seconds), timedelta(microseconds=1)),
        floor(start, QUARTER),
        0,
    )
    while at < end:
        now = (
            energy
            * ((min(at + QUARTER, end) - start) // timedelta(microseconds=1))
            // ((end - start) // timedelta(microseconds=1))
        )
        share = Decimal((min(at + QUARTER, end) - max(at, start)) // TICK) / ((end - start) // TICK)
        amount = None if session.cost is None else (session.cost.amount or 0) * share
        pieces.append(Piece(at, now - reached, amount=amount))
        at, reached = at + QUARTER, now
    return pieces


def floor(at: datetime, step: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (at - epoch) // step * step


def meets(session: SessionRecord, only: Filter) -> bool:
    wanted = (
        (session.charger_id, only.chargers),
        (session.station_id, only.stations),
        (session.user_id, only.users),
        (session.card_id, only.cards),
    )
    return all(some is None or one in some for one, some in wanted)


def group_of(session: SessionRecord, group: Grouping) -> str:
    return {
        Grouping.SOURCE: "",
        Grouping.CHARGER: session.charger_id,
        Grouping.STATION: session.station_id,
        Grouping.USER: session.user_id or "",
        Grouping.CARD: session.card_id or "",
    }[group]


Summed = dict[tuple[datetime, str], tuple[int, int, int, Decimal]]


def slowly(sessions: list[tuple[SessionRecord, list[Piece]]], query: HistoryQuery) -> Summed:
    """Energy, solar, sessions and cost by bucket and group."""
    starts = [bucket.start for bucket in buckets(query.period, query.bucket, query.zone)]
    sums: dict[tuple[datetime, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    for session, pieces in sessions:
        group = group_of(session, query.group)
        if not meets(session, query.only):
            continue
        whole = QUARTER if ZONES[session.station_id].key == KOLKATA else HOUR
        for piece in pieces:
            hour = floor(piece.at, whole)
            if query.period.start <= hour < query.period.end:
                bucket = starts[bisect_right(starts, hour) - 1]
                place = sums[bucket, group]
                solar = piece.solar if query.group is Grouping.SOURCE else 0
                for number, value in enumerate((piece.energy, solar, piece.begins, piece.amount or 0)):
                    place[number] += value
    return {
        key: (int(energy), int(solar), int(count), cost.quantize(Decimal("0.0001")))
        for key, (energy, solar, count, cost) in sums.items()
        if energy or solar or count or cost
    }


async def kept(storage: Storage, query: HistoryQuery) -> Summed:
    if query.group is Grouping.SOURCE:
        return summed(await slices(storage, query))
    return shared(await shares(storage, query))


def summed(some: Sequence[Slice]) -> Summed:
    found: Summed = {}
    for bucket, sums, cost in some:
        found[bucket, ""] = (sums.energy_mwh, sums.solar_mwh, sums.sessions, money(cost))
        assert sums.energy_mwh == sums.grid_mwh + sums.solar_mwh + sums.battery_mwh
    return {key: value for key, value in found.items() if any(value)}


def shared(some: Sequence[Share]) -> Summed:
    """Where the energy came from is not told of a group."""
    return {
        (one.bucket, one.group): (one.energy_mwh, 0, one.sessions, money(one.cost_micros)) for one in some
    }


def money(cost: Mapping[str, int]) -> Decimal:
    return (Decimal(cost.get(EUR, 0)) / 1_000_000).quantize(Decimal("0.0001"))


def in_all(by_bucket: Summed, bucket: datetime) -> Summed:
    """Each group in the whole period."""
    sums: dict[str, list[tuple[int, int, int, Decimal]]] = defaultdict(list)
    for (_, group), values in by_bucket.items():
        sums[group].append(values)
    return {
        (bucket, group): (*(sum(column) for column in columns[:3]), sum(columns[3], Decimal(0)))
        for group, some in sums.items()
        for columns in [list(zip(*some, strict=True))]
    }


def assert_same(found: Summed, slow: Summed) -> None:
    """Money to a thousandth: of each session's quarters what is kept is rounded to millionths."""
    for key in {*found, *slow}:
        one, other = found.get(key, (0, 0, 0, Decimal(0))), slow.get(key, (0, 0, 0, Decimal(0)))
        assert one[:3] == other[:3], key
        assert abs(one[3] - other[3]) <= Decimal("0.001"), key


def a_query(random: Random) -> HistoryQuery:
    """A period that begins and ends with a day, or with an hour; filters that meet much or little."""
    zone = ZoneInfo(random.choice(["Europe/Berlin", "Europe/Berlin", KOLKATA, "UTC"]))
    days = sorted(random.sample(range(-5, 70), 2))
    start, end = (midnight((SPRING + day * DAY).date(), zone) for day in days)
    if random.random() < 0.3:
        start, end = start + random.randrange(30) * HOUR, end + random.randrange(31, 60) * HOUR
    bucket = random.choice(list(Bucket))
    only = Filter(
        chargers=random.choice([None, None, [ChargerId(random.choice(list(CHARGERS)))]]),
        users=random.choice([None, None, ["ana"], ["ben"], ["nobody"]]),
        cards=random.choice([None, None, ["blue"], ["green"]]),
        stations=random.choice([None, [HOME.id], [OFFICE.id], [HOME.id, OFFICE.id], []]),
    )
    return HistoryQuery(Period(start, end), zone, bucket, random.choice(list(Grouping)), only)


async def test_sums_and_sessions_agree_for_200_periods_and_filters(url: str) -> None:
    random = Random(1)
    async with open_storage(url, now=clock) as storage:
        await storage.book.save_station(HOME)
        await filled(storage, random)
        sessions = await told(storage)
        answered = 0
        for _ in range(200):
            query = a_query(random)
            while not await complete(storage, query):
                pass
            found, together = await kept(storage, query), replace(query, group=Grouping.SOURCE)
            assert_same(found, slowly(sessions, query))
            assert_same(await kept(storage, together), slowly(sessions, together))
            answered += bool(found)
            if query.zone.key != KOLKATA and query.only.stations in ([HOME.id], [HOME.id, OFFICE.id]):
                only = query.only
                began = SessionQuery(
                    chargers=only.chargers,
                    users=only.users,
                    cards=only.cards,
                    stations=only.stations,
                    start=query.period.start,
                    end=query.period.end,
                )
                assert await storage.archive.count_sessions(began) == sum(v[2] for v in found.values())
        assert answered > 50


async def test_a_page_is_the_period_its_groups_the_largest_of_them_by_bucket_and_the_period_before(
    url: str,
) -> None:
    random = Random(2)
    async with open_storage(url, now=clock) as storage:
        await storage.book.save_station(HOME)
        await filled(storage, random)
        sessions = await told(storage)
        stacked = 0
        for _ in range(40):
            query, most = a_query(random), random.randrange(4)
            while not await complete(storage, query):
                pass
            seen = await storage.history.overview(query, most)
            together = replace(query, group=Grouping.SOURCE)
            earlier = replace(together, period=before(query.period, query.zone), bucket=Bucket.YEAR)
            assert_same(summed(seen.whole), slowly(sessions, together))
            assert_same(summed(seen.earlier), slowly(sessions, earlier))
            if query.group is Grouping.SOURCE:
                assert not seen.groups
                assert not seen.stacked
                continue
            groups = in_all(slowly(sessions, query), query.period.start)
            assert_same(shared(seen.groups), groups)
            ranked = sorted(groups, key=lambda key: (-groups[key][0], key[1]))
            assert [one.group for one in seen.groups] == [group for _, group in ranked]
            first = [group for _, group in ranked[:most]]
            by_bucket = slowly(sessions, query)
            assert_same(
                shared(seen.stacked), {key: value for key, value in by_bucket.items() if key[1] in first}
            )
            stacked += len(seen.stacked)
        assert stacked > 50


async def test_a_session_in_the_sums_once_however_often_it_is_written(storage: Storage) -> None:
    query = HistoryQuery(ALL, ZoneInfo("UTC"), Bucket.YEAR, Grouping.CHARGER)
    for number in range(5):
        record = SESSION._replace(meter_last_wh=WattHours(2_000 + number), ended_at=SESSION.started_at + HOUR)
        storage.journal.session(record)
        assert await durable(storage)
        seen = await storage.history.overview(query, 1)
        energy = 1_000_000 + 1000 * number
        assert [one.sums for one in seen.whole] == [Sums(energy_mwh=energy, grid_mwh=energy, sessions=1)]
        assert [one[1:] for one in seen.groups] == [(SESSION.charger_id, energy, 1, {})]
    assert await complete(storage, query)
