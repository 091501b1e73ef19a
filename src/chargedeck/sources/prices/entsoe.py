"""ENTSO-E's transparency platform: day-ahead prices of all Europe, by a personal token.

It is asked by POST, which takes the token in a header: by GET it would be a part of the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.sentences import said
from chargedeck.hub.price_ports import ExchangePrice, PriceRequest, PriceSourceError
from chargedeck.sources.prices.reading import PER_MWH, instant, price, understood
from chargedeck.sources.prices.web import Question, asked

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ADDRESS = "https://web-api.tp.entsoe.eu"
AREAS = {
    "AT": "10YAT-APG------L",
    "BE": "10YBE----------2",
    "BG": "10YCA-BULGARIA-R",
    "CH": "10YCH-SWISSGRIDZ",
    "CZ": "10YCZ-CEPS-----N",
    "DE-LU": "10Y1001A1001A82H",
    "DK1": "10YDK-1--------W",
    "DK2": "10YDK-2--------M",
    "EE": "10Y1001A1001A39I",
    "ES": "10YES-REE------0",
    "FI": "10YFI-1--------U",
    "FR": "10YFR-RTE------C",
    "GR": "10YGR-HTSO-----Y",
    "HR": "10YHR-HEP------M",
    "HU": "10YHU-MAVIR----U",
    "IE": "10Y1001A1001A59C",
    "LT": "10YLT-1001A0008Q",
    "LV": "10YLV-1001A00074",
    "NL": "10YNL----------L",
    "NO1": "10YNO-1--------2",
    "NO2": "10YNO-2--------T",
    "NO3": "10YNO-3--------J",
    "NO4": "10YNO-4--------9",
    "PL": "10YPL-AREA-----S",
    "PT": "10YPT-REN------W",
    "RO": "10YRO-TEL------P",
    "SE1": "10Y1001A1001A44P",
    "SE2": "10Y1001A1001A45N",
    "SE3": "10Y1001A1001A46L",
    "SE4": "10Y1001A1001A47J",
    "SI": "10YSI-ELES-----O",
    "SK": "10YSK-SEPS-----K",
}
"""Bidding zones by their common names; any other goes by its EIC code of 16 characters."""

_EIC = re.compile(r"[0-9A-Z-]{16}")
_LENGTHS = {f"PT{minutes}M": timedelta(minutes=minutes) for minutes in (15, 30, 60)} | {
    "PT1H": timedelta(hours=1)
}
_LONGEST = timedelta(days=40)
_PARTY = "10X1001A1001A450"
_SEQUENCE = "classificationSequence_AttributeInstanceComponent.position"


class Entsoe:
    """Implements the hub's PriceFeed."""

    def __init__(self, address: str = ADDRESS) -> None:
        self._address = address

    async def fetch(self, request: PriceRequest) -> Sequence[ExchangePrice]:
        """Prices for a megawatt-hour in the currency of the market."""
        area = AREAS.get(request.area, request.area)
        if not _EIC.fullmatch(area):
            raise PriceSourceError(
                said("ENTSO-E needs a bidding zone such as DE-LU, or its EIC code; choose one")
            )
        if request.token is None:
            raise PriceSourceError(said("ENTSO-E needs the token of an account; set it in the tariff"))
        headers = {"Content-Type": "application/xml", "SECURITY_TOKEN": request.token}
        body = _document(area, request).encode()
        told = await asked(Question(f"{self._address}/api", headers=headers, body=body))
        return understood(lambda: list(_prices(_root(told), request.currency)))


def _document(area: str, request: PriceRequest) -> str:
    period = "/".join(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ") for at in (request.start, request.end))
    asked_for = {"DocumentType": "A44", "In_Domain": area, "Out_Domain": area, "TimeInterval": period}
    attributes = "".join(
        f"<AttributeInstanceComponent><attribute>{name}</attribute>"
        f"<attributeValue>{value}</attributeValue></AttributeInstanceComponent>"
        for name, value in asked_for.items()
    )
    return (
        '<StatusRequest_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-5:statusrequestdocument:4:0">'
        "<mRID>ChargeDeck</mRID><type>A59</type>"
        f'<sender_MarketParticipant.mRID codingScheme="A01">{_PARTY}</sender_MarketParticipant.mRID>'
        "<sender_MarketParticipant.marketRole.type>A07</sender_MarketParticipant.marketRole.type>"
        f'<receiver_MarketParticipant.mRID codingScheme="A01">{_PARTY}</receiver_MarketParticipant.mRID>'
        "<receiver_MarketParticipant.marketRole.type>A32</receiver_MarketParticipant.marketRole.type>"
        f"<createdDateTime>{request.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</createdDateTime>"
        f"{attributes}</StatusRequest_MarketDocument>"
    )


def _root(told: bytes) -> Element:
    """The document, which declares no entities: those could grow without an end."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415  (only who has this source loads it)

    if b"<!" in told.replace(b"<!--", b""):
        raise PriceSourceError(said("It answers in a form that is not known"))
    try:
        return ET.fromstring(told)  # noqa: S314  (no entities, as checked; its size is bounded)
    except ET.ParseError as error:
        raise PriceSourceError(said("It does not answer in XML")) from error


def _prices(root: Element, currency: str) -> Iterator[ExchangePrice]:
    """The first auction's prices; what is not known there is told as an acknowledgement."""
    if root.tag.endswith("}Acknowledgement_MarketDocument"):
        return
    for series in root.iterfind("{*}TimeSeries"):
        if _text(series, _SEQUENCE, "1") != "1":
            continue
        told = _text(series, "currency_Unit.name")
        if told != currency:
            raise PriceSourceError(
                said("ENTSO-E tells prices in {told} here; so must the tariff be", told=told)
            )
        for period in series.iterfind("{*}Period"):
            yield from _period(period)


def _period(period: Element) -> Iterator[ExchangePrice]:
    """A price holds until the next one that is given: those that repeat are left out."""
    start = instant(_text(period, "timeInterval/{*}start"))
    end = instant(_text(period, "timeInterval/{*}end"))
    length = _LENGTHS[_text(period, "resolution")]
    if end - start > _LONGEST:
        raise ValueError(end)
    points = {
        int(_text(point, "position")): price(_text(point, "price.amount")) / PER_MWH
        for point in period.iterfind("{*}Point")
    }
    held, place = points[min(points)], min(points)
    while start + length * place <= end:
        held = points.get(place, held)
        yield ExchangePrice(start + length * (place - 1), start + length * place, held)
        place += 1


def _text(element: Element, name: str, otherwise: str | None = None) -> str:
    found = element.findtext(f"{{*}}{name}", otherwise)
    if found is None:
        raise KeyError(name)
    return found.strip()
