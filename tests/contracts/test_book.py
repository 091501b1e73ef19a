"""The Book: people, places and cards; what is returned from is on disk, what is refused changes nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.contracts.records import (
    CHARGER,
    DEVICE,
    HOME,
    NOON,
    OWNER,
    SESSION,
    clock,
    count,
    durable,
    reading,
)

from chargedeck.domain.cards import Card
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.units import Amps, ChargerId, IdTag, StationId, Watts
from chargedeck.energy.circuits import CircuitId
from chargedeck.energy.modes import Mode
from chargedeck.energy.sun import Degrees, Plane, Roof
from chargedeck.hub.management import ManagedCircuit, Management, Placement
from chargedeck.hub.meter_records import MeterKind, MeterRecord, TopicValue
from chargedeck.hub.records import FormerOutlet, Role, SignInRecord, TokenRecord
from chargedeck.hub.session_query import SessionQuery
from chargedeck.hub.solar_sites import SkyService, SolarSite
from chargedeck.hub.station_meters import Source
from chargedeck.storage import Storage, open_storage

WORK = replace(HOME, id=StationId("work"), name="Work", is_default=False)
CARD = Card("k1", IdTag("04a2"), "Blue card")
DAY = timedelta(days=1)


def signed_in(digest: str, *, user: str = OWNER.id, until: timedelta = DAY) -> SignInRecord:
    return SignInRecord(digest, user, "csrf", NOON, NOON + until, NOON, "192.0.2.1", "Firefox")


# -- places --------------------------------------------------------------------------------------


async def test_making_a_station_the_default_unmakes_the_other(storage: Storage) -> None:
    await storage.book.save_station(WORK)
    await storage.book.save_station(replace(WORK, is_default=True))
    assert await storage.book.stations() == [replace(HOME, is_default=False), replace(WORK, is_default=True)]


async def test_a_station_with_devices_stays(storage: Storage) -> None:
    storage.journal.device(DEVICE)
    assert await durable(storage)
    with pytest.raises(ConflictError, match="move them to another station first"):
        await storage.book.delete_station(HOME.id)
    assert await storage.book.stations() == [HOME]


async def test_an_empty_station_goes(storage: Storage) -> None:
    await storage.book.save_station(WORK)
    await storage.book.delete_station(WORK.id)
    assert await storage.book.stations() == [HOME]


GREEN = Management(
    WORK.id,
    mode=Mode.GREEN,
    hybrid_current_a=Amps(8),
    pv_minimum_current_a=Amps(2.5),
    car_minimum_current_a=Amps(7),
    meter_lost_current_a=Amps(0),
    forced_single_phase=True,
    circuits=(
        ManagedCircuit(
            CircuitId("main"), "Hausanschluß", None, Amps(63), Watts(30_000), Amps(20), metered=True
        ),
        ManagedCircuit(CircuitId("cellar"), "Cellar", CircuitId("main"), Amps(32)),
    ),
    placements={
        CHARGER.id: Placement(CircuitId("cellar"), (2, 3, 1)),
        ChargerId("other"): Placement(CircuitId("main")),
    },
)


async def test_the_management_of_a_station_comes_back_as_it_went_in(storage: Storage) -> None:
    assert await storage.book.management() == []
    await storage.book.save_station(WORK)
    await storage.book.save_management(Management(WORK.id))
    await storage.book.save_management(Management(HOME.id))
    await storage.book.save_management(GREEN)
    assert await storage.book.management() == [Management(HOME.id), GREEN]


async def test_the_management_goes_with_its_station(storage: Storage) -> None:
    await storage.book.save_station(WORK)
    await storage.book.save_management(GREEN)
    await storage.book.delete_station(WORK.id)
    assert await storage.book.management() == []
    with pytest.raises(UnknownResourceError):
        await storage.book.save_management(GREEN)


METERS = [
    MeterRecord("m1", HOME.id, "Roof", MeterKind.SHELLY, "192.168.1.5", Source.SOLAR, interval_s=5),
    MeterRecord(
        "m2",
        HOME.id,
        "Cellar",
        MeterKind.MQTT,
        "broker:1884",
        circuit=CircuitId("cellar"),
        inverted=True,
        rotation=(2, 3, 1),
        interval_s=2.5,
        username="house",
        secret="hidden",
        channel=1,
        unit_id=240,
        topic="a/b",
        topic_values=(TopicValue("power_1_w", "x.y"), TopicValue("power_2_w", "value", "c/d")),
    ),
]


async def test_meters_come_back_as_they_went_in(storage: Storage) -> None:
    for meter in METERS:
        await storage.book.save_meter(meter)
    assert await storage.book.meters() == METERS
    renamed = replace(METERS[0], name="Barn")
    await storage.book.save_meter(renamed)
    await storage.book.delete_meter("m2")
    assert await storage.book.meters() == [renamed]


async def test_a_meter_goes_with_its_station(storage: Storage) -> None:
    await storage.book.save_station(WORK)
    await storage.book.save_meter(replace(METERS[0], station_id=WORK.id))
    await storage.book.delete_station(WORK.id)
    assert await storage.book.meters() == []
    with pytest.raises(UnknownResourceError):
        await storage.book.save_meter(replace(METERS[0], station_id=WORK.id))


PANELS = SolarSite(
    HOME.id,
    Roof(
        Degrees(44.43),
        Degrees(26.1),
        (Plane(Watts(5000), Degrees(30), Degrees(180)), Plane(Watts(2000.5), Degrees(90), Degrees(0))),
    ),
    SkyService.OPEN_METEO,
)


async def test_panels_come_back_as_they_went_in_and_go_with_their_station(storage: Storage) -> None:
    await storage.book.save_station(WORK)
    await storage.book.save_solar_site(PANELS)
    await storage.book.save_solar_site(replace(PANELS, station_id=WORK.id))
    assert await storage.book.solar_sites() == [PANELS, replace(PANELS, station_id=WORK.id)]
    await storage.book.delete_station(WORK.id)
    await storage.book.save_solar_site(replace(PANELS, service=SkyService.NONE))
    assert await storage.book.solar_sites() == [replace(PANELS, service=SkyService.NONE)]
    await storage.book.delete_solar_site(HOME.id)
    assert await storage.book.solar_sites() == []
    with pytest.raises(UnknownResourceError):
        await storage.book.save_solar_site(replace(PANELS, station_id=WORK.id))


async def test_a_deleted_device_leaves_its_history(storage: Storage) -> None:
    storage.journal.device(DEVICE)
    storage.journal.charger(CHARGER)
    storage.journal.session(SESSION)
    storage.journal.sample(CHARGER.id, reading(1, 1001), None)
    # Not awaited: what was handed over before is written before.
    await storage.book.delete_device(DEVICE.id)
    assert await storage.book.devices() == []
    assert await storage.book.chargers() == []
    assert (await storage.archive.sessions(SessionQuery())).items == [SESSION]
    assert len(await storage.archive.samples(CHARGER.id, NOON, NOON + DAY, 60)) == 1


async def test_a_device_that_comes_back_goes_on_with_its_history(storage: Storage) -> None:
    for second in (1, 2):
        storage.journal.device(DEVICE)
        storage.journal.charger(CHARGER)
        storage.journal.sample(CHARGER.id, reading(second, second), None)
        await storage.book.delete_device(DEVICE.id)
    assert len(await storage.archive.samples(CHARGER.id, NOON, NOON + DAY, 0)) == 2


async def test_what_was_removed_is_remembered_as_it_was_removed_last(storage: Storage) -> None:
    second = replace(CHARGER, id=ChargerId("garage~2"), connector=2, inspection_required=True)
    storage.journal.device(DEVICE)
    storage.journal.charger(CHARGER)
    storage.journal.charger(second)
    await storage.book.delete_charger(ChargerId("nobody"))
    assert await storage.book.former_outlets() == []
    await storage.book.delete_charger(second.id)
    first = FormerOutlet(CHARGER.id, CHARGER.installation_current_a, CHARGER.inspection_required)
    other = FormerOutlet(second.id, CHARGER.installation_current_a, inspection_required=True)
    assert await storage.book.former_outlets() == [other]
    storage.journal.charger(replace(second, installation_current_a=Amps(10), inspection_required=False))
    await storage.book.delete_device(DEVICE.id)
    assert await storage.book.former_outlets() == [
        first,
        replace(other, installation_current_a=Amps(10), inspection_required=False),
    ]


async def test_a_deleted_charger_leaves_its_device(storage: Storage) -> None:
    storage.journal.device(DEVICE)
    storage.journal.charger(CHARGER)
    await storage.book.delete_charger(CHARGER.id)
    assert await storage.book.chargers() == []
    assert await storage.book.devices() == [DEVICE]


# -- cards ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["04a2", "04A2", " 04A2 "])
async def test_one_tag_is_on_one_card_however_it_is_written(storage: Storage, tag: str) -> None:
    await storage.book.save_card(CARD)
    with pytest.raises(ConflictError, match="Another card has the tag"):
        await storage.book.save_card(replace(CARD, id="k2", id_tag=IdTag(tag)))
    assert await storage.book.cards() == [CARD]


async def test_a_card_may_be_saved_again_and_deleted(storage: Storage) -> None:
    await storage.book.save_card(CARD)
    await storage.book.save_card(replace(CARD, blocked=True))
    assert await storage.book.cards() == [replace(CARD, blocked=True)]
    await storage.book.delete_card(CARD.id)
    await storage.book.delete_card(CARD.id)
    assert await storage.book.cards() == []


async def test_a_card_of_nobody_who_exists_is_refused(storage: Storage) -> None:
    with pytest.raises(UnknownResourceError, match="user 'u9'"):
        await storage.book.save_card(replace(CARD, user_id="u9"))
    assert await storage.book.cards() == []


async def test_the_cards_of_a_deleted_user_become_nobodys_and_open_nothing(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_card(replace(CARD, user_id=OWNER.id))
    await storage.book.delete_user(OWNER.id)
    assert await storage.book.cards() == [replace(CARD, blocked=True)]


# -- users, sign-ins, tokens ---------------------------------------------------------------------


async def test_one_address_has_one_user_however_it_is_written(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    with pytest.raises(ConflictError, match="Another user has the address"):
        await storage.book.save_user(replace(OWNER, id="u2", email="ada@EXAMPLE.org"))
    assert await storage.book.users() == [OWNER]


async def test_only_the_first_can_claim(url: str) -> None:
    async with open_storage(url, now=clock) as one, open_storage(url, now=clock) as other:
        claims = [
            storage.book.claim(replace(OWNER, id=f"u{n}", email=f"{n}@example.org"))
            for n, storage in enumerate((one, other) * 4)
        ]
        assert sorted(await asyncio.gather(*claims)) == [False] * 7 + [True]
        assert len(await one.book.users()) == 1
        assert not await other.book.claim(OWNER)


async def test_who_has_an_account_already_cannot_be_forestalled(storage: Storage) -> None:
    await storage.book.save_user(replace(OWNER, role=Role.VIEWER))
    assert not await storage.book.claim(replace(OWNER, id="u2", email="eve@example.org"))
    assert await storage.book.users() == [replace(OWNER, role=Role.VIEWER)]


async def test_sign_ins_end_one_by_one_or_all_but_this(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    for digest in ("a", "b", "c", "d"):
        await storage.book.save_sign_in(signed_in(digest))
    await storage.book.delete_sign_in("a")
    await storage.book.delete_sign_ins(OWNER.id, but="c")
    assert await storage.book.sign_in("c") == (signed_in("c"), OWNER)
    assert [await storage.book.sign_in(digest) for digest in ("a", "b", "d")] == [None] * 3
    await storage.book.delete_sign_ins(OWNER.id)
    assert await storage.book.sign_in("c") is None


async def test_a_deleted_user_is_signed_out_everywhere(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_sign_in(signed_in("a"))
    await storage.book.delete_user(OWNER.id)
    assert await storage.book.sign_in("a") is None


async def test_sign_ins_that_have_run_out_do_not_pile_up(storage: Storage, url: str) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_sign_in(signed_in("a", until=-DAY))
    await storage.book.save_sign_in(signed_in("b"))
    assert count(url, "sign_ins") == 1


async def test_nobody_signs_in_who_has_no_account(storage: Storage) -> None:
    with pytest.raises(UnknownResourceError, match="user 'u9'"):
        await storage.book.save_sign_in(signed_in("a", user="u9"))


async def test_a_token_is_found_by_its_hash_until_it_is_deleted(storage: Storage) -> None:
    token = TokenRecord("t1", "Home Assistant", Role.DRIVER, "digest", None, NOON)
    await storage.book.save_token(token)
    await storage.book.save_token(replace(token, last_used_at=NOON))
    assert await storage.book.token("digest") == replace(token, last_used_at=NOON)
    assert await storage.book.token("other") is None
    await storage.book.delete_token("t1")
    assert await storage.book.tokens() == []


# -- what is made once ---------------------------------------------------------------------------


async def test_a_secret_is_made_once_whoever_asks(url: str) -> None:
    async with open_storage(url, now=clock) as one, open_storage(url, now=clock) as other:
        made = (bytes([n]) * 32 for n in range(100))
        asked = [storage.book.secret("key", lambda: next(made)) for storage in (one, other) * 4]
        secrets = await asyncio.gather(*asked)
        assert len(set(secrets)) == 1
        assert await one.book.secret("other key", lambda: b"other") == b"other"
    async with open_storage(url, now=clock) as again:
        assert await again.book.secret("key", lambda: b"new") == secrets[0]


async def test_nobody_gets_a_number_twice(url: str) -> None:
    async with open_storage(url, now=clock) as one, open_storage(url, now=clock) as other:
        asked = [storage.book.reserve_numbers("transactions", 10) for storage in (one, other) * 10]
        assert sorted(await asyncio.gather(*asked)) == list(range(0, 200, 10))
        assert await one.book.reserve_numbers("others", 5) == 0
    async with open_storage(url, now=clock) as again:
        assert await again.book.reserve_numbers("transactions", 1) == 200


async def test_a_wish_that_is_refused_fails_no_rows_of_others(storage: Storage) -> None:
    await storage.book.save_card(CARD)
    refused = asyncio.create_task(storage.book.save_card(replace(CARD, id="k2")))
    await asyncio.sleep(0)
    storage.journal.session(SESSION)
    assert await durable(storage)
    with pytest.raises(ConflictError):
        await refused
    assert await storage.archive.session(SESSION.id) == SESSION


async def test_a_text_that_means_something_in_sql_is_only_a_text(storage: Storage) -> None:
    evil = "x'); DROP TABLE users; --"
    await storage.book.save_user(replace(OWNER, first_name=evil))
    assert await storage.book.token(evil) is None
    assert [user.first_name for user in await storage.book.users()] == [evil]
