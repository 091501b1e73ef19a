"""What stands before every route: host names, headers, sizes, and refusals that are always problems."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from tests.api.site import PASSWORD, Site, site_in

from chargedeck.api.addresses import ocpp_url
from chargedeck.api.application import create_app
from chargedeck.api.services import ApiSettings
from chargedeck.api.shield import host_name, is_ours
from chargedeck.hub.records import Role

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost:8080", "localhost"),
        ("LOCALHOST", "localhost"),
        ("127.0.0.1:8080", "127.0.0.1"),
        ("[::1]:8080", "[::1]"),
        ("charge.example.", "charge.example"),
        ("", None),
        ("a b", None),
        ("host:port", None),
        ("host:123456", None),
        ("user@host", None),
        ("host/path", None),
        ("[::1", None),
    ],
)
def test_the_name_in_a_host_header(header: str, name: str | None) -> None:
    assert host_name(header) == name


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("localhost", True),
        ("app.localhost", True),
        ("127.0.0.1", True),
        ("192.168.1.2", True),
        ("[fe80::1]", True),
        ("charge.example", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("xcharge.example", False),
        ("192.168.1.256", False),
    ],
)
def test_whose_name_it_is(name: str, ours: bool) -> None:
    assert is_ours(name, ApiSettings("0", host_names=frozenset({"charge.example"}))) is ours


async def test_a_page_of_another_name_is_turned_away_from_everything(site: Site) -> None:
    browser = await site.browser(Role.OWNER)
    for path in ("/api/me", "/healthz", "/", "/api/setup/claim", "/nothing"):
        answer = await browser.get(path, headers={"Host": "evil.example"})
        assert (answer.status_code, answer.json()["code"]) == (421, "unknown_host")
        assert "CHARGEDECK_ALLOWED_HOSTS" in answer.json()["detail"]


async def test_a_name_that_was_set_is_ours(tmp_path: Path, empty_database: Path) -> None:
    async with site_in(tmp_path, empty_database, host_names=frozenset({"charge.example"})) as site:
        client = await site.client(Host="Charge.Example:8443")
        assert (await client.get("/healthz")).status_code == 200


async def _raw(site: Site, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


@pytest.mark.parametrize("hosts", ["", "Host: a\r\nHost: b\r\n", "Host: a b\r\n"])
async def test_a_malformed_host_is_a_bad_request(site: Site, hosts: str) -> None:
    request = f"GET /healthz HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n"
    assert (await _raw(site, request.encode())).startswith(b"HTTP/1.1 400")


async def test_every_answer_carries_the_security_headers(site: Site) -> None:
    browser = await site.browser(Role.OWNER)
    for path in ("/api/me", "/api/nothing", "/healthz", "/docs", "/", "/deep/link", "/assets/no.js"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
        assert "strict-transport-security" not in headers
        if path.startswith("/api"):
            assert headers["cache-control"] == "no-store"


async def test_behind_a_proxy_with_tls_everything_is_for_tls(site: Site) -> None:
    user = await site.user(Role.OWNER)
    client = await site.client(**{"X-Forwarded-Proto": "https", "Host": "127.0.0.1:443"})
    login = {"email": user.email, "password": PASSWORD}
    answer = await client.post("/api/login", json=login, headers={"Origin": "https://127.0.0.1"})
    assert answer.status_code == 200
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    plain = await client.post("/api/login", json=login, headers={"Origin": "http://127.0.0.1"})
    assert (plain.status_code, plain.json()["code"]) == (403, "csrf")
    assert "CHARGEDECK_TRUSTED_PROXIES" in plain.json()["detail"]


async def test_the_demo_may_talk_to_its_simulator(tmp_path: Path, empty_database: Path) -> None:
    url = "http://127.0.0.1:8081"
    async with site_in(tmp_path, empty_database, simulator_url=url) as site:
        browser = await site.browser(Role.VIEWER)
        answer = await browser.get("/api/me")
        assert answer.json()["simulator_url"] == url
        assert f"connect-src 'self' {url};" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("GET", "/api/chargers/nowhere", 404, "not_found"),
        ("DELETE", "/api/me", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
        ("PUT", "/chargers/garage", 405, "method_not_allowed"),
        ("GET", "/api/me?x=1", 422, "invalid_request"),
        ("GET", "/api/chargers?limit=0", 422, "invalid_request"),
        ("GET", "/api/chargers?limit=ten", 422, "invalid_request"),
        ("GET", "/api/chargers?limit=1&limit=2", 422, "invalid_request"),
        ("GET", "/api/chargers?cursor=!!!", 422, "invalid_request"),
    ],
)
async def test_every_refusal_is_a_problem(site: Site, method: str, path: str, status: int, code: str) -> None:
    answer = await (await site.browser(Role.OWNER)).request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (answer.status_code, found["status"], found["code"]) == (status, status, code)
    assert {"type", "title", "detail"} <= found.keys()
    assert found["type"] == f"/docs#{code}"
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        pytest.param(b"{", JSON, 400, "invalid_request", id="cut off"),
        pytest.param(b"\xff{}", JSON, 400, "invalid_request", id="not UTF-8"),
        pytest.param(b'{"name": "\xff"}', JSON, 400, "invalid_request", id="bad UTF-8"),
        pytest.param(b'{"name": "\\ud800"}', JSON, 400, "invalid_request", id="half a character"),
        pytest.param(b"", JSON, 422, "invalid_request", id="empty"),
        pytest.param(b"null", JSON, 422, "invalid_request", id="null"),
        pytest.param(b"[]", JSON, 422, "invalid_request", id="a list"),
        pytest.param(b'{"name": "\\u0000"}', JSON, 422, "invalid_request", id="a null character"),
        pytest.param(b'{"name": "  "}', JSON, 422, "invalid_request", id="blanks"),
        pytest.param(b"[" * 30_000, JSON, 422, "invalid_request", id="deep"),
        pytest.param(b'{"name":' + b" " * 70_000 + b'"x"}', JSON, 413, "too_large", id="long"),
        pytest.param(b'{"name": "x"}', {}, 415, "unsupported_media_type", id="no type"),
        pytest.param(
            b"name=x",
            {"Content-Type": "application/x-www-form-urlencoded"},
            415,
            "unsupported_media_type",
            id="a form",
        ),
        pytest.param(
            b'{"name": "x"}', {"Content-Type": "text/plain"}, 415, "unsupported_media_type", id="text"
        ),
    ],
)
async def test_a_body_that_will_not_do(
    site: Site, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    owner = await site.browser(Role.OWNER)
    answer = await owner.post("/api/stations", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert list(site.fleet.stations) == ["home"]


async def test_a_long_body_is_refused_however_it_comes(site: Site) -> None:
    owner = await site.browser(Role.OWNER)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1_000

    answer = await owner.post("/api/stations", content=chunks(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_payload_may_be_nested_only_so_deep(site: Site) -> None:
    await site.add_device()
    operator = await site.browser(Role.OPERATOR)
    for levels, status in ((31, 200), (33, 422), (9_000, 400)):
        payload = "{" + '"a":{' * (levels - 2) + '"a":1' + "}" * (levels - 1)
        body = f'{{"action": "DataTransfer", "payload": {payload}}}'
        answer = await operator.post("/api/devices/garage/ocpp", content=body, headers=JSON)
        assert answer.status_code == status, levels


async def test_a_fault_of_ours_tells_nothing_of_our_inside(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await site.browser(Role.OWNER)
    await site.add_device()
    site.fleet.chargers["garage"].control.ladder = None  # type: ignore[assignment]  # break something inside
    answer = await browser.get("/api/chargers/garage")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "ladder" not in answer.text
    assert "NoneType" in caplog.text


async def _asked(app: Any, scope: dict[str, Any], *messages: dict[str, Any]) -> list[Any]:
    """What an ASGI application sends when it is called without a server."""
    sent: list[Any] = []
    waiting = list(messages)

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


async def test_a_server_that_offers_websockets_is_told_that_there_are_none(site: Site) -> None:
    app = create_app(replace(site.services, metrics=CollectorRegistry()))
    scope = {"type": "websocket", "path": "/api/events", "headers": [(b"host", b"localhost")]}
    (sent,) = await _asked(app, scope, {"type": "websocket.connect"})
    assert sent["type"] == "websocket.close"


async def test_a_server_that_announces_its_life_is_heard(site: Site) -> None:
    app = create_app(replace(site.services, metrics=CollectorRegistry()))
    messages = ({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    sent = await _asked(app, {"type": "lifespan"}, *messages)
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        ({}, "192.168.1.2:8080", "ws://192.168.1.2:9000/ocpp/"),
        ({}, "[fe80::1]:8080", "ws://[fe80::1]:9000/ocpp/"),
        ({}, "", "ws://localhost:9000/ocpp/"),
        # A charger that calls a loopback name calls itself: it is told where the listener listens.
        (
            {"ocpp_host": "0.0.0.0", "lan_address": lambda: "192.168.1.2"},
            "localhost",
            "ws://192.168.1.2:9000/ocpp/",
        ),
        (
            {"ocpp_host": "::", "lan_address": lambda: "2001:db8::5"},
            "[::1]:80",
            "ws://[2001:db8::5]:9000/ocpp/",
        ),
        (
            {"ocpp_host": "0.0.0.0", "lan_address": lambda: "192.168.1.2"},
            "pi.local",
            "ws://pi.local:9000/ocpp/",
        ),
        ({"ocpp_host": "0.0.0.0"}, "127.0.0.1:80", "ws://127.0.0.1:9000/ocpp/"),
        (
            {"ocpp_host": "10.0.0.3", "lan_address": lambda: "192.168.1.2"},
            "localhost",
            "ws://10.0.0.3:9000/ocpp/",
        ),
        (
            {"ocpp_host": "127.0.0.1", "lan_address": lambda: "192.168.1.2"},
            "localhost",
            "ws://localhost:9000/ocpp/",
        ),
        ({"ocpp_tls": True, "ocpp_port": 443}, "charge.example", "wss://charge.example/ocpp/"),
        ({"ocpp_url": "wss://ocpp.example/ocpp"}, "charge.example", "wss://ocpp.example/ocpp/"),
    ],
)
def test_where_chargers_find_us(settings: dict[str, Any], host: str, expected: str) -> None:
    assert ocpp_url(ApiSettings("0", **settings), host) == expected


async def test_there_are_no_websockets(site: Site) -> None:
    request = (
        b"GET /api/events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(request)
    assert b" 401 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_a_problem_names_every_field_that_is_wrong_in_a_query(site: Site) -> None:
    browser = await site.browser(Role.VIEWER)
    answer = await browser.get("/api/sessions?from=5&to=2026-01-01T00:00&foo=1&limit=1&limit=2")
    assert {one["field"] for one in answer.json()["errors"]} == {"foo", "limit", "from", "to"}
    naive = await browser.get("/api/sessions?to=2026-01-01T00:00:00")
    assert (naive.status_code, naive.json()["errors"][0]["field"]) == (422, "to")
