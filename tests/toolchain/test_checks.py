"""The checks of `make check` find what they are there for, and nothing else."""

import pytest
from scripts import draw_state_machine, licences, links, purity, tidiness

from chargedeck.domain.session import COMMANDS, TRANSITIONS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "see [a](other.md) and ![b](img/b.png)", [(1, "other.md"), (1, "img/b.png")], id="inline"
        ),
        pytest.param('\n[a](<other.md> "title")', [(2, "other.md")], id="brackets and title"),
        pytest.param("[a]: other.md\n", [(1, "other.md")], id="reference"),
        pytest.param('<img src="b.png" alt="">', [(1, "b.png")], id="image tag"),
        pytest.param("[a](https://example.org) [b](mailto:a@b.c)", [], id="elsewhere"),
        pytest.param("```\n[a](gone.md)\n```\n`[b](gone.md)`", [], id="code"),
        pytest.param("```\n[a](gone.md)\n```\n[b](#here)", [(4, "#here")], id="line after code"),
        pytest.param("<!-- [a](gone.md) -->", [], id="comment"),
    ],
)
def test_links_are_found_where_a_reader_sees_them(text: str, found: list[tuple[int, str]]) -> None:
    assert sorted(links.targets(text)) == sorted(found)


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        pytest.param("## Two commands", "two-commands", id="words"),
        pytest.param("# What's `make run`? (new)", "whats-make-run-new", id="signs vanish"),
        pytest.param("## Same\n## Same", "same-1", id="the second of two"),
        pytest.param("## [Named](a.md) link", "named-link", id="link in a heading"),
        pytest.param('<a id="by-hand"></a>', "by-hand", id="by hand"),
    ],
)
def test_anchors_are_named_as_hosts_name_them(text: str, anchor: str) -> None:
    assert anchor in links.anchors(text)


def test_a_heading_in_code_is_no_anchor() -> None:
    assert links.anchors("```\n# not a heading\n```") == frozenset()


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("Apache-2.0 AND GPL-3.0-only", False),
        ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", True),
        ("(MIT AND GPL-3.0-only) OR AGPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_when_one_of_its_ways_is(expression: str, *, allowed: bool) -> None:
    assert licences.allowed(expression) is allowed


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param("from datetime import datetime\nimport chargedeck.domain.units", [], id="pure"),
        pytest.param("import asyncio", [1], id="the loop"),
        pytest.param("\nfrom os.path import join", [2], id="files"),
        pytest.param("from chargedeck.hub import actor", [1], id="upwards"),
        pytest.param("from . import units", [1], id="relative"),
        pytest.param("import datetime\nat = datetime.datetime.now(datetime.UTC)", [2], id="clock"),
    ],
)
def test_a_pure_module_fetches_nothing(source: str, lines: list[int]) -> None:
    assert [line for line, _ in purity.problems(source, ("chargedeck.domain",))] == lines


@pytest.mark.parametrize(
    ("line", "trace"),
    [
        ("index = https://" + "pypi" + ".org/simple", "pypi" + ".org"),
        ("cd " + "/root" + "/chargedeck", "/root" + "/"),
        ("data = '" + "/home" + "/ann/data'", "/home" + "/ann/"),
        ("see https://example.org/work/in/progress", None),
        ("a homework/list", None),
    ],
)
def test_traces_of_one_machine_are_found(line: str, trace: str | None) -> None:
    assert tidiness.traces(line) == trace


def test_the_drawing_holds_every_transition() -> None:
    page = draw_state_machine.drawing(TRANSITIONS)
    for state, ways in TRANSITIONS.items():
        for trigger, aim in ways.items():
            bold = "**" if trigger in COMMANDS else ""
            assert f"| {state.value} | {bold}{trigger.value}{bold} | {aim.value} |" in page
            assert (f"    {state.value} --> {aim.value}: " in page) is (aim is not state)
