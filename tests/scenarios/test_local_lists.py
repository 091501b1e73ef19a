"""Cards work while the server cannot be asked: a simulated charger keeps them, over a real socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.scenarios.place import Place, Shown, place
from tests.support.api import api_client
from tests.support.server import running_server


@pytest.fixture
async def barn(tmp_path: Path) -> AsyncIterator[Place]:
    """A charger of a server whose only cards are those of the test."""
    with running_server(tmp_path) as server:
        async with api_client(server.url, server.token()) as api, place(server, api, "barn") as made:
            await made.ready()
            yield made


async def keeps(barn: Place, cards: int, version: int) -> Shown:
    """What the device page shows, once the charger keeps so many cards."""

    def holds(device: Shown) -> bool:
        listed = device["card_list"]
        return listed is not None and (listed["state"], listed["cards"], listed["version"]) == (
            "current",
            cards,
            version,
        )

    shown: Shown = await barn.api.until("/api/devices/barn", holds, 20)
    return shown


async def test_cards_work_offline_as_they_do_online(barn: Place) -> None:
    cards = {
        tag: await barn.api.post("/api/cards", {"id_tag": tag, "label": tag})
        for tag in ("04GOOD", "04BAD", "04GONE")
    }
    await keeps(barn, 3, 1)
    await barn.api.patch(f"/api/cards/{cards['04BAD']['id']}", {"blocked": True})
    await keeps(barn, 3, 2)
    await barn.api.delete(f"/api/cards/{cards['04GONE']['id']}")
    shown = await keeps(barn, 2, 3)
    assert (shown["card_list"]["left_out"], shown["card_list"]["detail"]) == (0, None)
    await barn.do("cut")
    await barn.do("plug")
    for refused in ("04BAD", "04GONE", "04NOBODY"):
        await barn.do("swipe", id_tag=refused)
        assert not (await barn.outlet())["transaction"], refused
    await barn.do("swipe", id_tag="04GOOD")
    await barn.outlet(lambda one: one["transaction"] and one["register_wh"] > 0)
    await barn.do("unplug")
    # What changed meanwhile is told when it is back, as a difference to what it keeps.
    await barn.api.post("/api/cards", {"id_tag": "04LATE", "label": "Late"})
    await barn.do("restore")
    await keeps(barn, 3, 4)
    session = await barn.closed()
    assert session["authorized_by"]["label"] == "04GOOD"
    # A list that the charger has lost, or that somebody else has written, is sent whole.
    listed = {"listVersion": 9, "updateType": "Full", "localAuthorizationList": []}
    assert await barn.call("SendLocalList", **listed) == {"status": "Accepted"}
    await barn.order("reset", {"kind": "soft"})
    await keeps(barn, 3, 10)
    sent = await barn.api.get("/api/devices/barn/messages?action=SendLocalList")
    calls = [one["payload"] for one in sent["items"] if one["type"] == "call"][::-1]
    kinds = [(one["updateType"], len(one["localAuthorizationList"])) for one in calls]
    assert kinds == [
        ("Full", 3),
        ("Differential", 1),
        ("Differential", 1),
        ("Differential", 1),
        ("Full", 0),
        ("Full", 3),
    ]
