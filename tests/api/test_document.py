"""The OpenAPI document: complete, resolvable, with an example of everything, and pinned."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from tests.api.site import Site

from chargedeck import __version__
from chargedeck.api.docs_page import page
from chargedeck.api.document import openapi_document, openapi_json
from chargedeck.api.problem_examples import PROBLEMS
from chargedeck.api.problems import STATUS, TITLES, problem_of, status_of
from chargedeck.api.routes import all_routes
from chargedeck.domain import problems as domain_problems
from chargedeck.hub import people_problems
from chargedeck.hub.records import Role

DOCUMENT = openapi_document(all_routes(), __version__)
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (method, path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
each_operation = pytest.mark.parametrize(
    ("method", "path", "operation"), [pytest.param(*one, id=one[2]["operationId"]) for one in OPERATIONS]
)
PINNED = Path(__file__).with_name("operations.txt")


def _resolved(schema: Any) -> Any:
    """The schema with the components beside it, so that its references lead somewhere."""
    return {**schema, "components": DOCUMENT["components"]}


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(_references, value.values()))
    if isinstance(value, list):
        return set().union(*map(_references, value))
    return set()


def test_the_command_line_prints_the_same_document() -> None:
    assert json.loads(openapi_json()) == json.loads(json.dumps(DOCUMENT))


def test_every_reference_leads_somewhere() -> None:
    for reference in _references(DOCUMENT):
        found: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_no_schema_is_there_for_nothing() -> None:
    used = {reference.rpartition("/")[2] for reference in _references(DOCUMENT)}
    assert set(DOCUMENT["components"]["schemas"]) <= used


def test_operation_ids_are_different() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(ids) == len(set(ids))


@each_operation
def test_every_operation_says_what_it_does(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"][0].isupper()
    assert operation["description"].endswith(".")
    assert operation["tags"]
    assert operation["x-role"] in {"nobody", "embed", *Role}
    assert ("{id}" in path) == any(one["in"] == "path" for one in operation.get("parameters", ()))
    assert (operation["security"] == []) == (operation["x-role"] == "nobody")


@each_operation
def test_every_example_fits_its_schema(method: str, path: str, operation: dict[str, Any]) -> None:
    contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    contents += [response["content"] for response in operation["responses"].values() if "content" in response]
    for content in contents:
        for media_type, described in content.items():
            if "schema" not in described:
                assert media_type != "application/problem+json"
                continue
            examples = [described["example"]] if "example" in described else []
            references = [one["$ref"] for one in described.get("examples", {}).values()]
            examples += [
                DOCUMENT["components"]["examples"][one.rpartition("/")[2]]["value"] for one in references
            ]
            empty = described["schema"] == {"$ref": "#/components/schemas/Nothing"}
            assert examples or empty, f"{media_type} has no example"
            for example in examples:
                jsonschema_rs.validate(_resolved(described["schema"]), example)


def test_requests_take_nothing_that_they_do_not_name() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if name.startswith("New") or name.endswith("Changes"):
            assert schema["additionalProperties"] is False, name


def test_every_refusal_has_its_status_its_title_and_an_example() -> None:
    for code, found in PROBLEMS.items():
        assert (found.code, found.title) == (code, TITLES[code])
        assert 400 <= found.status < 600
    known = {*PROBLEMS, "method_not_allowed", "internal_error", "unknown_host", "device_error"}
    assert known == set(TITLES)


def test_every_error_of_ours_has_a_status() -> None:
    errors = [
        found
        for module in (domain_problems, people_problems)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, domain_problems.ChargeDeckError)
    ]
    assert len(errors) > 15
    for error in errors:
        if error is not domain_problems.ChargeDeckError:
            assert status_of(error).value < 600, error
            assert error.code in TITLES, error
    assert status_of(RuntimeError).value == 500
    assert all(issubclass(error, Exception) for error in STATUS)


def test_a_problem_leaves_out_what_it_does_not_have() -> None:
    found = msgspec.to_builtins(problem_of(domain_problems.ChargerLockedError()))
    assert set(found) == {"type", "title", "status", "detail", "code"}


def test_the_operations_are_those_that_were_agreed() -> None:
    """A route that goes or changes hands breaks somebody's program: change the pinned list on purpose."""
    lines = [
        f"{operation['x-role']:9}{method.upper():7}{path} {' '.join(operation['responses'])}"
        for method, path, operation in OPERATIONS
    ]
    assert "\n".join(sorted(lines)) + "\n" == PINNED.read_text()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert name != "style"
            assert not name.startswith("on")
            if name in ("href", "src"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")


def test_the_page_asks_no_other_host_and_runs_no_script() -> None:
    found = _Page()
    found.feed(page(DOCUMENT))
    assert not {"script", "style", "iframe", "img"} & set(found.tags)
    for address in found.addresses:
        assert re.match(r"[/#]", address), address
        if address.startswith("#"):
            assert address[1:] in found.ids
    assert len(found.ids) == len(set(found.ids))


def test_the_page_escapes_what_it_shows() -> None:
    changed = json.loads(json.dumps(DOCUMENT))
    changed["paths"]["/api/me"]["get"]["summary"] = "<script>alert(1)</script>"
    assert "<script>" not in page(changed)


async def test_the_document_is_served_to_who_has_signed_in(site: Site) -> None:
    browser, stranger = await site.browser(Role.VIEWER), await site.client()
    for path, media_type in (
        ("/api/openapi.json", "application/json"),
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/style.css", "text/css; charset=utf-8"),
    ):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert (await stranger.get(path)).status_code == 401
    assert (await browser.get("/api/openapi.json")).json()["info"]["title"] == "ChargeDeck"
