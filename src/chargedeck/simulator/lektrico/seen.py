"""What a bystander sees of a device, and the truth that its clients are not told; changes nothing."""

from typing import Any

from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.module import Module


def outlet_state(charger: Charger) -> dict[str, Any]:
    """A charger's only outlet: what can be seen, and what is true."""
    charger.advance()
    outlet, session, limit = charger.outlet, charger.session, charger.limit()
    worst = charger.faults.worst
    return {
        "connector": 1,
        "plugged": outlet.is_plugged,
        "status": charger.state().value,
        "error": None if worst is None else worst.type,
        "errors": sorted({fault.type for fault in charger.faults}),
        "power_w": round(outlet.power_w, 1),
        "soc_ratio": None if outlet.car is None else round(outlet.car.soc, 4),
        "transaction": session.is_active,
        "transaction_id": session.number if session.is_active else None,
        "id_tag": session.tag,
        "pilot": outlet.pilot,
        "offered_a": outlet.offered_a,
        "limit_a": limit.current_a,
        "limit_reason": limit.reason.name.lower(),
        "current_a": [round(outlet.phase_current_a(phase), 2) for phase in range(1, charger.plate.wires + 1)],
        "phases": outlet.wiring.phases,
        "dynamic_current": charger.limits.dynamic_current,
        "session_energy_wh": round(session.energy_wh, 3),
        "charging_time_s": round(session.charging_time, 1),
        "register_wh": round(outlet.register_wh, 3),
        "temperature_c": round(outlet.temperature_c, 1),
    }


def module_state(module: Module) -> dict[str, Any]:
    """An energy module: what it has granted and measured."""
    return {
        "connectors": [],
        "granted_a": module.granted_a,
        "meter": "lost" if module.has_lost_meter else "up",
        "power_w": [round(reading.power_w, 1) for reading in module.readings()],
    }
