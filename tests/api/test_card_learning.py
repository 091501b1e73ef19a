"""A card is learned by holding it to a charger; who runs one station leaves the cards of others alone."""

import pytest
from tests.api.site import Site

from chargedeck.hub.records import Role

PATH = "/api/chargers/garage/card-learning"


def swiped(site: Site, tag: str) -> str:
    return site.fleet.device("garage").judge(tag, site.clock()).verdict.value


async def test_the_next_unknown_card_is_learned_and_opens_nothing_yet(site: Site) -> None:
    await site.add_device()
    operator = await site.browser(Role.OPERATOR)
    assert (await operator.get(PATH)).status_code == 404
    await site.add_card("KNOWN")
    assert (await operator.post(PATH)).json()["id_tag"] is None
    assert swiped(site, "known") == "Accepted"
    assert (await operator.get(PATH)).json()["id_tag"] is None
    assert swiped(site, "04a2b1 ") == "Invalid"
    assert swiped(site, "04FFFF") == "Invalid"
    learned = (await operator.get(PATH)).json()["id_tag"]
    assert learned == "04A2B1"
    await operator.post("/api/cards", json={"id_tag": learned, "label": "Blue"})
    assert swiped(site, "04A2B1") == "Accepted"


async def test_a_card_that_comes_too_late_or_after_the_end_is_not_learned(site: Site) -> None:
    await site.add_device()
    operator = await site.browser(Role.OPERATOR)
    await operator.post(PATH)
    site.clock.turn(seconds=61)
    swiped(site, "LATE")
    assert (await operator.get(PATH)).json()["id_tag"] is None
    await operator.post(PATH)
    assert (await operator.delete(PATH)).status_code == 204
    swiped(site, "LATE")
    assert (await operator.get(PATH)).status_code == 404


async def test_nobody_waits_at_a_charger_that_is_away(site: Site) -> None:
    await site.add_device(online=False)
    answer = await (await site.browser(Role.OPERATOR)).post(PATH)
    assert answer.json()["code"] == "charger_offline"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_who_runs_one_station_leaves_the_cards_of_others_alone(site: Site, method: str) -> None:
    await site.add_station("office")
    here = await site.user(Role.DRIVER, ("home",))
    everywhere = await site.user(Role.DRIVER)
    cards = {
        "of a driver of this station": await site.add_card("A", user_id=here.id),
        "of somebody who charges elsewhere too": await site.add_card("B", user_id=everywhere.id),
        "of nobody, good everywhere": await site.add_card("C"),
    }
    operator = await site.browser(Role.OPERATOR, ("home",))
    body = {"json": {"blocked": True}} if method == "PATCH" else {}
    found = {
        whose: (await operator.request(method, f"/api/cards/{card.id}", **body)).status_code  # type: ignore[arg-type]
        for whose, card in cards.items()
    }
    assert found == {
        "of a driver of this station": 204 if method == "DELETE" else 200,
        "of somebody who charges elsewhere too": 404,
        "of nobody, good everywhere": 404,
    }


async def test_a_card_of_who_runs_one_station_is_good_there_alone(site: Site) -> None:
    await site.add_station("office")
    await site.add_device("garage", "home")
    await site.add_device("desk", "office")
    operator = await site.browser(Role.OPERATOR, ("home",))
    assert (await operator.post("/api/cards", json={"id_tag": "NEW"})).status_code == 201
    assert [one["id_tag"] for one in (await operator.get("/api/cards")).json()["items"]] == ["NEW"]
    verdicts = {
        name: site.fleet.device(name).judge("NEW", site.clock()).verdict.value for name in ("garage", "desk")
    }
    assert verdicts == {"garage": "Accepted", "desk": "Blocked"}
