"""A tariff in words: a line for the price of energy, and one for what is added to it."""

from collections.abc import Iterator
from decimal import Decimal

from chargedeck.documents.catalogue import Catalogue
from chargedeck.hub.report_records import TariffBasis
from chargedeck.hub.tariff_terms import FixedTerms, SpotTerms, TariffTerms, TimeOfUseTerms


def tariff_lines(basis: TariffBasis, catalogue: Catalogue) -> Iterator[str]:
    """What held from a day on."""
    place = {"station": basis.station, "date": catalogue.day(basis.valid_from)}
    if basis.terms is None:
        yield catalogue.say("tariff.ended", **place)
        return
    said = _Said(catalogue, basis.terms)
    yield said.energy(place)
    if more := "; ".join(said.additions()):
        yield f"    {more}"


class _Said:
    """The terms of one tariff."""

    def __init__(self, catalogue: Catalogue, terms: TariffTerms) -> None:
        self._catalogue, self._terms = catalogue, terms

    def energy(self, place: dict[str, str]) -> str:
        """What a kilowatt-hour costs."""
        match self._terms.energy:
            case FixedTerms(price_per_kwh=price):
                return self._say("fixed", **place, price=self._price(price))
            case TimeOfUseTerms() as terms:
                return self._say("time_of_use", **place, **self._between(terms))
            case SpotTerms() as spot:
                added = self._price(spot.add_per_kwh)
                return self._say("spot", **place, factor=self._price(spot.factor, 0), add=added)

    def additions(self) -> Iterator[str]:
        """Everything beside the energy."""
        terms = self._terms
        if isinstance(terms.grid_fee, FixedTerms):
            yield self._say("grid_fee", price=self._price(terms.grid_fee.price_per_kwh))
        elif terms.grid_fee is not None:
            yield self._say("grid_fee_bands", **self._between(terms.grid_fee))
        for fee in terms.fees:
            for unit, price in (("kwh", fee.per_kwh), ("day", fee.per_day)):
                if Decimal(price):
                    yield self._say(f"fee_{unit}", name=fee.name, price=self._price(price))
        if terms.demand is not None:
            yield self._say("demand", price=self._price(terms.demand.per_kw))
        if terms.tiers:
            yield self._say("tiers")
        if isinstance(terms.feed_in, FixedTerms):
            yield self._say("solar", price=self._price(terms.feed_in.price_per_kwh))
        elif terms.feed_in is not None:
            yield self._say("solar_bands")
        yield from self._taxes()

    def _taxes(self) -> Iterator[str]:
        for tax in self._terms.taxes:
            if Decimal(tax.ratio):
                percent = self._catalogue.number(Decimal(tax.ratio) * 100, 0)
                yield self._say("tax_ratio", name=tax.name, ratio=percent)
            if Decimal(tax.per_kwh):
                yield self._say("tax_kwh", name=tax.name, price=self._price(tax.per_kwh))

    def _between(self, terms: TimeOfUseTerms) -> dict[str, str]:
        prices = [terms.price_per_kwh, *(band.price_per_kwh for band in terms.bands)]
        least, most = min(prices, key=Decimal), max(prices, key=Decimal)
        return {"least": self._price(least), "most": self._price(most)}

    def _price(self, words: str, decimals: int = 2) -> str:
        return self._catalogue.number(Decimal(words), decimals)

    def _say(self, key: str, **values: str) -> str:
        return self._catalogue.say(f"tariff.{key}", currency=self._terms.currency, **values)
