"""The upgrade request: ids, passwords, versions, and every way to get it wrong."""

import base64
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.chargers.ocpp import handshake
from chargedeck.chargers.ocpp.handshake import RefusedError, Request, chosen

KEY = base64.b64encode(b"0123456789abcdef").decode()


def head(path: str = "/ocpp/garage", *extra: str, **changed: str) -> bytes:
    """A request's head; a header is changed by its name with underscores, and left out by an empty text."""
    headers = {
        "host": "server:9000",
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec_websocket_key": KEY,
        "sec_websocket_version": "13",
        "sec_websocket_protocol": "ocpp1.6",
    } | changed
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, *extra]).encode("latin-1")


def basic(user: str, password: bytes) -> str:
    return "Basic " + base64.b64encode(user.encode() + b":" + password).decode()


def test_a_request_in_order() -> None:
    request = handshake.read(head(authorization=basic("garage", b"secret")))
    assert request == Request("garage", b"secret", ("ocpp1.6",), KEY.encode())
    assert b"garage" not in request.canonical()
    assert request.canonical().endswith(KEY.encode() + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("path", "device_id"),
    [
        ("/ocpp/CP-1", "CP-1"),
        ("/ocpp/DE*ABC*E123", "DE*ABC*E123"),
        ("/ocpp/aa:bb:cc", "aa:bb:cc"),
        ("/ocpp/a%2Db", "a-b"),
        ("/ocpp/DE%2AABC", "DE*ABC"),
        ("/ocpp/" + "x" * 48, "x" * 48),
        ("/ocpp/garage/", "garage"),
        ("/ocpp//garage", "garage"),
        ("/ocpp/garage?token=1", "garage"),
    ],
)
def test_ids(path: str, device_id: str) -> None:
    assert handshake.read(head(path)).device_id == device_id


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/ocpp",
        "/ocpp/",
        "/ocpp1/garage",
        "/OCPP/garage",
        "/api/chargers",
        "/ocpp/a/b",
        "/ocpp/a%2Fb",
        "/ocpp/..",
        "/ocpp/.",
        "/ocpp/%2e%2e",
        "/ocpp/--",
        "/ocpp/a%20b",
        "/ocpp/a%00b",
        "/ocpp/a%0d%0aX-Evil:1",
        "/ocpp/%ff",
        "/ocpp/caf%C3%A9",
        "/ocpp/a<b>",
        "/ocpp/" + "x" * 49,
        "/ocpp/;rm",
        "/ocpp/$x",
    ],
)
def test_what_is_no_id_is_not_found(path: str) -> None:
    with pytest.raises(RefusedError) as refused:
        handshake.read(head(path))
    assert refused.value.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("credentials", "password"),
    [
        (basic("garage", b"secret"), b"secret"),
        (basic("garage", b""), b""),
        (basic("garage", b"a:b"), b"a:b"),
        (basic("garage", b"\xde\xad\x00\xbe"), b"\xde\xad\x00\xbe"),
        ("basic " + basic("garage", b"x").split()[1], b"x"),
    ],
)
def test_passwords(credentials: str, password: bytes) -> None:
    assert handshake.read(head(authorization=credentials)).password == password


def test_a_colon_in_the_id_does_not_cut_the_password() -> None:
    request = handshake.read(head("/ocpp/aa:bb", authorization=basic("aa:bb", b"secret")))
    assert request.password == b"secret"


@pytest.mark.parametrize(
    "credentials",
    [
        basic("other", b"secret"),
        basic("GARAGE", b"secret"),
        basic("garage2", b"secret"),
        "Basic garage:secret",
        "Basic",
        "Basic !!!",
        "Bearer " + base64.b64encode(b"garage:secret").decode(),
        "Digest username=garage",
    ],
)
def test_credentials_that_are_not_the_stations_own(credentials: str) -> None:
    with pytest.raises(RefusedError) as refused:
        handshake.read(head(authorization=credentials))
    assert refused.value.status == HTTPStatus.UNAUTHORIZED
    assert b'WWW-Authenticate: Basic realm="ChargeDeck OCPP"' in refused.value.response()


