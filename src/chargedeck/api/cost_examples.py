"""Examples of tariffs, prices and costs for the document."""

from datetime import UTC, date, datetime
from typing import Any

from chargedeck.api.routes import prices, session_cost, tariffs
from chargedeck.energy.cost import Note
from chargedeck.energy.tariff import Part
from chargedeck.hub import tariff_terms as terms
from chargedeck.hub.cost_views import CostByPart, CostBySource, MoneyView

AT = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
LATER = datetime(2026, 5, 4, 19, 15, tzinfo=UTC)


def _eur(amount: str) -> MoneyView:
    return MoneyView(amount, "EUR")


TERMS = terms.TariffTerms(
    currency="EUR",
    energy=terms.TimeOfUseTerms(
        "0.32",
        [
            terms.BandTerms("0.22", "22:00", "06:00"),
            terms.BandTerms("0.25", days=[terms.Day.SAT, terms.Day.SUN, terms.Day.HOLIDAY]),
        ],
    ),
    grid_fee=terms.FixedTerms("0.08"),
    fees=[terms.NamedFee("Metering", per_day="0.05")],
    taxes=[terms.TaxTerms("VAT", ratio="0.19")],
    feed_in=terms.FixedTerms("0.08"),
    holidays=terms.HolidayCalendar("RO"),
)
_VERSION = tariffs.TariffVersionShown(
    date(2026, 1, 1), AT, "Ana", counts=True, in_force=True, has_source_token=False, terms=TERMS
)
COST = session_cost.SessionCostShown(
    session_id="1f6c…",
    currency="EUR",
    total=_eur("1.58"),
    price_per_kwh=_eur("0.308413"),
    energy_wh=5123.0,
    grid_wh=3123.0,
    solar_wh=2000.0,
    battery_wh=0.0,
    by_source=CostBySource(_eur("1.42"), _eur("0.16"), _eur("0.00")),
    by_part=CostByPart(_eur("1.11"), _eur("0.25"), _eur("0.00"), _eur("0.00"), _eur("0.22")),
    rows=[
        session_cost.CostRow(
            AT,
            LATER,
            5123.0,
            3123.0,
            2000.0,
            0.0,
            _eur("0.308413"),
            session_cost.SlotPrices("0.32", "0.08", "0", "0.08", "0.08"),
            _eur("1.57"),
            [Note.ESTIMATED_PRICE],
        )
    ],
    days=[session_cost.CostDay(date(2026, 5, 4), Part.FEES, _eur("0.01"))],
    saving=session_cost.CostSaving(_eur("0.79"), _eur("0.21"), _eur("0.35"), flat_price_is_average=False),
    final=True,
    estimated=True,
    notes=[Note.ESTIMATED_PRICE],
    tariff_as_of=LATER,
)
_PRICE = prices.PriceShown(
    AT, LATER, _eur("0.476"), prices.PriceParts("0.32", "0.08", "0", "0.076"), _eur("0.08"), estimated=False
)

EXAMPLES: tuple[Any, ...] = (
    tariffs.TariffSettings(TERMS, date(2026, 1, 1)),
    tariffs.TariffShown(
        "home",
        "Europe/Bucharest",
        _VERSION,
        [_VERSION],
        tariffs.SourceState("energy_charts", "RO", AT, LATER, None),
    ),
    tariffs.RecomputePeriod(AT, LATER),
    tariffs.Recomputed(12),
    prices.PricesShown("Europe/Bucharest", "EUR", [_PRICE]),
    prices.PushedPrices([prices.PushedPrice(AT, LATER, "0.1234")], "EUR"),
    prices.PriceFile("start;price_per_kwh\n2026-05-04T18:00;0,1234\n2026-05-04T19:00;0,1178\n"),
    prices.TakenPrices(8, 8, AT, LATER),
    COST,
)
