"""What flows at a station and what each charger got, laid out for the screen; no rule lives here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chargedeck.energy.circuits import PHASES, CircuitTree
from chargedeck.energy.snapshot import NOTHING, Phases
from chargedeck.hub.charger_view import power_shown
from chargedeck.hub.management import METER_LOST_AFTER
from chargedeck.hub.meter_views import MeterProblemView, PolledMeterView
from chargedeck.hub.station_facts import wants
from chargedeck.hub.station_meters import SHOWN_FOR, Heard, Origin, Source, currents, is_fresh
from chargedeck.hub.views import (
    CircuitPhaseView,
    CircuitView,
    EnergyView,
    FlowView,
    GrantView,
    GridMeterView,
    MeterPhaseView,
    cause_view,
)
from chargedeck.hub.wiring import drawn_on_grid, used_on_grid

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.domain.meter import MeterReading
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.management import ManagedCircuit
    from chargedeck.hub.polled_meter import PolledMeter
    from chargedeck.hub.stations import Station


def energy_view(station: Station, now: datetime) -> EnergyView:
    """Lay out what flows at a station now."""
    chargers = sorted(station.chargers, key=lambda charger: charger.id)
    management = station.management
    heard = station.meters.main(management.main.id, now)
    drawn = [_drawn(station, charger) for charger in chargers]
    circuits = _circuits(station, list(zip(chargers, drawn, strict=True)), now)
    return EnergyView(
        mode=management.mode,
        at=now,
        flow=_flow(station, chargers, heard, now),
        meter=_meter(heard, is_lost=circuits[0].lost),
        phases=circuits[0].phases,
        circuits=circuits,
        grants=[_grant(station, charger, amps) for charger, amps in zip(chargers, drawn, strict=True)],
        meters=[polled_meter_view(station.polled[meter]) for meter in sorted(station.polled)],
    )


def _flow(station: Station, chargers: Sequence[Charger], heard: Heard | None, now: datetime) -> FlowView:
    fresh = heard is not None and is_fresh(heard.reading.at, now, SHOWN_FOR)
    grid = heard.reading.power_w if heard is not None and fresh else None
    solar, battery = (station.meters.other(source, now) for source in (Source.SOLAR, Source.BATTERY))
    drawn = sum(power_shown(charger) or 0.0 for charger in chargers)
    house = None if grid is None else grid + (solar or 0.0) + (battery or 0.0) - drawn
    return FlowView(grid, solar, battery, house, drawn)


def _meter(heard: Heard | None, *, is_lost: bool) -> GridMeterView:
    if heard is None:
        return GridMeterView(Origin.NONE, None, None, is_lost)
    return GridMeterView(heard.origin, heard.device, heard.reading.at, is_lost, heard.meter)


def polled_meter_view(meter: PolledMeter) -> PolledMeterView:
    """A meter that we ask, and what it last said."""
    record, reading, problem = meter.record, meter.reading, meter.problem
    return PolledMeterView(
        id=record.id,
        name=record.name,
        kind=record.kind,
        source=record.source,
        circuit=record.circuit,
        at=None if reading is None else reading.at,
        power_w=None if reading is None else reading.power_w,
        problem=None if problem is None else MeterProblemView(problem.trouble, problem.detail, problem.since),
    )


def meter_phases(reading: MeterReading) -> list[MeterPhaseView]:
    """The phases of a reading."""
    return [MeterPhaseView(*phase) for phase in reading.phases]


def _is_lost(at: datetime | None, now: datetime) -> bool:
    return at is None or not is_fresh(at, now, METER_LOST_AFTER)


def _circuits(station: Station, drawn: Sequence[tuple[Charger, Phases]], now: datetime) -> list[CircuitView]:
    management = station.management
    tree = management.tree()
    by_id = {circuit.id: circuit for circuit in management.circuits}
    shown = []
    for plain in tree:
        circuit = by_id[plain.id]
        reading = station.meters.of(circuit.id, management.main.id, now) if circuit.metered else None
        sums = _below(station, tree, circuit, drawn)
        shown.append(_circuit(circuit, reading, sums, now))
    return shown


def _below(
    station: Station, tree: CircuitTree, circuit: ManagedCircuit, drawn: Sequence[tuple[Charger, Phases]]
) -> Phases:
    management = station.management
    through = [
        amps for charger, amps in drawn if circuit.id in tree.path(management.placement(charger.id).circuit)
    ]
    first, second, third = (sum(each) for each in zip(NOTHING, *through, strict=True))
    return first, second, third


def _circuit(
    circuit: ManagedCircuit, reading: MeterReading | None, chargers: Phases, now: datetime
) -> CircuitView:
    at = None if reading is None else reading.at
    fresh = reading if reading is not None and is_fresh(reading.at, now, SHOWN_FOR) else None
    return CircuitView(
        id=circuit.id,
        name=circuit.name,
        parent=circuit.parent,
        rating_a=circuit.rating_a,
        max_w=circuit.max_w,
        metered=circuit.metered,
        lost=circuit.metered and _is_lost(at, now),
        at=at,
        phases=_phases(circuit, fresh, chargers),
    )


def _phases(
    circuit: ManagedCircuit, reading: MeterReading | None, chargers: Phases
) -> list[CircuitPhaseView]:
    told = {} if reading is None else {phase.phase: phase for phase in reading.phases}
    flows = None if reading is None else currents(reading)
    shown = []
    for phase in sorted(told) or PHASES:
        own = chargers[phase - 1]
        current = flows[phase - 1] if flows is not None else (None if circuit.metered else own)
        shown.append(
            CircuitPhaseView(
                phase=phase,
                rating_a=circuit.rating_a,
                current_a=current,
                voltage_v=told[phase].voltage_v if phase in told else None,
                house_a=None if flows is None or current is None else current - own,
                chargers_a=own,
                headroom_a=None if current is None else circuit.rating_a - current,
            )
        )
    return shown


def _drawn(station: Station, charger: Charger) -> Phases:
    return drawn_on_grid(charger, station.rotation(charger.id)) or NOTHING


def _grant(station: Station, charger: Charger, drawn: Phases) -> GrantView:
    control, record = charger.control, charger.record
    placement = station.management.placement(charger.id)
    told = control.ladder.in_force
    return GrantView(
        charger_id=charger.id,
        name=record.name,
        circuit=placement.circuit,
        wants=wants(charger),
        current_a=control.limit_a,
        reason=told.reason,
        detail=told.detail,
        cause=cause_view(told.cause),
        confirmed_a=control.confirmed_a,
        allowed_current_a=int(record.allowed_current_a),
        measured_a=max(drawn) if charger.reading is not None else None,
        power_w=power_shown(charger),
        phases=list(used_on_grid(charger, station.rotation(charger.id))),
    )
