"""docs/access.md says what the document says, and the server does what both say."""

import re
from pathlib import Path

import pytest
from tests.api.site import Site
from tests.api.test_access import OPERATIONS, Operation, attempt

from chargedeck.hub.records import Role

PAGE = Path(__file__).parents[2] / "docs/access.md"
COLUMNS = ("nobody", *(role.value for role in Role))
ROW = re.compile(r"\| ([A-Z]+) `([^`]+)` \| (.+) \|")


def table() -> dict[tuple[str, str], dict[str, str]]:
    """What may be done, by route and role."""
    found = {}
    for method, path, cells in ROW.findall(PAGE.read_text()):
        words = dict(zip(COLUMNS, cells.split(" | "), strict=True))
        assert set(words.values()) <= {"yes", "own", "no"}, (method, path)
        assert (method, path) not in found, f"{method} {path} has two lines"
        found[method, path] = words
    return found


TABLE = table()


def key(operation: Operation) -> tuple[str, str]:
    return operation.method.upper(), operation.path


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    routes = {key(operation) for operation in OPERATIONS}
    assert not routes - TABLE.keys(), "add these lines to docs/access.md"
    assert not TABLE.keys() - routes, "take these lines out of docs/access.md"


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_lowest_role_is_the_one_of_the_document(operation: Operation) -> None:
    row = TABLE[key(operation)]
    may = [role for role in COLUMNS if row[role] != "no"]
    lowest = len(COLUMNS) if operation.role == "embed" else COLUMNS.index(operation.role)
    assert may == list(COLUMNS[lowest:])


@pytest.mark.parametrize("role", list(Role))
async def test_nobody_gets_further_than_the_table_says(site: Site, role: Role) -> None:
    browser, program = await site.browser(role), await site.program(role)
    for operation in OPERATIONS:
        if operation.name == "logout":
            continue
        status, programs = await attempt(browser, operation), await attempt(program, operation)
        refused = TABLE[key(operation)][role.value] == "no"
        assert (status in {401, 403}) == refused, (operation, status)
        # A program has no profile; else it gets as far as a person.
        assert (programs in {401, 403}) == (refused or operation.is_of_a_person), (operation, programs)
