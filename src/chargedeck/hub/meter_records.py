"""A meter that we ask, as its owner has set it up: what it measures and where it is; nothing here asks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from chargedeck.domain.meter import MeterPhase, MeterReading, told_phases
from chargedeck.domain.problems import DeviceError, OutOfRangeError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.domain.units import Amps, StationId, Watts
from chargedeck.energy.circuits import PHASES, CircuitId
from chargedeck.energy.detection import STRAIGHT, Rotation
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.station_meters import Source, measured

FASTEST_S = 1.0
SLOWEST_S = 30.0
SLOWEST_AT_BREAKER_S = 10.0
"""A breaker's meter that is asked less often would be taken for lost between two answers."""

MOST_CHANNEL = 31
MOST_UNIT = 255


class MeterKind(StrEnum):
    """How a meter is asked."""

    SHELLY = "shelly"
    """Gen1 EM and 3EM over HTTP, Gen2 and later over RPC; which of them is found out."""
    SUNSPEC = "sunspec"
    """Modbus TCP with the models of SunSpec: meters and inverters."""
    MQTT = "mqtt"
    """A topic of a broker, with a template for every value."""


class MeterTrouble(StrEnum):
    """Why a meter cannot be read."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    UNAUTHORIZED = "unauthorized"
    NOT_UNDERSTOOD = "not_understood"
    SILENT = "silent"
    """Somebody answers, but no reading comes."""


class MeterFailedError(DeviceError):
    """A meter could not be read; the text says why and what to do."""

    code = "meter_failed"

    def __init__(self, trouble: MeterTrouble, detail: Sentence) -> None:
        super().__init__(trouble, detail)
        self.trouble, self._detail = trouble, detail

    @property
    def sentence(self) -> Sentence:
        return self._detail


@dataclass(frozen=True, slots=True)
class TopicValue:
    """One value of a meter that speaks over MQTT: which it is, and how it is found in a message."""

    quantity: str
    """`power_w`, or one of a phase such as `current_1_a`."""
    template: str
    topic: str | None = None
    """Where it is another one than the meter's."""


@dataclass(frozen=True, slots=True)
class MeterRecord:
    """A meter; raises InvalidValueError or OutOfRangeError when it cannot be."""

    id: str
    station_id: StationId
    name: str
    kind: MeterKind
    address: str
    source: Source = Source.GRID
    circuit: CircuitId | None = None
    """Of a meter of the grid: the breaker that it sits at, or None for the main one."""
    inverted: bool = False
    """Whether it counts what flows away from the house as positive."""
    rotation: Rotation = STRAIGHT
    """The grid's phases of the meter's own L1, L2 and L3."""
    interval_s: float = FASTEST_S
    username: str | None = None
    secret: str | None = field(default=None, repr=False)
    channel: int | None = None
    """Which of several that one device has; None takes all phases, or the first one."""
    unit_id: int = 1
    """Behind a Modbus gateway."""
    topic: str | None = None
    topic_values: tuple[TopicValue, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no meter can be; what its kind needs is checked by who asks it."""
        slowest = SLOWEST_AT_BREAKER_S if self.source is Source.GRID else SLOWEST_S
        if not FASTEST_S <= self.interval_s <= slowest:
            raise OutOfRangeError("interval_s", self.interval_s, FASTEST_S, slowest)
        if self.circuit is not None and self.source is not Source.GRID:
            raise InvalidValueError(
                "circuit", said("is for a meter of the grid; leave it out, or choose the grid")
            )
        if sorted(self.rotation) != list(PHASES):
            raise InvalidValueError("phases", said("must name each phase once, as in 2, 3, 1"))
        if self.channel is not None and not 0 <= self.channel <= MOST_CHANNEL:
            raise OutOfRangeError("channel", self.channel, 0, MOST_CHANNEL)
        if not 0 <= self.unit_id <= MOST_UNIT:
            raise OutOfRangeError("unit_id", self.unit_id, 0, MOST_UNIT)


class Answered(NamedTuple):
    """What a meter has answered, in its own phases and with its own sign; `model` is what it is.

    It is of `age_s` seconds ago, where not all of it is of now.
    """

    phases: tuple[MeterPhase, ...]
    power_w: Watts | None
    model: str
    age_s: float = 0.0


def oriented(record: MeterRecord, answered: Answered, now: datetime) -> MeterReading:
    """The answer as a reading of the grid's phases, with what flows into the house positive."""
    at = now - timedelta(seconds=answered.age_s)
    reading = measured(at, answered.phases, answered.power_w)
    phases = [_turned(record, phase) for phase in reading.phases]
    power = reading.power_w
    if record.inverted and power is not None:
        power = Watts(-power)
    return MeterReading(at, tuple(sorted(phases)), power)


def _turned(record: MeterRecord, phase: MeterPhase) -> MeterPhase:
    turned = phase._replace(phase=record.rotation[phase.phase - 1])
    if not record.inverted:
        return turned
    current, power = turned.current_a, turned.power_w
    return turned._replace(
        current_a=None if current is None else Amps(-current),
        power_w=None if power is None else Watts(-power),
    )


def check_telling(record: MeterRecord, reading: MeterReading, known: Collection[int] = ()) -> None:
    """Raise MeterFailedError for a reading that does not tell what is asked of the meter.

    At a breaker that is each phase that it has told before: one that is missing may carry anything.
    """
    told = told_phases(reading)
    if record.source is Source.GRID and not told:
        raise MeterFailedError(
            MeterTrouble.NOT_UNDERSTOOD,
            said(
                "It tells no current and no power of any phase, and a breaker has to be watched phase by "
                "phase; choose another channel, or add the values of each phase"
            ),
        )
    if record.source is Source.GRID and (gone := sorted(set(known) - told)):
        raise MeterFailedError(
            MeterTrouble.NOT_UNDERSTOOD,
            said(
                "It does not tell L{phase} any more, and a breaker has to be watched on every phase; "
                "check its clamps and cables, or remove it and add it again if it is to have fewer phases",
                phase=gone[0],
            ),
        )
    if record.source is not Source.GRID and reading.power_w is None:
        raise MeterFailedError(
            MeterTrouble.NOT_UNDERSTOOD,
            said(
                "It tells no power, and that is what is wanted of {what}; "
                "choose another channel, or add its power",
                what=_NAMES[record.source],
            ),
        )


_NAMES = {Source.SOLAR: said("the sun"), Source.BATTERY: said("a battery")}


def one_at_each_breaker(record: MeterRecord, others: Iterable[MeterRecord]) -> MeterRecord | None:
    """The meter that already sits where this one is to be; sun and batteries may have several."""
    if record.source is not Source.GRID:
        return None
    place = (record.station_id, record.circuit)
    grid = (other for other in others if other.source is Source.GRID and other.id != record.id)
    return next((other for other in grid if (other.station_id, other.circuit) == place), None)
