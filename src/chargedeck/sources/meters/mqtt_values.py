"""Puts the values that come on topics together into readings; a reading is as old as its oldest value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.sentences import said, wording
from chargedeck.domain.units import Amps, Volts, Watts
from chargedeck.energy.circuits import PHASES
from chargedeck.hub.meter_records import Answered, MeterFailedError, MeterRecord, MeterTrouble, TopicValue
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.station_meters import Source
from chargedeck.sources.meters.template import Expression, TemplateError, template

TOGETHER_S = 10.0
"""Values of one reading that come on several topics come within this time, or not as one."""

LARGEST_MESSAGE = 64 * 1024

OF_PHASE = ("power", "current", "voltage")
QUANTITIES = (
    "power_w",
    *(f"{name}_{phase}_{unit}" for phase in PHASES for name, unit in zip(OF_PHASE, "wav", strict=True)),
)


_OF_A_BREAKER = {name for name in QUANTITIES if name[-3].isdigit() and not name.startswith("voltage")}


def check_values(record: MeterRecord) -> None:
    """Raise InvalidValueError for values that make no reading."""
    if not record.topic_values:
        raise InvalidValueError(
            "values", said("are missing; add at least the power, such as value or ENERGY.Power")
        )
    seen: set[str] = set()
    for value in record.topic_values:
        if value.quantity not in QUANTITIES:
            raise InvalidValueError(
                "values",
                said(
                    "may be {quantities}; {quantity} is none of them",
                    quantities=", ".join(QUANTITIES),
                    quantity=value.quantity,
                ),
            )
        if value.quantity in seen:
            raise InvalidValueError(
                "values", said("have {quantity} twice; leave one out", quantity=value.quantity)
            )
        seen.add(value.quantity)
        if not (value.topic or record.topic):
            raise InvalidValueError(
                "topic",
                said("is missing for {quantity}; add the topic that it comes on", quantity=value.quantity),
            )
        try:
            template(value.template)
        except TemplateError as error:
            raise InvalidValueError(
                "template", said("of {quantity} {why}", quantity=value.quantity, why=wording(error))
            ) from error
    if record.source is Source.GRID and not seen & _OF_A_BREAKER:
        raise InvalidValueError(
            "values",
            said("need the power or the current of each phase, for a breaker is watched phase by phase"),
        )


class TopicReadings:
    """What has come on the topics of one meter."""

    def __init__(self, values: Sequence[TopicValue], topic: str | None) -> None:
        self._places: dict[str, list[tuple[str, Expression]]] = {}
        for value in values:
            entry = (value.quantity, template(value.template))
            self._places.setdefault(value.topic or topic or "", []).append(entry)
        self._wanted = [value.quantity for value in values]
        self._watched = [name for name in self._wanted if name in _OF_A_BREAKER] or self._wanted
        """What the age of a reading goes by: a voltage or a sum that comes seldom makes no current old."""
        self._known: dict[str, tuple[float, float]] = {}

    @property
    def topics(self) -> Sequence[str]:
        """What has to be subscribed to."""
        return list(self._places)

    def take(self, topic: str, payload: bytes, now_s: float) -> Answered | None:
        """A message has come; answers a reading once all its values are there. Raises MeterFailedError."""
        message = _decoded(payload)
        for quantity, expression in self._places.get(topic, []):
            try:
                self._known[quantity] = (now_s, expression(message))
            except TemplateError as error:
                raise MeterFailedError(
                    MeterTrouble.NOT_UNDERSTOOD,
                    said(
                        "{topic}: the template of {quantity} {why}",
                        topic=topic,
                        quantity=quantity,
                        why=wording(error),
                    ),
                ) from error
        fresh = {name: value for name, (at, value) in self._known.items() if now_s - at <= TOGETHER_S}
        if any(quantity not in fresh for quantity in self._wanted):
            return None
        oldest = min(self._known[name][0] for name in self._watched)
        return answered(fresh, topic)._replace(age_s=now_s - oldest)

    @property
    def missing(self) -> Sequence[str]:
        """Values that have never come."""
        return [quantity for quantity in self._wanted if quantity not in self._known]


def answered(values: Mapping[str, float], name: str) -> Answered:
    """Values by quantity as what a meter answers."""
    phases = []
    for phase in PHASES:
        power, current, voltage = (
            values.get(f"{quantity}_{phase}_{unit}") for quantity, unit in zip(OF_PHASE, "wav", strict=True)
        )
        if power is not None or current is not None:
            phases.append(
                MeterPhase(
                    phase,
                    None if voltage is None else Volts(voltage),
                    None if current is None else Amps(current),
                    None if power is None else Watts(power),
                )
            )
    total = values.get("power_w")
    return Answered(tuple(phases), None if total is None else Watts(total), name)


def _decoded(payload: bytes) -> Any:
    if len(payload) > LARGEST_MESSAGE:
        raise MeterFailedError(
            MeterTrouble.NOT_UNDERSTOOD,
            said("Its message has {size} bytes; choose another topic", size=len(payload)),
        )
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return payload.decode("utf-8", "replace").strip()
