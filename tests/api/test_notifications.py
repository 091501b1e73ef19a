"""Notifications over HTTP: one's own settings, channels and inbox, and the stream that says what is new."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.api.site import PASSWORD, Site, site_in
from tests.hub.test_notices import Postman

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState
from chargedeck.domain.sentences import Sentence
from chargedeck.hub.notice_ports import NotCarriedError
from chargedeck.hub.notice_records import Channel
from chargedeck.hub.records import Role, UserRecord

SETTINGS, INBOX, CHANNELS = "/api/notifications/settings", "/api/notifications", "/api/notifications/channels"


@pytest.fixture
def post() -> Postman:
    return Postman()


@pytest.fixture
async def told(tmp_path: Path, empty_database: Path, post: Postman) -> AsyncIterator[Site]:
    """A site that can send, with a charger."""
    carriers = {Channel.EMAIL: post, Channel.APPRISE: post}
    async with site_in(tmp_path, empty_database, carriers=carriers) as made:
        await made.add_device()
        yield made


async def fail(site: Site, error: ErrorType = ErrorType.OVERCURRENT) -> None:
    site.status(OutletState.FAULTED, error=error)
    await site.services.notices.look()
    await site.services.notices.outbox.send_due()


async def test_settings_are_ones_own(told: Site) -> None:
    ana, bob = await told.browser(Role.VIEWER), await told.browser(Role.DRIVER)
    usual = (await ana.get(SETTINGS)).json()
    assert usual["enabled"]
    assert [name for name, on in usual["events"].items() if not on] == ["session_started"]
    assert (usual["quiet_hours"], usual["time_zone"]) == (None, "UTC")
    assert usual["available"] == ["email", "apprise"]
    hours = {"start": "22:00", "end": "06:30"}
    wish = {"enabled": False, "events": {"charger_online": False}, "quiet_hours": hours}
    chosen = (await ana.patch(SETTINGS, json=wish)).json()
    assert chosen == usual | {
        "enabled": False,
        "events": usual["events"] | {"charger_online": False},
        "quiet_hours": hours,
    }
    assert (await ana.patch(SETTINGS, json={})).json() == chosen
    assert (await ana.patch(SETTINGS, json={"quiet_hours": None})).json()["quiet_hours"] is None
    assert (await bob.get(SETTINGS)).json() == usual
    for wrong in (
        {"quiet_hours": {"start": "22:00", "end": "22:00"}},
        {"quiet_hours": {"start": "25:00", "end": "6:00"}},
        {"events": {"everything": True}},
    ):
        refused = await ana.patch(SETTINGS, json=wrong)
        assert refused.status_code == 422
        assert "quiet_hours" in refused.text or "everything" in refused.text


async def test_the_inbox_of_each(told: Site) -> None:
    ana, bob = await told.browser(Role.OWNER), await told.browser(Role.DRIVER)
    far = await told.browser(Role.VIEWER, stations=("office",))
    for error in (ErrorType.OVERCURRENT, ErrorType.SYSTEM_ERROR, ErrorType.METERING_ERROR):
        await fail(told, error)
        told.clock.turn(seconds=1)
    page = (await ana.get(INBOX, params={"limit": 2})).json()
    assert [one["about"] for one in page["items"]] == ["metering_error", "system_error"]
    assert page["unread"] == 3
    one = page["items"][0]
    assert (one["kind"], one["charger_name"], one["read_at"]) == ("charger_error", "Garage", None)
    assert one["detail"] == {"severity": "error", "device_detail": "metering_error"}
    rest = (await ana.get(INBOX, params={"cursor": page["next_cursor"]})).json()
    assert [one["about"] for one in rest["items"]] == ["overcurrent"]
    assert rest["next_cursor"] is None
    read = await ana.post(f"{INBOX}/read", json={"ids": [one["id"]]})
    assert read.json() == {"unread": 2}
    unread = (await ana.get(INBOX, params={"unread": True})).json()["items"]
    assert [one["about"] for one in unread] == ["system_error", "overcurrent"]
    assert (await bob.post(f"{INBOX}/read", json={"ids": [rest["items"][0]["id"]]})).json() == {"unread": 3}
    assert (await ana.get(INBOX)).json()["unread"] == 2, "nobody reads what is another's"
    assert (await ana.post(f"{INBOX}/read")).json() == {"unread": 0}
    assert (await far.get(INBOX)).json() == {"items": [], "next_cursor": None, "unread": 0}
    assert (await ana.get(INBOX, params={"cursor": "no cursor"})).status_code == 422


async def test_channels(told: Site, post: Postman) -> None:
    ana, bob = await told.browser(Role.OWNER), await told.browser(Role.DRIVER)
    secret = "tgram://123:secret-token/chat"
    mail = (await ana.post(CHANNELS, json={"channel": "email"})).json()
    made = await ana.post(CHANNELS, json={"channel": "apprise", "url": secret, "name": "Family"})
    assert made.status_code == 201
    family = made.json()
    listed = await ana.get(CHANNELS)
    assert listed.json() == {"items": [mail, family]}
    assert "secret-token" not in made.text + listed.text
    assert (await bob.get(CHANNELS)).json() == {"items": []}
    path = f"{CHANNELS}/{family['id']}"
    for status in (
        await bob.patch(path, json={"enabled": False}),
        await bob.delete(path),
        await bob.post(f"{path}/test"),
    ):
        assert status.status_code == 404
    changed = (await ana.patch(path, json={"events": {"charger_error": False}, "name": "Us"})).json()
    assert (changed["name"], changed["events"]["charger_error"], changed["enabled"]) == ("Us", False, True)
    await fail(told)
    assert len(post.carried) == 1
    assert (await ana.delete(path)).status_code == 204
    (left,) = (await ana.get(CHANNELS)).json()["items"]
    assert left["id"] == mail["id"]
    assert left["told_at"] is not None


@pytest.mark.parametrize(
    ("wish", "status", "names"),
    [
        ({"channel": "apprise"}, 422, "url"),
        ({"channel": "push"}, 422, "subscription"),
        (
            {
                "channel": "push",
                "subscription": {"endpoint": "https://x.example", "keys": {"p256dh": "a", "auth": "b"}},
            },
            409,
            "no way",
        ),
        ({"channel": "pigeon"}, 422, "channel"),
    ],
)
async def test_what_is_no_channel(told: Site, wish: object, status: int, names: str) -> None:
    ana = await told.browser(Role.OWNER)
    refused = await ana.post(CHANNELS, json=wish)
    assert (refused.status_code, names in refused.text) == (status, True)


async def test_the_test_says_what_happened(told: Site, post: Postman) -> None:
    ana = await told.browser(Role.OWNER)
    mail = (await ana.post(CHANNELS, json={"channel": "email"})).json()
    test = f"{CHANNELS}/{mail['id']}/test"
    assert (await ana.post(test)).json() == {"delivered": True, "said": "250 OK"}
    assert post.titles == ["A test from ChargeDeck"]
    post.refusal = NotCarriedError(Sentence("552 Mailbox full"))
    assert (await ana.post(test)).json() == {"delivered": False, "said": "552 Mailbox full"}


@dataclass
class Devices:
    """Two browsers in which somebody is signed in, with push switched on in both."""

    site: Site
    user: UserRecord
    here: httpx.AsyncClient
    there: httpx.AsyncClient

    async def sign_in_of(self, browser: httpx.AsyncClient) -> str:
        listed = (await browser.get("/api/me/sign-ins")).json()["items"]
        return str(next(one["id"] for one in listed if one["current"]))

    async def pushed(self) -> list[str]:
        """Where somebody's next notice is pushed to."""
        return [one.name for one in await self.site.services.notices.choices.ways(self.user.id)]


