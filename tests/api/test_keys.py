"""Passkeys, codes, sign-ins and what a trusted proxy says, over HTTP."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.site import PASSWORD, Site, site_in
from tests.api.test_access import OPERATIONS
from tests.support.authenticator import PRESENT, VERIFIED, Authenticator

from chargedeck.api.access import COOKIE
from chargedeck.api.deeds import NO_DEEDS
from chargedeck.hub.one_time_code import STEP_S, code_of, step_at
from chargedeck.hub.people_ports import DeedQuery
from chargedeck.hub.records import Role, UserRecord


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
async def ana(site: Site) -> UserRecord:
    return await site.user(Role.DRIVER)


@pytest.fixture
async def browser(site: Site, ana: UserRecord) -> httpx.AsyncClient:
    return await site.browser_of(ana)


# -- passkeys --------------------------------------------------------------------------------------


async def with_passkey(browser: httpx.AsyncClient, phone: Authenticator, name: str = "Phone") -> Any:
    options = (await browser.post("/api/passkeys/options")).json()["public_key"]
    return await browser.post("/api/passkeys", json={"name": name, "credential": phone.create(options)})


async def enter(client: httpx.AsyncClient, phone: Authenticator) -> httpx.Response:
    options = (await client.post("/api/login/passkey/options")).json()["public_key"]
    return await client.post("/api/login/passkey", json={"credential": phone.get(options)})


async def test_a_passkey_signs_in_without_an_address(
    site: Site, ana: UserRecord, browser: httpx.AsyncClient
) -> None:
    phone = Authenticator(site.url)
    added = await with_passkey(browser, phone)
    assert (added.status_code, added.json()["name"]) == (201, "Phone")
    stranger = await site.client()
    entered = await enter(stranger, phone)
    assert (entered.status_code, entered.json()["id"]) == (200, ana.id)
    assert stranger.cookies.get(COOKIE)
    assert (await stranger.get("/api/me")).json()["email"] == ana.email
    (kept,) = (await browser.get("/api/passkeys")).json()["items"]
    assert kept["last_used_at"] is not None


async def test_a_passkey_is_renamed_and_revoked(site: Site, browser: httpx.AsyncClient) -> None:
    phone = Authenticator(site.url)
    path = f"/api/passkeys/{(await with_passkey(browser, phone)).json()['id']}"
    assert (await browser.patch(path, json={"name": "Old phone"})).json()["name"] == "Old phone"
    others = await site.browser(Role.OWNER)
    assert said(await others.delete(path)) == (404, "not_found")
    assert (await browser.delete(path)).status_code == 204
    assert said(await enter(await site.client(), phone)) == (401, "passkey_refused")
    kinds = [record.kind for _, record in (await deeds(site))]
    assert {"passkey_added", "passkey_revoked"} <= set(kinds)


async def deeds(site: Site) -> Any:
    await site.durable()
    return (await site.services.archive.deeds(DeedQuery(limit=200))).items


@pytest.mark.parametrize(
    ("origin", "flags"),
    [
        pytest.param("https://evil.example", PRESENT | VERIFIED, id="from another site"),
        pytest.param(None, PRESENT, id="without its owner's finger or PIN"),
    ],
)
async def test_a_passkey_is_not_made(
    site: Site, browser: httpx.AsyncClient, origin: str | None, flags: int
) -> None:
    refused = await with_passkey(browser, Authenticator(origin or site.url, flags))
    assert said(refused) == (401, "passkey_refused")


async def test_a_challenge_is_answered_once_by_whom_it_was_for_and_in_time(
    site: Site, browser: httpx.AsyncClient
) -> None:
    phone, client = Authenticator(site.url), await site.client()
    assert (await with_passkey(browser, phone)).status_code == 201
    options = (await client.post("/api/login/passkey/options")).json()["public_key"]
    proof = {"credential": phone.get(options)}
    assert (await client.post("/api/login/passkey", json=proof)).status_code == 200
    assert said(await client.post("/api/login/passkey", json=proof)) == (401, "passkey_refused")
    late = (await client.post("/api/login/passkey/options")).json()["public_key"]
    site.clock.turn(minutes=6)
    answer = await client.post("/api/login/passkey", json={"credential": phone.get(late)})
    assert said(answer) == (401, "passkey_refused")
    others = await site.browser(Role.OWNER)
    options = (await browser.post("/api/passkeys/options")).json()["public_key"]
    made = {"name": "Mine", "credential": Authenticator(site.url).create(options)}
    assert said(await others.post("/api/passkeys", json=made)) == (401, "passkey_refused")


@pytest.mark.parametrize(
    "credential", [{}, {"response": 1}, {"id": "a", "response": {"clientDataJSON": "e30"}}]
)
async def test_what_is_no_credential_is_refused(site: Site, credential: Any) -> None:
    client = await site.client()
    answer = await client.post("/api/login/passkey", json={"credential": credential})
    assert said(answer) == (401, "passkey_refused")


# -- codes -----------------------------------------------------------------------------------------


async def with_codes(site: Site, browser: httpx.AsyncClient) -> tuple[bytes, list[str]]:
    assert (
        await browser.post("/api/me/second-factor", json={"current_password": "wrong"})
    ).status_code == 401
    begun = await browser.post("/api/me/second-factor", json={"current_password": PASSWORD})
    assert begun.json()["uri"].startswith("otpauth://totp/ChargeDeck:")
    me = (await browser.get("/api/me")).json()["id"]
    found = await site.storage.book.second_factor(me)
    assert found is not None
    assert said(await browser.post("/api/me/second-factor/confirm", json={"code": "1"})) == (
        401,
        "wrong_code",
    )
    code = code_of(found.secret, step_at(site.clock()))
    confirmed = await browser.post("/api/me/second-factor/confirm", json={"code": code})
    return found.secret, confirmed.json()["recovery_codes"]


async def test_a_password_needs_a_code_once_codes_are_on(
    site: Site, ana: UserRecord, browser: httpx.AsyncClient
) -> None:
    secret, recovery = await with_codes(site, browser)
    assert (await browser.get("/api/me/second-factor")).json() == {"on": True}
    client, login = await site.client(), {"email": ana.email, "password": PASSWORD}
    assert said(await client.post("/api/login", json=login)) == (401, "code_needed")
    used = code_of(secret, step_at(site.clock()))
    assert said(await client.post("/api/login", json=login | {"code": used})) == (401, "wrong_code")
    site.clock.turn(seconds=2 * STEP_S)
    code = code_of(secret, step_at(site.clock()))
    assert (await client.post("/api/login", json=login | {"code": code})).status_code == 200
    for status in (200, 401):  # each recovery code goes once
        answer = await client.post("/api/login", json=login | {"code": recovery[0].upper()})
        assert answer.status_code == status
    wrong = login | {"password": "not the password", "code": code}
    assert said(await client.post("/api/login", json=wrong)) == (401, "bad_credentials")


async def test_guessing_codes_is_held_up(site: Site, ana: UserRecord, browser: httpx.AsyncClient) -> None:
    await with_codes(site, browser)
    client, login = await site.client(), {"email": ana.email, "password": PASSWORD}
    found = [
        (await client.post("/api/login", json=login | {"code": f"{n:06}"})).status_code for n in range(6)
    ]
    assert found[-1] == 429


async def test_codes_are_turned_off_with_the_password(site: Site, browser: httpx.AsyncClient) -> None:
    await with_codes(site, browser)
    path = "/api/me/second-factor"
    assert (await browser.post(f"{path}/off", json={"current_password": "wrong"})).status_code == 401
    assert (await browser.post(f"{path}/off", json={"current_password": PASSWORD})).status_code == 204
    assert (await browser.get(path)).json() == {"on": False}


# -- sign-ins --------------------------------------------------------------------------------------


async def test_sign_ins_are_listed_and_revoked_one_by_one(
    site: Site, ana: UserRecord, browser: httpx.AsyncClient
) -> None:
    second = await site.browser_of(ana)
    found = (await browser.get("/api/me/sign-ins")).json()["items"]
    assert sorted(one["current"] for one in found) == [False, True]
    assert {one["address"] for one in found} == {"127.0.0.1"}
    (other,) = (one["id"] for one in found if not one["current"])
    stranger = await site.browser(Role.OWNER)
    assert (await stranger.delete(f"/api/me/sign-ins/{other}")).status_code == 404
    assert (await browser.delete(f"/api/me/sign-ins/{other}")).status_code == 204
    assert (await second.get("/api/me")).status_code == 401
    assert (await browser.get("/api/me")).status_code == 200


async def test_everywhere_else_is_signed_out_at_once_by_hand_or_with_a_new_password(
    site: Site, ana: UserRecord, browser: httpx.AsyncClient
) -> None:
    others = [await site.browser_of(ana) for _ in range(2)]
    assert (await browser.delete("/api/me/sign-ins")).status_code == 204
    assert [(await other.get("/api/me")).status_code for other in others] == [401, 401]
    again = await site.browser_of(ana)
    changed = {"current_password": PASSWORD, "new_password": "four other random words"}
    assert (await browser.post("/api/me/password", json=changed)).status_code == 200
    assert (await again.get("/api/me")).status_code == 401
    assert (await browser.get("/api/me")).status_code == 200


# -- by a proxy ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trusted", "header", "status"),
    [
        pytest.param("127.0.0.0/8", "Remote-Email", 200, id="from a trusted proxy"),
        pytest.param("10.0.0.0/8", "Remote-Email", 401, id="from anybody else"),
        pytest.param("127.0.0.0/8", "Remote-User", 401, id="by another header"),
    ],
)
async def test_a_trusted_proxy_signs_people_in(
    tmp_path: Path, empty_database: Path, trusted: str, header: str, status: int
) -> None:
    settings = {"trusted_proxies": (ip_network(trusted),), "proxy_user_header": "remote-email"}
    async with site_in(tmp_path, empty_database, **settings) as site:
        ana = await site.user(Role.VIEWER)
        client = await site.client()
        answer = await client.post("/api/login/proxy", headers={header: ana.email.upper()})
        assert answer.status_code == status
        assert (await client.get("/api/me")).status_code == status
        nobody = await site.client()
        unknown = await nobody.post("/api/login/proxy", headers={header: "nobody@example.com"})
        assert said(unknown) == (401, "no_proxy_user")


async def test_no_header_signs_anybody_in_unless_it_is_set(site: Site, ana: UserRecord) -> None:
    client = await site.client()
    answer = await client.post("/api/login/proxy", headers={"Remote-Email": ana.email})
    assert said(answer) == (401, "no_proxy_user")


# -- invitations -----------------------------------------------------------------------------------


async def invited(site: Site, **more: Any) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    owner = await site.browser(Role.OWNER)
    until = (site.clock() + timedelta(days=7)).isoformat()
    draft = {"role": "driver", "expires_at": until, "note": "The neighbour", **more}
    answer = await owner.post("/api/invitations", json=draft)
    assert answer.status_code == 201, answer.text
    return owner, answer.json()


def code_in(invitation: dict[str, Any]) -> str:
    path: str = invitation["path"]
    assert path.startswith("/invitation#code=")
    return path.partition("=")[2]


NEW_PASSWORD = {"password": "three random words"}
BOB = {"email": "bob@example.com", "first_name": "Bob", "last_name": "Ionescu"}


async def test_an_invitation_makes_one_account_with_the_rights_that_were_chosen(site: Site) -> None:
    await site.add_device()
    ends = (site.clock() + timedelta(days=1)).isoformat()
    places = {"station_ids": ["home"], "charger_ids": ["garage"]}
    owner, invitation = await invited(site, **places, language="de", account_ends_at=ends)
    code, guest = {"code": code_in(invitation)}, await site.client()
    shown = (await guest.post("/api/invitation", json=code)).json()
    assert (shown["role"], shown["stations"], shown["chargers"]) == ("driver", ["Home"], ["Garage"])
    accepted = await guest.post(
        "/api/invitation/accept", json=code | BOB | {"password": "three random words"}
    )
    assert accepted.status_code == 201
    me = (await guest.get("/api/me")).json()
    assert (me["role"], me["charger_ids"], me["language"]) == ("driver", ["garage"], "de")
    assert said(await guest.post("/api/invitation", json=code)) == (404, "invitation_gone")
    assert (await owner.get("/api/invitations")).json()["items"] == []
    site.clock.turn(hours=25)
    assert (await guest.get("/api/me")).status_code == 401


async def test_who_accepts_may_choose_another_language_and_clock(site: Site) -> None:
    _, invitation = await invited(site, language="de")
    chosen = {"code": code_in(invitation), "password": "three random words", "language": "ro"}
    chosen["time_zone"] = "Europe/Bucharest"
    accepted = await (await site.client()).post("/api/invitation/accept", json=chosen | BOB)
    assert (accepted.status_code, accepted.json()["language"]) == (201, "ro")
    assert accepted.json()["time_zone"] == "Europe/Bucharest"


async def test_an_invitation_is_accepted_with_a_passkey(site: Site) -> None:
    _, invitation = await invited(site)
    code, guest, phone = {"code": code_in(invitation)}, await site.client(), Authenticator(site.url)
    begun = (await guest.post("/api/invitation/passkey", json=code | BOB)).json()
    made = {"user_id": begun["user_id"], "name": "Phone", "credential": phone.create(begun["public_key"])}
    accepted = await guest.post("/api/invitation/accept", json=code | BOB | {"passkey": made})
    assert (accepted.status_code, accepted.json()["has_password"]) == (201, False)
    assert (await enter(await site.client(), phone)).json()["email"] == BOB["email"]
    login = {"email": BOB["email"], "password": ""}
    assert (await guest.post("/api/login", json=login)).status_code == 401


async def test_an_invitation_ends_by_itself_or_is_taken_back(site: Site) -> None:
    owner, first = await invited(site)
    _, second = await invited(site)
    assert (await owner.delete(f"/api/invitations/{first['id']}")).status_code == 204
    guest = await site.client()
    assert (await guest.post("/api/invitation", json={"code": code_in(first)})).status_code == 404
    site.clock.turn(days=8)
    assert (await guest.post("/api/invitation", json={"code": code_in(second)})).status_code == 404


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"charger_ids": ["nowhere"]}, "charger_ids"),
        ({"station_ids": ["nowhere"]}, "station_ids"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00Z"}, "expires_at"),
        ({"account_ends_at": "2020-01-01T00:00:00Z"}, "account_ends_at"),
        ({"role": "owner", "account_ends_at": "2099-01-01T00:00:00Z"}, "account_ends_at"),
    ],
)
async def test_what_is_no_invitation(site: Site, more: dict[str, Any], field: str) -> None:
    owner = await site.browser(Role.OWNER)
    until = (site.clock() + timedelta(days=7)).isoformat()
    answer = await owner.post("/api/invitations", json={"role": "driver", "expires_at": until, **more})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_what_will_not_do_leaves_the_invitation_open(site: Site) -> None:
    _, invitation = await invited(site)
    code, guest = {"code": code_in(invitation)}, await site.client()
    nowhere = {"password": "three random words", "time_zone": "Europe/Nowhere"}
    for more, field in (({"password": "password"}, "password"), ({}, "password"), (nowhere, "time_zone")):
        answer = await guest.post("/api/invitation/accept", json=code | BOB | more)
        assert answer.json()["errors"][0]["field"] == field
    assert (await guest.post("/api/invitation", json=code)).status_code == 200


# -- the audit log ---------------------------------------------------------------------------------


async def test_every_change_is_written_down_with_who_and_from_where(site: Site) -> None:
    await site.add_device()
    owner = await site.browser(Role.OWNER)
    await owner.patch("/api/stations/home", json={"name": "House"})
    await owner.put("/api/chargers/garage/allowed-current", json={"current_a": 13})
    await owner.patch("/api/stations/home", json={"name": 7})  # refused: nothing was done
    await site.durable()
    found = (await owner.get("/api/audit")).json()["items"]
    told = [(one["kind"], one["actor"], one["address"], one["charger_id"]) for one in found[:2]]
    assert told == [
        ("command", "Owner", "127.0.0.1", "garage"),
        ("request", "Owner", "127.0.0.1", None),
    ]
    assert found[1]["detail"] == {"operation": "updateStation", "target": ["home"]}
    assert [one["words"] for one in found[:2]] == ["Set the allowed current", "Change a station"]
    german = await owner.get("/api/audit?limit=2", headers={"Accept-Language": "de"})
    words = [one["words"] for one in german.json()["items"]]
    assert words == ["Erlaubten Strom einstellen", "Standort ändern"]
    mine = (await owner.get("/api/audit?kind=request&actor=Owner")).json()["items"]
    assert [one["kind"] for one in mine] == ["request"]


async def test_what_a_meter_measures_each_second_is_no_deed(site: Site) -> None:
    program, owner = await site.program(Role.OPERATOR), await site.browser(Role.OWNER)
    reading = {"phases": [{"phase": 1, "current_a": 7.5}]}
    assert (await program.post("/api/stations/home/readings", json=reading)).status_code == 204
    await site.durable()
    kinds = [one["kind"] for one in (await owner.get("/api/audit")).json()["items"]]
    assert "request" not in kinds


async def test_panels_are_told_in_the_readers_language_as_all_else(site: Site) -> None:
    owner = await site.browser(Role.OWNER)
    panels = {"latitude_deg": 44.4, "longitude_deg": 26.1, "planes": [{"peak_w": 5000}]}
    assert (await owner.put("/api/stations/home/solar", json=panels)).status_code == 200
    assert (await owner.delete("/api/stations/home/solar")).status_code == 204
    await site.durable()
    told = (await owner.get("/api/audit?limit=2", headers={"Accept-Language": "de"})).json()["items"]
    assert [one["words"] for one in told] == [
        "Solaranlage eines Standorts entfernen",
        "Solaranlage eines Standorts einrichten",
    ]


def test_what_is_left_out_of_the_audit_log_is_there() -> None:
    assert {operation.name for operation in OPERATIONS} >= NO_DEEDS


async def test_the_audit_log_is_for_owners(site: Site) -> None:
    for role in (Role.VIEWER, Role.DRIVER, Role.OPERATOR):
        assert (await (await site.browser(role)).get("/api/audit")).status_code == 403
