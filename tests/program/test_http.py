"""HTTP to a source, on real sockets: kept connections, bounds of size and time, nothing followed."""

import asyncio

import pytest
from tests.chargers.lektrico.replayed import FORMS, GONE, SILENT, Raw, Replayed, replayed, response

from chargedeck.http import LARGEST_ANSWER, Endpoint, Http, HttpError


async def loopback() -> str:
    await asyncio.sleep(0)
    return "127.0.0.1"


def client(device: Replayed, answer_s: float = 5.0) -> Http:
    return Http(Endpoint("127.0.0.1", device.port, loopback), answer_s=answer_s, connect_s=answer_s)


async def test_one_connection_serves_one_request_after_the_other() -> None:
    async with replayed({"a": {"n": 1}}) as device:
        http = client(device)
        assert [(await http.get("/rpc/a")).body for _ in range(5)] == [b'{"n": 1}'] * 5
        assert (device.connections, len(device.asked)) == (1, 5)
        http.close()


@pytest.mark.parametrize(("raw", "body"), FORMS.values(), ids=FORMS)
async def test_an_answer_may_come_in_any_form(raw: Raw, body: bytes) -> None:
    async with replayed({"a": raw}) as device:
        http = client(device)
        answer = await http.get("/rpc/a")
        assert (answer.status, answer.body) == (200, body)
        http.close()


async def test_a_connection_that_has_ended_meanwhile_is_made_anew() -> None:
    async with replayed({"a": Raw(response(b"{}"))}) as device:
        http = client(device)
        for _ in range(3):
            assert (await http.get("/rpc/a")).body == b"{}"
        http.close()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(Raw(response(b"x" * LARGEST_ANSWER)), "without an end", id="too long"),
        pytest.param(Raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * LARGEST_ANSWER), "without an end", id="a head"),
        pytest.param(Raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "not answer in HTTP", id="something else"),
        pytest.param(Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), "closes", id="half an answer"),
        pytest.param(GONE, "closes|cannot be reached", id="hangs up"),
        pytest.param(SILENT, "in time", id="says nothing"),
    ],
)
async def test_what_is_no_answer(raw: object, words: str) -> None:
    async with replayed({"a": raw}) as device:
        http = client(device, answer_s=0.2)
        with pytest.raises(HttpError, match=words):
            await http.get("/rpc/a")
        http.close()


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    moved = Raw(b"HTTP/1.1 302 Found\r\nLocation: /rpc/b\r\nContent-Length: 0\r\n\r\n")
    async with replayed({"a": moved, "b": {}}) as device:
        http = client(device)
        assert (await http.get("/rpc/a")).status == 302
        assert len(device.asked) == 1
        http.close()


async def test_headers_go_out_and_come_in() -> None:
    raw = Raw(b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
    async with replayed({"a": raw}) as device:
        http = client(device)
        answer = await http.get("/rpc/a", {"X-Mine": "1"})
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Basic")
        http.close()