async def switch_on(browser: httpx.AsyncClient, name: str) -> None:
    subscription = {"endpoint": f"https://push.example/{name}", "keys": {"p256dh": "a", "auth": "b"}}
    wish = {"channel": "push", "name": name, "subscription": subscription}
    answer = await browser.post(CHANNELS, json=wish)
    assert (answer.status_code, answer.json()["here"]) == (201, True)


@pytest.fixture
async def devices(tmp_path: Path, empty_database: Path, post: Postman) -> AsyncIterator[Devices]:
    async with site_in(tmp_path, empty_database, carriers={Channel.PUSH: post}) as site:
        await site.user(Role.OWNER)
        user = await site.user(Role.DRIVER)
        found = Devices(site, user, await site.browser_of(user), await site.browser_of(user))
        await switch_on(found.here, "here")
        await switch_on(found.there, "there")
        listed = (await found.here.get(CHANNELS)).json()["items"]
        assert {one["name"]: one["here"] for one in listed} == {"here": True, "there": False}
        yield found


async def sign_out(devices: Devices) -> None:
    assert (await devices.here.post("/api/logout")).is_success


async def revoke_this_one_from_there(devices: Devices) -> None:
    sign_in = await devices.sign_in_of(devices.here)
    assert (await devices.there.delete(f"/api/me/sign-ins/{sign_in}")).is_success


