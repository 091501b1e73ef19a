"""Home Assistant's MQTT discovery: one row for each thing that a charger shows; pure.

A value that is not there makes the template say None, which Home Assistant shows as unknown.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chargedeck import __version__
from chargedeck.domain.badge import Status, StatusReason
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.limits import LimitReason
from chargedeck.mqtt.topics import OFFLINE, ONLINE, STATUS, Verb, state_topic, wish_topic

PREFIX = "homeassistant"
Payload = dict[str, Any]

_PHASES = (1, 2, 3)
_CONNECTED = "{{ 'online' if value_json.connection.online else 'offline' }}"
_DIAGNOSTIC, _CONFIG = {"entity_category": "diagnostic"}, {"entity_category": "config"}
_MEASURED = {"state_class": "measurement"}


@dataclass(frozen=True, slots=True)
class Entity:
    """Something of a charger in Home Assistant; `verb` where it can be set, `own` what only it needs."""

    platform: str
    key: str
    name: str
    value: str | None = None
    verb: Verb | None = None
    needs_device: bool = False
    """Worth nothing while the charger is offline."""
    own: Mapping[str, Any] = field(default_factory=dict)


def _sensor(key: str, name: str, value: str, unit: str, **own: Any) -> Entity:
    return Entity("sensor", key, name, value, own={"unit_of_measurement": unit, **own})


def _measure(key: str, name: str, value: str, unit: str, device_class: str) -> Entity:
    return Entity(
        "sensor",
        key,
        name,
        value,
        needs_device=True,
        own={"unit_of_measurement": unit, "device_class": device_class, **_MEASURED},
    )


def _words(key: str, name: str, value: str, options: list[str], **own: Any) -> Entity:
    return Entity("sensor", key, name, value, own={"device_class": "enum", "options": options, **own})


def _phase(phase: int, key: str) -> str:
    chosen = f"value_json.phases | selectattr('phase', 'eq', {phase}) | map(attribute='{key}') | list"
    return f"{{{{ ({chosen} + [None])[0] }}}}"


def _by_phase() -> Iterator[Entity]:
    for phase in _PHASES:
        yield _measure(f"voltage_l{phase}", f"Voltage L{phase}", _phase(phase, "voltage_v"), "V", "voltage")
        yield _measure(f"current_l{phase}", f"Current L{phase}", _phase(phase, "current_a"), "A", "current")
        yield _measure(f"power_l{phase}", f"Power L{phase}", _phase(phase, "power_w"), "W", "power")


def _errors() -> Iterator[Entity]:
    for error in ErrorType:
        present = f"value_json.errors | selectattr('type', 'eq', '{error}') | list | length > 0"
        yield Entity(
            "binary_sensor",
            f"error_{error}",
            error.replace("_", " ").capitalize(),
            f"{{{{ 'ON' if {present} else 'OFF' }}}}",
            own={"device_class": "problem", **_DIAGNOSTIC},
        )


_NUMBER = {"device_class": "current", "unit_of_measurement": "A", "step": 1, "mode": "slider"}

ENTITIES = (
    _words("status", "Status", "{{ value_json.status }}", list(Status)),
    _words(
        "status_reason",
        "Status reason",
        "{{ value_json.status_reason or 'none' }}",
        [*StatusReason, "none"],
        **_DIAGNOSTIC,
    ),
    _measure("power", "Power", "{{ value_json.power_w }}", "W", "power"),
    _sensor(
        "session_energy",
        "Session energy",
        "{{ value_json.session.energy_wh if value_json.session else None }}",
        "Wh",
        device_class="energy",
        state_class="total",
        suggested_display_precision=0,
    ),
    _sensor(
        "lifetime_energy",
        "Energy",
        "{{ value_json.lifetime_energy_wh }}",
        "Wh",
        device_class="energy",
        state_class="total_increasing",
        suggested_unit_of_measurement="kWh",
    ),
    _sensor(
        "charging_time",
        "Charging time",
        "{{ value_json.session.charging_time_s if value_json.session else None }}",
        "s",
        device_class="duration",
    ),
    _sensor("limit", "Limit", "{{ value_json.limit.current_a }}", "A", device_class="current"),
    _words(
        "limit_reason",
        "Limit reason",
        "{{ value_json.limit.reason }}",
        list(LimitReason),
        **_DIAGNOSTIC,
    ),
    _measure("temperature", "Temperature", "{{ value_json.temperature_c }}", "°C", "temperature"),
    *_by_phase(),
    Entity(
        "binary_sensor",
        "plugged",
        "Cable",
        "{{ 'ON' if value_json.plugged else 'OFF' }}",
        needs_device=True,
        own={"device_class": "plug"},
    ),
    Entity(
        "binary_sensor",
        "connected",
        "Connection",
        "{{ 'ON' if value_json.connection.online else 'OFF' }}",
        own={"device_class": "connectivity", **_DIAGNOSTIC},
    ),
    *_errors(),
    Entity("button", "start", "Start charging", verb=Verb.START, needs_device=True),
    Entity("button", "stop", "Stop charging", verb=Verb.STOP, needs_device=True),
    Entity("button", "pause", "Pause", verb=Verb.PAUSE, needs_device=True),
    Entity("button", "resume", "Resume", verb=Verb.RESUME, needs_device=True),
    Entity(
        "number",
        "allowed_current",
        "Allowed current",
        "{{ value_json.allowed_current_a }}",
        Verb.ALLOWED_CURRENT,
        needs_device=True,
        own=_NUMBER,
    ),
    Entity(
        "switch",
        "locked",
        "Lock",
        "{{ 'ON' if value_json.locked else 'OFF' }}",
        Verb.LOCK,
        needs_device=True,
        own={"icon": "mdi:lock", **_CONFIG},
    ),
)


def node_of(charger: str) -> str:
    """A charger's id in the letters that Home Assistant allows; never the same for two chargers."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", charger)
    return plain if plain == charger else f"{plain}_{hashlib.sha256(charger.encode()).hexdigest()[:8]}"


