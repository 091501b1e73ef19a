"""What a driver is told of what others use, and a stranger of a charger: pure, closed unless said otherwise.

Whoever is no driver sees a resource whole; the person whose session it is sees it whole as well.
"""

from collections.abc import Mapping
from typing import Any

from chargedeck.domain.cards import FREE_FOR_ALL

PUBLIC = frozenset(
    {
        "id",
        "name",
        "station_id",
        "device_id",
        "connector",
        "driver",
        "vendor",
        "model",
        "serial",
        "firmware",
        "status",
        "status_reason",
        "plugged",
        "plug_and_charge",
        "locked",
        "inspection_required",
        "power_w",
        "allowed_current_a",
        "installation_current_a",
        "current_range_a",
        "limit",
        "phases",
        "temperature_c",
        "lifetime_energy_wh",
        "errors",
        "warnings",
        "actions",
        "hours",
        "connection",
        "capabilities",
        "availability",
        "device_status",
        "priority",
        "clock_offset_s",
        "seen_at",
        "updated_at",
        "seq",
    }
)
"""What a charger tells everybody who may use it."""

HIDDEN: dict[str, Any] = {
    "session": None,
    "soc_ratio": None,
    "pending": [],
    "reservation": None,
    "charge_now": False,
    "plan": None,
}
"""What a charger tells of the person who uses it, and what others are told instead."""


def veiled(kind: str, plain: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A resource as a driver sees it who has no part in it; None: not at all.

    A member that nobody has thought of is nobody's to see: a test asks for each of them.
    """
    match kind:
        case "charger":
            public = {name: value for name, value in plain.items() if name in PUBLIC} | HIDDEN
            return {**public, "actions": []} if _is_somebodys(plain.get("session")) else public
        case "station":
            return _station(plain)
        case "session":
            return None
        case _:
            return plain


def _is_somebodys(session: Mapping[str, Any] | None) -> bool:
    """Whether nobody else may stop, pause or slow a session; the API refuses them the same."""
    by = None if session is None else session.get("authorized_by")
    return by is not None and by["kind"] not in FREE_FOR_ALL


def _station(plain: Mapping[str, Any]) -> Mapping[str, Any]:
    """The flow at the connection is everybody's who charges there; what each charger got is not."""
    energy = plain.get("energy")
    return plain if energy is None else {**plain, "energy": {**energy, "grants": []}}


_EMBEDDED = ("name", "status", "status_reason", "power_w", "allowed_current_a", "seen_at")
_EMBEDDED_LIMIT = ("current_a", "reason", "binding")
_EMBEDDED_ERROR = ("type", "severity")


def embedded(embed_id: str, plain: Mapping[str, Any]) -> dict[str, Any]:
    """A charger as an embed shows it to anybody: nobody's name, no cost, and no id but the embed's own."""
    session, limit = plain["session"], plain["limit"]
    currents = [phase["current_a"] for phase in plain["phases"] if phase["current_a"] is not None]
    return {
        "id": embed_id,
        **{name: plain[name] for name in _EMBEDDED},
        "current_a": max(currents, default=None),
        "session": None if session is None else {"energy_wh": session["energy_wh"]},
        "limit": {name: limit[name] for name in _EMBEDDED_LIMIT},
        "errors": [{name: error[name] for name in _EMBEDDED_ERROR} for error in plain["errors"]],
    }
