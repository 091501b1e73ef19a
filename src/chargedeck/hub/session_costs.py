"""Prices sessions that have ended, one after the other and again when something about them changes.

What waits to be priced is in the database, so that neither a crash nor a price that comes late loses any.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.energy.cost import SessionFacts
from chargedeck.energy.cost_energy import RegisterAt, portions
from chargedeck.energy.cost_saving import month_peaks
from chargedeck.energy.prices import QUARTER, PricePerKwh, quarter_of
from chargedeck.energy.schedule_clock import local_day, midnight
from chargedeck.energy.station_energy import flows_of
from chargedeck.energy.tariff import ZERO, Month, TariffBook
from chargedeck.hub.cost_records import Again, PricedSession
from chargedeck.hub.records import Origin
from chargedeck.hub.session_pricing import Pricing, ToldCost, price, told_again, told_now, unpriced
from chargedeck.hub.session_view import ShownSession
from chargedeck.hub.tariff_books import terms_of
from chargedeck.hub.upkeep import Upkeep

if TYPE_CHECKING:
    from chargedeck.domain.cards import Authorizer
    from chargedeck.domain.units import SessionId, StationId
    from chargedeck.energy.cost import MonthPeak
    from chargedeck.energy.station_energy import StationEnergy
    from chargedeck.hub.context import Context
    from chargedeck.hub.cost_ports import CostBook
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.records import SessionRecord
    from chargedeck.hub.station_flows import StationFlows
    from chargedeck.hub.tariffs import Tariffs

logger = logging.getLogger(__name__)

LONGEST_STAY = timedelta(days=62)
"""No car stays for longer: a start before that is of a clock that was wrong."""

LOOK_EVERY_S = 60.0
SETTLE_S = 1.0
"""The last rows of a session come with its end; and several end together."""

SHOWN_FOR = timedelta(days=1)
"""Whose cost changes longer after its end is not told to screens: they ask for what is so old."""

_AT_ONCE = 50
_WH = Decimal(1000)


class SessionCosts:
    """Prices what has ended, and tells what anything costs."""

    def __init__(
        self, context: Context, fleet: Fleet, costs: CostBook, tariffs: Tariffs, flows: StationFlows
    ) -> None:
        self._context = context
        self._fleet = fleet
        self._costs = costs
        self._tariffs = tariffs
        self._flows = flows
        self._upkeep = Upkeep(self._look, "Sessions are priced", again_s=LOOK_EVERY_S, settle_s=SETTLE_S)
        self._ailing: set[SessionId] = set()
        tariffs.on_change(lambda _: self.wake())

    def start(self) -> None:
        """Price what waits, now and whenever there is something new."""
        self._context.tasks.start(self._upkeep.run(), name="session-costs")

    def wake(self) -> None:
        """Look soon whether anything waits."""
        self._upkeep.wake()

    async def _look(self) -> float:
        await self.price_all()
        return LOOK_EVERY_S

    async def price_all(self) -> int:
        """Price all that waits; answers how many have a new cost."""
        done, put_off = 0, set(self._ailing)
        while True:
            found = await self._costs.unpriced(_AT_ONCE + len(put_off))
            waiting = [record for record in found if record.id not in put_off]
            if not waiting:
                return done
            for record in waiting:
                if await self._price(record):
                    done += 1
                else:
                    put_off.add(record.id)  # its facts have just changed: next time

    async def _price(self, record: SessionRecord) -> bool:
        """One session that cannot be priced must not keep the others from it."""
        try:
            priced = await self._priced(record)
            kept = await self._costs.keep_cost(priced)
        except StorageUnavailableError:
            raise
        except Exception:
            self._ailing.add(record.id)
            logger.exception("session %s cannot be priced", record.id)
            return False
        if kept:
            self._announce(priced)
        return kept

    def _announce(self, priced: PricedSession) -> None:
        """Screens that show the session show its cost; they look at the latest ones."""
        record, ended_at = priced.session, priced.session.ended_at
        if (
            ended_at is not None
            and priced.priced_at - ended_at <= SHOWN_FOR
            and record.charger_id is not None
        ):
            shown = record._replace(cost=priced.cost)
            name = self._fleet.charger_name(record.charger_id)
            self._context.screen.touch(ShownSession(shown, name))

    async def _priced(self, record: SessionRecord) -> PricedSession:
        as_of = None if record.cost is None else record.cost.tariff_as_of
        pricing = await self._pricing(record, as_of)
        if isinstance(pricing, SessionFacts):
            cost, slots = unpriced(pricing)
        else:
            # Beside the loop: a session of days takes longer than a message may wait.
            cost, slots = await asyncio.to_thread(price, pricing)
        return PricedSession(record, cost, slots, self._context.now())

    # -- what anything costs -----------------------------------------------------------------------

    async def told(self, record: SessionRecord) -> ToldCost:
        """What a session costs: as it is kept, or as it stands."""
        if record.ended_at is not None and record.cost is not None:
            slots = await self._costs.session_slots(record.id)
            return told_again(record.cost, slots, (record.started_at, record.ended_at))
        pricing = await self._pricing(record, None)
        if isinstance(pricing, SessionFacts):
            return ToldCost(None, None, frozenset(), final=False)
        return await asyncio.to_thread(told_now, pricing)

    async def price_again(self, station: StationId, start: datetime, end: datetime, by: Authorizer) -> int:
        """Have the sessions of a period follow the present versions of the tariff; it is written down."""
        count = await self._costs.price_again(station, start, end, Again.TARIFF)
        self._context.event(
            "costs_recomputed",
            self._context.now(),
            actor=by.label,
            station=station,
            start=start.isoformat(),
            end=end.isoformat(),
            sessions=count,
        )
        self.wake()
        return count

    async def flows_changed(self, station: StationId, start: datetime, end: datetime) -> None:
        """What flowed in a period has become known after its sessions were priced."""
        await self._costs.price_again(station, start, end, Again.FACTS)
        self.wake()

    # -- facts -------------------------------------------------------------------------------------

    async def _pricing(self, record: SessionRecord, as_of: datetime | None) -> Pricing | SessionFacts:
        """What the price follows from; the facts alone where nothing has a price."""
        facts = await self.facts(record)
        end = facts.readings[-1].at
        elsewhere = record.origin is Origin.MANUAL or record.station_id not in self._fleet.stations
        counts_until = as_of or self._context.now()
        book = None if elsewhere else self._tariffs.book(record.station_id, record.started_at, counts_until)
        if book is None:
            return facts
        facts = await self._with_months(record.station_id, book, facts)
        spots = await self._tariffs.spots(record.station_id, record.started_at, end, counts_until)
        flat = self._flat(record, counts_until)
        return Pricing(book, facts, spots, flat, counts_until)

    async def facts(self, record: SessionRecord) -> SessionFacts:
        """What was measured of a session until its end, or until now."""
        end = max(record.started_at, record.ended_at or self._context.now())
        start = max(record.started_at, end - LONGEST_STAY)
        flows = await self._flows.between(record.station_id, quarter_of(start), end)
        return SessionFacts(await self._readings(record, end), flows_of(flows))

    async def _readings(self, record: SessionRecord, end: datetime) -> tuple[RegisterAt, ...]:
        """Registers from the start to the end, which the ledger vouches for."""
        start = max(record.started_at, end - LONGEST_STAY)
        first = RegisterAt(start, Decimal(repr(record.meter_start_wh)))
        last = RegisterAt(end, Decimal(repr(record.meter_last_wh)))
        between = await self._costs.registers(record.charger_id, start, end)
        known = (reading for reading in between if start < reading.at < end)
        return (first, *known, last)

    def _flat(self, record: SessionRecord, as_of: datetime) -> PricePerKwh | None:
        versions = self._tariffs.versions(record.station_id, as_of)
        day = local_day(record.started_at, self._tariffs.zone(record.station_id))
        present = [version for version in versions if version.valid_from <= day]
        price = terms_of(present[-1]).flat_price_per_kwh if present else None
        return None if price is None else PricePerKwh(Decimal(price))

    async def _with_months(self, station: StationId, book: TariffBook, facts: SessionFacts) -> SessionFacts:
        """What tiers and the price of the month's peak need to know of the house."""
        tiers = any(tariff.tiers for tariff in book.tariffs)
        demand = any(tariff.demand for tariff in book.tariffs)
        if not (tiers or demand):
            return facts
        zone, start, end = book.place.zone, facts.readings[0].at, facts.readings[-1].at
        begun = midnight(local_day(start, zone).replace(day=1), zone)
        known = await self._flows.between(station, begun, end)
        used = _month_kwh(book, (each for each in known if each.start < quarter_of(start)))
        peaks = _peaks(book, known, facts) if demand else ()
        return SessionFacts(facts.readings, facts.flows, used, peaks)


def _month_kwh(book: TariffBook, known: Iterable[StationEnergy]) -> dict[Month, Decimal]:
    used: dict[Month, Decimal] = {}
    for each in known:
        month = book.month(each.start)
        used[month] = used.get(month, ZERO) + _kwh(each)
    return used


def _peaks(book: TariffBook, known: Iterable[StationEnergy], facts: SessionFacts) -> tuple[MonthPeak, ...]:
    """The peak of the month by its quarters, with the session and without its part of them."""
    session = {
        quarter_of(portion.start): portion.grid_kwh for portion in portions(facts.readings, facts.flows)
    }
    others = {each.start: max(ZERO, _kwh(each) - session.get(each.start, ZERO)) for each in known}
    return month_peaks(others, session, QUARTER, book.place)


def _kwh(each: StationEnergy) -> Decimal:
    return Decimal(repr(each.from_grid_wh)) / _WH
