"""The table in docs/octt.md names every test case, and each of its tests is there."""

import ast
import re
from pathlib import Path

from scripts.tree import ROOT

ROW = re.compile(r"^\| (TC_\w+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(test_\w+\.py::[^`]+)`")
CASES = 77
NEED_CLIENT_CERTIFICATES = {"TC_074", "TC_087"}


def written() -> set[str]:
    """The tests of this folder as pytest names them, with parameters as far as these have names."""
    return {
        f"{path.name}::{test}" for path in Path(__file__).parent.glob("test_*.py") for test in cases_in(path)
    }


def cases_in(path: Path) -> list[str]:
    found = []
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
            found += [node.name, *(f"{node.name}[{name}]" for name in parameters(node))]
    return found


def parameters(test: ast.AsyncFunctionDef) -> list[str]:
    given = [node for decorator in test.decorator_list for node in ast.walk(decorator)]
    names = [node.value for node in given if isinstance(node, ast.keyword) and node.arg == "id"]
    return [name.value for name in names if isinstance(name, ast.Constant) and isinstance(name.value, str)]


def test_the_table_names_every_case_once() -> None:
    cases = [row[0] for row in ROW.findall((ROOT / "docs" / "octt.md").read_text())]
    assert len(cases) == len(set(cases)) == CASES
    assert set(cases) >= NEED_CLIENT_CERTIFICATES


def test_each_test_in_the_table_is_there() -> None:
    tests = written()
    for case, cell, result in ROW.findall((ROOT / "docs" / "octt.md").read_text()):
        named = TEST.findall(cell)
        assert set(named) <= tests, case
        if case in NEED_CLIENT_CERTIFICATES:
            assert (named, result) == ([], "out of scope: profile 3")
        else:
            assert named, case
            assert all(case.lower() in name for name in named), case


def test_each_test_of_a_case_is_in_the_table() -> None:
    page = (ROOT / "docs" / "octt.md").read_text()
    of_cases = {name for name in written() if re.search(r"\btest_tc_|\[tc_", name)}
    assert of_cases == set(TEST.findall(page))
