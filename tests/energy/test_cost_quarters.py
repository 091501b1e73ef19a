"""A cost as it is kept: every quarter with its share, all adding up to the rounded whole, and told again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.energy.cost_cases import Case, cases, instant

from chargedeck.energy.cost import SessionFacts, session_cost
from chargedeck.energy.cost_amounts import Amounts
from chargedeck.energy.cost_energy import RegisterAt
from chargedeck.energy.cost_quarters import KeptCost, kept_cost, told_cost
from chargedeck.energy.cost_quarters import exact as unrounded
from chargedeck.energy.cost_statement import Statement, statement
from chargedeck.energy.tariff import Part

CASES = {case.name: case for case in cases()}


def kept(case: Case) -> KeptCost:
    return kept_cost(session_cost(case.book, case.facts, case.spots), case.book)


def told(case: Case, cost: KeptCost) -> Statement:
    at = sorted(reading.at for reading in case.facts.readings)
    shown = told_cost(case.book.currency, cost.quarters, cost.days, (at[0], at[-1]))
    return statement(shown, case.book.decimals)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_what_is_kept_adds_up_and_is_told_as_it_was(case: Case) -> None:
    cost = kept(case)
    before = statement(session_cost(case.book, case.facts, case.spots), case.book.decimals)
    assert cost.total == before.total.amount
    assert sum((quarter.amounts.total for quarter in cost.quarters), Decimal(0)) == cost.total
    if not case.facts.readings:
        return
    after = told(case, cost)
    assert after.total == before.total
    assert sum(after.by_part.values()) == sum(after.by_source.values()) == cost.total
    assert sum(amount for _, amount in (*after.rows, *after.days)) == cost.total
    assert sum(row.kwh for row, _ in after.rows) == sum(row.kwh for row, _ in before.rows)
    coin = Decimal(1).scaleb(-case.book.decimals)
    for part in Part:
        assert abs(after.by_part[part] - before.by_part[part]) <= coin


def test_the_share_of_a_day_lies_in_the_last_quarter_of_it() -> None:
    case = CASES["everything at once"]
    cost = kept(case)
    assert {share.start for share in cost.days} == {instant("2024-03-04 22:45")}
    assert cost.quarters[-1].start == instant("2024-03-04 22:45")
    shares = sum((share.cost.amounts.total for share in cost.days), Decimal(0))
    assert cost.quarters[-1].amounts.total > shares > 0
    after = told(case, cost)
    assert {day.part for day, _ in after.days} == {Part.FEES, Part.DEMAND}


FLAT = CASES["into the night"]
MORNING = instant("2024-03-04 10:00")


def drawn(*registers: tuple[int, int]) -> SessionFacts:
    """What the register said, by minutes after ten."""
    minute = timedelta(minutes=1)
    return SessionFacts(tuple(RegisterAt(MORNING + at * minute, Decimal(wh)) for at, wh in registers))


def test_quarters_without_energy_and_cost_are_left_out_and_part_the_rows() -> None:
    facts = drawn((0, 0), (15, 1000), (60, 1000), (75, 2000))
    cost = kept_cost(session_cost(FLAT.book, facts, {}), FLAT.book)
    assert [quarter.kwh for quarter in cost.quarters] == [1, 1]
    lasted = facts.readings[0].at, facts.readings[-1].at
    assert len(statement(told_cost(FLAT.book.currency, cost.quarters, cost.days, lasted), 2).rows) == 2


def test_what_rounding_leaves_over_goes_to_the_largest_piece() -> None:
    exact = session_cost(FLAT.book, drawn((0, 0), (15, 1010)), {})
    assert exact.amounts.total == Decimal("0.3232")
    cost = kept_cost(exact, FLAT.book)
    assert [quarter.amounts for quarter in cost.quarters] == [Amounts(energy=Decimal("0.32"))]
    before = unrounded(cost.quarters, cost.rounding)
    assert [quarter.amounts for quarter in before] == [Amounts(energy=Decimal("0.3232"))]


def test_a_price_follows_from_what_was_not_rounded() -> None:
    facts = drawn((0, 0), (15, 1010), (30, 1031))
    cost = kept_cost(session_cost(FLAT.book, facts, {}), FLAT.book)
    for quarter in unrounded(cost.quarters, cost.rounding):
        assert quarter.amounts.total / quarter.kwh == Decimal("0.32")
    assert unrounded(cost.quarters, None) == cost.quarters, "kept before its rounding was told apart"
