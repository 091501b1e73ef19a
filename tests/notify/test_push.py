"""Web push to a real service on loopback: signed, for one browser alone, and honest about what came back."""

import json
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from tests.contracts.records import OWNER
from tests.notify.push_office import Browser, PushOffice, data, push_office, text
from tests.octt.certificates import made_certificate
from tests.support.ports import free_ports

from chargedeck.hub.local_network import is_outside
from chargedeck.hub.notice_ports import Message, NotCarriedError
from chargedeck.hub.notice_records import Channel, WayRecord
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.notify.outside import NotAskedError, Poster
from chargedeck.notify.push import MOST_BYTES, PushCarrier, payload
from chargedeck.notify.push_crypto import Subscriber, encrypted, key_of
from chargedeck.storage import Storage, open_storage

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LOOPBACK = (ip_network("127.0.0.0/8"),)
LINK = "https://charge.example/chargers/garage"
MESSAGE = Message("Garage: Überstrom", "Um 14:00.", LINK, "garage:x", "charger_error", "", "", True)


def test_the_example_of_the_standard() -> None:
    """RFC 8291, appendix A."""
    public = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    to = Subscriber(data(public), data("BTBZMqHH6r4Tts7J_aSIgg"))
    sealed = encrypted(
        b"When I grow up, I want to be a watermelon",
        to,
        sender=key_of(data("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")),
        salt=data("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert text(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return made_certificate("127.0.0.1").saved(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def office(certificate: tuple[Path, Path]) -> AsyncIterator[PushOffice]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    async with push_office(context) as opened:
        yield opened


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(str(tmp_path / "push.db"), now=lambda: NOON) as opened:
        yield opened


@pytest.fixture
def poster(certificate: tuple[Path, Path]) -> Poster:
    return Poster(LOOPBACK, trusted=ssl.create_default_context(cafile=str(certificate[0])))


def carrier(storage: Storage, poster: Poster) -> PushCarrier:
    return PushCarrier(storage.book, poster, contact="mailto:charge@example.com", now=lambda: NOON)


async def way(push: PushCarrier, browser: Browser, endpoint: str) -> WayRecord:
    place = await push.checked(json.dumps(browser.subscription(endpoint)), OWNER)
    return WayRecord("w", "u1", Channel.PUSH, place.name, NOON, place.address, place.digest)


async def test_only_the_browser_can_read_it(storage: Storage, office: PushOffice, poster: Poster) -> None:
    push, browser = carrier(storage, poster), Browser()
    device = await way(push, browser, f"{office.origin}/wpush/v2/secret?x=1")
    assert str(await push.carry(device, OWNER, MESSAGE)) == "The push service 127.0.0.1 took it (201)"
    (request,) = office.requests
    assert request.path == "/wpush/v2/secret?x=1"
    assert json.loads(browser.read(request.body)) == {
        "title": MESSAGE.title,
        "body": MESSAGE.body,
        "url": "/chargers/garage",
        "tag": MESSAGE.tag,
        "kind": MESSAGE.kind,
    }
    assert request.headers["content-encoding"] == "aes128gcm"
    assert (request.headers["ttl"], request.headers["urgency"]) == ("86400", "high")
    claims = request.claims(office.origin)
    assert claims["key"] == await push.public_key()
    assert claims["sub"] == "mailto:charge@example.com"
    assert NOON < datetime.fromtimestamp(claims["exp"], UTC) <= NOON + timedelta(hours=24)


async def test_the_key_is_kept_and_no_two_messages_look_alike(
    storage: Storage, office: PushOffice, poster: Poster
) -> None:
    browser = Browser()
    for _ in range(2):
        push = carrier(storage, poster)
        await push.carry(await way(push, browser, f"{office.origin}/1"), OWNER, MESSAGE)
    one, other = office.requests
    assert one.claims(office.origin)["key"] == other.claims(office.origin)["key"]
    assert one.body[:86] != other.body[:86]


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (410, "gone"),
        (404, "gone"),
        (403, "hopeless"),
        (413, "hopeless"),
        (429, "later"),
        (500, "later"),
        (307, "later"),
    ],
)
async def test_what_the_push_service_answers(
    storage: Storage, office: PushOffice, poster: Poster, status: int, means: str
) -> None:
    push = carrier(storage, poster)
    device = await way(push, Browser(), f"{office.origin}/secret-path")
    office.status = status
    with pytest.raises(NotCarriedError) as refused:
        await push.carry(device, OWNER, MESSAGE)
    assert (refused.value.gone, refused.value.hopeless) == (means == "gone", means == "hopeless")
    assert means == "gone" or str(status) in str(refused.value)
    assert "secret-path" not in str(refused.value) + repr(device)
    assert len(office.requests) == 1, "no redirect is followed, and nothing is tried at once again"


