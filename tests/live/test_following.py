"""What a follower of the event stream reads and knows."""

import json
from typing import Any

import pytest

from chargedeck.live.following import after, events


def test_events_are_told_apart_and_a_broken_off_one_is_dropped() -> None:
    lines = (
        b'retry: 1000\nevent: snapshot\ndata: {"chargers":[]}\nid: a\n\n'
        b'event: charger\r\ndata: {}\r\n\r\n: a comment\n\nevent: charger\ndata: {"id'
    ).splitlines(keepends=True)
    assert list(events(lines)) == [("snapshot", b'{"chargers":[]}'), ("charger", b"{}")]


@pytest.mark.parametrize(
    ("kind", "data", "known"),
    [
        pytest.param("snapshot", {"chargers": [{"id": "b"}]}, {"b": {"id": "b"}}, id="all anew"),
        pytest.param("charger", {"id": "a", "patch": {"x": 2}}, {"a": {"id": "a", "x": 2}}, id="changed"),
        pytest.param("charger", {"id": "a", "patch": {"x": None}}, {"a": {"id": "a"}}, id="a member gone"),
        pytest.param("charger", {"id": "a", "patch": None}, {}, id="gone"),
        pytest.param("station", {"id": "a", "patch": {"x": 2}}, {"a": {"id": "a", "x": 1}}, id="others'"),
        pytest.param(
            "charger",
            {"id": "c", "patch": {"id": "c"}},
            {"a": {"id": "a", "x": 1}, "c": {"id": "c"}},
            id="a new one",
        ),
    ],
)
def test_what_is_known_follows_the_events(kind: str, data: Any, known: dict[str, Any]) -> None:
    before = {"a": {"id": "a", "x": 1}}
    assert after(before, kind, json.dumps(data).encode()) == known
    assert before == {"a": {"id": "a", "x": 1}}
