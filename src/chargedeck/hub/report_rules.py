"""Who may see which issued report: pure."""

from collections.abc import Sequence

from chargedeck.hub.callers import Caller
from chargedeck.hub.report_records import ReportRecord


def may_see(caller: Caller, record: ReportRecord) -> bool:
    """Drivers see reports of their own sessions, others those of nothing but their stations and chargers."""
    if caller.person is not None:
        return record.order.user_id == caller.person
    order = record.order
    return _within(order.station_ids, caller.stations) and _within(order.charger_ids, caller.chargers)


def _within(asked: Sequence[str] | None, own: frozenset[str] | None) -> bool:
    return own is None or (asked is not None and own.issuperset(asked))
