"""OCTT 1.6, Central System: passwords, TLS, security profiles 1 and 2, subprotocols (3.21.1 and after)."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.octt.certificates import Certificate, made_certificate
from tests.octt.charge_point import ChargePoint
from tests.octt.operating import Operator
from tests.octt.registry import Home, registry_at
from tests.support.server import Server, running_server
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

NEW_KEY = "A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B9"
PROTOCOL_ERROR = 1002

ECDSA_SUITES = "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"
RSA_SUITES = "AES128-GCM-SHA256", "AES256-GCM-SHA384"
"""The four that the tool demands, by OpenSSL's names."""


@dataclass(frozen=True, slots=True)
class Secured:
    """A central system with TLS for its charge points."""

    server: Server
    certificate: Certificate
    suites: Sequence[str]

    def trusting(self) -> ssl.SSLContext:
        """The charge point's end: it has installed the certificate and checks name and chain."""
        return ssl.create_default_context(cadata=self.certificate.pem)

    def speaking(self, *suites: str) -> ssl.SSLContext:
        """A charge point that knows TLS 1.2 and these cipher suites."""
        context = self.trusting()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(":".join(suites))
        return context


def with_tls(certificate: Certificate, folder: Path) -> dict[str, str]:
    """The settings of a listener with a certificate."""
    cert, key = certificate.saved(folder)
    return {"ocpp_tls_cert": str(cert), "ocpp_tls_key": str(key)}


@pytest.fixture(scope="module", params=["ecdsa", "rsa"])
def secured(
    request: pytest.FixtureRequest, home: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Secured]:
    """A server for each kind of key, since the cipher suites depend on it."""
    folder = home.copied_to(tmp_path_factory.mktemp(request.param))
    is_ecdsa = request.param == "ecdsa"
    key = ec.generate_private_key(ec.SECP256R1()) if is_ecdsa else rsa.generate_private_key(65537, 2048)
    certificate = made_certificate("localhost", key)
    with running_server(folder, **with_tls(certificate, folder)) as server:
        yield Secured(server, certificate, ECDSA_SUITES if is_ecdsa else RSA_SUITES)


@pytest.fixture
async def secure_point(home: Home, secured: Secured) -> AsyncIterator[ChargePoint]:
    """A charge point that is expected, and has yet to connect."""
    async with registry_at(secured.server.url, home.token) as registry:
        point = await registry.charge_point()
        yield point
        await point.disconnect()
        assert point.unanswered == []


async def refused(point: ChargePoint, tls: ssl.SSLContext | None = None) -> HTTPStatus:
    """The status that the upgrade is refused with."""
    with pytest.raises(InvalidStatus) as refusal:
        await point.connect(tls=tls)
    return HTTPStatus(refusal.value.response.status_code)


async def check_basic_authentication(point: ChargePoint, tls: ssl.SSLContext | None) -> None:
    """No password, a wrong one, then the right one."""
    right = point.password
    for wrong in (None, b"not the password"):
        point.password = wrong
        assert await refused(point, tls) is HTTPStatus.UNAUTHORIZED
    point.password = right
    await point.connect(tls=tls)
    await point.booted()


# -- passwords -------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", [NEW_KEY.encode(), bytes.fromhex(NEW_KEY)], ids=["as text", "as bytes"])
async def test_tc_073_update_charge_point_password(
    point: ChargePoint, operator: Operator, spelling: bytes
) -> None:
    await point.booted()
    sent = operator.sends("ChangeConfiguration", key="AuthorizationKey", value=NEW_KEY)
    request = await point.expect("ChangeConfiguration", key="AuthorizationKey")
    assert request.payload["value"] == NEW_KEY
    assert 16 <= len(bytes.fromhex(NEW_KEY)) <= 20
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
    await point.disconnect()
    assert await refused(point) is HTTPStatus.UNAUTHORIZED
    point.password = spelling
    await point.connect()
    await point.booted()
    logged = await operator.messages("ChangeConfiguration")
    assert NEW_KEY not in str(logged)


async def test_tc_073_refused_by_the_charge_point(point: ChargePoint, operator: Operator) -> None:
    await point.booted()
    sent = operator.sends("ChangeConfiguration", key="AuthorizationKey", value=NEW_KEY)
    await (await point.expect("ChangeConfiguration", key="AuthorizationKey")).answer(status="Rejected")
    assert await sent == {"status": "Rejected"}
    await point.disconnect()
    await point.connect()
    await point.booted()


