"""Messages that cost more to refuse than to send: no device may hold up the others with them."""

import time
from typing import Any

import pytest
from tests.chargers.conftest import MakeListener
from tests.chargers.recording import RecordedHub
from tests.chargers.station import RefusedError, station

from chargedeck.chargers.ocpp.faults import Fault, FaultKind
from chargedeck.chargers.ocpp.schemas import LONG, Schemas

EMPTY: list[Any] = [{}] * 21_000
"""42,000 faults in 63 KiB."""


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas("v16", ["MeterValues"])


def test_of_a_long_message_only_the_first_fault_is_looked_for(schemas: Schemas) -> None:
    began = time.process_time()
    with pytest.raises(Fault) as refused:
        schemas.check_request("MeterValues", {"connectorId": 1, "meterValue": EMPTY})
    assert time.process_time() - began < 0.1, "the 42,000 faults take 0.7 s"
    assert refused.value.kind is FaultKind.OCCURRENCE
    assert "meterValue[0]" in refused.value.description


def test_a_long_message_that_is_valid_is_taken(schemas: Schemas) -> None:
    values = [{"timestamp": "2026-01-31T12:00:00Z", "sampledValue": [{"value": "1"}]}] * LONG
    schemas.check_request("MeterValues", {"connectorId": 1, "meterValue": values})


async def test_what_a_stranger_says_is_not_even_looked_at(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener()
    async with station(listener.port) as stranger:
        await stranger.boot()
        hub.desk("garage").approved = False
        with pytest.raises(RefusedError) as refused:
            await stranger.call("MeterValues", {"nonsense": True})
    assert refused.value.code == "SecurityError"
