"""The document as a page to read: plain HTML without any script, made once."""

import functools
import json
from collections.abc import Callable, Iterable
from html import escape
from importlib import resources
from typing import Any

import msgspec

from chargedeck.api.problems import TITLES

Json = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")


class Document:
    """The API's description in both its forms, made when somebody first asks."""

    def __init__(self, made: Callable[[], Json]) -> None:
        self._made = made

    @functools.cached_property
    def _document(self) -> Json:
        return self._made()

    @functools.cached_property
    def json(self) -> bytes:
        """For programs."""
        return msgspec.json.encode(self._document)

    @functools.cached_property
    def html(self) -> bytes:
        """For people."""
        return page(self._document).encode()

    @functools.cached_property
    def style(self) -> bytes:
        """What the page looks like."""
        return resources.files(__package__).joinpath("docs.css").read_bytes()


def page(document: Json) -> str:
    """The whole page."""
    info = document["info"]
    sections = "".join(_section(document, tag["name"]) for tag in document["tags"])
    contents = "".join(
        f'<a href="#{_anchor(tag["name"])}">{_text(tag["name"])}</a>' for tag in document["tags"]
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(info['title'])} API</title>"
        '<link rel="stylesheet" href="/docs/style.css"></head><body>'
        f"<header><h1>{_text(info['title'])} API <small>{_text(info['version'])}</small></h1>"
        f"{_paragraphs(info['description'])}"
        '<p>For programs: <a href="/api/openapi.json">openapi.json</a></p>'
        f'<nav>{contents}<a href="#problems">Problems</a></nav></header>'
        f"<main>{sections}{_problems()}</main></body></html>"
    )


def _section(document: Json, tag: str) -> str:
    operations = "".join(
        _operation(method, path, operations[method])
        for path, operations in document["paths"].items()
        for method in METHODS
        if method in operations and tag in operations[method]["tags"]
    )
    return f'<section id="{_anchor(tag)}"><h2>{_text(tag)}</h2>{operations}</section>'


def _operation(method: str, path: str, operation: Json) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    success, *refusals = operation["responses"].items()
    return (
        f'<article id="{_text(operation["operationId"])}">'
        f'<h3><code class="{method}">{method.upper()}</code> <code>{_text(path)}</code></h3>'
        f'<p class="summary">{_text(operation["summary"])} '
        f'<span class="role">{_text(operation["x-role"])}</span></p>'
        f"{_paragraphs(operation['description'])}"
        f"{_parameters(operation.get('parameters', ()))}"
        f"{_example('Body', body)}"
        f"{_example(f'Answers {success[0]}', _json_of(success[1]))}"
        f"{_refusals(refusals)}</article>"
    )


def _json_of(response: Json) -> Json | None:
    content: Json = response.get("content", {})
    found: Json | None = content.get("application/json")
    return found


def _parameters(parameters: Iterable[Json]) -> str:
    rows = "".join(
        f"<tr><td><code>{_text(one['name'])}</code></td><td>{_text(one['in'])}</td>"
        f"<td><code>{_text(json.dumps(one['schema']))}</code></td>"
        f"<td>{_text(one.get('description', ''))}</td></tr>"
        for one in parameters
    )
    return f"<table>{rows}</table>" if rows else ""


def _example(title: str, content: Json | None) -> str:
    if content is None or "example" not in content:
        return ""
    example = json.dumps(content["example"], indent=2, ensure_ascii=False)
    return f"<details><summary>{_text(title)}</summary><pre>{_text(example)}</pre></details>"


def _refusals(refusals: Iterable[tuple[str, Json]]) -> str:
    codes = [
        f'<a href="#{_text(code)}"><code>{_text(status)} {_text(code)}</code></a>'
        for status, response in refusals
        for content in response.get("content", {}).values()
        for code in content.get("examples", ())
    ]
    return f'<p class="refusals">{" ".join(codes)}</p>' if codes else ""


def _problems() -> str:
    rows = "".join(
        f'<tr id="{_text(code)}"><td><code>{_text(code)}</code></td><td>{_text(title)}</td></tr>'
        for code, title in sorted(TITLES.items())
    )
    return f'<section id="problems"><h2>Problems</h2><table>{rows}</table></section>'


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_text(paragraph)}</p>" for paragraph in text.strip().split("\n\n"))


def _anchor(tag: str) -> str:
    return escape(f"tag-{tag.lower().replace(' ', '-')}")


def _text(value: object) -> str:
    return escape(str(value))
