"""Walks the OpenAPI document: every operation is tried by everybody, and only who may gets in."""

from typing import Any, NamedTuple

import httpx
import pytest
from tests.api.site import CSRF, Site

from chargedeck import __version__
from chargedeck.api.document import openapi_document
from chargedeck.api.routes import all_routes
from chargedeck.hub.records import Role

DOCUMENT = openapi_document(all_routes(), __version__)

OPEN = {
    ("get", "/api/setup/claim"),
    ("post", "/api/setup/claim"),
    ("post", "/api/login"),
    ("post", "/api/login/passkey"),
    ("post", "/api/login/passkey/options"),
    ("post", "/api/login/proxy"),
    ("post", "/api/invitation"),
    ("post", "/api/invitation/passkey"),
    ("post", "/api/invitation/accept"),
    ("get", "/healthz"),
    ("get", "/readyz"),
}

EXPECTED = {
    "listChargers": "viewer",
    "getCharger": "viewer",
    "listSessions": "viewer",
    "streamEvents": "viewer",
    "startCharging": "driver",
    "stopCharging": "driver",
    "setAllowedCurrent": "driver",
    "resetCharger": "operator",
    "updateCharger": "operator",
    "listDevices": "operator",
    "addDevice": "operator",
    "callDevice": "operator",
    "listDeviceMessages": "operator",
    "addCard": "operator",
    "getMetrics": "operator",
    "recordInspection": "owner",
    "listUsers": "owner",
    "addUser": "owner",
    "removeUser": "owner",
}


OF_A_PERSON = {
    "listPasskeys",
    "revokePasskey",
    "getSecondFactor",
    "listMySignIns",
    "endMySignIn",
    "endMyOtherSignIns",
    "listNotifications",
    "getNotificationSettings",
    "listNotificationChannels",
    "removeNotificationChannel",
}


class Operation(NamedTuple):
    method: str
    path: str
    role: str
    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_a_person(self) -> bool:
        """Whether a program is refused before its request is looked at: it has no profile."""
        return self.name in OF_A_PERSON


OPERATIONS = [
    Operation(method, path, operation["x-role"], operation["operationId"])
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


async def attempt(client: httpx.AsyncClient, operation: Operation) -> int:
    """The status that an operation answers with, on a thing that is not there and a body that will not do."""
    body: dict[str, Any] = (
        {"json": {"no such field": 1}} if operation.method in ("post", "put", "patch") else {}
    )
    path = operation.path.replace("{id}", "nowhere")
    async with client.stream(operation.method.upper(), path, **body) as answer:
        return answer.status_code


def test_every_operation_says_who_may_call_it() -> None:
    assert len(OPERATIONS) > 50
    assert {operation.role for operation in OPERATIONS} == {"nobody", "embed", *Role}


def test_only_these_are_open() -> None:
    assert {(one.method, one.path) for one in OPERATIONS if one.role == "nobody"} == OPEN


def test_what_matters_most_is_where_it_should_be() -> None:
    roles = {operation.name: operation.role for operation in OPERATIONS}
    assert {name: roles[name] for name in EXPECTED} == EXPECTED


async def test_nobody_gets_in_anywhere_else(site: Site) -> None:
    client = await site.client()
    for operation in OPERATIONS:
        status = await attempt(client, operation)
        assert (status == 401) == (operation.role != "nobody"), operation


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_gets_as_far_as_it_may(site: Site, role: Role) -> None:
    browser, program = await site.browser(role), await site.program(role)
    for operation in OPERATIONS:
        if operation.role == "embed":
            continue  # no role opens it, only its own key
        allowed = operation.role == "nobody" or role.covers(Role(operation.role))
        for client in (browser, program):
            if operation.name == "logout" or (client is program and operation.is_of_a_person):
                continue
            status = await attempt(client, operation)
            assert (status != 403) == allowed, f"{role} {operation}: {status}"
            assert status != 401
            assert status < 500


async def test_a_change_without_the_csrf_token_goes_nowhere(site: Site) -> None:
    browser = await site.browser(Role.OWNER)
    del browser.headers[CSRF]
    for operation in OPERATIONS:
        if operation.method != "get" and operation.role != "nobody":
            assert await attempt(browser, operation) == 403, operation


async def test_options_and_strange_methods_are_closed_too(site: Site) -> None:
    client = await site.client()
    assert (await client.options("/api/chargers")).status_code == 401
    assert (await client.request("TRACE", "/api/chargers")).status_code == 405
    assert (await client.request("PROPFIND", "/api/chargers")).status_code == 405


# -- stations --------------------------------------------------------------------------------------


@pytest.fixture
async def two_stations(site: Site) -> Site:
    await site.add_station("office")
    await site.add_device("garage", "home")
    await site.add_device("desk", "office")
    return site


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DRIVER, Role.OPERATOR])
async def test_other_stations_are_as_if_they_were_not_there(two_stations: Site, role: Role) -> None:
    browser = await two_stations.browser(role, ("home",))
    everything = "/api/chargers /api/stations" + (" /api/devices" if role is Role.OPERATOR else "")
    for path in everything.split():
        items = (await browser.get(path)).json()["items"]
        assert [item.get("station_id", item["id"]) for item in items] == ["home"], path
    for operation in OPERATIONS:
        if operation.path.startswith(("/api/chargers/{id}", "/api/devices/{id}")):
            body = _valid_body(operation)
            path = operation.path.replace("{id}", "desk")
            answer = await browser.request(operation.method, path, **body)
            assert answer.status_code in (403, 404), f"{operation}: {answer.status_code}"
            allowed = role.covers(Role(operation.role))
            assert answer.status_code == (404 if allowed else 403), operation
    assert (await browser.get("/api/stations/office")).status_code == 404
    assert (await browser.get("/api/events?station=office")).status_code == 404
    assert (await browser.get("/api/events?charger=desk")).status_code == 404
    assert two_stations.links["desk"].asked(object) == two_stations.links["desk"].sent[:1]


def _valid_body(operation: Operation) -> dict[str, Any]:
    """The document's own example."""
    body = DOCUMENT["paths"][operation.path][operation.method].get("requestBody")
    if body is None:
        return {}
    return {"json": body["content"]["application/json"].get("example", {})}


async def test_nothing_can_be_moved_to_a_station_that_one_does_not_see(two_stations: Site) -> None:
    operator = await two_stations.browser(Role.OPERATOR, ("home",))
    for path in ("/api/chargers/garage", "/api/devices/garage"):
        answer = await operator.patch(path, json={"station_id": "office"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "station_id"
    answer = await operator.post("/api/devices", json={"id": "new", "station_id": "office"})
    assert answer.status_code == 422
    assert "new" not in two_stations.fleet.devices


async def test_who_sees_some_stations_can_neither_add_nor_remove_one(two_stations: Site) -> None:
    operator = await two_stations.browser(Role.OPERATOR, ("home", "office"))
    assert (await operator.post("/api/stations", json={"name": "Third"})).status_code == 403
    assert (await operator.delete("/api/stations/office")).status_code == 403
    assert (await operator.patch("/api/stations/office", json={"name": "Desk"})).status_code == 200


async def test_an_owner_sees_everything_whatever_stations_the_account_names(two_stations: Site) -> None:
    owner = await two_stations.browser(Role.OWNER, ("home",))
    assert len((await owner.get("/api/chargers")).json()["items"]) == 2
