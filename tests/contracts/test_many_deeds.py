"""However many deeds there are, no page of them is looked for row by row."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.dialects import sqlite
from tests.contracts.records import NOON

from chargedeck.hub.people_ports import DeedQuery
from chargedeck.storage.deeds import deed_page
from chargedeck.storage.opening import database_of, make_ready

CURSOR = "MTc2NzIyNTYwMDAwMDAwMCA3"
"""Of some page before."""


@pytest.mark.parametrize("cursor", [None, CURSOR], ids=["first page", "next page"])
@pytest.mark.parametrize("days", [None, 7], ids=["ever", "a week"])
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (DeedQuery(), "ix_events_deeds "),
        (DeedQuery(actor="ada"), "ix_events_deeds_of "),
        (DeedQuery(kinds=["settings"]), "ix_events_deeds_by_kind "),
        (DeedQuery(actor="ada", kinds=["settings"]), "ix_events_deeds_of_by_kind "),
    ],
)
def test_a_page_of_deeds_follows_an_index(
    sqlite_url: str, asked: DeedQuery, index: str, days: int | None, cursor: str | None
) -> None:
    start = None if days is None else NOON
    end = None if days is None else NOON + timedelta(days=days)
    page = deed_page(replace(asked, start=start, end=end, cursor=cursor))
    sql = str(page.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    database = database_of(sqlite_url)
    make_ready(database)
    engine = database.for_reading(1)
    try:
        with engine.connect() as connection:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    finally:
        engine.dispose()
    assert len(plan) == 1, plan  # no sorting besides
    assert f"USING INDEX {index}" in f"{plan[0]} "
