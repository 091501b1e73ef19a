"""What a session cost: by price, by source, by part, each adding up to the whole."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec
from litestar import get
from litestar.params import FromPath

from chargedeck.api.access import access
from chargedeck.api.request import ApiRequest
from chargedeck.api.sight import visible_session
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.energy.cost import DayCost, Note
from chargedeck.energy.cost_statement import PriceRow, Statement
from chargedeck.energy.tariff import ZERO, Part, Source
from chargedeck.hub.cost_views import CostByPart, CostBySource, MoneyView
from chargedeck.hub.records import Role
from chargedeck.hub.session_pricing import Savings, ToldCost

TAGS = ["History"]

_WH = Decimal(1000)
_FINEST = Decimal("0.000001")


class SlotPrices(msgspec.Struct, frozen=True):
    """The prices that held for a kilowatt-hour, before taxes and tiers, in the session's currency."""

    energy: str
    grid_fee: str
    fees: str
    solar: str
    battery: str


class CostRow(msgspec.Struct, frozen=True):
    """Successive quarters of an hour with one price; `price_per_kwh` is what their energy came to in all."""

    start: datetime
    end: datetime
    energy_wh: float
    grid_wh: float
    solar_wh: float
    battery_wh: float
    price_per_kwh: MoneyView | None
    prices: SlotPrices | None
    amount: MoneyView
    notes: list[Note]


class CostDay(msgspec.Struct, frozen=True):
    """What a session bears of a day's fees, or of the price of a month's peak."""

    day: date
    part: Part
    amount: MoneyView


class CostSaving(msgspec.Struct, frozen=True):
    """By how much the session was cheaper than from the grid alone, and than at a flat price.

    The flat price is the tariff's, or else the mean price of the days on which it charged.
    """

    by_own_energy: MoneyView
    by_timing: MoneyView | None
    flat_price_per_kwh: MoneyView | None
    flat_price_is_average: bool


class SessionCostShown(msgspec.Struct, frozen=True):
    """Estimated from the tariff settings, and may differ from the bill.

    Rows and days add up to the total, and so do parts and sources. `estimated` says that prices or times
    are guesses, which `notes` name; an open session is not `final`. Without a tariff there is no total.
    """

    session_id: str
    currency: str | None
    total: MoneyView | None
    price_per_kwh: MoneyView | None
    energy_wh: float
    grid_wh: float
    solar_wh: float
    battery_wh: float
    by_source: CostBySource | None
    by_part: CostByPart | None
    rows: list[CostRow]
    days: list[CostDay]
    saving: CostSaving | None
    final: bool
    estimated: bool
    notes: list[Note]
    tariff_as_of: datetime | None


@get(
    "/api/sessions/{session_id:str}/cost",
    operation_id="getSessionCost",
    summary="What a session cost",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_session_cost(request: ApiRequest, session_id: FromPath[str]) -> SessionCostShown:
    """A row for each price; how it splits; what it would have cost otherwise."""
    record = request.services.fleet.as_of_now(await visible_session(request, session_id))
    told = await request.services.costs.told(record)
    energies = (float(record.energy_wh), 0.0, 0.0)
    if told.statement is not None:
        rows = [row for row, _ in told.statement.rows]
        energies = (
            _wh(sum((row.grid_kwh for row in rows), ZERO)),
            _wh(sum((row.solar_kwh for row in rows), ZERO)),
            _wh(sum((row.battery_kwh for row in rows), ZERO)),
        )
    elif record.cost is not None:
        cost = record.cost
        energies = (float(cost.grid_wh), float(cost.solar_wh), float(cost.battery_wh))
    return _shown(session_id, record.energy_wh, energies, told)


class _Money:
    """Amounts of one currency, as they are told."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def __call__(self, amount: Decimal) -> MoneyView:
        return MoneyView(f"{amount + 0:f}", self._currency)  # there is no minus nothing

    def each(self, amount: Decimal, energy_wh: float) -> MoneyView | None:
        """For a kilowatt-hour."""
        if energy_wh <= 0:
            return None
        price = (amount * _WH / Decimal(repr(energy_wh))).quantize(_FINEST)
        return self(price)


def _shown(
    session_id: str, energy_wh: float, energies: tuple[float, float, float], told: ToldCost
) -> SessionCostShown:
    grid_wh, solar_wh, battery_wh = energies
    bare = SessionCostShown(
        session_id=session_id,
        currency=None,
        total=None,
        price_per_kwh=None,
        energy_wh=energy_wh,
        grid_wh=grid_wh,
        solar_wh=solar_wh,
        battery_wh=battery_wh,
        by_source=None,
        by_part=None,
        rows=[],
        days=[],
        saving=None,
        final=told.final,
        estimated=bool(told.notes) or not told.final,
        notes=sorted(told.notes),
        tariff_as_of=told.tariff_as_of,
    )
    return bare if told.statement is None else _with_amounts(bare, told, told.statement)


def _with_amounts(bare: SessionCostShown, told: ToldCost, shown: Statement) -> SessionCostShown:
    money = _Money(shown.total.currency)
    sources, parts = shown.by_source, shown.by_part
    coin = shown.total.amount
    return msgspec.structs.replace(
        bare,
        currency=shown.total.currency,
        total=money(shown.total.amount),
        price_per_kwh=money.each(shown.exact, bare.grid_wh + bare.solar_wh + bare.battery_wh),
        by_source=CostBySource(**{source.value: money(sources[source]) for source in Source}),
        by_part=CostByPart(**{part.value: money(parts[part]) for part in Part}),
        rows=[_row(row, amount, money) for row, amount in shown.rows],
        days=[_day(day, amount, money) for day, amount in shown.days],
        saving=None if told.savings is None else _saving(told.savings, money, coin),
    )


def _row(row: PriceRow, amount: Decimal, money: _Money) -> CostRow:
    quote = row.quote
    prices = None
    if quote is not None:
        held = (quote.energy, quote.grid_fee, quote.fees, quote.solar, quote.battery)
        prices = SlotPrices(*(f"{price.normalize():f}" for price in held))
    return CostRow(
        row.start,
        row.end,
        _wh(row.kwh),
        _wh(row.grid_kwh),
        _wh(row.solar_kwh),
        _wh(row.battery_kwh),
        money.each(row.amounts.total, _wh(row.kwh)),
        prices,
        money(amount),
        sorted(row.notes),
    )


def _day(day: DayCost, amount: Decimal, money: _Money) -> CostDay:
    return CostDay(day.day, day.part, money(amount))


def _saving(savings: Savings, money: _Money, coin: Decimal) -> CostSaving:
    """Rounded as the total is."""
    timing, flat = savings.by_timing, savings.flat_price
    return CostSaving(
        money(savings.by_own_energy.quantize(coin, ROUND_HALF_UP)),
        None if timing is None else money(timing.quantize(coin, ROUND_HALF_UP)),
        None if flat is None else money(flat),
        savings.flat_is_average,
    )


def _wh(kwh: Decimal) -> float:
    return float(kwh * _WH)
