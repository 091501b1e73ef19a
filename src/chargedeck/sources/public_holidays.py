"""Public holidays of the world, from a library that is loaded when the first tariff asks for them."""

from collections.abc import Container
from datetime import date

from chargedeck.domain.sentences import said
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.tariff_terms import HolidayCalendar


class PublicHolidays:
    """Implements the hub's Calendars; a calendar is made once and reckons a year when it is first asked."""

    def __init__(self) -> None:
        self._known: dict[HolidayCalendar, Container[date]] = {}

    def __call__(self, calendar: HolidayCalendar) -> Container[date]:
        """The holidays of a country; raises InvalidValueError when they are not known."""
        found = self._known.get(calendar)
        if found is None:
            found = self._known[calendar] = _made(calendar)
        return found


def _made(calendar: HolidayCalendar) -> Container[date]:
    import holidays  # noqa: PLC0415  (the few who have a tariff with holidays pay for it)

    try:
        return holidays.country_holidays(calendar.country, subdiv=calendar.subdivision)
    except NotImplementedError as error:
        known = holidays.list_supported_countries(include_aliases=False)
        if calendar.country not in known:
            raise InvalidValueError("holidays.country", said("is none whose holidays are known")) from error
        some = ", ".join(known[calendar.country]) or said("none, so leave it out")
        raise InvalidValueError("holidays.subdivision", said("must be one of: {some}", some=some)) from error
