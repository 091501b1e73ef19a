"""JSON that programs read whole, or line by line."""

import json

import pytest
from tests.documents.rows import BARE, ROW, row, whole

from chargedeck.documents.json_table import JsonTable


def test_a_session_as_the_api_names_things() -> None:
    (found,) = json.loads(whole(JsonTable(), [ROW]))
    assert found["cost"] == {"amount": "1.23", "currency": "EUR"}
    assert (found["started_at"], found["energy_wh"]) == ("2026-05-04T18:30:00Z", 5123.0)
    assert found["tags"] == ["work", "far"]
    (bare,) = json.loads(whole(JsonTable(), [BARE]))
    assert bare["cost"] is None
    assert bare.keys() == found.keys()


@pytest.mark.parametrize("sizes", [[], [0], [1], [2, 0, 3], [0, 0, 1]])
def test_any_number_of_pages_is_one_array(sizes: list[int]) -> None:
    pages = [[row(page * 10 + n) for n in range(size)] for page, size in enumerate(sizes)]
    content = whole(JsonTable(), *pages)
    assert [one["session_id"] for one in json.loads(content)] == [
        one.session_id for page in pages for one in page
    ]
    assert content.endswith(b"]\n")
    assert content.count(b"\n{") == sum(sizes)
