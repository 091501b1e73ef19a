"""What open sessions have cost so far, once a second: an estimate, until they are priced when they end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.energy.cost import SessionCost, SessionFacts, session_cost
from chargedeck.energy.cost_amounts import NOTHING, Amounts, added
from chargedeck.energy.cost_energy import RegisterAt
from chargedeck.energy.cost_statement import apportioned
from chargedeck.energy.prices import QUARTER, quarter_of
from chargedeck.energy.station_energy import flows_of
from chargedeck.energy.tariff import ZERO
from chargedeck.hub.cost_views import CostByPart, CostBySource, LiveCostView, MoneyView
from chargedeck.hub.session_costs import LONGEST_STAY
from chargedeck.hub.ticking import each_second

if TYPE_CHECKING:
    from chargedeck.domain.units import ChargerId, SessionId
    from chargedeck.energy.tariff_prices import TariffPrices
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.open_session import OpenSession
    from chargedeck.hub.session_costs import SessionCosts
    from chargedeck.hub.station_flows import StationFlows
    from chargedeck.hub.tariffs import Tariffs

logger = logging.getLogger(__name__)

AT_ONCE = 100
"""So many sessions are told anew within a second; where there are more, those wait least that waited most."""

OLD = timedelta(minutes=2)
"""A session that is older when it is first seen has registers on disk to begin from."""

_FINEST = Decimal("0.0001")
_NEVER = datetime.min.replace(tzinfo=UTC)


class _Sum(NamedTuple):
    """Amounts and kilowatt-hours by source."""

    amounts: Amounts = NOTHING
    grid_kwh: Decimal = ZERO
    solar_kwh: Decimal = ZERO
    battery_kwh: Decimal = ZERO

    def plus(self, cost: SessionCost) -> _Sum:
        """With what came after it."""
        energies = [slot.energy for slot in cost.slots]
        return _Sum(
            added((self.amounts, cost.amounts)),
            sum((one.grid_kwh for one in energies), self.grid_kwh),
            sum((one.solar_kwh for one in energies), self.solar_kwh),
            sum((one.battery_kwh for one in energies), self.battery_kwh),
        )


_NOTHING = _Sum()


@dataclass(slots=True)
class _Meter:
    """One session: what it has cost until the register `since`, and what was last told."""

    session: SessionId
    since: RegisterAt
    done: _Sum = _NOTHING
    told_at: datetime = _NEVER
    told_in: datetime = _NEVER
    """The quarter of an hour in which it was told."""
    told_wh: float = -1
    ready: bool = True

    def news(self, session: OpenSession, quarter: datetime) -> bool:
        """Whether its cost is another than was told."""
        return self.ready and (self.told_wh != session.register.highest_wh or self.told_in != quarter)


class LiveCosts:
    """Tells every open session what it has cost, and has those priced that have ended."""

    def __init__(
        self, context: Context, fleet: Fleet, tariffs: Tariffs, pricing: SessionCosts, flows: StationFlows
    ) -> None:
        self._context = context
        self._fleet = fleet
        self._tariffs = tariffs
        self._pricing = pricing
        self._flows = flows
        self._meters: dict[ChargerId, _Meter] = {}

    def start(self) -> None:
        """Look once a second from now on."""
        self._context.tasks.start(each_second(self.tick, "tell what open sessions cost"), name="live-costs")

    def tick(self) -> None:
        """Tell what has changed."""
        now = self._context.now()
        quarter = quarter_of(now)
        changed = [
            (charger, session, meter)
            for charger, session, meter in self._open(now)
            if meter.news(session, quarter)
        ]
        for charger, session, meter in nsmallest(AT_ONCE, changed, key=lambda each: each[2].told_at):
            self._tell(charger, session, meter, now)

    def _open(self, now: datetime) -> Iterator[tuple[Charger, OpenSession, _Meter]]:
        ended = dict(self._meters)
        for charger in self._fleet.chargers.values():
            session = charger.session
            if session is None:
                continue
            meter = ended.get(charger.id)
            if meter is None or meter.session != session.record.id:
                meter = self._meters[charger.id] = self._begun(session, now)
            else:
                del ended[charger.id]
            yield charger, session, meter
        if ended:
            self._pricing.wake()
        for charger_id, meter in ended.items():
            if self._meters[charger_id] is meter:
                del self._meters[charger_id]

    def _begun(self, session: OpenSession, now: datetime) -> _Meter:
        record = session.record
        began = max(record.started_at, now - LONGEST_STAY)
        first = RegisterAt(began, Decimal(repr(record.meter_start_wh)))
        meter = _Meter(record.id, first)
        if now - record.started_at > OLD and self._tariffs.prices(record.station_id) is not None:
            meter.ready = False
            self._context.tasks.start(self._recall(session, meter), name=f"cost-{record.id}")
        return meter

    async def _recall(self, session: OpenSession, meter: _Meter) -> None:
        """Begin from the registers that are on disk: the server was away while the session went on."""
        try:
            facts = await self._pricing.facts(session.saved(self._context.now()))
            prices = self._tariffs.prices(session.record.station_id)
            if prices is not None:
                cost = await asyncio.to_thread(session_cost, prices.book, facts, prices.spots)
                meter.done, meter.since = meter.done.plus(cost), facts.readings[-1]
        except StorageUnavailableError:
            logger.info("What session %s has cost is told without what is on disk", meter.session)
        finally:
            meter.ready = True

    def _tell(self, charger: Charger, session: OpenSession, meter: _Meter, now: datetime) -> None:
        prices = self._tariffs.prices(session.record.station_id)
        meter.told_at, meter.told_in = now, quarter_of(now)
        meter.told_wh = session.register.highest_wh
        told = None if prices is None else self._cost(meter, prices, session, now)
        if told != session.cost:
            session.cost = told
            self._context.screen.touch(charger)

    def _cost(
        self, meter: _Meter, prices: TariffPrices, session: OpenSession, now: datetime
    ) -> LiveCostView | None:
        """What came until `since`, and since then by the prices and the sources of this quarter."""
        register = RegisterAt(now, Decimal(repr(meter.told_wh)))
        flows = flows_of(self._flows.recent(session.record.station_id))
        facts = SessionFacts((meter.since, register), flows)
        so_far = meter.done.plus(session_cost(prices.book, facts, prices.spots))
        if quarter_of(now) != quarter_of(meter.since.at):
            meter.done, meter.since = so_far, register
        slot = prices.between(now, now + QUARTER).at(now)
        if slot is None and so_far.amounts == NOTHING:
            return None
        return _shown(so_far, prices, None if slot is None else slot.buy)


def _shown(cost: _Sum, prices: TariffPrices, price: Decimal | None) -> LiveCostView:
    """Rounded as the final cost will be."""
    coin = Decimal(1).scaleb(-prices.book.decimals)
    total = cost.amounts.total.quantize(coin, ROUND_HALF_UP)
    sources, parts = cost.amounts.by_source, cost.amounts.by_part
    kwh = cost.grid_kwh + cost.solar_kwh + cost.battery_kwh

    def money(amount: Decimal) -> MoneyView:
        return MoneyView(f"{amount:f}", prices.book.currency)

    return LiveCostView(
        total=money(total),
        per_kwh=None if kwh <= 0 else money((cost.amounts.total / kwh).quantize(_FINEST)),
        price_now=None if price is None else money(price.normalize()),
        grid_wh=float(cost.grid_kwh * 1000),
        solar_wh=float(cost.solar_kwh * 1000),
        battery_wh=float(cost.battery_kwh * 1000),
        by_source=CostBySource(*map(money, apportioned([*sources.values()], total, coin))),
        by_part=CostByPart(*map(money, apportioned([*parts.values()], total, coin))),
    )
