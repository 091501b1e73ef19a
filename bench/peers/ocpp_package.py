"""`python -m bench.peers.ocpp_package PORT`: a central system as the `ocpp` package would have it made.

Routing and validation are the package's, the sockets are those of `websockets`; nothing is stored.
"""

import asyncio
import itertools
import sys
from datetime import UTC, datetime
from typing import Any

import uvloop
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

_ACCEPTED: Any = {"status": "Accepted"}
_transactions = itertools.count(1)


class CentralSystem(ChargePoint):
    """One charge point, seen from the central system."""

    @on("BootNotification")
    def booted(self, **_: Any) -> call_result.BootNotification:
        return call_result.BootNotification(current_time=_now(), interval=300, status=_ACCEPTED["status"])

    @on("Heartbeat")
    def beat(self) -> call_result.Heartbeat:
        return call_result.Heartbeat(current_time=_now())

    @on("StatusNotification")
    def told(self, **_: Any) -> call_result.StatusNotification:
        return call_result.StatusNotification()

    @on("Authorize")
    def asked(self, **_: Any) -> call_result.Authorize:
        return call_result.Authorize(id_tag_info=_ACCEPTED)

    @on("StartTransaction")
    def started(self, **_: Any) -> call_result.StartTransaction:
        return call_result.StartTransaction(transaction_id=next(_transactions), id_tag_info=_ACCEPTED)

    @on("MeterValues")
    def metered(self, **_: Any) -> call_result.MeterValues:
        return call_result.MeterValues()

    @on("StopTransaction")
    def stopped(self, **_: Any) -> call_result.StopTransaction:
        return call_result.StopTransaction(id_tag_info=_ACCEPTED)


def _now() -> str:
    return datetime.now(UTC).isoformat()


async def _connected(connection: ServerConnection) -> None:
    path = connection.request.path if connection.request else "/"
    try:
        await CentralSystem(path.rpartition("/")[2], connection).start()
    except ConnectionClosed:
        return


async def _serve(port: int) -> None:
    async with serve(
        _connected, "127.0.0.1", port, subprotocols=[Subprotocol("ocpp1.6")], compression=None
    ) as server:
        await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(int(sys.argv[1])))
