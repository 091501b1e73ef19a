"""Ways around the rules that once worked."""

import asyncio
import logging

import pytest
from tests.api.site import Site, served

from chargedeck.hub.records import Role
from chargedeck.logs import on_one_line
from chargedeck.settings import SettingError, load
from chargedeck.web.patience import LARGEST_HEAD, PatientProtocol

HALF = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HALF_BODY = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{"


# -- the API -----------------------------------------------------------------------------------


async def test_an_origin_that_is_none_is_not_ours_even_when_our_own_name_is_none(site: Site) -> None:
    browser = await site.browser(Role.OWNER)
    strange = {"Host": "localhost:99999", "Origin": "null"}
    assert (await browser.patch("/api/me", json={"first_name": "x"}, headers=strange)).status_code == 403


@pytest.mark.parametrize("path", ["/api/events", "/api/events/", "/api//events"])
async def test_another_page_may_not_open_a_stream_however_it_spells_it(site: Site, path: str) -> None:
    browser = await site.browser(Role.OWNER)
    answer = await browser.get(path, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


async def test_only_who_sees_every_station_chooses_where_new_devices_wait(site: Site) -> None:
    await site.add_station("depot")
    operator = await site.browser(Role.OPERATOR, ("depot",))
    assert (await operator.patch("/api/stations/depot", json={"is_default": True})).status_code == 403
    assert (await operator.patch("/api/stations/depot", json={"name": "Yard"})).status_code == 200
    everywhere = await site.browser(Role.OPERATOR)
    assert (await everywhere.patch("/api/stations/depot", json={"is_default": True})).status_code == 200


async def test_a_token_makes_no_token_that_would_outlive_it(site: Site) -> None:
    program = await site.program(Role.OWNER)
    wish = {"name": "for ever", "role": "viewer"}
    assert (await program.post("/api/tokens", json=wish)).status_code == 403


# -- the socket --------------------------------------------------------------------------------


class Hasty(PatientProtocol):
    """With no patience to speak of."""

    request_s = 0.2


async def _ok(_: object, receive: object, send: object) -> None:
    assert callable(receive)
    assert callable(send)
    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(0.5)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def _heard(address: str, *parts: bytes) -> bytes:
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for part in parts:
            writer.write(part)
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("half", [b"", b"G", b"\r\n", HALF, HALF_BODY])
async def test_a_request_that_never_ends_does_not_hold_its_socket(half: bytes) -> None:
    async with served(_ok, http=Hasty) as address:
        assert await _heard(address, half) == b""


async def test_an_answer_may_take_longer_than_a_request(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    async with served(_ok, http=Hasty) as address:
        answer = await _heard(address, HALF + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"ok")


async def test_a_head_without_end_is_refused() -> None:
    line = b"X-Filler: " + b"x" * 1_000 + b"\r\n"
    async with served(_ok, http=PatientProtocol) as address:
        answer = await _heard(address, HALF, line * (LARGEST_HEAD // 1_000 + 2))
    assert answer.startswith(b"HTTP/1.1 400") or answer == b""


# -- what devices and people write -------------------------------------------------------------


def test_a_device_cannot_forge_a_line_of_the_log() -> None:
    said = "no\n2026-01-31 [critical] forged\x1b[31m\u2028x ü"
    assert on_one_line(said) == "no\\x0a2026-01-31 [critical] forged\\x1b[31m\\x2028x ü"


@pytest.mark.parametrize(
    "url", ["http://a; script-src *", "http://a\r\nX: y", "http://a/b", "http://*", "http://u:p@a", "ftp://a"]
)
def test_the_simulator_s_address_adds_nothing_to_the_policy(url: str) -> None:
    with pytest.raises(SettingError, match="simulator_url"):
        load({"CHARGEDECK_SIMULATOR_URL": url})


def test_the_simulator_s_address_is_an_origin() -> None:
    assert load({"CHARGEDECK_SIMULATOR_URL": "http://[::1]:81/"}).simulator_url == "http://[::1]:81"
