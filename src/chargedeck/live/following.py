"""What somebody who follows the event stream makes of it; pure, and the same for every follower."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from chargedeck.live.patch import merged

State = dict[str, Any]
"""Resources of one kind by id."""


def events(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Kind and data of each server-sent event in these lines; what a stream breaks off with is dropped."""
    kind, data = "", b""
    for raw in lines:
        name, _, value = raw.rstrip(b"\r\n").partition(b": ")
        if name == b"event":
            kind = value.decode()
        elif name == b"data":
            data += value
        elif not name:
            if data:
                yield kind, data
            kind, data = "", b""


def after(state: State, kind: str, data: bytes, *, wanted: str = "charger") -> State:
    """What is known of one kind of resource once an event has come."""
    if kind == "snapshot":
        return {one["id"]: one for one in msgspec.json.decode(data)[f"{wanted}s"]}
    if kind != wanted:
        return state
    told = msgspec.json.decode(data)
    others = {known: one for known, one in state.items() if known != told["id"]}
    if told["patch"] is None:
        return others
    return others | {told["id"]: merged(state.get(told["id"], {}), told["patch"])}
