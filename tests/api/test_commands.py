"""Commands answer once the device has confirmed, or say why they could not be done."""

import asyncio
from typing import Any

import httpx
import pytest
from tests.api.site import Site
from tests.hub.scripted_link import Held, refuse

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState
from chargedeck.domain.problems import DeviceTimeoutError
from chargedeck.domain.units import Amps
from chargedeck.hub.commands import LimitCurrent, Reset, StartCharging, StopCharging, Unlock
from chargedeck.hub.records import Role

GARAGE = "/api/chargers/garage"


async def _times_out(command: Any) -> None:
    raise DeviceTimeoutError(type(command).__name__, 30)


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    await site.add_device()
    return await site.browser(Role.OPERATOR)


def _code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("command", ["start", "authorize"])
async def test_a_session_is_begun_in_the_name_of_who_asked(
    site: Site, operator: httpx.AsyncClient, command: str
) -> None:
    site.status(OutletState.PREPARING)
    starting = asyncio.create_task(operator.post(f"{GARAGE}/{command}"))
    sent = await site.sent(StartCharging)
    await site.begin_as(sent.id_tag)
    answer = await starting
    assert answer.status_code == 200
    assert answer.json()["session"]["authorized_by"] == {"kind": "user", "label": "Operator"}


async def test_stop_waits_until_the_device_has_confirmed(site: Site, operator: httpx.AsyncClient) -> None:
    ref = await site.charge()
    held = Held()
    site.links["garage"].on(StopCharging, held)
    stopping = asyncio.create_task(operator.post(f"{GARAGE}/stop"))
    assert (await site.sent(StopCharging)).ref == ref
    pending = (await operator.get(GARAGE)).json()["pending"]
    assert [(one["command"], one["by"]) for one in pending] == [("stop", "Operator")]
    held.accept()
    await site.end(ref, 1_500)
    answer = await stopping
    assert (answer.status_code, answer.json()["session"], answer.json()["pending"]) == (200, None, [])


async def test_pause_and_resume_hold_the_session_at_nothing(site: Site, operator: httpx.AsyncClient) -> None:
    await site.charge()
    link = site.links["garage"]

    async def obey(limit: LimitCurrent) -> None:
        state = OutletState.CHARGING if limit.session_a else OutletState.SUSPENDED_BY_CHARGER
        asyncio.get_running_loop().call_soon(site.status, state)

    link.on(LimitCurrent, obey)
    paused = await operator.post(f"{GARAGE}/pause", json={})
    assert paused.status_code == 200
    assert link.limits[-1] == 0
    assert "resume" in paused.json()["actions"]
    resumed = await operator.post(f"{GARAGE}/resume")
    assert resumed.status_code == 200
    assert link.limits[-1] == 32


@pytest.mark.parametrize(
    ("body", "hard"),
    [(None, False), ({}, False), ({"kind": "soft"}, False), ({"kind": "hard"}, True)],
)
async def test_reset(site: Site, operator: httpx.AsyncClient, body: Any, hard: bool) -> None:
    answer = (
        await operator.post(f"{GARAGE}/reset", json=body)
        if body is not None
        else await operator.post(f"{GARAGE}/reset")
    )
    assert answer.status_code == 200
    assert (await site.sent(Reset)).hard is hard


async def test_unlock(site: Site, operator: httpx.AsyncClient) -> None:
    assert (await operator.post(f"{GARAGE}/unlock")).status_code == 200
    assert (await site.sent(Unlock)).connector == 1


async def test_the_allowed_current_is_brought_to_the_device(site: Site, operator: httpx.AsyncClient) -> None:
    answer = await operator.put(f"{GARAGE}/allowed-current", json={"current_a": 13})
    assert answer.status_code == 200
    assert answer.json()["allowed_current_a"] == 13
    assert site.links["garage"].asked(LimitCurrent)[-1].default_a == Amps(13)


