"""What a reader of the log sees: everything but the secrets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.chargers.ocpp.logged import HIDDEN, decode_logged


def test_a_request() -> None:
    assert decode_logged(b'[2,"i","Heartbeat",{}]') == {
        "type": "call",
        "message_id": "i",
        "action": "Heartbeat",
        "payload": {},
    }


def test_an_answer_and_a_refusal() -> None:
    assert decode_logged(b'[3,"i",{"status":"Accepted"}]') == {
        "type": "result",
        "message_id": "i",
        "action": None,
        "payload": {"status": "Accepted"},
    }
    refusal = decode_logged(b'[4,"i","NotSupported","no",{"x":1}]')
    assert refusal["payload"] == {"code": "NotSupported", "description": "no", "details": {"x": 1}}


def test_what_cannot_be_read_shows_its_beginning_alone() -> None:
    raw = b'[2,"i","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter2hunter2"'
    shown = decode_logged(raw)
    assert (shown["type"], shown["message_id"], shown["action"]) == ("broken", "i", None)
    assert "hunter2" not in str(shown)
    assert shown["payload"]["bytes"] == len(raw)


SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "payload",
    [
        {"key": "AuthorizationKey", "value": SECRET},
        {"key": "authorizationkey", "value": SECRET},
        {"key": "WiFiPassword", "value": SECRET},
        {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": SECRET}]},
        {"configurationKey": [{"key": "Cst_ApiKey", "readonly": False, "value": SECRET}]},
        {"location": f"ftp://user:{SECRET}@files.example/path"},
        {"log": {"remoteLocation": f"sftp://{SECRET}@files.example"}},
        {"retrieveDate": "x", "location": f"https://a:{SECRET}@b@c.example/x"},
        {"certificate": f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}\n-----END EC PRIVATE KEY-----"},
        {"data": f"x -----BEGIN PRIVATE KEY-----\n{SECRET}"},
        {"password": SECRET},
        {"setVariableData": [{"attributeValue": SECRET, "key": "BasicAuthPassword"}]},
    ],
)
def test_secrets_are_hidden(payload: dict[str, object]) -> None:
    for raw in (json.dumps([2, "i", "X", payload]), json.dumps([3, "i", payload])):
        shown = decode_logged(raw.encode())
        assert SECRET not in str(shown)
        assert HIDDEN in str(shown)


@pytest.mark.parametrize(
    "payload",
    [
        {"key": "HeartbeatInterval", "value": "60"},
        {"location": "ftp://files.example/path"},
        {"idTag": "04A1B2C3"},
        {"idToken": {"idToken": "04A1B2C3", "type": "ISO14443"}},
        {"csr": "-----BEGIN CERTIFICATE REQUEST-----\nMIH\n-----END CERTIFICATE REQUEST-----"},
        {"info": "mail me @ home"},
        {"meterStart": 5},
    ],
)
def test_what_is_no_secret_is_shown(payload: dict[str, object]) -> None:
    assert decode_logged(json.dumps([2, "i", "X", payload]).encode())["payload"] == payload


def test_what_is_nested_too_deeply_is_not_shown() -> None:
    raw = b'[2,"i","X",{"x":' + b"[" * 400 + b"]" * 400 + b"}]"
    assert decode_logged(raw)["payload"] == HIDDEN


@given(st.binary())
def test_every_frame_can_be_shown(raw: bytes) -> None:
    shown = decode_logged(raw)
    assert set(shown) == {"type", "message_id", "action", "payload"}