async def test_nobody_there(storage: Storage, poster: Poster) -> None:
    push, (port,) = carrier(storage, poster), free_ports(1)
    device = await way(push, Browser(), f"https://127.0.0.1:{port}/x")
    with pytest.raises(NotCarriedError, match=r"127\.0\.0\.1 cannot be reached") as refused:
        await push.carry(device, OWNER, MESSAGE)
    assert (refused.value.gone, refused.value.hopeless) == (False, False)


async def test_a_certificate_that_nobody_vouches_for(storage: Storage, office: PushOffice) -> None:
    push = carrier(storage, Poster(LOOPBACK))
    with pytest.raises(NotCarriedError, match="certificate that cannot be trusted"):
        await push.carry(await way(push, Browser(), f"{office.origin}/x"), OWNER, MESSAGE)


GOOD = Browser().subscription("https://127.0.0.1/x")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        pytest.param("not JSON", "must be what the browser", id="not JSON"),
        pytest.param({}, "must be what the browser", id="empty"),
        pytest.param(
            {**GOOD, "keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "must be", id="no point of the curve"
        ),
        pytest.param({**GOOD, "endpoint": 5}, "must be", id="no endpoint"),
        pytest.param({**GOOD, "endpoint": "http://127.0.0.1/x"}, "no https address", id="in the clear"),
        pytest.param({**GOOD, "endpoint": "https://u@127.0.0.1/x"}, "no https address", id="with a user"),
        pytest.param(
            {**GOOD, "endpoint": "https://127.0.0.1/x\r\nA: b"}, "no https", id="a way into the head"
        ),
        pytest.param(
            {**GOOD, "endpoint": "https://127.0.0.1:x/"}, "no address that can be read", id="no port"
        ),
        pytest.param({**GOOD, "endpoint": "https://10.0.0.1/x"}, "not on the internet", id="the router"),
        pytest.param({**GOOD, "endpoint": "https://nowhere.invalid/x"}, "not known", id="no such name"),
    ],
)
async def test_what_is_no_subscription(storage: Storage, poster: Poster, told: object, why: str) -> None:
    address = told if isinstance(told, str) else json.dumps(told)
    with pytest.raises(InvalidValueError, match=why):
        await carrier(storage, poster).checked(address, OWNER)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("224.0.1.1", False),
        ("0.0.0.0", False),
        # an IPv4 address that is carried in the other kind
        ("64:ff9b::5db8:d822", True),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::c0a8:101", False),
        ("64:ff9b:1::5db8:d822", False),
        ("2002:5db8:d822::1", True),
        ("2002:7f00:1::", False),
        ("2002:a9fe:a9fe::1", False),
        ("2001:0:5db8:d822:0:0:f5ff:fffe", False),
        ("::127.0.0.1", False),
        ("::192.168.1.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("no number", False),
    ],
)
def test_what_is_outside(number: str, expected: bool) -> None:
    assert is_outside(number) is expected


async def test_this_machine_is_not_asked_unless_it_is_allowed(office: PushOffice) -> None:
    with pytest.raises(NotAskedError, match="not on the internet"):
        await Poster().post(f"{office.origin}/x", {}, b"")
    assert not office.requests


def test_a_long_message_is_cut_to_what_fits() -> None:
    long = Message("t", "ü" * 5_000, "/", "tag", "several", "", "")
    plain = payload(long)
    assert len(plain) <= MOST_BYTES
    assert json.loads(plain)["body"].startswith("ü" * 500)
