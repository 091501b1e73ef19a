"""OCPP-J 1.6 §4: what a frame is, and what is wrong with those that are none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.chargers.ocpp import framing
from chargedeck.chargers.ocpp.faults import FaultKind
from chargedeck.chargers.ocpp.framing import (
    CALL,
    ERROR,
    LONGEST_ID,
    NOT_TEXT,
    RESULT,
    Broken,
    Call,
    CallError,
    CallResult,
)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(b'[2,"a1","Heartbeat",{}]', Call("a1", "Heartbeat", {}), id="request"),
        pytest.param(b' [ 2 , "a1" , "X" , { } ] ', Call("a1", "X", {}), id="blanks between"),
        pytest.param(b'[3,"a1",{"x":1}]', CallResult("a1", {"x": 1}), id="answer"),
        pytest.param(
            b'[4,"a1","GenericError","why",{"x":1}]',
            CallError("a1", "GenericError", "why", {"x": 1}),
            id="refusal",
        ),
        pytest.param(
            b'[4,"a1","NotImplemented",""]',
            CallError("a1", "NotImplemented", "", {}),
            id="refusal, no details",
        ),
        pytest.param(
            b'[4,"a1","NotImplemented"]', CallError("a1", "NotImplemented", "", {}), id="refusal, code alone"
        ),
        pytest.param(
            b'[4,"a1","X",null,null]', CallError("a1", "X", "", None), id="refusal, nulls for what it lacks"
        ),
        pytest.param(
            '[2,"Schlüssel","X",{"é":"ü"}]'.encode(), Call("Schlüssel", "X", {"é": "ü"}), id="more than ASCII"
        ),
        pytest.param(b'[2,"%s","X",{}]' % (b"i" * 64), Call("i" * 64, "X", {}), id="id longer than 36"),
        pytest.param(b'[2,"a","X",{"n":1e300}]', Call("a", "X", {"n": 1e300}), id="large number"),
        pytest.param(
            b'[2,"a","X",{"n":%d}]' % 10**300, Call("a", "X", {"n": 10**300}), id="number of 300 figures"
        ),
    ],
)
def test_messages_are_read(raw: bytes, message: framing.Message) -> None:
    assert framing.parse(raw) == message


@pytest.mark.parametrize(
    ("raw", "message_id"),
    [
        pytest.param(b'[2,"a1","Heartbeat"]', "a1", id="no payload"),
        pytest.param(b'[2,"a1","Heartbeat",{},{}]', "a1", id="one part too many"),
        pytest.param(b'[2,"a1"]', "a1", id="no action"),
        pytest.param(b'[2,"a1",7,{}]', "a1", id="action is a number"),
        pytest.param(b'[2,"a1",null,{}]', "a1", id="action is null"),
        pytest.param(b'[2,"a1","Heartbeat",null]', "a1", id="payload is null"),
        pytest.param(b'[2,"a1","Heartbeat",[]]', "a1", id="payload is a list"),
        pytest.param(b'[2,"a1","Heartbeat","{}"]', "a1", id="payload is a text"),
        pytest.param(b'[2,4711,"Heartbeat",{}]', "4711", id="message id is a number"),
        pytest.param(b'[2,"","Heartbeat",{}]', "", id="message id is empty"),
        pytest.param(
            b'[2,"%s","X",{}]' % (b"i" * (LONGEST_ID + 1)),
            "i" * (LONGEST_ID + 1),
            id="message id far too long",
        ),
        pytest.param(b'[2,"a1","Heartbeat",{', "a1", id="cut off"),
        pytest.param(b'[2,"a1","Hea', "a1", id="cut off in the action"),
        pytest.param(b'[2,"a1","X",{"n":NaN}]', "a1", id="not a number"),
        pytest.param(b'[2,"a1","X",{"n":1e999}]', "a1", id="beyond every number"),
        pytest.param(b'[2,"a1","X",{"n":%s}]' % (b"9" * 5_000), "a1", id="a number of 5,000 figures"),
        pytest.param(b'[2,"a1","X",{"n":01}]', "a1", id="not JSON"),
        pytest.param(b'[2,"a1","X",{}] [2]', "a1", id="two frames in one"),
        pytest.param(b'[2,"a1","X",' + b"[" * 40_000, "a1", id="nested without end"),
        pytest.param(
            b'[2,"a1","X",{"x":' + b'{"x":' * 5_000 + b"1" + b"}" * 5_001 + b"]", "a1", id="nested deeply"
        ),
    ],
)
def test_a_broken_request_is_answered_as_long_as_it_can_be_named(raw: bytes, message_id: str) -> None:
    broken = framing.parse(raw)
    assert isinstance(broken, Broken)
    assert (broken.type, broken.message_id, broken.kind) == (CALL, message_id, FaultKind.FORMATION)
    assert broken.is_answered
    assert broken.description


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"   ", id="blanks"),
        pytest.param(b"hello", id="prose"),
        pytest.param(b"{}", id="an object"),
        pytest.param(b"[]", id="an empty array"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"[2]"', id="a text"),
        pytest.param(b"[2]", id="a request without anything"),
        pytest.param(b'[2,null,"X",{}]', id="message id is null"),
        pytest.param(b'[2,["a"],"X",{}]', id="message id is a list"),
        pytest.param(b'[2,true,"X",{}]', id="message id is true"),
        pytest.param(b'[5,"a1",{}]', id="message type 5"),
        pytest.param(b'[0,"a1",{}]', id="message type 0"),
        pytest.param(b'["2","a1","X",{}]', id="message type is a text"),
        pytest.param(b'[2.0,"a1","X",{}]', id="message type has a point"),
        pytest.param(b'[true,"a1","X",{}]', id="message type is true"),
        pytest.param(b'[null,"a1","X",{}]', id="message type is null"),
        pytest.param(b"[" * 60_000, id="nested without end or name"),
        pytest.param(b'[2,"a\\u0000b","X",{', id="a name that cannot be told apart in broken text"),
    ],
)
def test_what_cannot_be_named_is_met_with_silence(raw: bytes) -> None:
    broken = framing.parse(raw)
    assert isinstance(broken, Broken)
    assert not broken.is_answered


@pytest.mark.parametrize(
    ("raw", "kind", "message_id"),
    [
        (b'[3,"a1"]', RESULT, "a1"),
        (b'[3,"a1",null]', RESULT, "a1"),
        (b'[3,"a1",[]]', RESULT, "a1"),
        (b'[3,"a1",{},{}]', RESULT, "a1"),
        (b'[3,"a1",{"x":' + b"[" * 100 + b"]" * 100 + b"}]", RESULT, "a1"),
        (b"[3]", RESULT, None),
        (b"[3,7,{}]", RESULT, None),
        (b'[4,"a1"]', ERROR, "a1"),
        (b'[4,"a1",7,"why",{}]', ERROR, "a1"),
        (b'[4,"a1","X","why",{},{}]', ERROR, "a1"),
        (b"[4]", ERROR, None),
    ],
)
def test_a_broken_answer_is_never_answered(raw: bytes, kind: int, message_id: str | None) -> None:
    broken = framing.parse(raw)
    assert isinstance(broken, Broken)
    assert (broken.type, broken.message_id, broken.is_answered) == (kind, message_id, False)


@pytest.mark.parametrize("raw", [b'[2,"\xff","X",{}]', b'[2,"a","X",{"k":"\xc3\x28"}]', b'[2,"\xff'])
def test_what_is_not_utf_8_is_told_apart(raw: bytes) -> None:
    assert framing.parse(raw) is NOT_TEXT


def test_the_details_of_a_refusal_are_bounded() -> None:
    message = framing.parse(b'[4,"a1","X","",' + b"[" * 500 + b"]" * 500 + b"]")
    assert message == CallError("a1", "X", "", {})


def test_frames_are_written_as_short_as_they_can_be() -> None:
    assert framing.encoded_call("i", "Reset", {"type": "Soft"}) == b'[2,"i","Reset",{"type":"Soft"}]'
    assert framing.encoded_result('a"\\b', {}) == rb'[3,"a\"\\b",{}]'
    error = json.loads(framing.encoded_error("i", "InternalError", "x" * 500))
    assert error == [4, "i", "InternalError", "x" * 255, {}]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.binary() | st.text().map(str.encode) | JSON.map(lambda tree: json.dumps(tree).encode()))
def test_nothing_that_comes_raises(raw: bytes) -> None:
    assert isinstance(framing.parse(raw), framing.Message)


@given(st.lists(JSON, max_size=6), st.sampled_from([2, 3, 4, 5]))
def test_nothing_shaped_like_a_message_raises(parts: list[object], kind: int) -> None:
    message = framing.parse(json.dumps([kind, *parts]).encode())
    if isinstance(message, Broken) and message.is_answered:
        assert isinstance(message.message_id, str)


@given(st.integers(min_value=0, max_value=60))
def test_a_message_cut_off_anywhere_is_never_taken(length: int) -> None:
    whole = b'[2,"a1","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"x"}]}]'
    broken = framing.parse(whole[:length])
    assert isinstance(broken, Broken)
    assert broken.is_answered == (length >= len(b'[2,"a1"'))


@given(st.text(min_size=1, max_size=36), st.text(), st.dictionaries(st.text(), st.text() | st.integers()))
def test_what_is_written_is_read_again(message_id: str, action: str, payload: dict[str, object]) -> None:
    assert framing.parse(framing.encoded_call(message_id, action, payload)) == Call(
        message_id, action, payload
    )
