"""Payloads made from the official schemas: a valid one with every field, and each way to spoil it."""

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from chargedeck.chargers.ocpp.faults import FaultKind

Schema = dict[str, Any]
Path = tuple[str | int, ...]

WRONG: dict[str, Any] = {
    "string": 12,
    "integer": "12",
    "number": "1.0",
    "boolean": "true",
    "array": {},
    "object": [],
}
TIME = "2026-11-22T12:00:00Z"


class Spoiled(NamedTuple):
    """A payload with one fault: what was done to which field, and how the fault is called."""

    name: str
    payload: Any
    kind: FaultKind
    field: str


def _resolved(schema: Schema, root: Schema) -> Schema:
    if "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return _resolved(target, root)
    return schema


def complete(schema: Schema, root: Schema | None = None) -> Any:
    """A valid value with every field that the schema knows."""
    root = schema if root is None else root
    schema = _resolved(schema, root)
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            return {name: complete(item, root) for name, item in schema.get("properties", {}).items()}
        case "array":
            return [complete(schema["items"], root)]
        case "string" if schema.get("format") == "date-time":
            return TIME
        case "string" if schema.get("format") == "uri":
            return "ftp://files.example/x"
        case "string":
            return "x"
        case "integer":
            return 1
        case "number":
            return 1.5
        case "boolean":
            return True
        case other:
            raise AssertionError(other)


def _fields(schema: Schema, root: Schema, path: Path = ()) -> Iterator[tuple[Path, Schema]]:
    schema = _resolved(schema, root)
    yield path, schema
    for name, item in schema.get("properties", {}).items():
        yield from _fields(item, root, (*path, name))
    if "items" in schema:
        yield from _fields(schema["items"], root, (*path, 0))


def _with(payload: Any, path: Path, value: Any) -> Any:
    changed = copy.deepcopy(payload)
    place = changed
    for part in path[:-1]:
        place = place[part]
    if value is _GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


_GONE = object()


def _written(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def spoiled(schema: Schema) -> Iterator[Spoiled]:
    """Every single fault that a schema forbids."""
    whole = complete(schema)
    for path, item in _fields(schema, schema):
        field = _written(path)
        if path:
            yield Spoiled(f"{field}: type", _with(whole, path, WRONG[item["type"]]), FaultKind.TYPE, field)
            yield Spoiled(f"{field}: null", _with(whole, path, None), FaultKind.TYPE, field)
        if item["type"] == "object":
            yield Spoiled(f"{field}: extra", _with(whole, (*path, "extra"), 1), FaultKind.FORMATION, "extra")
        for name in item.get("required", ()):
            at = (*path, name)
            yield Spoiled(
                f"{_written(at)}: missing", _with(whole, at, _GONE), FaultKind.OCCURRENCE, _written(at)
            )
        yield from _out_of_range(whole, path, item, field)


def _out_of_range(whole: Any, path: Path, item: Schema, field: str) -> Iterator[Spoiled]:
    if "enum" in item:
        yield Spoiled(f"{field}: enum", _with(whole, path, "Nonsense"), FaultKind.PROPERTY, field)
    if "maxLength" in item and "enum" not in item:
        long = "x" * (item["maxLength"] + 1)
        yield Spoiled(f"{field}: length", _with(whole, path, long), FaultKind.PROPERTY, field)
    if item.get("format") == "date-time":
        yield Spoiled(f"{field}: time", _with(whole, path, "yesterday"), FaultKind.PROPERTY, field)
    if "multipleOf" in item:
        yield Spoiled(f"{field}: step", _with(whole, path, 1.55), FaultKind.PROPERTY, field)
    if item.get("minItems"):
        yield Spoiled(f"{field}: empty", _with(whole, path, []), FaultKind.OCCURRENCE, field)
