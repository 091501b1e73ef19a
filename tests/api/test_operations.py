"""Health, readiness and metrics."""

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.api.site import Site

from chargedeck.api.readiness import Readiness
from chargedeck.api.services import Check
from chargedeck.domain.events import OutletState
from chargedeck.hub.records import Role


async def _well() -> str | None:
    return None


async def _ill() -> str | None:
    return "/secret/path is full"


async def _broken() -> str | None:
    raise OSError("gone")


async def _hangs() -> str | None:
    await asyncio.Event().wait()
    return None


def _check(site: Site, **checks: Check) -> None:
    known = site.services.checks
    assert isinstance(known, dict)
    known.update(checks)


async def test_the_process_lives(site: Site) -> None:
    answer = await (await site.client()).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_when_every_part_is(site: Site) -> None:
    _check(site, storage=_well, ocpp=_well)
    answer = await (await site.client()).get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "checks": {"storage": "ok", "ocpp": "ok"}},
    )


async def test_what_fails_is_named_but_not_described(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    _check(site, storage=_ill, ocpp=_well)
    answer = await (await site.client()).get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not_ready", "checks": {"storage": "failed", "ocpp": "ok"}}
    assert "/secret/path" in caplog.text


async def test_a_check_that_breaks_or_hangs_has_failed() -> None:
    found = await Readiness({"a": _broken, "b": _hangs, "c": _well}, longest_s=0.01).ask()
    assert found == {"a": "gone", "b": "did not answer within 0.01 s", "c": None}


async def test_the_parts_are_asked_once_a_second_however_many_ask() -> None:
    asked = 0

    async def count() -> str | None:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return None

    ready = Readiness({"a": count})
    await asyncio.gather(*(ready.ask() for _ in range(50)))
    await ready.ask()
    assert asked == 1


async def test_metrics(site: Site) -> None:
    await site.add_device()
    await site.charge()
    site.status(OutletState.CHARGING)
    client = await site.browser(Role.OPERATOR)
    await client.get("/api/chargers/garage")
    await client.get("/api/chargers/garage-of-a-stranger")
    await client.get("/made/up/by/a/stranger")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]

    def value(name: str, **labels: str) -> float:
        (found,) = [one.value for one in samples if one.name == name and one.labels == labels]
        return found

    assert value("chargedeck_chargers", status="charging") == 1
    assert value("chargedeck_chargers", status="offline") == 0
    assert value("chargedeck_devices", state="approved", connected="true") == 1
    assert value("chargedeck_open_sessions") == 1
    charger = {"method": "GET", "route": "/api/chargers/{charger_id}"}
    assert value("chargedeck_http_requests_total", status="200", **charger) == 1
    assert value("chargedeck_http_requests_total", status="404", **charger) == 1
    assert value("process_resident_memory_bytes") > 1e7
    assert "stranger" not in answer.text
