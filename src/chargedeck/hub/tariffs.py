"""The tariffs of all stations with the exchange prices of these days, at hand for who cannot wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chargedeck.domain.sentences import Sentence, said
from chargedeck.energy.plan_curve import Worth
from chargedeck.energy.plan_slot import SlotWorth
from chargedeck.energy.prices import QUARTER, PricePerKwh
from chargedeck.energy.tariff_prices import TariffPrices
from chargedeck.hub.cost_records import Again
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.tariff_books import (
    LOOK_BACK,
    Calendars,
    book_of,
    counted,
    feed_of,
    feed_spans,
    pushed_feed,
    terms_of,
)

if TYPE_CHECKING:
    from chargedeck.domain.cards import Authorizer
    from chargedeck.domain.units import StationId
    from chargedeck.energy.tariff import TariffBook
    from chargedeck.energy.tariff_spot import Spots
    from chargedeck.hub.context import Context
    from chargedeck.hub.cost_ports import CostBook
    from chargedeck.hub.cost_records import FeedId, SpotPrice, TariffVersion
    from chargedeck.hub.fleet import Fleet

KEPT = timedelta(days=16)
"""So far back prices are at hand: what plans look at, and what estimates are made of."""

AHEAD = timedelta(days=4)

AT_HAND_FOR = timedelta(hours=1)
"""After that what is at hand is put together anew, since days and versions come and go."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """How it goes with a source of prices."""

    asked_at: datetime | None = None
    problem: Sentence | None = None
    known_until: datetime | None = None


Changed = Callable[["StationId"], None]


class Tariffs:
    """Answers what energy is worth, and takes in what changes it."""

    def __init__(self, context: Context, fleet: Fleet, costs: CostBook, calendars: Calendars) -> None:
        self._context = context
        self._fleet = fleet
        self._costs = costs
        self._calendars = calendars
        self._versions: dict[StationId, list[TariffVersion]] = defaultdict(list)
        self._spots: dict[FeedId, dict[datetime, PricePerKwh]] = {}
        self._prices: dict[StationId, tuple[datetime, TariffPrices | None]] = {}
        self._listeners: list[Changed] = []
        self._states: dict[FeedId, FeedState] = {}

    async def load(self) -> None:
        """Fetch all versions, and the prices of these days that they speak of."""
        for version in await self._costs.tariffs():
            self._versions[version.station_id].append(version)
        for station in self._versions:
            await self._fetch(station)

    def on_change(self, listener: Changed) -> None:
        """Have somebody told of every station whose prices have changed."""
        self._listeners.append(listener)

    # -- what energy is worth ----------------------------------------------------------------------

    def worth(self, station: StationId, at: datetime) -> SlotWorth | None:
        """What a kilowatt-hour costs and brings in the quarter of an hour of `at`; None when unknown.

        An estimate is not known.
        """
        prices = self.prices(station)
        slot = None if prices is None else prices.between(at, at + QUARTER).at(at)
        if slot is None or slot.estimated:
            return None
        return SlotWorth(Worth(float(slot.buy)), Worth(float(slot.sell)))

    def prices(self, station: StationId) -> TariffPrices | None:
        """The prices of these days, with marked estimates; None where there is no tariff."""
        if station not in self._versions or station not in self._fleet.stations:
            return None
        now = self._context.now()
        known = self._prices.get(station)
        if known is None or not timedelta(0) <= now - known[0] < AT_HAND_FOR:
            known = self._prices[station] = now, self._priced(station, now)
        return known[1]

    def _priced(self, station: StationId, now: datetime) -> TariffPrices | None:
        book = self.book(station, now)
        return None if book is None else TariffPrices(book, self._at_hand(station, now))

    def _at_hand(self, station: StationId, now: datetime) -> Spots:
        start, end = now - KEPT, now + AHEAD
        spots: dict[datetime, PricePerKwh] = {}
        for span in feed_spans(self.versions(station), self.zone(station)):
            begun, ended = span.clipped(start, end)
            for at, price in self._spots.get(span.feed, {}).items():
                if begun <= at < ended:
                    spots[at] = price
                elif at < begun:
                    spots.setdefault(at, price)
        return spots | self._spots.get(pushed_feed(station), {})

    # -- what counts -------------------------------------------------------------------------------

    def zone(self, station: StationId) -> tzinfo:
        """The wall clock of a station."""
        return ZoneInfo(self._fleet.station(station).record.time_zone)

    def versions(self, station: StationId, as_of: datetime | None = None) -> list[TariffVersion]:
        """The versions that count, as they were known at `as_of`, in order of time."""
        return counted(self._versions.get(station, ()), as_of)

    def history(self, station: StationId) -> Sequence[TariffVersion]:
        """All that was ever decided, in the order of deciding."""
        return tuple(self._versions.get(station, ()))

    def book(self, station: StationId, at: datetime, as_of: datetime | None = None) -> TariffBook | None:
        """What prices energy that begins to flow at `at`; None without a tariff."""
        return book_of(self.versions(station, as_of), self.zone(station), self._calendars, at)

    async def spots(
        self, station: StationId, start: datetime, end: datetime, as_of: datetime | None = None
    ) -> Spots:
        """The exchange prices of a period that may be long past, and those that estimates are made of."""
        spots: dict[datetime, PricePerKwh] = {}
        first = start - LOOK_BACK
        for span in feed_spans(self.versions(station, as_of), self.zone(station)):
            begun, ended = span.clipped(first, end)
            if begun < ended:
                for price in await self._costs.spot_prices(span.feed, begun - LOOK_BACK, ended):
                    if price.start >= begun:
                        spots[price.start] = price.price
                    else:
                        spots.setdefault(price.start, price.price)
        pushed = await self._costs.spot_prices(pushed_feed(station), first, end)
        return spots | {price.start: price.price for price in pushed}

    # -- what changes ------------------------------------------------------------------------------

    async def add(self, version: TariffVersion, by: Authorizer) -> None:
        """Have a version count from now on; what sessions have cost stays as it is."""
        if version.terms is not None:
            version.terms.tariff(version.valid_from)
            if version.terms.holidays is not None:
                self._calendars(version.terms.holidays)
        elif all(each.valid_from != version.valid_from for each in self.versions(version.station_id)):
            raise InvalidValueError("valid_from", said("is no day on which a version begins"))
        await self._costs.add_tariff(version)
        self._versions[version.station_id].append(version)
        await self._fetch(version.station_id)
        self._context.event(
            "tariff_changed",
            self._context.now(),
            actor=by.label,
            station=version.station_id,
            valid_from=version.valid_from.isoformat(),
            removed=version.terms is None,
        )
        self._tell(version.station_id)

    async def take(self, feed: FeedId, prices: Sequence[SpotPrice]) -> int:
        """Take in exchange prices; estimates that they replace are made anew. Answers how many are news."""
        known = self._spots.get(feed, {})
        news = [price for price in prices if known.get(price.start) != price.price]
        if not news:
            return 0
        now = self._context.now()
        await self._costs.save_spot_prices(feed, news, now)
        at_hand = self._spots.setdefault(feed, {})
        at_hand.update((price.start, price.price) for price in news if price.start >= now - KEPT)
        for old in [at for at in at_hand if at < now - KEPT - timedelta(days=1)]:
            del at_hand[old]
        start, end = news[0].start, max(price.start for price in news) + QUARTER
        self.forget_gone()
        for station in [*self._versions]:
            if feed in self._feeds(station):
                await self._costs.price_again(station, start, end, Again.PRICES)
                self._tell(station)
        return len(news)

    def forget_gone(self) -> None:
        """Let go of stations that have been removed: another one may get the name."""
        for station in self._versions.keys() - self._fleet.stations.keys():
            del self._versions[station]
            self._prices.pop(station, None)

    def _feeds(self, station: StationId) -> set[FeedId]:
        spans = feed_spans(self.versions(station), self.zone(station))
        return {span.feed for span in spans} | {pushed_feed(station)}

    async def _fetch(self, station: StationId) -> None:
        """Bring the prices of these days to hand."""
        if station not in self._fleet.stations:
            return
        now = self._context.now()
        for feed in self._feeds(station) - self._spots.keys():
            prices = await self._costs.spot_prices(feed, now - KEPT, now + AHEAD)
            self._spots[feed] = {price.start: price.price for price in prices}
        self._prices.pop(station, None)

    def _tell(self, station: StationId) -> None:
        self._prices.pop(station, None)
        for listener in self._listeners:
            listener(station)

    # -- sources of prices -------------------------------------------------------------------------

    def note(self, feed: FeedId, problem: Sentence | None) -> None:
        """A source has been asked: it has answered, or what is wrong."""
        self._states[feed] = FeedState(self._context.now(), problem)

    def known(self, feed: FeedId) -> Mapping[datetime, PricePerKwh]:
        """What a feed has told of these days."""
        return self._spots.get(feed, {})

    def state_of(self, station: StationId) -> FeedState:
        """How it goes with the source of a station."""
        version = self.source_of(station)
        feed = None if version is None else feed_of(station, terms_of(version))
        if version is None:
            return FeedState()
        known = self._spots.get(feed or pushed_feed(station), {})
        state = FeedState() if feed is None else self._states.get(feed, FeedState())
        return replace(state, known_until=max(known) + QUARTER if known else None)

    def source_of(self, station: StationId) -> TariffVersion | None:
        """The version whose source of prices is to be asked now."""
        now = self._context.now()
        day = now.astimezone(self.zone(station)).date()
        present = [each for each in self.versions(station) if each.valid_from <= day + timedelta(days=1)]
        return present[-1] if present and terms_of(present[-1]).follows_exchange else None