@pytest.mark.parametrize("amps", [0, 5, 33, 1_000])
async def test_an_allowed_current_outside_the_range_changes_nothing(
    site: Site, operator: httpx.AsyncClient, amps: int
) -> None:
    answer = await operator.put(f"{GARAGE}/allowed-current", json={"current_a": amps})
    assert _code(answer) == (422, "out_of_range")
    assert answer.json()["errors"] == [{"field": "current_a", "message": "must lie between 6 and 32"}]
    assert (await operator.get(GARAGE)).json()["allowed_current_a"] == 32


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param('{"current_a": "13"}', "current_a", id="text"),
        pytest.param('{"current_a": 13.5}', "current_a", id="not whole"),
        pytest.param('{"current_a": true}', "current_a", id="truth"),
        pytest.param('{"current_a": null}', "current_a", id="nothing"),
        pytest.param('{"current_a": -1}', "current_a", id="negative"),
        pytest.param('{"current_a": 1e400}', "current_a", id="endless"),
        pytest.param("{}", "current_a", id="missing"),
        pytest.param('{"current_a": 13, "amps": 13}', "amps", id="unknown"),
        pytest.param("[13]", "", id="a list"),
    ],
)
async def test_a_strange_current_is_refused_by_name(
    site: Site, operator: httpx.AsyncClient, body: str, says: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await operator.put(f"{GARAGE}/allowed-current", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == "invalid_request"
    if answer.status_code == 422:
        assert answer.json()["errors"][0]["field"] == says


async def test_a_refusal_of_the_device_is_a_bad_gateway(site: Site, operator: httpx.AsyncClient) -> None:
    site.status(OutletState.PREPARING)
    site.links["garage"].on(StartCharging, refuse)
    answer = await operator.post(f"{GARAGE}/start")
    assert _code(answer) == (502, "device_refused")
    assert "Rejected" in answer.json()["detail"]


async def test_a_device_that_does_not_answer_is_a_gateway_timeout(
    site: Site, operator: httpx.AsyncClient
) -> None:
    site.links["garage"].on(Unlock, _times_out)
    assert _code(await operator.post(f"{GARAGE}/unlock")) == (504, "device_timeout")


async def test_an_offline_charger_is_a_gateway_timeout(site: Site) -> None:
    await site.add_device("yard", online=False)
    operator = await site.browser(Role.OPERATOR)
    assert _code(await operator.post("/api/chargers/yard/unlock")) == (504, "charger_offline")


async def test_what_is_not_possible_now_is_a_conflict(operator: httpx.AsyncClient) -> None:
    answer = await operator.post(f"{GARAGE}/stop")
    assert _code(answer) == (409, "not_possible_now")
    assert answer.json()["detail"] == "Stop is not possible while the charger is idle"


async def test_a_locked_charger_does_not_start(site: Site, operator: httpx.AsyncClient) -> None:
    operator = await site.browser(Role.OPERATOR)
    assert (await operator.patch(GARAGE, json={"locked": True})).status_code == 200
    assert _code(await operator.post(f"{GARAGE}/start")) == (409, "charger_locked")


async def test_after_a_relay_failure_only_an_owner_gives_the_charger_free(
    site: Site, operator: httpx.AsyncClient
) -> None:
    site.status(OutletState.FAULTED, error=ErrorType.RELAY_FAILURE)
    site.status(OutletState.PREPARING)
    assert _code(await operator.post(f"{GARAGE}/start")) == (409, "inspection_required")
    found = {"inspector": "Electrician Popescu", "note": "Relay replaced"}
    operator, owner = await site.browser(Role.OPERATOR), await site.browser(Role.OWNER)
    assert _code(await operator.post(f"{GARAGE}/inspection", json=found)) == (403, "forbidden")
    for nobody in ({"inspector": ""}, {"inspector": "  "}, {}):
        assert (await owner.post(f"{GARAGE}/inspection", json=nobody)).status_code == 422
    assert (await owner.get(GARAGE)).json()["inspection_required"] is True
    answer = await owner.post(f"{GARAGE}/inspection", json=found)
    assert (answer.status_code, answer.json()["inspection_required"]) == (200, False)
    assert answer.json()["actions"][0] == "authorize"


async def test_a_command_without_particulars_takes_none(operator: httpx.AsyncClient) -> None:
    answer = await operator.post(f"{GARAGE}/unlock", json={"force": True})
    assert _code(answer) == (422, "invalid_request")
    assert answer.json()["errors"] == [{"field": "force", "message": "is unknown; leave it out"}]


async def test_an_unknown_charger(operator: httpx.AsyncClient) -> None:
    assert _code(await operator.post("/api/chargers/nowhere/start")) == (404, "not_found")
