"""Claiming, signing in and out, and what protects it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from tests.api.site import CSRF, PASSWORD, Site
from tests.contracts.records import durable, session

from chargedeck.api.access import COOKIE
from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.domain.units import StationId
from chargedeck.hub.cost_records import TariffVersion
from chargedeck.hub.records import PasskeyRecord, Role
from chargedeck.hub.tariff_terms import FixedTerms, TariffTerms

ANA = {"email": "ana@example.com", "password": "three random words", "first_name": "Ana", "last_name": "M"}


async def _claim(site: Site) -> dict[str, Any]:
    return {"code": await site.people.claim_code(), **ANA}


def _cookie(answer: httpx.Response) -> Any:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE]


# -- the claim -------------------------------------------------------------------------------------


async def test_the_first_owner_claims_once(site: Site) -> None:
    client = await site.client()
    assert (await client.get("/api/setup/claim")).json() == {"claimed": False}
    claim = await _claim(site)
    answer = await client.post("/api/setup/claim", json=claim | {"language": "fr"})
    assert (answer.status_code, answer.json()["language"]) == (201, "fr")
    assert (answer.json()["email"], answer.json()["role"]) == ("ana@example.com", "owner")
    assert (await client.get("/api/me")).json()["first_name"] == "Ana"
    assert (await client.get("/api/setup/claim")).json() == {"claimed": True}
    again = await (await site.client()).post("/api/setup/claim", json=claim | {"email": "eve@example.com"})
    assert (again.status_code, again.json()["code"]) == (409, "already_claimed")
    assert [user.email for user in await site.people.users.all()] == ["ana@example.com"]


async def test_the_first_owner_s_clock_becomes_the_first_station_s(site: Site) -> None:
    client = await site.client()
    claim = await _claim(site) | {"time_zone": "Europe/Bucharest"}
    wrong = await client.post("/api/setup/claim", json=claim | {"code": "guess"})
    assert (wrong.status_code, site.fleet.default_station.record.time_zone) == (403, "UTC")
    answer = await client.post("/api/setup/claim", json=claim)
    assert (answer.status_code, answer.json()["time_zone"]) == (201, "Europe/Bucharest")
    assert site.fleet.default_station.record.time_zone == "Europe/Bucharest"
    assert [one.time_zone for one in await site.storage.book.stations()] == ["Europe/Bucharest"]


async def _with_a_zone(site: Site) -> None:
    home = site.fleet.default_station.record
    await site.fleet.save_station(replace(home, time_zone="Europe/Lisbon"))


async def _with_a_tariff(site: Site) -> None:
    terms = TariffTerms("EUR", FixedTerms("0.25"))
    version = TariffVersion(StationId("home"), date(2026, 1, 1), site.clock(), terms)
    await site.services.tariffs.add(version, Authorizer(AuthorizerKind.REMOTE, "A program"))


async def _with_a_session(site: Site) -> None:
    site.storage.journal.session(session(1, station_id="home"))
    assert await durable(site.storage)


@pytest.mark.parametrize(
    ("touched", "zone"),
    [(_with_a_zone, "Europe/Lisbon"), (_with_a_tariff, "UTC"), (_with_a_session, "UTC")],
)
async def test_a_station_that_something_was_kept_for_keeps_its_clock(
    site: Site, touched: Callable[[Site], Awaitable[None]], zone: str
) -> None:
    await touched(site)
    claim = await _claim(site) | {"time_zone": "Europe/Bucharest"}
    answer = await (await site.client()).post("/api/setup/claim", json=claim)
    assert (answer.status_code, answer.json()["time_zone"]) == (201, "Europe/Bucharest")
    assert site.fleet.default_station.record.time_zone == zone


async def test_without_the_code_nobody_becomes_the_owner(site: Site) -> None:
    client = await site.client()
    claim = await _claim(site)
    for code in ("guess", "\u00fc", claim["code"][:-1]):
        answer = await client.post("/api/setup/claim", json=claim | {"code": code})
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_claim_code")
    assert not await site.people.claimed()


async def test_guessing_the_code_is_slowed_down(site: Site) -> None:
    client = await site.client()
    claim = await _claim(site)
    answers = [await client.post("/api/setup/claim", json=claim | {"code": str(n)}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert (await client.post("/api/setup/claim", json=claim)).status_code == 429
    site.clock.turn(seconds=31)
    assert (await client.post("/api/setup/claim", json=claim)).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "ana"}, "email"),
        ({"email": "ana@ example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"password": "ANA@example.com"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"first_name": "x" * 81}, "first_name"),
        ({"role": "viewer"}, "role"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
    ],
)
async def test_a_claim_that_will_not_do_names_the_field(
    site: Site, change: dict[str, Any], field: str
) -> None:
    answer = await (await site.client()).post("/api/setup/claim", json=await _claim(site) | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["field"] == field
    assert not await site.people.claimed()


# -- signing in ------------------------------------------------------------------------------------


async def test_signing_in_answers_with_a_strict_cookie_and_who_one_is(site: Site) -> None:
    user = await site.user(Role.DRIVER, ("home",))
    client = await site.client()
    email = user.email.upper()
    answer = await client.post("/api/login", json={"email": f" {email} ", "password": PASSWORD})
    assert answer.status_code == 200
    cookie = _cookie(answer)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (
        True,
        "strict",
        "/",
        "",
    )
    me = (await client.get("/api/me")).json()
    assert me == answer.json()
    assert (me["id"], me["email"], me["role"], me["station_ids"]) == (user.id, user.email, "driver", ["home"])
    assert len(me["csrf_token"]) >= 32
    assert me["server"] == {"version": "0.1.0", "ocpp_url": "ws://127.0.0.1:9000/ocpp/"}
    stored = site.storage.book
    assert await stored.sign_in(cookie.value) is None, "the cookie itself must not be kept"


@pytest.mark.parametrize("password", ["wrong password", "", PASSWORD.upper()])
async def test_a_wrong_password_and_an_unknown_address_look_alike(site: Site, password: str) -> None:
    user = await site.user(Role.DRIVER)
    client = await site.client()
    wrong = await client.post("/api/login", json={"email": user.email, "password": password})
    unknown = await client.post("/api/login", json={"email": "nobody@example.com", "password": password})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "bad_credentials"
    assert "set-cookie" not in wrong.headers


async def test_after_five_failures_the_account_must_wait_here_but_not_elsewhere(site: Site) -> None:
    user = await site.user(Role.OWNER)
    client = await site.client()
    wrong = {"email": user.email, "password": "wrong password"}
    right = {"email": user.email, "password": PASSWORD}
    for _ in range(5):
        assert (await client.post("/api/login", json=wrong)).status_code == 401
    locked = await client.post("/api/login", json=right)
    assert (locked.status_code, locked.json()["code"]) == (429, "locked_out")
    assert 25 <= int(locked.headers["retry-after"]) <= 30
    other = await site.user(Role.OWNER)
    assert (await client.post("/api/login", json={**right, "email": other.email})).status_code == 200
    site.clock.turn(seconds=31)
    assert (await client.post("/api/login", json=right)).status_code == 200


async def test_many_attempts_at_once_win_nothing(site: Site) -> None:
    client = await site.client()
    attempts = (
        client.post("/api/login", json={"email": "a@example.com", "password": f"guess {n}"})
        for n in range(15)
    )
    answers = await asyncio.gather(*attempts)
    assert sum(answer.status_code == 401 for answer in answers) <= 5


async def test_an_address_that_tries_many_accounts_must_wait(site: Site) -> None:
    client = await site.client()
    answers = [
        await client.post("/api/login", json={"email": f"{n}@example.com", "password": "a guess"})
        for n in range(21)
    ]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]


async def test_signing_out_ends_the_sign_in(site: Site) -> None:
    browser = await site.browser(Role.VIEWER)
    answer = await browser.post("/api/logout", json={})
    assert answer.status_code == 204
    assert _cookie(answer).value in ("", "null")
    assert (await browser.get("/api/me")).status_code == 401


async def test_a_sign_in_that_nobody_uses_ends(site: Site) -> None:
    browser = await site.browser(Role.VIEWER)
    site.clock.turn(days=29)
    assert (await browser.get("/api/me")).status_code == 200
    site.clock.turn(days=29)
    assert (await browser.get("/api/me")).status_code == 200, "it was used in between"
    site.clock.turn(days=31)
    assert (await browser.get("/api/me")).status_code == 401


async def test_a_sign_in_that_is_used_every_day_ends_too(site: Site) -> None:
    browser = await site.browser(Role.VIEWER)
    for _ in range(7):
        site.clock.turn(days=25)
        assert (await browser.get("/api/me")).status_code == 200
    site.clock.turn(days=6)
    assert (await browser.get("/api/me")).status_code == 401


async def test_a_new_password_ends_every_other_sign_in(site: Site) -> None:
    user = await site.user(Role.VIEWER)
    here, there = await site.browser_of(user), await site.browser_of(user)
    new = {"current_password": PASSWORD, "new_password": "four other random words"}
    answer = await here.post("/api/me/password", json=new)
    assert answer.status_code == 200
    assert (await here.get("/api/me")).json()["csrf_token"] == here.headers[CSRF]
    assert (await there.get("/api/me")).status_code == 401
    login = {"email": user.email, "password": "four other random words"}
    assert (await (await site.client()).post("/api/login", json=login)).status_code == 200


async def test_a_password_that_an_owner_sets_ends_whatever_else_opens_the_account(site: Site) -> None:
    """A thief may have made a token or a passkey; of one's own new password it is not expected."""
    owner, user = await site.browser(Role.OWNER), await site.user(Role.OPERATOR)
    browser = await site.browser_of(user)
    made = (await browser.post("/api/tokens", json={"name": "left", "role": "viewer"})).json()
    program = await site.client(Authorization=f"Bearer {made['token']}")
    await site.storage.book.save_passkey(PasskeyRecord("key", user.id, "Left", b"", 0, site.clock()))
    new = {"current_password": PASSWORD, "new_password": "four other random words"}
    assert (await browser.post("/api/me/password", json=new)).status_code == 200
    assert (await program.get("/api/me")).status_code == 200
    assert len(await site.storage.book.passkeys(user.id)) == 1
    assert (await owner.patch(f"/api/users/{user.id}", json={"password": PASSWORD})).status_code == 200
    assert [(await one.get("/api/me")).status_code for one in (browser, program)] == [401, 401]
    assert await site.storage.book.passkeys(user.id) == []
    await site.durable()
    page = (await owner.get("/api/audit?kind=password_changed")).json()["items"]
    assert page[0]["detail"] == {"user": user.email, "tokens": 1, "passkeys": 1}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"current_password": "wrong password"}, 401, "bad_credentials"),
        ({"new_password": "short"}, 422, "invalid_request"),
        ({"new_password": "zzzzzzzzzz"}, 422, "invalid_request"),
    ],
)
async def test_a_password_that_is_not_changed_stays(
    site: Site, change: dict[str, str], status: int, code: str
) -> None:
    user = await site.user(Role.VIEWER)
    browser, wish = (
        await site.browser_of(user),
        {"current_password": PASSWORD, "new_password": "four words x y"},
    )
    answer = await browser.post("/api/me/password", json=wish | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    login = {"email": user.email, "password": PASSWORD}
    assert (await (await site.client()).post("/api/login", json=login)).status_code == 200


async def test_people_change_their_own_profile(site: Site) -> None:
    browser = await site.browser(Role.VIEWER)
    wish = {"first_name": "Ana", "theme": "dark", "advanced_data": True, "time_zone": "Europe/Bucharest"}
    changed = await browser.patch("/api/me", json=wish)
    assert changed.status_code == 200
    me = (await browser.get("/api/me")).json()
    assert me == changed.json()
    assert {name: me[name] for name in wish} == wish


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"role": "owner"}, "role"),
        ({"theme": "pink"}, "theme"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"language": "xx-yy-zz"}, "language"),
        ({"advanced_data": "yes"}, "advanced_data"),
        ({"first_name": None}, "first_name"),
    ],
)
async def test_a_profile_that_will_not_do_is_refused(site: Site, wish: dict[str, Any], field: str) -> None:
    browser = await site.browser(Role.VIEWER)
    before = (await browser.get("/api/me")).json()
    answer = await browser.patch("/api/me", json=wish)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert (await browser.get("/api/me")).json() == before


