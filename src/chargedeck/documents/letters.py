"""The letter that brings a monthly report, in the report's language."""

from datetime import date
from decimal import Decimal

from chargedeck.documents.catalogue import catalogue
from chargedeck.hub.monthly_reports import Letter
from chargedeck.hub.report_records import ReportRecord


class Letters:
    """Implements the hub's LetterWriter."""

    def letter(self, record: ReportRecord, month: date, name: str) -> Letter:
        """What it says: the sums of the report, which is attached."""
        of = catalogue(record.order.language)
        amounts = [of.money(Decimal(amount), currency) for currency, amount in record.cost.items()]
        shown = of.month(month)
        body = of.say(
            "mail.body",
            month=shown,
            sessions=record.sessions,
            energy=of.kwh(round(record.energy_wh * 1000)),
            cost=" + ".join(amounts) or of.say("mail.no_cost"),
        )
        text = f"{of.say('mail.greeting', name=name)}\n\n{body}\n\n{of.say('mail.closing')}\n"
        return Letter(of.say("mail.subject", month=shown), text)
