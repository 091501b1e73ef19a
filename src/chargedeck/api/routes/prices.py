"""What energy costs at a station, slot by slot, and the exchange's prices that people and programs send."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import Time
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_station
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.energy.prices import PriceSlot, quarter_of
from chargedeck.energy.schedule_clock import local_day, midnight
from chargedeck.energy.tariff import Part
from chargedeck.energy.tariff_prices import Parts, TariffPrices
from chargedeck.hub.cost_records import SpotPrice
from chargedeck.hub.cost_views import MoneyView
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.price_files import from_csv, laid_out
from chargedeck.hub.records import Role
from chargedeck.hub.stations import Station
from chargedeck.hub.tariff_books import pushed_feed
from chargedeck.hub.tariff_terms import Price

TAGS = ["Tariffs"]

LONGEST = timedelta(days=32)
LARGEST_FILE = 2 * 1024 * 1024


class PricesQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which slots; without a period today and tomorrow, at most 32 days."""

    start: Time | None = None
    end: Time | None = None


class PriceParts(msgspec.Struct, frozen=True):
    """What the price of a kilowatt-hour from the grid is made of, in the currency of the whole."""

    energy: str
    grid_fee: str
    fees: str
    tax: str


class PriceShown(msgspec.Struct, frozen=True):
    """What a kilowatt-hour costs from `start` until `end`, all included, and what selling one brings."""

    start: datetime
    end: datetime
    buy: MoneyView
    parts: PriceParts
    feed_in: MoneyView
    estimated: bool


class PricesShown(msgspec.Struct, frozen=True):
    """Slots in order of time; before the first tariff begins there are none."""

    time_zone: str
    currency: str | None
    slots: list[PriceShown]


class PushedPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The exchange's price from `start` until `end`, on whole quarters of an hour."""

    start: Time
    end: Time
    price_per_kwh: Price


class PushedPrices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices in the currency of the tariff, before its factor, additions and taxes."""

    prices: Annotated[list[PushedPrice], Meta(min_length=1, max_length=10_000)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None


class PriceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in text. Its first line names the columns: start, price_per_kwh, and end if you have it.

    Commas or semicolons part the columns; after semicolons a comma may stand for the decimal point.
    """

    text: Annotated[str, Meta(max_length=LARGEST_FILE)]


class TakenPrices(msgspec.Struct, frozen=True):
    """How many quarters of an hour there are prices for now, and how many of these are news."""

    quarters: int
    news: int
    start: datetime
    end: datetime


@get(
    "/api/stations/{station_id:str}/prices",
    operation_id="getPrices",
    summary="What energy costs, slot by slot",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError, InvalidValueError, query=PricesQuery),
)
async def get_prices(request: ApiRequest, station_id: FromPath[str]) -> PricesShown:
    """Each quarter of an hour with its price and what it is made of; an estimate says so."""
    station = visible_station(request, station_id)
    tariffs, record = request.services.tariffs, station.record
    start, end = _period(request, station)
    book = tariffs.book(record.id, start)
    if book is None:
        return PricesShown(record.time_zone, None, [])
    prices = TariffPrices(book, await tariffs.spots(record.id, start, end))
    # Beside the loop: a month of estimates takes longer than a charger's message may wait.
    slots = await asyncio.to_thread(_all_shown, prices, start, end)
    return PricesShown(record.time_zone, book.currency, slots)


def _all_shown(prices: TariffPrices, start: datetime, end: datetime) -> list[PriceShown]:
    currency = prices.book.currency
    return [_shown(slot, parts, currency) for slot, parts in prices.parts_between(start, end)]


def _period(request: ApiRequest, station: Station) -> tuple[datetime, datetime]:
    query = request.asked(PricesQuery)
    zone = request.services.tariffs.zone(station.record.id)
    today = local_day(request.services.now(), zone)
    try:
        start = quarter_of(query.start or midnight(today, zone))
        end = query.end or midnight(local_day(start, zone) + timedelta(days=2), zone)
    except OverflowError as error:
        raise InvalidValueError("from", said("is no time that can be computed with")) from error
    if start >= end:
        raise InvalidValueError("from", said("must be earlier than to"))
    if end - start > LONGEST:
        raise InvalidValueError(
            "to", said("must be no more than {days} days later than from", days=LONGEST.days)
        )
    return start, end


def _shown(slot: PriceSlot, parts: Parts, currency: str) -> PriceShown:
    made_of = {part: f"{amount.normalize():f}" for part, amount in parts.items()}
    return PriceShown(
        slot.start,
        slot.end,
        MoneyView(f"{slot.buy.normalize():f}", currency),
        PriceParts(made_of[Part.ENERGY], made_of[Part.GRID_FEE], made_of[Part.FEES], made_of[Part.TAX]),
        MoneyView(f"{slot.sell.normalize():f}", currency),
        slot.estimated,
    )


@post(
    "/api/stations/{station_id:str}/prices",
    operation_id="pushPrices",
    summary="Send exchange prices",
    tags=TAGS,
    status_code=200,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError, ConflictError),
    request_max_body_size=LARGEST_FILE,
)
async def push_prices(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[PushedPrices]
) -> TakenPrices:
    """Any program may send prices; they come before those of a source, and replace estimates at once."""
    station = visible_station(request, station_id)
    _check_currency(request, station, data.currency)
    slots = [(one.start, one.end, Decimal(one.price_per_kwh)) for one in data.prices]
    return await _taken(request, station, laid_out(slots, "prices"))


@post(
    "/api/stations/{station_id:str}/prices/csv",
    operation_id="importPrices",
    summary="Import exchange prices from a table",
    tags=TAGS,
    status_code=200,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError),
    request_max_body_size=LARGEST_FILE,
)
async def import_prices(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[PriceFile]
) -> TakenPrices:
    """All of the table is taken, or nothing of it and the line that is wrong is named."""
    station = visible_station(request, station_id)
    zone = request.services.tariffs.zone(station.record.id)
    return await _taken(request, station, from_csv(data.text, zone))


def _check_currency(request: ApiRequest, station: Station, currency: str | None) -> None:
    book = request.services.tariffs.book(station.record.id, request.services.now())
    if currency is not None and book is not None and currency != book.currency:
        raise ConflictError(
            said("The tariff is in {currency}; send prices in {currency}", currency=book.currency)
        )


async def _taken(request: ApiRequest, station: Station, prices: list[SpotPrice]) -> TakenPrices:
    news = await request.services.tariffs.take(pushed_feed(station.record.id), prices)
    starts = [price.start for price in prices]
    return TakenPrices(len(prices), news, min(starts), max(starts) + timedelta(minutes=15))
