import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chargedeck.live.patch import difference, merged, without_nulls

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=2)
KEYS = st.sampled_from("abcd")
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=4)

# How fast inputs are made depends on the machine, and says nothing about the code.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        pytest.param({"a": "b"}, {"a": "c"}, {"a": "c"}, id="replaces"),
        pytest.param({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}, id="adds"),
        pytest.param({"a": "b"}, {"a": None}, {}, id="null takes away"),
        pytest.param({"a": ["b"]}, {"a": "c"}, {"a": "c"}, id="array to value"),
        pytest.param({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}, id="goes deeper"),
        pytest.param({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}, id="arrays are replaced"),
        pytest.param({"e": None}, {"a": 1}, {"e": None, "a": 1}, id="leaves a null that is there"),
        pytest.param([1, 2], {"a": "b", "c": None}, {"a": "b"}, id="object over array"),
        pytest.param({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}, id="null inside something new"),
        pytest.param({"a": "b"}, ["c"], ["c"], id="a patch that is no object replaces all"),
    ],
)
def test_the_table_of_rfc_7396(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


@unhurried
@given(OBJECTS, OBJECTS)
def test_a_patch_leads_from_one_form_to_the_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert without_nulls(merged(old, difference(old, new))) == without_nulls(new)


@unhurried
@given(OBJECTS, OBJECTS)
def test_without_nulls_it_leads_there_exactly(old: dict[str, Any], new: dict[str, Any]) -> None:
    old, new = without_nulls(old), without_nulls(new)
    assert merged(old, difference(old, new)) == new


@unhurried
@given(OBJECTS)
def test_no_change_is_no_patch(form: dict[str, Any]) -> None:
    assert difference(form, copy.deepcopy(form)) == {}


@unhurried
@given(OBJECTS, OBJECTS)
def test_a_patch_may_come_twice(old: dict[str, Any], new: dict[str, Any]) -> None:
    patch = difference(old, new)
    once = merged(old, patch)
    assert merged(once, patch) == once


@unhurried
@given(OBJECTS, OBJECTS)
def test_neither_form_is_changed(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = copy.deepcopy((old, new))
    merged(old, difference(old, new))
    assert (old, new) == before


def test_only_what_changed_is_said() -> None:
    old = {"id": "garage", "power_w": 1.0, "limit": {"current_a": 16.0, "reason": "user"}, "session": None}
    new = {"id": "garage", "power_w": 2.0, "limit": {"current_a": 13.0, "reason": "user"}, "session": None}
    assert difference(old, new) == {"power_w": 2.0, "limit": {"current_a": 13.0}}


def test_true_is_not_one() -> None:
    assert difference({"a": 1}, {"a": True}) == {"a": True}
