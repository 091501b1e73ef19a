"""Security profile 2: the same over TLS, and what comes to a TLS port that is none."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.chargers.conftest import MakeListener
from tests.chargers.ocpp.raw import dialled, request
from tests.chargers.recording import RecordedHub
from tests.chargers.station import station
from tests.chargers.waiting import until

from chargedeck.chargers.ocpp.limits import Limits
from chargedeck.chargers.ocpp.surroundings import Keepalive


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def client_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    return context


async def test_a_station_over_tls(
    make_listener: MakeListener, hub: RecordedHub, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    hub.passwords["garage"] = b"secret"
    listener = await make_listener(tls=server_tls)
    async with station(listener.port, password=b"secret", ssl=client_tls) as point:
        assert (await point.boot())["status"] == "Accepted"
        large = await point.call("DataTransfer", {"vendorId": "x", "data": "y" * 60_000})
        assert large == {"status": "UnknownVendorId"}
        assert await hub.links["garage"][0].answers()
    await until(lambda: listener.addresses.open == 0)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(request(), id="no TLS at all"),
        pytest.param(b"\x16\x03\x01\x00\xff" + b"\x01" * 255, id="a broken hello"),
        pytest.param(b"", id="not a word"),
        pytest.param(b"\x16\x03\x01", id="half a hello"),
    ],
)
async def test_what_does_not_speak_tls_is_dropped_and_forgotten(
    make_listener: MakeListener, server_tls: ssl.SSLContext, data: bytes
) -> None:
    listener = await make_listener(Limits(handshake_s=0.3), Keepalive(sweep_s=0.05), tls=server_tls)
    async with dialled(listener.port) as raw:
        await raw.send(data)
        await raw.gone()
    await until(lambda: listener.addresses.open == 0)


async def test_one_connection_too_many_gets_no_handshake(
    make_listener: MakeListener, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    listener = await make_listener(Limits(connections_per_address=1), tls=server_tls)
    async with station(listener.port, ssl=client_tls) as point, dialled(listener.port) as raw:
        assert await raw.gone() == b""
        await point.call("Heartbeat")
    await until(lambda: listener.addresses.open == 0)


async def test_hanging_up_in_the_middle_of_the_handshake(
    make_listener: MakeListener, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    listener = await make_listener(tls=server_tls)
    for _ in range(5):
        async with dialled(listener.port) as raw:
            await raw.send(b"\x16\x03\x01")
            raw.hang_up()
    await until(lambda: listener.addresses.open == 0)
    async with station(listener.port, ssl=client_tls) as point:
        await point.call("Heartbeat")


async def test_refusals_come_over_tls_too(
    make_listener: MakeListener, hub: RecordedHub, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    listener = await make_listener(tls=server_tls)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port, ssl=client_tls)
    writer.write(request("/nowhere"))
    assert (await reader.read()).startswith(b"HTTP/1.1 404 ")
    writer.close()
    await writer.wait_closed()
