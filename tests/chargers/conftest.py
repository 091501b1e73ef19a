"""What runs on a loop here runs on the one that the server runs on."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest
import uvloop
from tests.chargers.recording import RecordedHub, utc_now

from chargedeck.chargers.ocpp.limits import Limits
from chargedeck.chargers.ocpp.listener import Listener
from chargedeck.chargers.ocpp.surroundings import Keepalive, Surroundings
from chargedeck.chargers.ocpp16.dialect import Ocpp16
from chargedeck.hub.background import Background
from chargedeck.hub.ports import Now

MakeListener = Callable[..., Awaitable[Listener]]


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
def hub() -> RecordedHub:
    """A hub that lets everybody in and writes down what it is told."""
    return RecordedHub()


@pytest.fixture
async def make_listener(hub: RecordedHub) -> AsyncIterator[MakeListener]:
    """Start listeners of one's own making on free ports; all of them end with the test."""
    listeners: list[tuple[Listener, Background]] = []

    async def make(
        limits: Limits | None = None,
        keepalive: Keepalive | None = None,
        tls: ssl.SSLContext | None = None,
        now: Now = utc_now,
        **options: Any,
    ) -> Listener:
        tasks = Background()
        surroundings = Surroundings(
            door=hub,
            log=hub,
            now=now,
            time=asyncio.get_running_loop().time,
            limits=limits or Limits(),
            keepalive=keepalive or Keepalive(),
            tasks=tasks,
        )
        listener = Listener([Ocpp16(tasks, **options)], surroundings, tls=tls)
        await listener.start("127.0.0.1", 0)
        listeners.append((listener, tasks))
        return listener

    yield make
    for listener, tasks in listeners:
        await listener.stop()
        await tasks.aclose()


@pytest.fixture
async def listener(make_listener: MakeListener) -> Listener:
    """A listener with the limits that a site of hundreds of chargers never meets."""
    return await make_listener()
