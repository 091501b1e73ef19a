"""Fetches exchange prices in the background: once a day while all goes well, sooner when some are missing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.energy.prices import QUARTER, PricePerKwh, quarter_of
from chargedeck.energy.schedule_clock import instant_of, local_day, midnight
from chargedeck.hub.cost_records import FeedId, SpotPrice, TariffVersion
from chargedeck.hub.price_ports import ExchangePrice, PriceFeed, PriceRequest, PriceSourceError
from chargedeck.hub.tariff_books import feed_of, terms_of
from chargedeck.hub.tariff_terms import SourceKind
from chargedeck.hub.upkeep import Upkeep

if TYPE_CHECKING:
    from datetime import tzinfo

    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.tariffs import Tariffs

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0
FETCH_S = 60.0
PUBLISHED_AT = time(13, 5)
"""When tomorrow's prices of the day-ahead market are commonly out, by the wall clock of most of Europe."""

AGAIN = timedelta(minutes=20)
RETRY = timedelta(minutes=1)
RETRY_AT_MOST = timedelta(hours=1)
BACK = timedelta(days=14)
"""Prices that are missing are asked for so far back: a house may have been offline for a holiday."""

_DAY = timedelta(days=1)
_MOST_QUARTERS = 4_000


@dataclass(slots=True)
class _Turn:
    """When a feed is asked next, and how often it has failed since it last answered."""

    due: datetime
    failures: int = 0


class PriceFetching:
    """Asks the source of every station's tariff; several stations with one feed ask once."""

    def __init__(
        self, context: Context, fleet: Fleet, tariffs: Tariffs, sources: Mapping[SourceKind, PriceFeed]
    ) -> None:
        self._context = context
        self._fleet = fleet
        self._tariffs = tariffs
        self._sources = sources
        self._turns: dict[FeedId, _Turn] = {}
        self._chance = Random()  # noqa: S311  (spreads requests, guards nothing)
        self._upkeep = Upkeep(self._look, "Prices are fetched", again_s=LOOK_EVERY_S)
        tariffs.on_change(lambda _: self._upkeep.wake())

    def start(self) -> None:
        """Look now and then whether a feed is due."""
        self._context.tasks.start(self._upkeep.run(), name="price-fetching")

    async def _look(self) -> float:
        await self.fetch_due()
        return LOOK_EVERY_S

    async def fetch_due(self) -> None:
        """Ask every feed whose turn it is, one after the other."""
        self._tariffs.forget_gone()
        now = self._context.now()
        for feed, version in dict(self._feeds()).items():
            turn = self._turns.setdefault(feed, _Turn(now))
            if turn.due <= now:
                await self._ask(feed, version, turn)

    def _feeds(self) -> Iterator[tuple[FeedId, TariffVersion]]:
        for station in [*self._fleet.stations.values()]:
            version = self._tariffs.source_of(station.record.id)
            feed = None if version is None else feed_of(station.record.id, terms_of(version))
            if version is not None and feed is not None:
                yield feed, version

    async def _ask(self, feed: FeedId, version: TariffVersion, turn: _Turn) -> None:
        """A source that fails must not end the asking of others, whatever it does."""
        problem: Sentence | None = None
        try:
            async with asyncio.timeout(FETCH_S):
                await self._fetch(feed, version)
        except PriceSourceError as error:
            problem = error.sentence
        except TimeoutError:
            problem = said("It does not answer in time")
        except StorageUnavailableError as error:
            problem = error.sentence
        except Exception:
            logger.exception("prices of %s cannot be fetched", feed)
            problem = said("Its answer could not be understood; please report this")
        if problem is not None and turn.failures == 0:
            logger.warning("No prices from %s: %s", feed, problem)
        self._tariffs.note(feed, problem)
        turn.failures = 0 if problem is None else turn.failures + 1
        zone = self._tariffs.zone(version.station_id)
        turn.due = self._next(feed, zone, turn.failures)

    async def _fetch(self, feed: FeedId, version: TariffVersion) -> None:
        terms, now = terms_of(version), self._context.now()
        source = terms.source
        if source is None or source.kind not in self._sources:
            raise PriceSourceError(said("There is no such source of prices here"))
        zone = self._tariffs.zone(version.station_id)
        start = self._first_missing(feed, zone, now)
        end = midnight(local_day(now, zone) + 2 * _DAY, zone)
        request = PriceRequest(source.area, terms.currency, start, end, version.token)
        prices = await self._sources[source.kind].fetch(request)
        await self._tariffs.take(feed, quarters_of(prices))

    def _first_missing(self, feed: FeedId, zone: tzinfo, now: datetime) -> datetime:
        """From the first quarter of the last days that is missing, and from today on at least."""
        known = self._tariffs.known(feed)
        today = midnight(local_day(now, zone), zone)
        at = quarter_of(now - BACK)
        while at < today and at in known:
            at += QUARTER
        return min(today, midnight(local_day(at, zone), zone))

    def _next(self, feed: FeedId, zone: tzinfo, failures: int) -> datetime:
        """Soon after a failure, with patience that grows; else when tomorrow's prices are out."""
        now = self._context.now()
        spread = timedelta(seconds=self._chance.uniform(0, 60))
        if failures:
            wait = min(RETRY * (1 << min(failures - 1, 10)), RETRY_AT_MOST)
            return now + wait * self._chance.uniform(0.8, 1.2)
        today = local_day(now, zone)
        known = max(self._tariffs.known(feed), default=now)
        out = instant_of(today, PUBLISHED_AT, zone)
        if known + QUARTER >= midnight(today + 2 * _DAY, zone):
            return instant_of(today + _DAY, PUBLISHED_AT, zone) + 10 * spread
        return out + 10 * spread if now < out else now + AGAIN + spread


def quarters_of(prices: Sequence[ExchangePrice]) -> list[SpotPrice]:
    """Prices of any length as the quarters of an hour that they hold for; the last of two counts."""
    quarters: dict[datetime, SpotPrice] = {}
    for start, end, price in prices:
        minutes = max(15, (end - start) // timedelta(minutes=1))
        at = quarter_of(start)
        while at < end and len(quarters) < _MOST_QUARTERS:
            quarters[at] = SpotPrice(at, PricePerKwh(price), minutes)
            at += QUARTER
    return [quarters[at] for at in sorted(quarters)]
