"""Whatever is sent to any operation: no fault of ours, and an answer as the document says."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.site import Site, site_in
from tests.hub.scripted_link import refuse

from chargedeck import __version__
from chargedeck.api.document import openapi_document
from chargedeck.api.routes import all_routes
from chargedeck.hub.commands import LimitCurrent, StartCharging, StopCharging
from chargedeck.hub.records import Role

pytest_plugins = ["schemathesis.pytest.plugin"]  # which the other tests do without

# The stream never ends by itself, and a sign-in that signs itself out ends the others' examples.
SCHEMA = (
    schemathesis.openapi.from_dict(openapi_document(all_routes(), __version__))
    .exclude(operation_id="streamEvents")
    .exclude(operation_id="logout")
)

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]

KNOWN_IDS = {"chargers": "garage", "devices": "garage", "stations": "home"}


@dataclass(frozen=True, slots=True)
class Target:
    url: str
    token: str


async def _furnish(site: Site) -> Target:
    await site.add_device()
    ref = await site.charge()
    await site.meter(2_000, ref=ref)
    for command in (StartCharging, StopCharging, LimitCurrent):
        site.links["garage"].on(command, refuse)  # so that nobody waits for what will not happen
    _, token = await site.people.tokens.create("fuzz", Role.OWNER, None, by=None)
    return Target(site.url, token)


async def _serve(folder: Path, empty: Path, ready: "Future[Target]", stop: threading.Event) -> None:
    try:
        async with site_in(folder, empty) as site:
            ready.set_result(await _furnish(site))
            await asyncio.to_thread(stop.wait)
    except BaseException as error:
        if not ready.done():
            ready.set_exception(error)
        raise


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Target]:
    """A server in a thread of its own: schemathesis waits for every answer."""
    ready: Future[Target] = Future()
    stop = threading.Event()
    serving = _serve(tmp_path_factory.mktemp("fuzz"), empty_database, ready, stop)
    thread = threading.Thread(target=asyncio.run, args=(serving,))
    thread.start()
    try:
        yield ready.result(30)
    finally:
        stop.set()
        thread.join(30)


@SCHEMA.parametrize()
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_the_document_says(case: schemathesis.Case[Any], target: Target) -> None:
    resource = case.operation.path.removeprefix("/api/").partition("/")[0]
    # Most ids that can be made up name nothing; every other one is a thing that is there.
    if resource in KNOWN_IDS and len(str(case.path_parameters.get("id", ""))) % 2:
        case.path_parameters["id"] = KNOWN_IDS[resource]
    answer = case.call(base_url=target.url, headers={"Authorization": f"Bearer {target.token}"}, timeout=20)
    assert answer.status_code != 500, answer.text  # 502 and 504 are the device's word
    case.validate_response(answer, checks=CHECKS)
