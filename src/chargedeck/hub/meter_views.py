"""What the screen is told of the meters that we ask, as plain data. No rule lives here."""

from dataclasses import dataclass
from datetime import datetime

from chargedeck.hub.meter_records import MeterKind, MeterTrouble
from chargedeck.hub.station_meters import Source


@dataclass(frozen=True, slots=True)
class MeterProblemView:
    """Why a meter cannot be read; the detail says what to do."""

    code: MeterTrouble
    detail: str
    since: datetime


@dataclass(frozen=True, slots=True)
class PolledMeterView:
    """A meter that the server asks, and what it last said; what flows into the house is positive."""

    id: str
    name: str
    kind: MeterKind
    source: Source
    circuit: str | None
    at: datetime | None
    power_w: float | None
    problem: MeterProblemView | None
