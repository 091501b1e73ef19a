"""What the screen is told of money."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MoneyView:
    """An amount as a decimal string, with its ISO 4217 currency."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class CostBySource:
    """Where the energy came from; own solar costs what it would have brought, fees are the grid's."""

    grid: MoneyView
    solar: MoneyView
    battery: MoneyView


@dataclass(frozen=True, slots=True)
class CostByPart:
    """What is paid for."""

    energy: MoneyView
    grid_fee: MoneyView
    fees: MoneyView
    demand: MoneyView
    tax: MoneyView


@dataclass(frozen=True, slots=True)
class LiveCostView:
    """What an open session has cost so far; an estimate, however exact. Parts and sources add up to it."""

    total: MoneyView
    per_kwh: MoneyView | None
    price_now: MoneyView | None
    grid_wh: float
    solar_wh: float
    battery_wh: float
    by_source: CostBySource
    by_part: CostByPart
    estimated: bool = True
