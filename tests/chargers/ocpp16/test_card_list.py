"""A real socket's other end keeps cards, or will not: what it is asked, and how its answers are read."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from tests.chargers.conftest import MakeListener
from tests.chargers.recording import RecordedHub
from tests.chargers.station import Payload, Station, refusing, station

from chargedeck.chargers.ocpp16.card_list import MOST_AT_ONCE, USUAL_AT_ONCE
from chargedeck.domain.cards import CardAnswer, Verdict
from chargedeck.domain.local_list import Piece
from chargedeck.domain.problems import DeviceRefusedError, NotSupportedError
from chargedeck.domain.units import IdTag
from chargedeck.hub.ports import CardKeeper, CardRoom

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def keys(**values: str) -> Payload:
    return {"configurationKey": [{"key": k, "readonly": False, "value": v} for k, v in values.items()]}


@pytest.fixture
async def point(make_listener: MakeListener) -> AsyncIterator[Station]:
    listener = await make_listener()
    async with station(listener.port) as point:
        yield point


@pytest.fixture
def keeper(point: Station, hub: RecordedHub) -> CardKeeper:
    link = hub.desk("garage").link
    assert point is not None
    assert link is not None
    assert link.card_keeper is not None
    return link.card_keeper


@pytest.mark.parametrize(
    ("told", "room", "changes"),
    [
        pytest.param(
            keys(LocalAuthListMaxLength="500", SendLocalListMaxLength="100", LocalAuthListEnabled="true"),
            CardRoom(500, 100),
            [],
            id="says it all",
        ),
        pytest.param({}, CardRoom(None, USUAL_AT_ONCE), [], id="says nothing"),
        pytest.param(
            keys(LocalAuthListMaxLength="0", SendLocalListMaxLength="many"),
            CardRoom(None, USUAL_AT_ONCE),
            [],
            id="nonsense",
        ),
        pytest.param(keys(SendLocalListMaxLength="100000"), CardRoom(None, MOST_AT_ONCE), [], id="boasts"),
        pytest.param(
            keys(LocalAuthListEnabled="False ", LocalAuthorizeOffline="false"),
            CardRoom(None, USUAL_AT_ONCE),
            ["LocalAuthListEnabled", "LocalAuthorizeOffline"],
            id="switched off",
        ),
    ],
)
async def test_its_room(
    point: Station, keeper: CardKeeper, told: Payload, room: CardRoom, changes: list[str]
) -> None:
    point.replies["GetConfiguration"] = told
    assert await keeper.room() == room
    assert [one["key"] for one in point.payloads("ChangeConfiguration")] == changes
    assert {one["value"] for one in point.payloads("ChangeConfiguration")} <= {"true"}
    asked = len(point.payloads("GetConfiguration"))
    await keeper.room()
    assert len(point.payloads("GetConfiguration")) == asked, "it is asked once"


async def test_a_list_that_cannot_be_switched_on_is_none(point: Station, keeper: CardKeeper) -> None:
    point.replies["GetConfiguration"] = keys(LocalAuthListEnabled="false")
    point.replies["ChangeConfiguration"] = {"status": "Rejected"}
    with pytest.raises(NotSupportedError) as raised:
        await keeper.room()
    assert str(raised.value.reason).startswith("LocalAuthListEnabled is false")


@pytest.mark.parametrize(
    ("answer", "version"), [({"listVersion": 0}, 0), ({"listVersion": 7}, 7), ({"versionNumber": 3}, 3)]
)
async def test_its_version(point: Station, keeper: CardKeeper, answer: Payload, version: int) -> None:
    point.replies["GetLocalListVersion"] = answer
    assert await keeper.version() == version


@pytest.mark.parametrize("answer", [{"listVersion": -1}, refusing("NotSupported"), refusing()])
async def test_a_device_that_keeps_no_list(point: Station, keeper: CardKeeper, answer: Payload) -> None:
    point.replies["GetLocalListVersion"] = answer
    with pytest.raises(NotSupportedError):
        await keeper.version()


@pytest.mark.parametrize("answer", [{}, {"listVersion": "7"}, {"listVersion": True}])
async def test_a_version_that_is_none(point: Station, keeper: CardKeeper, answer: Payload) -> None:
    point.replies["GetLocalListVersion"] = answer
    with pytest.raises(DeviceRefusedError, match="no listVersion"):
        await keeper.version()


async def test_a_piece_as_it_goes_over_the_wire(point: Station, keeper: CardKeeper) -> None:
    point.replies["SendLocalList"] = {"status": "Accepted"}
    judged = CardAnswer(Verdict.ACCEPTED, NOON, IdTag("FLEET"))
    await keeper.keep(Piece(4, False, {IdTag("A"): None, IdTag("B"): judged}))
    assert point.payloads("SendLocalList") == [
        {
            "listVersion": 4,
            "updateType": "Differential",
            "localAuthorizationList": [
                {"idTag": "A"},
                {
                    "idTag": "B",
                    "idTagInfo": {
                        "status": "Accepted",
                        "expiryDate": "2026-03-01T12:00:00.000Z",
                        "parentIdTag": "FLEET",
                    },
                },
            ],
        }
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": "Failed"}, DeviceRefusedError),
        ({"status": "VersionMismatch"}, DeviceRefusedError),
        ({"status": "NotSupported"}, NotSupportedError),
        (refusing("OccurrenceConstraintViolation"), DeviceRefusedError),
        (refusing("NotImplemented"), NotSupportedError),
        ({}, DeviceRefusedError),
    ],
)
async def test_a_piece_that_is_not_taken(
    point: Station, keeper: CardKeeper, answer: Payload, error: type[DeviceRefusedError]
) -> None:
    point.replies["SendLocalList"] = answer
    with pytest.raises(DeviceRefusedError) as raised:
        await keeper.keep(Piece(1, True, {}))
    assert type(raised.value) is error
