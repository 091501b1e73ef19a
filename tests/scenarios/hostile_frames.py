"""What devices may send that is no OCPP: tables, and strategies that make more; sends nothing itself."""

import json
from typing import Any

from hypothesis import strategies as st
from tests.chargers.ocpp16.payloads import Spoiled, complete, spoiled

from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16.actions import FROM_DEVICE, TO_DEVICE

SCHEMAS = Schemas("v16", FROM_DEVICE | TO_DEVICE)

WHOLE = json.dumps([2, "cut", "MeterValues", complete(SCHEMAS.request("MeterValues"))])
_NAMED_FROM = WHOLE.index('"cut"') + len('"cut"')


_OBJECT = '{"a":'


def _nested(opening: str, closing: str, levels: int) -> str:
    return opening * levels + "0" + closing * levels


UNREADABLE: dict[str, tuple[str, str | None]] = {
    # what it is: (what is sent, the id that the refusal must have; None: it is met with silence)
    **{
        f"a message that ends after {end}": (WHOLE[:end], "cut" if end >= _NAMED_FROM else None)
        for end in range(1, len(WHOLE), 13)
    },
    "nothing": ("", None),
    "blanks": (" \n\t ", None),
    "lists in lists": (_nested("[", "]", 10_000), None),
    "a payload of lists in lists": (f'[2,"deep","Heartbeat",{_nested("[", "]", 10_000)}]', "deep"),
    "objects in objects": (f'[2,"deeper","DataTransfer",{_nested(_OBJECT, "}", 9_000)}]', "deeper"),
    "an answer of lists in lists": (f'[3,"x",{_nested("[", "]", 10_000)}]', None),
    "a number beyond all floats": ('[2,"huge","Heartbeat",{"x":1e400}]', "huge"),
    "a number of 5,000 figures": (f'[2,"long","Heartbeat",{{"x":{"9" * 5_000}}}]', "long"),
    "not a number": ('[2,"nan","Heartbeat",{"x":NaN}]', "nan"),
    "half a surrogate": ('[2,"half","Heartbeat",{"x":"\\ud800"}]', "half"),
    "an id that is too long": (json.dumps([2, "i" * 65, "Heartbeat", {}]), "i" * 65),
    "an id that is a number": ('[2,17,"Heartbeat",{}]', "17"),
    "an id that is a list": ('[2,["x"],"Heartbeat",{}]', None),
    "no id": ("[2]", None),
    "an action that is a list": ('[2,"act",["Heartbeat"],{}]', "act"),
    "a payload that is a list": ('[2,"pay","Heartbeat",[]]', "pay"),
    "no payload": ('[2,"three","Heartbeat"]', "three"),
    "five parts": ('[2,"five","Heartbeat",{},{}]', "five"),
    "an object": ('{"type":2,"id":"x"}', None),
    "a text": ('"Heartbeat"', None),
    "an unknown type": ('[5,"x","Heartbeat",{}]', None),
    "a type that is a text": ('["2","x","Heartbeat",{}]', None),
    "an answer to nothing": ('[3,"nobody-asked",{}]', None),
    "a refusal of nothing": ('[4,"nobody-asked","InternalError","",{}]', None),
    "an answer without a payload": ('[3,"nobody-asked"]', None),
}

FAULTS: list[tuple[str, Spoiled]] = [
    (action, fault) for action in sorted(FROM_DEVICE) for fault in spoiled(SCHEMAS.request(action))
]
"""Every field of every request of a device, spoiled in every way that its schema forbids."""

ANSWERS: dict[str, list[Any]] = {
    action: [complete(SCHEMAS.response(action)), *(f.payload for f in spoiled(SCHEMAS.response(action)))]
    for action in sorted(TO_DEVICE)
}
"""For every request of ours, every answer that its schema forbids, and one that it allows."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def _near_misses(draw: st.DrawFn) -> Any:
    """A valid request in which one field is something else."""
    action = draw(st.sampled_from(sorted(FROM_DEVICE - {"BootNotification"})))
    payload = complete(SCHEMAS.request(action))
    if payload and draw(st.booleans()):
        payload[draw(st.sampled_from(sorted(payload)))] = draw(JSON)
    return [2, draw(st.text(max_size=40)), action, payload]


FRAMES = st.one_of(
    JSON.map(lambda value: json.dumps(value).encode()),
    _near_misses().map(lambda frame: json.dumps(frame).encode()),
    st.lists(JSON, max_size=5).map(lambda frame: json.dumps(frame).encode()),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=200),
)
"""Bytes that a device may put into a text frame."""
