"""What stays of a removed outlet: its wires and its lock are at the wall, not in a list of chargers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from chargedeck.domain.installation import first_installation_current
from chargedeck.hub.records import ChargerRecord, FormerOutlet

if TYPE_CHECKING:
    from chargedeck.domain.units import ChargerId


class FormerOutlets:
    """The outlets that were removed; the book keeps the same."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[ChargerId, FormerOutlet] = {}

    def load(self, outlets: Iterable[FormerOutlet]) -> None:
        """Take up what is on disk."""
        self._known = {outlet.charger_id: outlet for outlet in outlets}

    def removed(self, record: ChargerRecord) -> None:
        """Remember an outlet that was just removed."""
        self._known[record.id] = FormerOutlet(
            record.id, record.installation_current_a, record.inspection_required
        )

    def begun(self, record: ChargerRecord, beside: Iterable[ChargerRecord]) -> ChargerRecord:
        """A new outlet's record with what holds of it from the start; `beside` are its device's others."""
        former = self._known.get(record.id)
        amps = first_installation_current(
            None if former is None else former.installation_current_a,
            [other.installation_current_a for other in beside],
        )
        return replace(
            record,
            installation_current_a=amps,
            allowed_current_a=amps,
            inspection_required=former is not None and former.inspection_required,
        )
