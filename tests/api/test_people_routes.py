"""Accounts, tokens and cards over the API."""

from typing import Any

import httpx
import pytest
from tests.api.site import CARD, PASSWORD, Site

from chargedeck.hub.records import Role


@pytest.fixture
async def owner(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OWNER)


def _refused(answer: httpx.Response, status: int, field: str | None = None) -> bool:
    if field is not None:
        assert answer.json()["errors"][0]["field"] == field
    assert answer.status_code == status, answer.text
    return True


# -- users -----------------------------------------------------------------------------------------


async def test_an_owner_adds_somebody_who_can_then_sign_in(site: Site, owner: httpx.AsyncClient) -> None:
    new = {"email": "Bob@Example.com", "role": "driver", "first_name": "Bob", "station_ids": ["home"]}
    answer = await owner.post("/api/users", json=new)
    assert answer.status_code == 201
    added = answer.json()
    assert (added["email"], added["role"], added["station_ids"]) == ("bob@example.com", "driver", ["home"])
    login = {"email": "bob@example.com", "password": added["initial_password"]}
    assert (await (await site.client()).post("/api/login", json=login)).status_code == 200
    listed = (await owner.get("/api/users")).json()["items"]
    assert added["id"] in [user["id"] for user in listed]
    assert (await owner.get(f"/api/users/{added['id']}")).json() == {
        key: value for key, value in added.items() if key != "initial_password"
    }


async def test_a_password_that_is_given_is_not_answered(owner: httpx.AsyncClient) -> None:
    new = {"email": "bob@example.com", "role": "viewer", "password": PASSWORD}
    answer = await owner.post("/api/users", json=new)
    assert (answer.status_code, answer.json()["initial_password"]) == (201, None)
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"email": "bob"}, 422, "email"),
        ({"role": "king"}, 422, "role"),
        ({"station_ids": ["mars"]}, 422, "station_ids"),
        ({"station_ids": [7]}, 422, "station_ids[0]"),
        ({"password": "short"}, 422, "password"),
        ({"first_name": "a\u0000b"}, 422, "first_name"),
        ({"admin": True}, 422, "admin"),
    ],
)
async def test_a_user_that_will_not_do(
    owner: httpx.AsyncClient, change: dict[str, Any], status: int, field: str
) -> None:
    before = (await owner.get("/api/users")).json()
    new = {"email": "bob@example.com", "role": "viewer"} | change
    assert _refused(await owner.post("/api/users", json=new), status, field)
    assert (await owner.get("/api/users")).json() == before


async def test_an_address_has_one_account(site: Site, owner: httpx.AsyncClient) -> None:
    user = await site.user(Role.VIEWER)
    other = await site.user(Role.VIEWER)
    new = {"email": user.email.upper(), "role": "viewer"}
    assert _refused(await owner.post("/api/users", json=new), 409)
    assert _refused(await owner.patch(f"/api/users/{other.id}", json={"email": user.email}), 409)


async def test_a_user_is_changed_field_by_field(site: Site, owner: httpx.AsyncClient) -> None:
    user = await site.user(Role.VIEWER)
    path = f"/api/users/{user.id}"
    answer = await owner.patch(path, json={"role": "operator", "station_ids": ["home"]})
    assert answer.status_code == 200
    assert (answer.json()["role"], answer.json()["station_ids"]) == ("operator", ["home"])
    answer = await owner.patch(path, json={"station_ids": None, "last_name": "B"})
    assert (answer.json()["role"], answer.json()["station_ids"]) == ("operator", None)
    assert (answer.json()["email"], answer.json()["last_name"]) == (user.email, "B")


async def test_a_bad_change_changes_nothing_of_it(site: Site, owner: httpx.AsyncClient) -> None:
    user = await site.user(Role.VIEWER)
    answer = await owner.patch(f"/api/users/{user.id}", json={"role": "owner", "password": user.email})
    assert _refused(answer, 422, "password")
    assert (await owner.get(f"/api/users/{user.id}")).json()["role"] == "viewer"