async def revoke_the_others_from_there(devices: Devices) -> None:
    assert (await devices.there.delete("/api/me/sign-ins")).is_success


async def change_the_password_there(devices: Devices) -> None:
    wish = {"current_password": PASSWORD, "new_password": "four other words here"}
    assert (await devices.there.post("/api/me/password", json=wish)).is_success


async def be_given_a_new_password(devices: Devices) -> None:
    owner = await devices.site.browser(Role.OWNER)
    wish = {"password": "four other words here"}
    assert (await owner.patch(f"/api/users/{devices.user.id}", json=wish)).is_success


async def be_removed(devices: Devices) -> None:
    owner = await devices.site.browser(Role.OWNER)
    assert (await owner.delete(f"/api/users/{devices.user.id}")).is_success


async def stay_away_for_a_month(devices: Devices) -> None:
    devices.site.clock.turn(days=31)
    assert (await devices.here.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    ("do", "left"),
    [
        (sign_out, ["there"]),
        (revoke_this_one_from_there, ["there"]),
        (revoke_the_others_from_there, ["there"]),
        (change_the_password_there, ["there"]),
        (be_given_a_new_password, []),
        (be_removed, []),
        # Nobody has ended these: who does not open the app for a month is still told of a danger.
        (stay_away_for_a_month, ["here", "there"]),
    ],
)
async def test_push_ends_with_its_sign_in(
    devices: Devices, do: Callable[[Devices], Awaitable[None]], left: list[str]
) -> None:
    await do(devices)
    assert await devices.pushed() == left


async def test_a_device_whose_sign_in_is_another_belongs_to_that_one(devices: Devices) -> None:
    again = await devices.site.browser_of(devices.user)
    await switch_on(again, "here")
    await sign_out(devices)
    assert await devices.pushed() == ["here", "there"], "it was switched on again in a later sign-in"
    await again.post("/api/logout")
    assert await devices.pushed() == ["there"]


async def test_the_key_that_browsers_subscribe_with_stays_the_same(told: Site) -> None:
    ana, bob = await told.browser(Role.OWNER), await told.browser(Role.VIEWER)
    keys = [(await one.get("/api/notifications/push-key")).json()["public_key"] for one in (ana, bob)]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 87


async def test_a_program_has_no_inbox(told: Site) -> None:
    program = await told.program(Role.OWNER)
    assert [(await program.get(path)).status_code for path in (SETTINGS, INBOX, CHANNELS)] == [403] * 3


async def test_screens_are_told_what_is_new_to_their_person_alone(told: Site) -> None:
    ana = await told.user(Role.OWNER)
    browser, other = await told.browser_of(ana), await told.browser(Role.VIEWER, stations=("office",))
    heard: dict[str, list[dict[str, object]]] = {"ana": [], "other": []}

    async def listen(client: object, name: str) -> None:
        async with client.stream("GET", "/api/events") as stream:  # type: ignore[attr-defined]
            kind = ""
            async for line in stream.aiter_lines():
                name_, _, value = line.partition(": ")
                kind = value if name_ == "event" else kind
                if name_ == "data" and kind in {"inbox", "snapshot"}:
                    heard[name].append({"kind": kind, **json.loads(value)})

    async def until(name: str, count: int) -> None:
        async with asyncio.timeout(10):
            while len(heard[name]) < count:  # noqa: ASYNC110  (a stream tells nobody)
                await asyncio.sleep(0.01)

    listening = [
        asyncio.create_task(listen(browser, "ana")),
        asyncio.create_task(listen(other, "other")),
    ]
    try:
        await until("ana", 1)
        await until("other", 1)
        await fail(told)
        await until("ana", 2)
        newest = (await browser.get(INBOX)).json()["items"][0]["id"]
        assert heard["ana"][1]["id"] == ana.id
        assert heard["ana"][1]["patch"] == {"unread": 1, "newest": newest}
        await browser.post(f"{INBOX}/read")
        await until("ana", 3)
        assert heard["ana"][2]["patch"] == {"unread": 0, "newest": None}
        assert len(heard["other"]) == 1
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
