"""A file about the server itself, for whoever is to help; for owners alone."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Response, get

from chargedeck.api.access import access
from chargedeck.api.request import ApiRequest
from chargedeck.hub.records import Role


class ServerDiagnostics(msgspec.Struct, frozen=True):
    """What helps somebody to help, without passwords, tokens, cards, or e-mail addresses.

    `server` holds versions, settings and how storing goes; `log` the last lines, in which a device is its
    number in the list.
    """

    at: str
    server: dict[str, Any]
    checks: dict[str, str]
    devices: list[dict[str, Any]]
    log: list[str]


DEVICE_FACTS = (
    "driver",
    "kind",
    "state",
    "connected",
    "protocol",
    "vendor",
    "model",
    "firmware",
    "last_seen_at",
    "clock_offset_s",
    "firmware_status",
    "problem",
    "card_list",
)
"""What is told of a device; neither its name nor its address, which say where somebody lives."""


@get(
    "/api/diagnostics",
    operation_id="getServerDiagnostics",
    summary="The server's diagnostics",
    tags=["Operation"],
    opt=access(Role.OWNER),
)
async def get_server_diagnostics(request: ApiRequest) -> Response[ServerDiagnostics]:
    """A file to send to who is to help; look through it before you do."""
    services = request.services
    found = await request.behind.readiness.ask()
    views = [msgspec.to_builtins(device.view()) for device in services.fleet.devices.values()]
    about = services.about()
    diagnostics = ServerDiagnostics(
        at=services.now().isoformat(),
        server={name: value for name, value in about.items() if name != "log"},
        checks={part: problem or "ok" for part, problem in found.items()},
        devices=[{fact: view[fact] for fact in DEVICE_FACTS} for view in views],
        log=without_places(about.get("log", ()), views),
    )
    disposition = f'attachment; filename="chargedeck-{services.now():%Y%m%d-%H%M%S}.json"'
    return Response(diagnostics, headers={"Content-Disposition": disposition})


def without_places(log: Iterable[str], views: list[dict[str, Any]]) -> list[str]:
    """Lines that call each device by its number in the list, from 1 on."""
    numbers = {
        str(view[fact]): f"(device {number})"
        for number, view in enumerate(views, 1)
        for fact in ("id", "name", "address", "serial", "hardware_id")
        if view[fact]
    }
    if not numbers:
        return list(log)
    longest_first = sorted(numbers, key=len, reverse=True)
    known = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return [known.sub(lambda found: numbers[found[0]], line) for line in log]
