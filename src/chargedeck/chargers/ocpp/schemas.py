"""The official JSON schemas of a version, from the `ocpp` package, compiled.

The schemas are the package's own files, never copies. What arrives and what we send both pass here.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
from jsonschema_rs import ValidationErrorKind as Kind

from chargedeck.chargers.ocpp.faults import LONGEST_DESCRIPTION, Fault, FaultKind
from chargedeck.chargers.ocpp.times import is_instant

LONG = 2_000
"""Values in a message; of a longer one that is not valid only the first fault is looked for."""

_RANK = {FaultKind.FORMATION: 0, FaultKind.OCCURRENCE: 1, FaultKind.TYPE: 2, FaultKind.PROPERTY: 3}


def _package() -> Path:
    spec = find_spec("ocpp")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package 'ocpp' is not installed; its schemas are needed")
    return Path(spec.submodule_search_locations[0])


class Schemas:
    """The schemas of one version; the names of actions come from our own tables, never from the wire."""

    def __init__(
        self, version: str, actions: Iterable[str], *, request: str = "", response: str = "Response"
    ) -> None:
        """Read and compile (0.1 ms an action); later there might be no file descriptor left to read with.

        `request` and `response` are what the version's files add to the action's name.
        """
        self._folder = _package() / version / "schemas"
        self._request_suffix, self._response_suffix = request, response
        self._requests = {action: _compile(self.request(action)) for action in actions}
        self._responses = {action: _compile(self.response(action)) for action in self._requests}

    def check_request(self, action: str, payload: Mapping[str, Any]) -> None:
        """Raise a Fault unless the payload fits the action."""
        _check(self._requests[action], payload)

    def check_response(self, action: str, payload: Mapping[str, Any]) -> None:
        """Raise a Fault unless the payload answers the action."""
        _check(self._responses[action], payload)

    def request(self, action: str) -> dict[str, Any]:
        """The schema of an action's request, as the package has it."""
        return self._read(action + self._request_suffix)

    def response(self, action: str) -> dict[str, Any]:
        """The schema of an action's answer, as the package has it."""
        return self._read(action + self._response_suffix)

    def _read(self, name: str) -> dict[str, Any]:
        text = (self._folder / f"{name}.json").read_text(encoding="utf-8-sig")
        schema: dict[str, Any] = msgspec.json.decode(text)
        return schema


def _check(validator: jsonschema_rs.Validator, payload: Mapping[str, Any]) -> None:
    try:
        if validator.is_valid(payload):
            return
        if _is_long(payload):
            raise _first_fault(validator, payload)
        faults = sorted(_faults(validator, payload), key=lambda fault: _RANK[fault.kind])
    except ValueError:
        # What the validator cannot walk (its depth is bounded) cannot fit any schema.
        raise Fault(FaultKind.FORMATION, "payload: nested too deeply; send the action's fields") from None
    if faults:
        raise faults[0]


def _is_long(payload: Any) -> bool:
    """Whether it has more values than any real message that is not valid to the letter."""
    level, count = [payload], 0
    while level and count <= LONG:
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict | list):
                below.extend(item.values() if isinstance(item, dict) else item)
        level, count = below, count + len(below)
    return count > LONG


def _first_fault(validator: jsonschema_rs.Validator, payload: Any) -> Fault:
    """The first fault there is: to list 40,000 of them would hold up all other devices."""
    try:
        validator.validate(payload)
    except jsonschema_rs.ValidationError as error:
        return _fault(error)
    return Fault(FaultKind.FORMATION, "payload: not valid; send the action's fields")


def _compile(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def _faults(validator: jsonschema_rs.Validator, payload: Any) -> Iterator[Fault]:
    """Every fault of a payload, without the times that we read more generously than RFC 3339."""
    for error in validator.iter_errors(payload):
        is_time = isinstance(error.kind, Kind.Format) and error.kind.format == "date-time"
        if not (is_time and is_instant(error.instance)):
            yield _fault(error)


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    kind, remedy = _named(error)
    where = _path(error.instance_path)
    if isinstance(error.kind, Kind.Required):
        where = f"{where}.{error.kind.property}" if where else str(error.kind.property)
    return Fault(kind, f"{where or 'payload'}: {remedy}"[:LONGEST_DESCRIPTION])


def _named(error: jsonschema_rs.ValidationError) -> tuple[FaultKind, str]:
    """The kind of fault, and what to do about it; values are not repeated, for they may be secrets."""
    match error.kind:
        case Kind.Type() if not error.instance_path:
            return FaultKind.FORMATION, "not an object; send the action's fields"
        case Kind.Type() as wrong:
            return FaultKind.TYPE, f"of the wrong type; send {_types(wrong.types)}"
        case Kind.AdditionalProperties() as extra:
            names = ", ".join(repr(name) for name in extra.unexpected)
            return FaultKind.FORMATION, f"there is no field {names} here; leave it out"
        case Kind.Required():
            return FaultKind.OCCURRENCE, "missing; send it"
        case Kind.MinItems() as few:
            return FaultKind.OCCURRENCE, f"too few items; send at least {few.limit}"
        case Kind.MaxItems() as many:
            return FaultKind.OCCURRENCE, f"too many items; send at most {many.limit}"
        case Kind.MaxLength() as long:
            return FaultKind.PROPERTY, f"too long; send at most {long.limit} characters"
        case Kind.Enum() as enum:
            return FaultKind.PROPERTY, f"not one of the values; send one of {_values(enum.options)}"
        case Kind.MultipleOf() as step:
            return FaultKind.PROPERTY, f"not a multiple of {step.multiple_of}; round it"
        case Kind.Format() as form:
            return FaultKind.PROPERTY, f"not a {form.format}; send {_EXAMPLES.get(form.format, 'one')}"
        case _:
            return FaultKind.PROPERTY, f"not valid; {error.message}"


_EXAMPLES = {"date-time": "a time such as 2026-01-31T12:00:00Z", "uri": "one such as https://host/path"}


def _types(types: Any) -> str:
    names = [types] if isinstance(types, str) else list(types)
    return " or ".join(f"a value of type {name}" for name in names)


def _values(options: Any) -> str:
    return ", ".join(str(option) for option in options) if isinstance(options, list) else str(options)


def _path(parts: list[str | int]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
