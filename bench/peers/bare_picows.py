"""`python -m bench.peers.bare_picows PORT`: answers every CALL with the same CALLRESULT, and no more.

Nothing is parsed, checked, applied or stored: the rate of this server is what the socket alone allows.
"""

import asyncio
import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

_RESULT = (
    b',{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300,'
    b'"transactionId":1,"idTagInfo":{"status":"Accepted"}}]'
)


class Bare(WSListener):
    """One connection."""

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Answer; of the message only its id is looked at."""
        if frame.msg_type is WSMsgType.TEXT:
            message = frame.get_payload_as_bytes()
            start = message.index(b'"')
            end = message.index(b'"', start + 1) + 1
            transport.send(WSMsgType.TEXT, b"[3," + message[start:end] + _RESULT)
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()


def _connected(_: WSUpgradeRequest) -> Bare:
    return Bare()


async def _serve(port: int) -> None:
    server = await ws_create_server(_connected, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(int(sys.argv[1])))
