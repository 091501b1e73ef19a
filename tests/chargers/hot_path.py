"""What a MeterValues costs by steps, as multiples of decoding its JSON: `python -m tests.chargers.hot_path`.

Ratios of one run, since the machine's own speed changes from minute to minute. The hub is replaced by
one that does nothing, the socket by one that sends nothing: what is left is the listener and the driver.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import uvloop
from picows import WSMsgType
from picows.picows import _make_test_ws_frame

from chargedeck.chargers.ocpp import framing
from chargedeck.chargers.ocpp.connection import Connection
from chargedeck.chargers.ocpp.limits import Limits
from chargedeck.chargers.ocpp.surroundings import Keepalive, Surroundings
from chargedeck.chargers.ocpp16 import measurands, transactions
from chargedeck.chargers.ocpp16.dialect import Ocpp16
from chargedeck.hub.background import Background

MESSAGES, ROUNDS = 2_000, 30
METER_VALUES = (
    b'[2,"deadbeef-1a-%x","MeterValues",{"connectorId":1,"transactionId":123456,"meterValue":[{"timestamp":'
    b'"2026-11-22T10:00:00.123Z","sampledValue":[{"value":"1234","context":"Sample.Periodic","format":"Raw",'
    b'"measurand":"Energy.Active.Import.Register","location":"Outlet","unit":"Wh"},{"value":"3600.5","measurand":'
    b'"Power.Active.Import","unit":"W"},{"value":"16.0","measurand":"Current.Import","phase":"L1","unit":"A"},'
    b'{"value":"230.1","measurand":"Voltage","phase":"L1-N","unit":"V"}]}]}]'
)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def _nothing(*_: object, **__: object) -> None:
    pass


class Nothing:
    """A door, a desk, a log and a socket that do nothing."""

    id, approved, outlets = "garage", True, ()
    seen = add = clock = send = detach = staticmethod(_nothing)

    def attach(self, device_id: str, link: object) -> "Nothing":
        return self

    def metered(self, connector: int, metered: object, now: datetime, done: Callable[[bool], None]) -> None:
        done(True)


def timed(steps: dict[str, tuple[Sequence[Any], Callable[[Any], object]]]) -> dict[str, float]:
    """Microseconds a message: the best of many rounds, in which all steps take turns."""
    best = dict.fromkeys(steps, float("inf"))
    for _ in range(ROUNDS):
        for name, (items, step) in steps.items():
            started = time.perf_counter()
            for item in items:
                step(item)
            best[name] = min(best[name], (time.perf_counter() - started) / MESSAGES * 1e6)
    return best


async def main() -> None:
    nothing: Any = Nothing()
    loop, tasks = asyncio.get_running_loop(), Background()
    surroundings = Surroundings(
        nothing, nothing, lambda: datetime.now(UTC), loop.time, Limits.at_rate(0), Keepalive(), tasks
    )
    dialect = Ocpp16(tasks)
    connection = Connection("garage", "127.0.0.1", dialect, surroundings)
    connection.on_ws_connected(nothing)
    driver: Any = connection._speaker
    driver._is_commissioned = True
    raws = [METER_VALUES % number for number in range(MESSAGES)]
    beats = [b'[2,"deadbeef-1a-%x","Heartbeat",{}]' % number for number in range(MESSAGES)]
    calls: list[Any] = [framing.parse(raw) for raw in raws]

    def frames(texts: Sequence[bytes]) -> list[Any]:
        return [_make_test_ws_frame(WSMsgType.TEXT, text, True, False) for text in texts]

    best = timed(
        {
            "JSON decoding": (raws, msgspec.json.Decoder().decode),
            "frame to message": (raws, framing.parse),
            "official schema": (calls, lambda call: dialect.check_request("MeterValues", call.payload)),
            "mapping": (calls, lambda call: measurands.reading(call.payload["meterValue"][0])),
            "handler with answer": (calls, lambda call: transactions.meter_values(driver, call, NOW)),
            "MeterValues, all of it": (frames(raws), lambda frame: connection.on_ws_frame(nothing, frame)),
            "Heartbeat, all of it": (frames(beats), lambda frame: connection.on_ws_frame(nothing, frame)),
        }
    )
    unit = best["JSON decoding"]
    for name, cost in best.items():
        print(f"{name:24} {cost / unit:5.2f}    {cost:6.2f} µs")  # noqa: T201  (this is its output)
    driver.closed()


if __name__ == "__main__":
    uvloop.run(main())