# -- which page asks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="as the app does"),
        pytest.param({CSRF: ""}, 403, id="no token"),
        pytest.param({CSRF: "x" * 43}, 403, id="another token"),
        pytest.param({CSRF: "\u00e9"}, 403, id="a strange token"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="another site"),
        pytest.param({"Origin": "null"}, 403, id="a page from nowhere"),
        pytest.param({"Origin": "http://127.0.0.1:1"}, 403, id="another port"),
        pytest.param({"Origin": "http://[::bad"}, 403, id="a malformed origin"),
    ],
)
async def test_a_change_by_cookie_needs_the_token_and_our_own_page(
    site: Site, headers: dict[str, str], status: int
) -> None:
    browser = await site.browser(Role.VIEWER)
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    answer = await browser.patch("/api/me", json={"theme": "dark"}, headers=raw)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "csrf"
        assert (await browser.get("/api/me")).json()["theme"] == "system"


async def test_without_an_origin_the_other_headers_of_a_browser_are_believed(site: Site) -> None:
    browser = await site.browser(Role.VIEWER)
    del browser.headers["Origin"]
    wish = {"theme": "dark"}
    assert (await browser.patch("/api/me", json=wish)).status_code == 200
    for site_ in ("cross-site", "same-site"):
        answer = await browser.patch("/api/me", json=wish, headers={"Sec-Fetch-Site": site_})
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


async def test_another_page_cannot_sign_anybody_in(site: Site) -> None:
    user = await site.user(Role.VIEWER)
    client = await site.client(Origin="https://evil.example")
    answer = await client.post("/api/login", json={"email": user.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


async def test_a_token_needs_neither(site: Site) -> None:
    program = await site.program(Role.OWNER)
    answer = await program.post("/api/stations", json={"name": "Office"})
    assert answer.status_code == 201


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic YTpi", "bearer cdk_x", "x"])
async def test_a_bad_token_is_not_mended_by_a_good_cookie(site: Site, header: str) -> None:
    browser = await site.browser(Role.OWNER)
    answer = await browser.get("/api/me", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_secret_never_stands_in_an_answer_about_people(site: Site) -> None:
    owner = await site.browser(Role.OWNER)
    await owner.post("/api/tokens", json={"name": "t", "role": "viewer"})
    texts = [(await owner.get(path)).text for path in ("/api/users", "/api/tokens", "/api/me")]
    assert not re.search(r"argon2|digest|cdk_", "".join(texts))
