"""Answers in every wrapping, and refusals with every code."""

import json
from ipaddress import ip_network
from typing import Any

import pytest
from tests.chargers.lektrico.replayed import Raw, Replayed, replayed, response

from chargedeck.chargers.lektrico.addresses import Address
from chargedeck.chargers.lektrico.http import Http
from chargedeck.chargers.lektrico.logged import HIDDEN, decode_logged
from chargedeck.chargers.lektrico.rpc import Rpc
from chargedeck.chargers.lektrico.troubles import (
    NotUnderstoodError,
    RefusedError,
    TroubleError,
    UnauthorizedError,
    UnreachableError,
    told,
)
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceError,
    DeviceRefusedError,
    DeviceTimeoutError,
    NotSupportedError,
)
from chargedeck.domain.sentences import Sentence

LOOPBACK = (ip_network("127.0.0.0/8"),)


def rpc(device: Replayed, log: list[tuple[bool, bytes]] | None = None) -> Rpc:
    note = None if log is None else lambda incoming, raw: log.append((incoming, raw))
    return Rpc(Http(Address("127.0.0.1", device.port), LOOPBACK), note)


def sent(content: Any, **options: Any) -> Raw:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Raw(response(body, **options), keeps=True)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"a": 1}, id="bare"),
        pytest.param({"id": 1, "src": "1p7k_1", "result": {"a": 1}}, id="in a frame"),
        pytest.param({"jsonrpc": "2.0", "id": None, "result": {"a": 1}}, id="as JSON-RPC has it"),
        pytest.param(sent({"a": 1}, headers="Content-Type: text/plain\r\n"), id="as text"),
        pytest.param(sent({"a": 1}, headers="Content-Type: application/json\r\n"), id="as JSON"),
    ],
)
async def test_a_reading_comes_in_any_wrapping(answer: Any) -> None:
    async with replayed({"x.get": answer}) as device:
        assert await rpc(device).read("x.get") == {"a": 1}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(False, RefusedError, id="no"),
        pytest.param([1, 2], NotUnderstoodError, id="a list"),
        pytest.param(None, NotUnderstoodError, id="null"),
        pytest.param(sent(b"<html>"), NotUnderstoodError, id="a page"),
        pytest.param(sent(b"\xff\xfe"), NotUnderstoodError, id="no text"),
        pytest.param(sent(b"[" * 20_000), NotUnderstoodError, id="nested"),
        pytest.param(sent(b'{"a":' * 5_000 + b"1" + b"}" * 5_000), NotUnderstoodError, id="nested objects"),
        pytest.param(
            sent({"a": 1}, status="401 Unauthorized"), UnauthorizedError, id="a password is missing"
        ),
        pytest.param(
            sent({}, status="302 Found", headers="Location: /\r\n"), NotUnderstoodError, id="elsewhere"
        ),
        pytest.param(sent(b"oh", status="500 Error"), RefusedError, id="a failure"),
        pytest.param({"error": {"code": -6, "message": "Error uknown key."}}, RefusedError, id="an error"),
    ],
)
async def test_a_reading_that_is_none(answer: Any, error: type[TroubleError]) -> None:
    async with replayed({"x.get": answer}) as device:
        with pytest.raises(error):
            await rpc(device).read("x.get")


@pytest.mark.parametrize("result", [True, 1, {"ok": True}, "done"])
async def test_a_write_is_a_frame_with_our_name(result: Any) -> None:
    async with replayed({}, results={"charge.start": result}) as device:
        assert await rpc(device).write("charge.start", {"tag": "X"}) == result
        frame = device.asked[0].json
        assert (frame["method"], frame["params"], frame["src"]) == (
            "charge.start",
            {"tag": "X"},
            "CHARGEDECK",
        )
        assert 10_000_000 <= frame["id"] < 100_000_000


async def test_a_bare_yes_is_one_too() -> None:
    async with replayed({}, results={"charge.stop": sent(b"true")}) as device:
        assert await rpc(device).write("charge.stop") is True


