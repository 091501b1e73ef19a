"""The connection itself: TLS, fragments, and servers that speak something else."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.simulator.central_system import central_system
from tests.simulator.site import Site
from websockets.asyncio.server import ServerConnection, serve

from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.link import Credentials
from chargedeck.simulator.run import Plan, run


async def test_a_message_in_pieces_is_put_together(site: Site) -> None:
    answer = await site.system.call_unchecked("GetLocalListVersion", {}, pieces=5)
    assert answer == {"listVersion": 0}
    assert site.world.statistics.requests_received == 1


async def test_a_server_without_our_protocol_is_left(caplog: pytest.LogCaptureFixture) -> None:
    async def never(_: ServerConnection) -> None:
        """Say nothing."""

    async with serve(never, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        plan = Plan(url=f"ws://127.0.0.1:{port}/ocpp", identities=(Identity("cp"),), duration=Seconds(0.3))
        result = await run(plan)
    assert result.answers == 0
    assert "speaks None, not ocpp1.6" in caplog.text


async def test_over_tls_only_with_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    certificate = _self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with central_system(tls=context) as system:
        url = system.url.replace("ws://", "wss://")
        plan = Plan(url=url, identities=(Identity("cp"),), duration=Seconds(0.4))
        stranger = await run(plan)
        assert (stranger.connections_failed, system.connections) == (1, 0)
        friend = await run(
            Plan(url=url, identities=(Identity("cp"),), duration=Seconds(0.6), ca_file=certificate)
        )
        assert friend.connected == 1
        assert system.of("BootNotification")


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
    file = folder / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


def test_a_refused_password_gives_way_to_the_former_and_no_secret_shows() -> None:
    credentials = Credentials("the first secret")
    credentials.use("the second secret")
    assert credentials.header("cp") == {"Authorization": "Basic Y3A6dGhlIHNlY29uZCBzZWNyZXQ="}
    credentials.fall_back()
    assert credentials.password == "the first secret"
    credentials.fall_back()
    assert credentials.password == "the second secret"
    assert "secret" not in repr(credentials)
    assert Credentials(None).header("cp") == {}