async def test_the_last_owner_stays(site: Site, owner: httpx.AsyncClient) -> None:
    me = (await owner.get("/api/me")).json()["id"]
    assert _refused(await owner.delete(f"/api/users/{me}"), 409)
    assert _refused(await owner.patch(f"/api/users/{me}", json={"role": "operator"}), 409)
    second = await site.user(Role.OWNER)
    assert (await owner.delete(f"/api/users/{second.id}")).status_code == 204
    assert (await owner.get(f"/api/users/{second.id}")).status_code == 404


async def test_with_somebody_go_their_tokens(site: Site, owner: httpx.AsyncClient) -> None:
    user = await site.user(Role.OPERATOR)
    browser = await site.browser_of(user)
    token = (await browser.post("/api/tokens", json={"name": "t", "role": "driver"})).json()["token"]
    program = await site.client(Authorization=f"Bearer {token}")
    assert (await program.get("/api/chargers")).status_code == 200
    assert (await owner.delete(f"/api/users/{user.id}")).status_code == 204
    assert (await program.get("/api/chargers")).status_code == 401
    assert (await browser.get("/api/chargers")).status_code == 401
    assert (await owner.get("/api/tokens")).json()["items"] == []


async def test_pages_of_users(site: Site, owner: httpx.AsyncClient) -> None:
    for _ in range(4):
        await site.user(Role.VIEWER)
    found: list[str] = []
    query = "?limit=2"
    while query:
        page = (await owner.get(f"/api/users{query}")).json()
        assert len(page["items"]) <= 2
        found += [user["email"] for user in page["items"]]
        query = f"?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert len(found) == 5
    assert found == sorted(found)


# -- tokens ----------------------------------------------------------------------------------------


async def test_a_token_is_shown_once_and_works(site: Site) -> None:
    browser = await site.browser(Role.OPERATOR, ("home",))
    answer = await browser.post("/api/tokens", json={"name": "Home Assistant", "role": "driver"})
    assert answer.status_code == 201
    made = answer.json()
    program = await site.client(Authorization=f"Bearer {made['token']}")
    me = (await program.get("/api/me")).json()
    assert (me["first_name"], me["role"], me["csrf_token"], me["email"]) == (
        "Home Assistant",
        "driver",
        None,
        None,
    )
    assert me["station_ids"] == ["home"]
    listed = (await browser.get("/api/tokens")).json()["items"]
    assert [(one["id"], "token" in one) for one in listed] == [(made["id"], False)]
    assert listed[0]["last_used_at"] is not None


async def test_a_token_may_never_do_more_than_its_maker(site: Site) -> None:
    user = await site.user(Role.OPERATOR)
    browser, owner = await site.browser_of(user), await site.browser(Role.OWNER)
    wish = {"name": "t", "role": "owner"}
    assert _refused(await browser.post("/api/tokens", json=wish), 422, "role")
    made = (await browser.post("/api/tokens", json=wish | {"role": "operator"})).json()
    program = await site.client(Authorization=f"Bearer {made['token']}")
    assert (await program.get("/api/devices")).status_code == 200
    await owner.patch(f"/api/users/{user.id}", json={"role": "viewer"})
    assert (await program.get("/api/devices")).status_code == 403
    assert (await program.get("/api/chargers")).status_code == 200


async def test_a_token_ends_when_it_was_said(site: Site) -> None:
    browser = await site.browser(Role.VIEWER)
    wish = {"name": "t", "role": "viewer"}
    past = {"expires_at": "2020-01-01T00:00:00Z"}
    assert _refused(await browser.post("/api/tokens", json=wish | past), 422, "expires_at")
    naive = {"expires_at": "2099-01-01T00:00:00"}
    assert _refused(await browser.post("/api/tokens", json=wish | naive), 422, "expires_at")
    until = site.clock().replace(microsecond=0).isoformat().replace("+00:00", "Z")
    site.clock.turn(hours=-1)
    made = (await browser.post("/api/tokens", json=wish | {"expires_at": until})).json()
    assert made["expires_at"] == until
    program = await site.client(Authorization=f"Bearer {made['token']}")
    assert (await program.get("/api/me")).status_code == 200
    site.clock.turn(hours=2)
    assert (await program.get("/api/me")).status_code == 401