def discovery(charger: Mapping[str, Any]) -> dict[str, Payload]:
    """What Home Assistant is told of a charger, by topic."""
    node = node_of(charger["id"])
    return {
        f"{PREFIX}/{entity.platform}/chargedeck_{node}/{entity.key}/config": _payload(entity, node, charger)
        for entity in ENTITIES
    }


def _payload(entity: Entity, node: str, charger: Mapping[str, Any]) -> Payload:
    state = state_topic(charger["id"])
    payload: Payload = {
        "name": entity.name,
        "unique_id": f"chargedeck_{node}_{entity.key}",
        "object_id": f"{node}_{entity.key}",
        "device": _device(node, charger),
        "origin": {"name": "ChargeDeck", "sw_version": __version__},
        "availability": _availability(entity, state),
        "availability_mode": "all",
        "qos": 1,
        **entity.own,
    }
    if entity.value is not None:
        payload |= {"state_topic": state, "value_template": entity.value}
    if entity.verb is not None:
        payload["command_topic"] = wish_topic(charger["id"], entity.verb)
    if entity.verb is Verb.ALLOWED_CURRENT:
        payload |= charger["current_range_a"]
    return payload


def _availability(entity: Entity, state: str) -> list[Payload]:
    server: Payload = {"topic": STATUS, "payload_available": ONLINE, "payload_not_available": OFFLINE}
    if not entity.needs_device:
        return [server]
    return [server, {"topic": state, "value_template": _CONNECTED}]


def _device(node: str, charger: Mapping[str, Any]) -> Payload:
    told = {
        "manufacturer": charger["vendor"],
        "model": charger["model"],
        "serial_number": charger["serial"],
        "sw_version": charger["firmware"],
    }
    known = {key: value for key, value in told.items() if value}
    return {"identifiers": [f"chargedeck_{node}"], "name": charger["name"], **known}
