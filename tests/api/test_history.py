"""Samples, limits and sessions: their arithmetic as tables, and what the API answers of them."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.api.site import Site

from chargedeck.api.series import (
    LONGEST,
    MOST_ASKED_POINTS,
    MOST_POINTS,
    STEPS_S,
    Period,
    intervals,
    period,
    resolution,
)
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.units import Amps, ChargerId
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import LimitChange, Role

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _change(minutes: float, amps: float) -> LimitChange:
    return LimitChange(ChargerId("a"), NOON + timedelta(minutes=minutes), Amps(amps), LimitReason.USER)


# -- pure ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(None, None, (NOON - HOUR, NOON), id="the last hour"),
        pytest.param(None, NOON - HOUR, (NOON - 2 * HOUR, NOON - HOUR), id="the hour before an end"),
        pytest.param(NOON - 3 * HOUR, None, (NOON - 3 * HOUR, NOON), id="from a start until now"),
        pytest.param(NOON, NOON + HOUR, (NOON, NOON + HOUR), id="both"),
    ],
)
def test_the_period(
    start: datetime | None, end: datetime | None, expected: tuple[datetime, datetime]
) -> None:
    assert period(start, end, now=NOON, default=HOUR) == expected


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(NOON, NOON, id="empty"),
        pytest.param(NOON + HOUR, NOON, id="backwards"),
        pytest.param(NOON - LONGEST - HOUR, NOON, id="too long"),
        pytest.param(None, datetime.min.replace(tzinfo=UTC), id="before all time"),
    ],
)
def test_a_period_that_will_not_do(start: datetime | None, end: datetime) -> None:
    with pytest.raises(InvalidValueError):
        period(start, end, now=NOON, default=HOUR)


@pytest.mark.parametrize(
    ("hours", "expected"), [(0.1, 1), (1, 10), (6, 60), (24, 300), (24 * 7, 1_800), (24 * 366, 86_400)]
)
def test_the_default_resolution(hours: float, expected: float) -> None:
    assert resolution(None, Period(NOON, NOON + hours * HOUR)) == expected


@settings(deadline=None)
@given(st.floats(1, LONGEST.total_seconds()))
def test_the_default_is_the_finest_that_is_small_enough(seconds: float) -> None:
    over = Period(NOON, NOON + timedelta(seconds=seconds))
    chosen = resolution(None, over)
    assert over.seconds / chosen <= MOST_POINTS
    finer = [step for step in STEPS_S if step < chosen]
    assert all(over.seconds / step > MOST_POINTS for step in finer)


def test_who_asks_for_too_much_is_told_what_would_do() -> None:
    with pytest.raises(InvalidValueError, match="at least 17 s"):
        resolution(1.0, Period(NOON, NOON + 24 * HOUR))
    assert resolution(18.0, Period(NOON, NOON + 24 * HOUR)) == 18.0
    assert MOST_ASKED_POINTS < 24 * 3600 / 17


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([], [], id="never limited"),
        pytest.param([(-30, 16)], [(0, 60, 16)], id="in force before it began"),
        pytest.param([(10, 16)], [(10, 60, 16)], id="from the middle on"),
        pytest.param([(-30, 16), (20, 10), (40, 6)], [(0, 20, 16), (20, 40, 10), (40, 60, 6)], id="three"),
        pytest.param([(40, 6), (-30, 16)], [(0, 40, 16), (40, 60, 6)], id="out of order"),
        pytest.param([(0, 16), (0, 10)], [(0, 60, 10)], id="two at once: the later one"),
        pytest.param([(60, 16)], [], id="at the end"),
    ],
)
def test_when_each_limit_was_in_force(
    changes: list[tuple[float, float]], expected: list[tuple[float, float, float]]
) -> None:
    over = Period(NOON, NOON + HOUR)
    found = intervals([_change(*change) for change in changes], over)
    assert [
        (
            (one.start - NOON) / timedelta(minutes=1),
            (one.end - NOON) / timedelta(minutes=1),
            one.change.current_a,
        )
        for one in found
    ] == expected


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-60, 120), st.integers(0, 32)), max_size=12))
def test_intervals_never_overlap_and_stay_inside(changes: list[tuple[int, int]]) -> None:
    over = Period(NOON, NOON + HOUR)
    found = intervals([_change(*change) for change in changes], over)
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(over.start <= edge <= over.end for edge in edges)


# -- over HTTP -------------------------------------------------------------------------------------


@pytest.fixture
async def viewer(site: Site) -> httpx.AsyncClient:
    await site.add_device()
    return await site.browser(Role.VIEWER)


async def _session(site: Site, device_id: str = "garage") -> None:
    """A session of ten minutes that draws a kilowatt hour."""
    ref = await site.charge(1_000, device_id)
    for minute in range(1, 11):
        site.clock.turn(minutes=1)
        await site.meter(1_000 + minute * 100, 6_000, ref, device_id)
    await site.end(ref, 2_000, device_id)
    await site.durable()


async def test_samples_of_a_charger(site: Site, viewer: httpx.AsyncClient) -> None:
    await _session(site)
    answer = (await viewer.get("/api/chargers/garage/samples?resolution=60")).json()
    assert answer["resolution_s"] == 60
    assert len(answer["items"]) == 10
    last = answer["items"][-1]
    assert (last["power_w"], last["energy_wh"], last["voltage_v"]) == (6_000, 2_000, [230])
    assert last["current_a"][0] == pytest.approx(26.09, abs=0.01)
    coarse = (await viewer.get("/api/chargers/garage/samples")).json()
    assert coarse["resolution_s"] == 300
    assert len(coarse["items"]) <= 3


async def test_limits_of_a_charger(site: Site, viewer: httpx.AsyncClient) -> None:
    driver = await site.browser(Role.DRIVER)
    await driver.put("/api/chargers/garage/allowed-current", json={"current_a": 10})
    site.clock.turn(minutes=5)
    await driver.put("/api/chargers/garage/allowed-current", json={"current_a": 20})
    site.clock.turn(minutes=5)
    await site.durable()
    items = (await viewer.get("/api/chargers/garage/limits")).json()["items"]
    assert [(one["current_a"], one["reason"]) for one in items[-2:]] == [(10, "user"), (20, "user")]
    assert items[-2]["to"] == items[-1]["from"]


async def test_a_session_in_the_history(site: Site, viewer: httpx.AsyncClient) -> None:
    await _session(site)
    (session,) = (await viewer.get("/api/sessions")).json()["items"]
    assert (session["energy_wh"], session["meter_start_wh"], session["meter_stop_wh"]) == (
        1_000,
        1_000,
        2_000,
    )
    assert (session["charger_name"], session["authorized_by"]["label"]) == ("Garage", "Card 04A1B2")
    assert (session["origin"], session["anomalies"], session["cost"]) == ("live", [], None)
    assert (await viewer.get(f"/api/sessions/{session['id']}")).json() == session


async def test_the_curve_of_a_session(site: Site, viewer: httpx.AsyncClient) -> None:
    await _session(site)
    (session,) = (await viewer.get("/api/sessions")).json()["items"]
    curve = (await viewer.get(f"/api/sessions/{session['id']}/curve")).json()
    energies = [point["energy_wh"] for point in curve["points"]]
    assert energies == sorted(energies)
    assert (energies[0], energies[-1]) == (100, 1_000)
    assert {point["power_w"] for point in curve["points"]} == {6_000}
    assert curve["limits"][0]["from"] == session["started_at"]
    assert curve["limits"][-1]["to"] == session["ended_at"]


async def test_the_curve_of_a_session_that_has_just_begun(site: Site, viewer: httpx.AsyncClient) -> None:
    await site.charge()
    await site.durable()
    (session,) = (await viewer.get("/api/sessions")).json()["items"]
    assert session["ended_at"] is None
    curve = (await viewer.get(f"/api/sessions/{session['id']}/curve")).json()
    assert (curve["points"], curve["resolution_s"]) == ([], 1)


async def test_sessions_in_pages_and_by_what_one_looks_for(site: Site, viewer: httpx.AsyncClient) -> None:
    await site.add_station("office")
    await site.add_device("desk", "office")
    for device_id in ("garage", "desk", "garage", "garage"):
        await _session(site, device_id)
    found, query = [], "?limit=3"
    while query:
        page = (await viewer.get(f"/api/sessions{query}")).json()
        found += [session["started_at"] for session in page["items"]]
        query = f"?limit=3&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert len(found) == 4
    assert found == sorted(found, reverse=True)

    async def count(asked: str, who: httpx.AsyncClient = viewer) -> int:
        return len((await who.get(f"/api/sessions?{asked}")).json()["items"])

    assert await count("charger=desk") == 1
    assert await count("station=home") == 3
    assert await count("charger=desk&station=home") == 0
    assert await count(f"from={found[1].replace('+', '%2B')}") == 2
    assert await count("to=2020-01-01T00:00:00Z") == 0
    home = await site.browser(Role.VIEWER, ("home",))
    assert await count("", home) == 3
    assert await count("station=office", home) == 0
    nowhere = await site.browser(Role.VIEWER, ())
    assert await count("", nowhere) == 0


async def test_a_session_elsewhere_is_as_if_it_were_not_there(site: Site, viewer: httpx.AsyncClient) -> None:
    await _session(site)
    (session,) = (await viewer.get("/api/sessions")).json()["items"]
    stranger = await site.browser(Role.OPERATOR, ())
    for path in (session["id"], f"{session['id']}/curve", "nothing", "%00", "x" * 100):
        assert (await stranger.get(f"/api/sessions/{path}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/chargers/garage/samples?resolution=0", "resolution"),
        ("/api/chargers/garage/samples?resolution=1", "resolution"),
        ("/api/chargers/garage/samples?resolution=nan", "resolution"),
        ("/api/chargers/garage/samples?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
        ("/api/chargers/garage/limits?from=2020-01-01T00:00:00Z", "from"),
        ("/api/chargers/garage/limits?from=yesterday", "from"),
        ("/api/chargers/garage/limits?to=0001-01-01T00:00:00Z", "to"),
        ("/api/sessions?limit=501", "limit"),
        ("/api/sessions?cursor=nonsense", "cursor"),
        ("/api/sessions?charger=%00", "charger"),
    ],
)
async def test_a_question_that_will_not_do(viewer: httpx.AsyncClient, path: str, field: str) -> None:
    answer = await viewer.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text
    assert answer.json()["errors"][0]["field"] == field
