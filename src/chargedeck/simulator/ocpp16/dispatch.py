"""Takes what the central system sends: answers to our calls, and its requests, which it answers."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from chargedeck.simulator import wire
from chargedeck.simulator.clock import Seconds, after
from chargedeck.simulator.ocpp16 import oddities
from chargedeck.simulator.ocpp16.routing import ROUTES
from chargedeck.simulator.ocpp16.schemas import check_request
from chargedeck.simulator.quirks import Quirk

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint

logger = logging.getLogger(__name__)


def _not_for_us(_point: "ChargePoint", _request: wire.Payload) -> wire.Payload:
    raise wire.CallError("NotSupported", "that is a request to the central system")


class Dispatch:
    """One message in, at most one answer out, then whatever the request set in motion."""

    __slots__ = ("_afterwards", "_point", "_send")

    def __init__(self, point: "ChargePoint") -> None:
        self._point = point
        self._send: Callable[[bytes], None] | None = None
        self._afterwards: list[Callable[[], None]] = []

    def connected(self, send: Callable[[bytes], None]) -> None:
        """Answers go here."""
        self._send = send

    def disconnected(self) -> None:
        """Answers go nowhere."""
        self._send = None

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection."""
        return self._send is not None

    def afterwards(self, action: Callable[[], None]) -> None:
        """Do something once the request being handled has its answer."""
        self._afterwards.append(action)

    def received(self, data: bytes) -> None:
        """Handle a message."""
        try:
            frame = wire.read(data)
        except wire.FrameError as error:
            logger.warning("%s: not understood: %s", self._point.identity.point_id, error)
            return
        match frame:
            case wire.Answer(message_id, payload):
                self._point.calls.answer(message_id, payload)
            case wire.Refusal(message_id, code, description):
                logger.info("%s: refused: %s %s", self._point.identity.point_id, code, description)
                self._point.calls.refusal(message_id)
            case wire.Request():
                self._request(frame)

    def _request(self, request: wire.Request) -> None:
        point = self._point
        point.world.statistics.requests_received += 1
        if point.registration.is_rejected:
            return  # §4.2: a rejected charge point sends nothing, not even answers
        if Quirk.HANGS_UP_IN_CALL in point.identity.quirks and request.action in oddities.HUNG_UP_ON:
            point.link.drop(Seconds(0.2))
            return
        self._reply(self._answer(request))
        todo, self._afterwards = self._afterwards, []
        for action in todo:
            action()

    def _answer(self, request: wire.Request) -> bytes:
        try:
            check_request(request.action, request.payload)
            oddities.refuse(self._point.identity.quirks, request.action)
            handle = ROUTES.get(request.action, _not_for_us)
            return wire.answer(request.message_id, handle(self._point, request.payload))
        except wire.CallError as error:
            return wire.refusal(request.message_id, error)

    def _reply(self, data: bytes) -> None:
        point = self._point
        if Quirk.LATE_ANSWERS in point.identity.quirks:
            point.at(after(point.now(), oddities.LATE), lambda _now: self._reply_now(data))
        else:
            self._reply_now(data)

    def _reply_now(self, data: bytes) -> None:
        if self._send is not None:
            self._send(data)
