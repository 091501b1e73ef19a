"""Every hand-computed cost, to the cent, in every split."""

import pytest
from tests.energy.cost_cases import Case, cases

from chargedeck.energy.cost import session_cost
from chargedeck.energy.cost_statement import statement
from chargedeck.energy.tariff import Part, Source

CASES = cases()
_SAID = {"total", "rows", *map(str, Part), *map(str, Source)}


def test_there_are_enough_cases_and_each_has_its_own_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_cost_is_what_the_hand_says(case: Case) -> None:
    cost = session_cost(case.book, case.facts, case.spots)
    shown = statement(cost, case.book.decimals)
    said = {"total": str(shown.total.amount), "rows": str(len(shown.rows))}
    said |= {str(part): str(amount) for part, amount in shown.by_part.items()}
    said |= {str(source): str(amount) for source, amount in shown.by_source.items()}
    wanted = {name: str(value) for name, value in case.expected.items() if name in _SAID}
    assert {name: said[name] for name in wanted} == wanted
    assert sorted(cost.notes) == sorted(case.expected.get("notes", []))
    assert shown.estimated is bool(case.expected.get("notes"))
    assert sum(shown.by_part.values()) == sum(shown.by_source.values()) == shown.total.amount
    assert sum(amount for _, amount in (*shown.rows, *shown.days)) == shown.total.amount
