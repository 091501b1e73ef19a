"""JSON schemas of our types, by the names that clients know them under."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

_TEMPLATE = "#/components/schemas/{name}"

NAMES = {
    "AuthorizerView": "AuthorizedBy",
    "ErrorView": "ChargerError",
    "LiveSessionView": "ChargerSession",
    "DeviceApproval": "Approval",
    "DeviceDraft": "NewDevice",
    "DeviceProblemView": "DeviceProblem",
    "FoundDevice": "DiscoveredDevice",
    "LimitPeriod": "LimitSpan",
    "Limits": "LimitHistory",
    "MeChanges": "Preferences",
    "MeterDraft": "NewMeter",
    "Message": "OcppMessage",
    "Messages": "OcppMessages",
    "StationDraft": "NewStation",
    "UserDraft": "NewUser",
    "CardDraft": "NewCard",
}
"""Where a class of ours is called otherwise outside."""

_PAGE = re.compile(r"Page_(?P<of>\w+)_")

Json = dict[str, Any]


def public_name(name: str) -> str:
    """What clients call a type: without `View`, and a page of something by what it is a page of."""
    page = _PAGE.fullmatch(name)
    if page is not None:
        return f"{public_name(page['of'])}Page"
    return NAMES.get(name, name.removesuffix("View"))


class Schemas:
    """The schemas of all types, requests and answers, and references to them."""

    def __init__(self, types: Iterable[tuple[Any, bool]]) -> None:
        types = list(types)
        self._all = _components(wanted for wanted, _ in types)
        self._answers = set(_components(wanted for wanted, is_answer in types if is_answer))
        self._requests = set(_components(wanted for wanted, is_answer in types if not is_answer))
        self.components = {
            name: self._finished(name, schema)
            for name, schema in sorted(self._all.items())
            if not name.endswith("Query")
        }

    def reference(self, wanted: Any) -> Json:
        """A reference to a type's schema."""
        (reference,), _ = msgspec.json.schema_components([wanted], ref_template=_TEMPLATE)
        renamed: Json = _renamed(reference)
        return renamed

    def parameters(self, query: type[msgspec.Struct]) -> Iterable[tuple[str, Json]]:
        """The parameters of a query: name, schema and description."""
        for name, schema in self._all[public_name(query.__name__)]["properties"].items():
            plain = _without_null(schema)
            described = plain.pop("description", None)
            yield name, {"schema": plain} | ({} if described is None else {"description": described})

    def _finished(self, name: str, schema: Json) -> Json:
        """An answer always has all its members, unless it says that it leaves out what is not there."""
        schema = {**schema, "title": name}
        if name in self._answers and name not in self._requests and name != "Problem":
            properties = schema.get("properties")
            if properties:
                schema["required"] = list(properties)
                for one in properties.values():
                    one.pop("default", None)
        return schema


def _components(types: Iterable[Any]) -> dict[str, Json]:
    _, components = msgspec.json.schema_components(list(types), ref_template=_TEMPLATE)
    return {public_name(name): _renamed(schema) for name, schema in components.items()}


def _renamed(value: Any) -> Any:
    """References by their public names, all the way down."""
    if isinstance(value, dict):
        return {
            key: _TEMPLATE.format(name=public_name(inner.rpartition("/")[2]))
            if key == "$ref" and isinstance(inner, str)
            else _renamed(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_renamed(inner) for inner in value]
    return value


def _without_null(schema: Json) -> Json:
    """A parameter that is not there is left out; it is never the word null."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    plain = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    if schema.get("default") is not None:
        plain["default"] = schema["default"]
    if len(options) == 1:
        only: Json = options[0]
        return plain | only
    return plain | ({"anyOf": options} if options else {})
