"""The routes, one file a subject; each handler says who may call it and holds no rule of its own."""

from collections.abc import Iterable
from types import ModuleType

from litestar.handlers import HTTPRouteHandler

from chargedeck.api.routes import (
    audit,
    backups,
    card_learning,
    cards,
    cars,
    chargers,
    commands,
    device_messages,
    devices,
    diagnostics,
    embeds,
    energy,
    energy_quarters,
    errors,
    events,
    exports,
    grid_operator,
    history,
    integrations,
    invitations,
    keys,
    local_devices,
    me,
    meters,
    monthly_reports,
    notification_channels,
    notifications,
    operations,
    plans,
    prices,
    reports,
    restores,
    schedules,
    series,
    session_cost,
    session_edits,
    sessions,
    setup,
    solar,
    stations,
    tariffs,
    tokens,
    users,
)

_MODULES = (
    setup,
    me,
    keys,
    chargers,
    commands,
    series,
    exports,
    sessions,
    session_edits,
    session_cost,
    monthly_reports,
    reports,
    history,
    cars,
    stations,
    energy,
    energy_quarters,
    tariffs,
    prices,
    meters,
    grid_operator,
    schedules,
    plans,
    solar,
    devices,
    local_devices,
    device_messages,
    cards,
    card_learning,
    users,
    invitations,
    audit,
    tokens,
    embeds,
    errors,
    events,
    notifications,
    notification_channels,
    integrations,
    backups,
    restores,
    diagnostics,
    operations,
)


def all_routes() -> list[HTTPRouteHandler]:
    """Every handler, in the order in which the document lists them."""
    return [handler for module in _MODULES for handler in _of(module)]


def _of(module: ModuleType) -> list[HTTPRouteHandler]:
    """Those that the module defines, and those that it makes from a table."""
    defined = [value for value in vars(module).values() if isinstance(value, HTTPRouteHandler)]
    made: Iterable[HTTPRouteHandler] = getattr(module, "MADE", ())
    return [*made, *defined]