@pytest.mark.parametrize(
    ("result", "error", "text"),
    [
        pytest.param(False, DeviceRefusedError, "gave no reason", id="result false"),
        pytest.param(None, DeviceRefusedError, "gave no reason", id="result null"),
        pytest.param({"error": {"code": -1}}, DeviceRefusedError, "look for an error", id="-1"),
        pytest.param({"error": {"code": -2}}, DeviceRefusedError, "update its firmware", id="-2"),
        pytest.param({"error": {"code": -3}}, DeviceRefusedError, "too short or too long", id="-3"),
        pytest.param({"error": {"code": -4}}, DeviceRefusedError, "outside what this device takes", id="-4"),
        pytest.param({"error": {"code": -5}}, DeviceRefusedError, "another kind of value", id="-5"),
        pytest.param({"error": {"code": -6}}, NotSupportedError, "does not support", id="-6"),
        pytest.param({"error": {"code": -7}}, DeviceRefusedError, "does not allow this now", id="-7"),
        pytest.param({"error": {"code": "-7"}}, DeviceRefusedError, "does not allow this now", id="as text"),
        pytest.param({"error": {"code": 404}}, NotSupportedError, "does not support", id="no such method"),
        pytest.param({"error": "No handler for x"}, NotSupportedError, "does not support", id="in words"),
        pytest.param({"error": -7}, DeviceRefusedError, "does not allow this now", id="a number"),
        pytest.param({"error": {"code": -99, "message": "Dry"}}, DeviceRefusedError, "Dry", id="unknown"),
        pytest.param({"error": {}}, DeviceRefusedError, "gave no reason", id="an empty error"),
    ],
)
async def test_every_refusal_is_told_with_what_to_do(
    result: Any, error: type[DeviceError], text: str
) -> None:
    async with replayed({}, results={"app_config.set": result}) as device:
        with pytest.raises(RefusedError) as refused:
            await rpc(device).write("app_config.set", {})
        problem = told(refused.value, "Configure")
        assert type(problem) is error
        assert text in str(problem)


def test_other_troubles_are_told_as_what_they_are() -> None:
    assert isinstance(told(UnreachableError("x", Sentence("gone")), "a"), ChargerOfflineError)
    assert isinstance(told(UnreachableError("x", Sentence("slow"), seconds=8), "a"), DeviceTimeoutError)
    assert "user name" in str(told(UnauthorizedError(), "a"))


async def test_the_log_can_be_read_and_has_no_secrets() -> None:
    log: list[tuple[bool, bytes]] = []
    answers = {"app_config.get": {"owner_id": "ana@example.com", "wifi": {"password": "x"}, "a": [1]}}
    async with replayed(answers, results={"app_config.set": {"error": {"code": -7}}}) as device:
        client = rpc(device, log)
        await client.read("app_config.get", logged=True)
        with pytest.raises(RefusedError):
            await client.write("app_config.set", {"config_key": "wifi_password", "config_value": "geheim"})
    read, answer, written, refused = (decode_logged(raw) for _, raw in log)
    assert [incoming for incoming, _ in log] == [False, True, False, True]
    assert (read["action"], read["type"]) == ("app_config.get", "rpc")
    assert answer["payload"] == {"owner_id": HIDDEN, "wifi": {"password": HIDDEN}, "a": [1]}
    assert written["payload"] == {"config_key": "wifi_password", "config_value": HIDDEN}
    assert refused["type"] == "error"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"[" * 9_000])
def test_a_log_entry_that_is_none_is_broken(raw: bytes) -> None:
    assert decode_logged(raw)["type"] == "broken"


def test_a_deep_entry_is_hidden() -> None:
    deep: Any = {"method": "x", "payload": 1}
    for _ in range(30):
        deep["payload"] = {"a": deep["payload"]}
    assert HIDDEN in json.dumps(decode_logged(json.dumps(deep).encode())["payload"])