async def test_tokens_of_others_are_not_there_but_for_owners(site: Site) -> None:
    one, other, owner = [await site.browser(role) for role in (Role.VIEWER, Role.VIEWER, Role.OWNER)]
    made = (await one.post("/api/tokens", json={"name": "t", "role": "viewer"})).json()
    path = f"/api/tokens/{made['id']}"
    assert (await other.get("/api/tokens")).json()["items"] == []
    assert (await other.delete(path)).status_code == 404
    assert len((await owner.get("/api/tokens")).json()["items"]) == 1
    assert (await owner.delete(path)).status_code == 204
    assert (await one.delete(path)).status_code == 404


async def test_a_program_has_no_profile(site: Site) -> None:
    program = await site.program(Role.OWNER)
    assert _refused(await program.patch("/api/me", json={"theme": "dark"}), 403)
    password = {"current_password": "x", "new_password": "three random words"}
    assert _refused(await program.post("/api/me/password", json=password), 403)


# -- cards -----------------------------------------------------------------------------------------


async def test_a_card_from_first_to_last(site: Site) -> None:
    operator, user = await site.browser(Role.OPERATOR), await site.user(Role.DRIVER)
    new = {"id_tag": CARD, "label": "Blue card", "user_id": user.id, "expires_at": "2099-01-01T00:00:00Z"}
    answer = await operator.post("/api/cards", json=new)
    assert answer.status_code == 201
    card = answer.json()
    assert {key: card[key] for key in new} == new
    path = f"/api/cards/{card['id']}"
    changed = await operator.patch(path, json={"blocked": True, "user_id": None, "expires_at": None})
    assert changed.json() == card | {"blocked": True, "user_id": None, "expires_at": None}
    assert (await operator.get(path)).json() == changed.json()
    assert (await operator.get("/api/cards")).json()["items"] == [changed.json()]
    assert (await operator.delete(path)).status_code == 204
    assert (await operator.get(path)).status_code == 404


async def test_a_card_without_a_label_goes_by_its_tag(site: Site) -> None:
    operator = await site.browser(Role.OPERATOR)
    assert (await operator.post("/api/cards", json={"id_tag": CARD})).json()["label"] == CARD


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"id_tag": ""}, 422, "id_tag"),
        ({"id_tag": "x" * 37}, 422, "id_tag"),
        ({"id_tag": "a b"}, 422, "id_tag"),
        ({"user_id": "nobody"}, 422, "user_id"),
        ({"expires_at": "tomorrow"}, 422, "expires_at"),
        ({"blocked": 1}, 422, "blocked"),
    ],
)
async def test_a_card_that_will_not_do(site: Site, change: dict[str, Any], status: int, field: str) -> None:
    operator = await site.browser(Role.OPERATOR)
    card = {"id_tag": "04FF", "label": "Card"} | change
    assert _refused(await operator.post("/api/cards", json=card), status, field)
    assert (await operator.get("/api/cards")).json()["items"] == []


async def test_a_tag_is_on_one_card_however_it_is_spelt(site: Site) -> None:
    operator = await site.browser(Role.OPERATOR)
    await site.add_card("04AB")
    second = await site.add_card("04AC")
    assert _refused(await operator.post("/api/cards", json={"id_tag": "04ab"}), 409)
    assert _refused(await operator.patch(f"/api/cards/{second.id}", json={"id_tag": "04ab"}), 409)
    assert site.services.cards.by_tag("04AC") == second


async def test_a_driver_sees_the_own_cards_alone(site: Site) -> None:
    user = await site.user(Role.DRIVER)
    driver = await site.browser_of(user)
    mine, other = await site.add_card("04AA", user_id=user.id), await site.add_card("04AB")
    assert [card["id"] for card in (await driver.get("/api/cards")).json()["items"]] == [mine.id]
    assert (await driver.get(f"/api/cards/{mine.id}")).status_code == 200
    assert (await driver.get(f"/api/cards/{other.id}")).status_code == 404
