"""Embedded cards over HTTP: what their keys open, what they show, who may frame them, and how they end."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.site import CARD, Site, site_in
from tests.api.test_events import Listener, listening

from chargedeck.api.shield import content_security_policy
from chargedeck.domain.events import OutletState
from chargedeck.hub.embeds import MOST_ORIGINS
from chargedeck.hub.people_ports import DeedQuery
from chargedeck.hub.records import Role

HALL = {"name": "Hall", "origins": ["https://Intranet.example/", "http://192.168.1.10:8123"]}


async def made(owner: httpx.AsyncClient, **wish: Any) -> dict[str, Any]:
    answer = await owner.post("/api/chargers/garage/embeds", json=HALL | wish)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def key_of(embed: Mapping[str, Any]) -> str:
    page, _, key = str(embed["path"]).partition("#code=")
    assert page == "/embed"
    assert key.startswith("cde_")
    return key


@asynccontextmanager
async def shown(site: Site, key: str) -> AsyncIterator[Listener]:
    client = await site.client(Authorization=f"Bearer {key}")
    async with client.stream("GET", "/api/embed") as answer:
        assert answer.status_code == 200, await answer.aread()
        yield Listener(answer)


async def charger_of(stream: Listener) -> dict[str, Any]:
    """The next state that the stream tells."""
    charger: dict[str, Any]
    (charger,) = (await stream.next("snapshot")).data["chargers"]
    return charger


@pytest.fixture
async def owner(site: Site) -> httpx.AsyncClient:
    await site.add_device()
    return await site.browser(Role.OWNER)


async def test_a_card_is_made_shown_once_listed_and_written_down(
    site: Site, owner: httpx.AsyncClient
) -> None:
    embed = await made(owner)
    key = key_of(embed)
    assert embed["origins"] == ["https://intranet.example", "http://192.168.1.10:8123"]
    assert (embed["charger_id"], embed["last_used_at"]) == ("garage", None)
    listed = await owner.get("/api/chargers/garage/embeds")
    assert key not in listed.text
    (one,) = listed.json()["items"]
    assert one == {name: value for name, value in embed.items() if name != "path"}
    async with shown(site, key) as stream:
        await stream.next("snapshot")
    (one,) = (await owner.get("/api/chargers/garage/embeds")).json()["items"]
    assert one["last_used_at"] is not None
    assert (await owner.delete(f"/api/embeds/{embed['id']}")).status_code == 204
    assert (await owner.delete(f"/api/embeds/{embed['id']}")).status_code == 404
    assert (await owner.get("/api/chargers/garage/embeds")).json()["items"] == []
    await site.durable()
    deeds = [record for _, record in (await site.storage.archive.deeds(DeedQuery())).items]
    kinds = ["embedded_card_revoked", "embedded_card_created"]
    assert [(deed.kind, deed.actor) for deed in deeds if deed.kind in kinds] == [
        (kind, "Owner") for kind in kinds
    ]
    assert key not in str(deeds)


async def test_it_shows_the_charger_as_it_changes_and_nothing_of_the_person(
    site: Site, owner: httpx.AsyncClient
) -> None:
    await site.add_device("yard")
    key = key_of(await made(owner))
    async with shown(site, key) as stream:
        charger = await charger_of(stream)
        assert (charger["name"], charger["status"], charger["session"]) == ("Garage", "available", None)
        ref = await site.charge()
        site.clock.turn(seconds=10)
        await site.meter(3_500, 3_680, ref)
        while (charger := await charger_of(stream))["power_w"] != 3_680:
            pass
        assert charger["status"] == "charging"
        assert charger["session"] == {"energy_wh": 2_500}
        assert charger["current_a"] == 16
        said = str(stream.screen.messages)
        sessions = (await owner.get("/api/sessions")).json()["items"]
        for secret in (CARD, "garage", "Card", *(one["id"] for one in sessions)):
            assert secret not in said, secret
        site.status(OutletState.PREPARING, "yard")
        await site.end(ref, 4_000)
        while (charger := await charger_of(stream))["status"] != "available":
            assert charger["name"] == "Garage"


async def test_it_ends_at_once_when_it_is_revoked(site: Site, owner: httpx.AsyncClient) -> None:
    embed, other = await made(owner), await made(owner, name="Yard")
    async with shown(site, key_of(embed)) as stream, shown(site, key_of(other)) as goes_on:
        await stream.next("snapshot")
        assert (await owner.delete(f"/api/embeds/{embed['id']}")).status_code == 204
        await stream.ended()
        await goes_on.next("snapshot")
        site.status(OutletState.PREPARING)
        await goes_on.next("snapshot")
    again = await (await site.client(Authorization=f"Bearer {key_of(embed)}")).get("/api/embed")
    assert (again.status_code, again.json()["code"]) == (401, "embed_gone")


@pytest.mark.parametrize("gone", ["removed", "moved"])
async def test_it_ends_with_its_charger(site: Site, owner: httpx.AsyncClient, gone: str) -> None:
    key = key_of(await made(owner))
    async with shown(site, key) as stream:
        await stream.next("snapshot")
        if gone == "removed":
            assert (await owner.delete("/api/devices/garage")).status_code == 204
        else:
            await site.add_station("office")
            await owner.patch("/api/chargers/garage", json={"station_id": "office"})
        await stream.ended()
    if gone == "removed":
        client = await site.client(Authorization=f"Bearer {key}")
        assert (await client.get("/api/embed")).status_code == 401
        return
    async with shown(site, key) as stream:  # where it stands now
        assert (await charger_of(stream))["name"] == "Garage"


async def test_its_key_opens_nothing_else_and_nothing_else_opens_it(
    site: Site, owner: httpx.AsyncClient
) -> None:
    client = await site.client(Authorization=f"Bearer {key_of(await made(owner))}")
    for path in (
        "/api/chargers",
        "/api/chargers/garage",
        "/api/events",
        "/api/me",
        "/api/chargers/garage/embeds",
    ):
        assert (await client.get(path)).status_code == 401, path
    assert (await owner.get("/api/embed")).status_code == 401
    assert (await (await site.program(Role.OWNER)).get("/api/embed")).status_code == 401
    answer = await client.get("/api/embed", headers={"Origin": "https://intranet.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


async def test_who_guesses_has_to_wait_and_holds_up_no_sign_in(site: Site, owner: httpx.AsyncClient) -> None:
    key = key_of(await made(owner))
    guesser = await site.client(Authorization="Bearer cde_guessed")
    for _ in range(20):
        assert (await guesser.get("/api/embed")).status_code == 401
    answer = await guesser.get("/api/embed")
    assert answer.status_code == 429
    assert 20 <= int(answer.headers["retry-after"]) <= 30
    login = {"email": "nobody@example.com", "password": "not the one"}
    assert (await (await site.client()).post("/api/login", json=login)).status_code == 401
    site.clock.turn(minutes=1)
    async with shown(site, key) as stream:
        await stream.next("snapshot")


async def test_a_crowd_that_comes_back_at_once_is_no_guesser(site: Site, owner: httpx.AsyncClient) -> None:
    key = key_of(await made(owner))
    told = []
    for _ in range(25):
        async with shown(site, key) as stream:
            told.append((await charger_of(stream))["status"])
    assert told == ["available"] * 25


async def test_cards_leave_room_for_the_app(tmp_path: Path, empty_database: Path) -> None:
    async with site_in(tmp_path, empty_database, most_streams=2) as site:
        await site.add_device()
        owner = await site.browser(Role.OWNER)
        key = key_of(await made(owner))
        async with shown(site, key) as stream:
            await stream.next("snapshot")
            answer = await (await site.client(Authorization=f"Bearer {key}")).get("/api/embed")
            assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
            async with listening(owner) as app:
                await app.next("snapshot")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"origins": []}, "origins"),
        ({"origins": ["https://a.example", "*"]}, "origins[1]"),
        ({"origins": ["https://a.example/page"]}, "origins[0]"),
        ({"origins": [7]}, "origins[0]"),
        ({"origins": ["https://a.example"] * 11}, "origins"),
        ({"name": " "}, "name"),
        ({"charger_id": "yard"}, "charger_id"),
    ],
)
async def test_bad_wishes_name_the_field_and_make_nothing(
    owner: httpx.AsyncClient, wish: dict[str, Any], field: str
) -> None:
    answer = await owner.post("/api/chargers/garage/embeds", json=HALL | wish)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (await owner.get("/api/chargers/garage/embeds")).json()["items"] == []


async def test_no_more_sites_than_a_header_can_carry(owner: httpx.AsyncClient) -> None:
    sites = [f"https://s{number}.example" for number in range(MOST_ORIGINS)]
    for start in range(0, MOST_ORIGINS, 10):
        await made(owner, origins=sites[start : start + 10])
    await made(owner, origins=sites[:1])
    answer = await owner.post("/api/chargers/garage/embeds", json=HALL)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_a_token_makes_none_that_would_outlive_it(site: Site, owner: httpx.AsyncClient) -> None:
    program = await site.program(Role.OWNER)
    assert (await program.post("/api/chargers/garage/embeds", json=HALL)).status_code == 403
    assert (await owner.post("/api/chargers/nowhere/embeds", json=HALL)).status_code == 404


async def test_only_its_page_may_be_framed_and_only_by_the_sites_that_are_named(
    site: Site, owner: httpx.AsyncClient
) -> None:
    stranger = await site.client()

    async def policy(path: str) -> tuple[str, str | None]:
        headers = (await stranger.get(path)).headers
        assert "set-cookie" not in headers
        return headers["content-security-policy"], headers.get("x-frame-options")

    closed = (content_security_policy(None), "DENY")
    assert await policy("/embed") == closed
    embed, other = await made(owner), await made(owner, origins=["https://school.example"])
    sites = ("'self'", "http://192.168.1.10:8123", "https://intranet.example", "https://school.example")
    assert await policy("/embed?lang=de") == (content_security_policy(None, sites), None)
    for path in ("/", "/embed/", "/embedded", "/embed.html", "/chargers/garage", "/api/embed", "/docs"):
        assert await policy(path) == closed, path
    await owner.delete(f"/api/embeds/{embed['id']}")
    assert (await policy("/embed"))[0] == content_security_policy(None, ("'self'", "https://school.example"))
    await owner.delete(f"/api/embeds/{other['id']}")
    assert await policy("/embed") == closed