async def test_tc_085_basic_authentication_profile_1(point: ChargePoint) -> None:
    await point.disconnect()
    await check_basic_authentication(point, None)


async def test_tc_085_basic_authentication_profile_2(secured: Secured, secure_point: ChargePoint) -> None:
    await check_basic_authentication(secure_point, secured.trusting())


# -- TLS -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1], ids=["AES 128", "AES 256"])
async def test_tc_086_tls_server_side_certificate(
    secured: Secured, secure_point: ChargePoint, which: int
) -> None:
    suite = secured.suites[which]
    socket = await secure_point.connect(tls=secured.speaking(suite))
    session = socket.transport.get_extra_info("ssl_object")
    assert (session.version(), session.cipher()[0]) == ("TLSv1.2", suite)
    await secure_point.booted()


async def test_the_best_that_a_charge_point_knows_is_spoken(
    secured: Secured, secure_point: ChargePoint
) -> None:
    socket = await secure_point.connect(tls=secured.trusting())
    assert socket.transport.get_extra_info("ssl_object").version() == "TLSv1.3"
    await secure_point.disconnect()
    socket = await secure_point.connect(tls=secured.speaking(*RSA_SUITES, "ECDHE+AESGCM"))
    assert socket.transport.get_extra_info("ssl_object").cipher()[0].startswith("ECDHE")


async def test_tls_1_1_is_refused(secured: Secured, secure_point: ChargePoint) -> None:
    outdated = secured.trusting()
    outdated.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        outdated.minimum_version = outdated.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ConnectionResetError, ssl.SSLError)) as refusal:
        await secure_point.connect(tls=outdated)
    assert "NO_PROTOCOLS_AVAILABLE" not in str(refusal.value)  # that would be our own end's refusal


@contextmanager
def serving(server: Server) -> Iterator[None]:
    """One of several starts on the same data and the same ports."""
    server.start()
    try:
        server.wait_until_ready()
        yield
    finally:
        server.stop()


async def upgrades(point: ChargePoint, operator: Operator) -> None:
    """The operator sets security profile 2 and restarts the charge point."""
    sent = operator.sends("ChangeConfiguration", key="SecurityProfile", value="2")
    request = await point.expect("ChangeConfiguration", key="SecurityProfile")
    assert request.payload["value"] == "2"
    await request.answer(status="Accepted")
    assert await sent == {"status": "Accepted"}
    given = operator.gives("reset", kind="hard")
    await (await point.expect("Reset", type="Hard")).answer(status="Accepted")
    await given
    await point.disconnect()


async def test_tc_083_upgrade_charge_point_security_profile_accepted(home: Home, tmp_path: Path) -> None:
    """From 1 to 2. There is one endpoint for chargers: it gets its certificate while the point restarts."""
    server = Server(home.copied_to(tmp_path))
    with serving(server):
        async with registry_at(server.url, home.token) as registry:
            point = await registry.charge_point()
            await point.connect()
            await point.booted()
            await upgrades(point, registry.operator(point))
    certificate = made_certificate("localhost")
    server.settings = with_tls(certificate, tmp_path)
    with serving(server):
        trusting = ssl.create_default_context(cadata=certificate.pem)
        plain, secure = point.url, point.url.replace("ws:", "wss:")
        point.url = secure
        await point.connect(tls=trusting)
        await point.booted()
        await point.disconnect()
        point.url = plain
        with pytest.raises((InvalidHandshake, OSError)):
            await point.connect()
        point.url = secure
        await point.connect(tls=trusting)
        await point.disconnect()


# -- subprotocols ----------------------------------------------------------------------------------


async def test_tc_088_web_socket_subprotocol_negotiation(point: ChargePoint, operator: Operator) -> None:
    """Turned away as OCPP-J 1.6 (3.2) has it: the upgrade names no version, and the connection is closed."""
    await point.disconnect()
    socket = await point.connect(offers=("ocpp0.1",))
    assert socket.subprotocol is None
    with pytest.raises((ConnectionClosed, AssertionError)):
        await point.call("Heartbeat")
    async with asyncio.timeout(5):
        await socket.wait_closed()
    assert socket.close_code == PROTOCOL_ERROR
    assert (await operator.device())["connected"] is False
    socket = await point.connect(offers=("ocpp0.1", "ocpp1.6"))
    assert socket.subprotocol == "ocpp1.6"
    assert socket.response is not None
    assert socket.response.headers.get_all("Sec-WebSocket-Protocol") == ["ocpp1.6"]
    await point.booted()