def test_two_credentials_are_none() -> None:
    credentials = basic("garage", b"secret")
    with pytest.raises(RefusedError):
        handshake.read(head("/ocpp/garage", f"Authorization: {credentials}", authorization=credentials))


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01", 400, id="TLS where none is spoken"),
        pytest.param(b"GET /ocpp/garage", 400, id="no version"),
        pytest.param(b"GET /ocpp/gar age HTTP/1.1", 400, id="a blank in the path"),
        pytest.param(b"GET /ocpp/garage HTTP/2.0", 400, id="another HTTP"),
        pytest.param(b"POST /ocpp/garage HTTP/1.1", 405, id="POST"),
        pytest.param(b"GET /ocpp/garage HTTP/1.1\r\nno colon", 400, id="a header without a colon"),
        pytest.param(
            b"GET /ocpp/garage HTTP/1.1\r\nbad name: x", 400, id="a header with a blank in its name"
        ),
        pytest.param(b"GET /ocpp/garage HTTP/1.1\r\n folded: x", 400, id="a folded header"),
        pytest.param(b"GET /ocpp/garage HTTP/1.1\r\nx: a\0b", 400, id="a NUL in a header"),
        pytest.param(b"GET /ocpp/garage HTTP/1.1\r\nHost: x", 426, id="no upgrade"),
        pytest.param(head(upgrade="h2c"), 426, id="another upgrade"),
        pytest.param(head(connection="keep-alive"), 426, id="no upgrade of the connection"),
        pytest.param(head(sec_websocket_version="8"), 426, id="an old WebSocket"),
        pytest.param(head(sec_websocket_key=""), 400, id="no key"),
        pytest.param(head(sec_websocket_key="c2hvcnQ="), 400, id="a short key"),
        pytest.param(head(sec_websocket_key="!" * 24), 400, id="a key that is not base64"),
    ],
)
def test_requests_that_are_refused(raw: bytes, status: int) -> None:
    with pytest.raises(RefusedError) as refused:
        handshake.read(raw)
    assert refused.value.status == status
    assert refused.value.response().startswith(f"HTTP/1.1 {status} ".encode())


def test_a_browsers_connection_header() -> None:
    assert handshake.read(head(connection="keep-alive, Upgrade")).device_id == "garage"


def test_offers_may_come_in_several_headers() -> None:
    request = handshake.read(head("/ocpp/x1", "Sec-WebSocket-Protocol: ocpp2.0.1,,"))
    assert request.subprotocols == ("ocpp1.6", "ocpp2.0.1")
    assert handshake.read(head(sec_websocket_protocol="")).subprotocols == ()


@pytest.mark.parametrize(
    ("offered", "spoken", "choice"),
    [
        (["ocpp1.6"], ["ocpp1.6"], ("ocpp1.6", "ocpp1.6")),
        (["ocpp1.6", "ocpp2.0.1"], ["ocpp1.6"], ("ocpp1.6", "ocpp1.6")),
        (["ocpp1.6", "ocpp2.0.1"], ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"], ("ocpp2.0.1", "ocpp2.0.1")),
        (["OCPP1.6"], ["ocpp1.6"], ("ocpp1.6", "OCPP1.6")),
        (["ocpp1.5", "mqtt"], ["ocpp1.6"], None),
        ([], ["ocpp1.6"], None),
    ],
)
def test_the_newest_version_that_both_speak(
    offered: list[str], spoken: list[str], choice: tuple[str, str] | None
) -> None:
    assert chosen(offered, spoken) == choice


@given(st.binary())
def test_no_request_raises_anything_else(raw: bytes) -> None:
    try:
        handshake.read(raw)
    except RefusedError as refused:
        assert refused.response().startswith(b"HTTP/1.1 4")  # noqa: PT017  (either outcome is fine)


@given(st.text(alphabet=st.characters(max_codepoint=255, exclude_characters=" \r\n")))
def test_no_path_leads_to_an_unsafe_id(path: str) -> None:
    try:
        device_id = handshake.read(head(f"/ocpp/{path}")).device_id
    except RefusedError:
        return
    assert len(device_id) <= 48
    assert device_id.isascii()
    assert not set(device_id) & set("/\\ \"'<>;&$`%?#\0")
