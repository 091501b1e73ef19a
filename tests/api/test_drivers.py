"""A driver: allowed chargers, their own sessions and cards, and nothing of others, wherever they look."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.api.site import Site
from tests.api.test_access import OPERATIONS
from tests.api.test_events import listening

from chargedeck.domain.events import OutletState
from chargedeck.domain.units import ChargerId
from chargedeck.hub.commands import StopCharging
from chargedeck.hub.records import Role, UserRecord
from chargedeck.hub.session_query import SessionQuery
from chargedeck.hub.users import Users

SECRETS = ("Zacharias", "zach@example.org", "5EC2E7", "Card of Zacharias")
"""What is somebody else's: a name, an address, a tag, a card's label."""


@dataclass(slots=True)
class Cast:
    """Ana, a driver at the garage, and Zacharias, who charges there and at the hinterhof."""

    site: Site
    ana: UserRecord
    browser: httpx.AsyncClient
    zach: UserRecord


async def changed(users: Users, user: UserRecord, **changes: Any) -> UserRecord:
    return await users.change(user.id, lambda known: replace(known, **changes), by="test")


@pytest.fixture
async def drivers(site: Site) -> Cast:
    for name in ("garage", "hinterhof"):
        await site.add_device(name)
    users = site.people.users
    ana, zach = await site.user(Role.DRIVER, ("home",)), await site.user(Role.DRIVER)
    ana = await changed(users, ana, charger_ids=(ChargerId("garage"),))
    zach = await changed(users, zach, first_name=SECRETS[0], email=SECRETS[1])
    await site.add_card("A1", user_id=ana.id)
    await site.add_card(SECRETS[2], user_id=zach.id)
    for charger in ("garage", "hinterhof"):
        await session(site, SECRETS[2], charger)
    await session(site, "A1", "garage")
    return Cast(site, ana, await site.browser_of(ana), zach)


async def session(site: Site, tag: str, charger: str) -> None:
    """Somebody charges there, from plugging in to the end."""
    ref = await begun(site, tag, charger)
    await site.end(ref, 2_000, charger)
    await site.durable()


async def begun(site: Site, tag: str, charger: str = "garage") -> str:
    site.status(OutletState.PREPARING, charger)
    ref = await site.begin_as(tag, 1_000, charger)
    site.status(OutletState.CHARGING, charger)
    await site.meter(1_500, ref=ref, device_id=charger)
    return ref


def leaks(text: str) -> list[str]:
    return [secret for secret in (*SECRETS, "hinterhof") if secret in text]


READS = [one for one in OPERATIONS if one.method == "get" and one.name not in ("streamEvents", "getDocs")]


async def test_no_route_tells_a_driver_of_others(drivers: Cast) -> None:
    ref = await begun(drivers.site, SECRETS[2])
    sessions = await drivers.site.services.archive.sessions(SessionQuery())
    ids = {"garage", "hinterhof", "home", drivers.zach.id, drivers.ana.id}
    ids |= {record.id for record in sessions.items} | {card.id for card in drivers.site.services.cards.items}
    looked = 0
    for operation in READS:
        for one in sorted(ids) if "{id}" in operation.path else [""]:
            answer = await drivers.browser.get(operation.path.replace("{id}", one))
            looked += answer.status_code == 200
            assert not leaks(answer.text.replace(one, "") if one else answer.text), operation
    assert looked > 10
    assert len({record.authorized_by for record in sessions.items}) == 2
    await drivers.site.end(ref, 2_000)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/sessions/{id}"),
        ("GET", "/api/sessions/{id}/cost"),
        ("GET", "/api/sessions/{id}/curve"),
        ("PATCH", "/api/sessions/{id}"),
        ("DELETE", "/api/sessions/{id}"),
    ],
)
async def test_a_session_of_others_is_as_if_it_were_not_there(drivers: Cast, method: str, path: str) -> None:
    found = (await drivers.site.services.archive.sessions(SessionQuery(users=[drivers.zach.id]))).items
    assert found
    for record in found:
        body = {"json": {"note": "mine now"}} if method == "PATCH" else {}
        url = path.replace("{id}", record.id)
        answer = await drivers.browser.request(method, url, **body)  # type: ignore[arg-type]
        assert answer.status_code == 404, (method, url, answer.text)


async def test_a_driver_has_their_own_sessions_and_cards(drivers: Cast) -> None:
    own = (await drivers.browser.get("/api/sessions")).json()["items"]
    assert [one["authorized_by"]["label"] for one in own] == ["Card A1"]
    assert (await drivers.browser.get(f"/api/sessions/{own[0]['id']}/curve")).status_code == 200
    exported = (await drivers.browser.get("/api/sessions/export?format=json")).text
    assert "Card A1" in exported
    cards = (await drivers.browser.get("/api/cards")).json()["items"]
    assert [one["id_tag"] for one in cards] == ["A1"]
    chargers = (await drivers.browser.get("/api/chargers")).json()["items"]
    assert [one["id"] for one in chargers] == ["garage"]


async def test_what_a_charger_measured_is_told_to_who_charged_there(drivers: Cast) -> None:
    newcomer = await drivers.site.browser(Role.DRIVER)
    for path in ("/api/chargers/garage/samples?resolution=60", "/api/chargers/garage/limits"):
        assert (await (await drivers.site.browser(Role.VIEWER)).get(path)).json()["items"]
        assert (await newcomer.get(path)).json()["items"] == []
    (limit,) = (await drivers.browser.get("/api/chargers/garage/limits")).json()["items"]
    (own,) = (await drivers.browser.get("/api/sessions")).json()["items"]
    assert (limit["from"], limit["to"]) == (own["started_at"], own["ended_at"])


async def test_a_session_added_by_hand_opens_nothing_that_a_charger_measured(drivers: Cast) -> None:
    newcomer = await drivers.site.browser(Role.DRIVER)
    record = (await drivers.site.services.archive.sessions(SessionQuery(users=[drivers.zach.id]))).items[0]
    began, ended = record.started_at - timedelta(minutes=1), drivers.site.clock()
    by_hand = {
        "charger_id": record.charger_id,
        "started_at": began.isoformat(),
        "ended_at": ended.isoformat(),
        "energy_wh": 1,
    }
    added = (await newcomer.post("/api/sessions", json=by_hand)).json()
    assert added["charger_id"] == record.charger_id
    for path in ("samples?resolution=60", "limits"):
        assert (await newcomer.get(f"/api/chargers/{record.charger_id}/{path}")).json()["items"] == [], path
    curve = (await newcomer.get(f"/api/sessions/{added['id']}/curve")).json()
    assert (curve["points"], curve["limits"]) == ([], [])


async def test_the_stream_tells_a_driver_of_their_own_charging_alone(drivers: Cast) -> None:
    async with listening(drivers.browser) as stream:
        snapshot = (await stream.next("snapshot")).data
        assert [one["id"] for one in snapshot["chargers"]] == ["garage"]
        for tag, charger in ((SECRETS[2], "garage"), (SECRETS[2], "hinterhof"), ("A1", "garage")):
            await drivers.site.end(await begun(drivers.site, tag, charger), 2_000, charger)
        ended = (await stream.next("session")).data["patch"]
        assert ended["authorized_by"]["label"] == "Card A1"
        told = stream.screen.messages
    assert not leaks(str(told))


@pytest.mark.parametrize("command", ["stop", "pause", "resume", "charge-now", "unlock"])
async def test_a_driver_does_not_meddle_with_others(drivers: Cast, command: str) -> None:
    await begun(drivers.site, SECRETS[2])
    answer = await drivers.browser.post(f"/api/chargers/garage/{command}")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert not leaks(answer.text)
    assert (await drivers.browser.post(f"/api/chargers/hinterhof/{command}")).status_code == 404
    assert not drivers.site.links["garage"].asked(StopCharging)


async def test_a_driver_ends_their_own_session(drivers: Cast) -> None:
    ref = await begun(drivers.site, "A1")
    stopping = asyncio.create_task(drivers.browser.post("/api/chargers/garage/stop"))
    await drivers.site.sent(StopCharging)
    await drivers.site.end(ref, 2_000)
    assert (await stopping).status_code == 200


async def test_a_card_opens_what_its_holder_may_use(drivers: Cast) -> None:
    cards, now = drivers.site.services.cards, drivers.site.clock()
    card = cards.by_tag("A1")
    assert card is not None
    verdicts = {
        charger.id: cards.answer_at(card, charger.record.station_id, charger.record.id, now).verdict.value
        for charger in drivers.site.fleet.chargers.values()
    }
    assert verdicts == {"garage": "Accepted", "hinterhof": "Blocked"}


async def test_an_account_for_a_day_ends_with_all_that_it_opened(drivers: Cast) -> None:
    site, now = drivers.site, drivers.site.clock()
    await changed(site.people.users, drivers.ana, expires_at=now + timedelta(days=1))
    browser = await site.browser_of(await site.people.users.get(drivers.ana.id))
    assert (await browser.get("/api/me")).status_code == 200
    site.clock.turn(hours=25)
    assert (await browser.get("/api/me")).status_code == 401
    card = site.services.cards.by_tag("A1")
    assert site.services.cards.answer(card, site.clock()).verdict.value == "Expired"
    login = {"email": drivers.ana.email, "password": "correct horse battery"}
    answer = await (await site.client()).post("/api/login", json=login)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_ended")
