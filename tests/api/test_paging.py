import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.api.paging import PageQuery, page
from chargedeck.hub.people_problems import InvalidValueError


@settings(deadline=None)
@given(st.lists(st.text(max_size=5), unique=True, max_size=20), st.integers(1, 7))
def test_the_pages_together_are_the_list(items: list[str], limit: int) -> None:
    found: list[str] = []
    cursor: str | None = None
    while True:
        shown, cursor = page(items, str, PageQuery(limit, cursor))
        assert len(shown) <= limit
        found += shown
        if cursor is None:
            break
        assert shown
    assert found == sorted(items)


def test_an_item_that_goes_between_two_pages_takes_no_other_with_it() -> None:
    _, cursor = page(["a", "b", "c", "d"], str, PageQuery(2))
    assert page(["a", "c", "d"], str, PageQuery(2, cursor)) == (["c", "d"], None)


@pytest.mark.parametrize("cursor", ["!", "a", "\u00e9", "====", "_w"])
def test_a_cursor_that_is_none(cursor: str) -> None:
    with pytest.raises(InvalidValueError, match="cursor"):
        page(["a"], str, PageQuery(1, cursor))
