"""The words, numbers and dates of a document in one language."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any

from chargedeck.hub.report_records import ReportLanguage

Sections = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A language."""

    language: ReportLanguage
    sections: Sections

    def say(self, key: str, **values: object) -> str:
        """The text of `section.key`, with its values put in."""
        section, _, name = key.partition(".")
        text: str = self.sections[section][name]
        return text.format(**values) if values else text

    def number(self, value: Decimal, decimals: int) -> str:
        """At least so many decimals, more where the value has more; thousands stand apart."""
        places = max(decimals, -int(value.normalize().as_tuple().exponent))
        shown = f"{value:,.{places}f}"
        form = self.sections["format"]
        # By way of a letter, since one mark is often the other's.
        return shown.replace(",", "T").replace(".", form["decimal"]).replace("T", form["thousands"])

    def kwh(self, energy_mwh: int) -> str:
        """Thousandths of a watt-hour as kilowatt-hours, to the watt-hour or finer."""
        return self.number(Decimal(energy_mwh).scaleb(-6), 3)

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency, which no line break parts."""
        return f"{self.number(amount, 2)}\u00a0{currency}"

    def day(self, at: date) -> str:
        """A day."""
        text: str = at.strftime(self.sections["format"]["date"])
        return text

    def minute(self, at: datetime) -> str:
        """A day with the time."""
        return f"{self.day(at)} {at.strftime(self.sections['format']['time'])}"

    def month(self, first: date) -> str:
        """A month by its name, with the year."""
        return f"{self.sections['months']['names'][first.month - 1]} {first.year}"


@functools.cache
def catalogue(language: ReportLanguage) -> Catalogue:
    """The catalogue of a language."""
    text = resources.files(f"{__package__}.messages").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Catalogue(language, tomllib.loads(text))


def duration(seconds: int) -> str:
    """Hours, minutes and seconds."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
