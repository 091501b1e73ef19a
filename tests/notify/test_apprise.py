"""Services by Apprise: real requests to loopback, and nothing of the machine for whoever names a URL."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from tests.contracts.records import OWNER

from chargedeck.hub.notice_ports import Message, NotCarriedError
from chargedeck.hub.notice_records import Channel, WayRecord
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.notify.apprise_service import AppriseCarrier

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MESSAGE = Message("Garage: Overcurrent", "At 14:00.", "https://c.example/chargers/garage", "t", "k", "", "")
DRIVER = replace(OWNER, role=Role.DRIVER)
HOUSE = AppriseCarrier([ip_network("127.0.0.0/8")])
NOWHERE = AppriseCarrier([])


@dataclass
class Hook:
    """A service of the house."""

    port: int = 0
    status: int = 200
    posted: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.posted.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(made.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def way(url: str) -> WayRecord:
    return WayRecord("w", "u1", Channel.APPRISE, "x", NOON, url)


async def test_it_arrives_and_what_was_answered_is_told_in_words(hook: Hook) -> None:
    url = f"json://ana:secretword@127.0.0.1:{hook.port}/secret-path"
    place = await HOUSE.checked(url, OWNER)
    assert (place.name, place.address) == ("JSON", url)
    assert "secret" not in repr(place)
    assert str(await HOUSE.carry(way(url), OWNER, MESSAGE)) == "JSON took it"
    (posted,) = hook.posted
    assert posted["title"] == MESSAGE.title
    assert posted["message"] == f"{MESSAGE.body}\n\n{MESSAGE.url}"
    hook.status = 500
    with pytest.raises(NotCarriedError, match=r"JSON did not take it: .*error=500") as refused:
        await HOUSE.carry(way(url), OWNER, MESSAGE)
    assert "secret" not in str(refused.value)


async def test_the_house_is_reached_by_who_runs_it_alone(hook: Hook) -> None:
    url = f"json://localhost:{hook.port}/"
    for carrier, who in ((HOUSE, DRIVER), (NOWHERE, OWNER)):
        with pytest.raises(NotCarriedError, match=r"is in no network that messages may go to"):
            await carrier.carry(way(url), who, MESSAGE)
    assert not hook.posted


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("syslog://", "speaks to the machine"),
        ("file:///etc/passwd", "no URL that Apprise can read"),
        ("nonsense", "no URL that Apprise can read"),
        (
            f"workflows://127.0.0.1/{'a' * 32}/{'b' * 28}?template=/etc/passwd",
            "would open a file of this machine",
        ),
    ],
)
async def test_what_will_not_do(url: str, why: str) -> None:
    with pytest.raises(InvalidValueError, match=why):
        await HOUSE.checked(url, OWNER)


async def test_programs_of_this_machine_are_out_of_reach() -> None:
    """Were a plugin to run one: the guard stands below all of them."""
    guarded = (
        "import subprocess, sys; from chargedeck.notify.apprise_worker import Guard\n"
        "guard = Guard([]); sys.addaudithook(guard)\n"
        "acts = (lambda: subprocess.run(['true']), lambda: open('/etc/hostname'), lambda: open('x', 'w'))\n"
        "for act in acts:\n"
        "    try: act()\n"
        "    except PermissionError as error: print(error)\n"
    )
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", guarded, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await worker.communicate()
    assert [line.partition(" of this machine")[0] for line in said.decode().splitlines()] == [
        "It would run a program",
        "It would open a file",
        "It would open a file",
    ]
