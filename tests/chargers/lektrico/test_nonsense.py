"""A device that says anything at all, thousands of times: the hub lives, and no energy comes from nowhere."""

import math
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from tests.chargers.lektrico import recorded
from tests.chargers.lektrico.hub import hub_with, utc_now
from tests.chargers.lektrico.replayed import replayed

from chargedeck.chargers.lektrico.charger_side import ChargerSide
from chargedeck.chargers.lektrico.identity import nature_of

ODD: list[Any] = [
    *(None, True, False, "", "x", "-1", "1e400", "nan", [], {}, [[]], {"a": {}}, -1, 0, 1, 7, 1e18, -1e18),
    *("A", "B", "B_AUTH", "B_PAUSE", "C", "E", "F", "OTA", "LOCKED", "Ω" * 400, [1, "2", None], 2**70),
]


def garbled(chance: Random, payload: dict[str, Any]) -> dict[str, Any]:
    """With some values odd, some gone, and some that nobody asked for."""
    changed = {key: value for key, value in payload.items() if chance.random() > 0.05}
    for key in chance.sample(sorted(payload), 3):
        changed[key] = chance.choice(ODD)
    changed[f"new_{chance.randrange(9)}"] = chance.choice(ODD)
    return changed


@pytest.mark.parametrize("seed", range(3))
async def test_the_hub_lives_with_any_device(seed: int) -> None:
    chance = Random(seed)
    async with hub_with() as hub, replayed(recorded.charger_answers()) as device:
        await hub.add(device.address)
        unit = hub.units._units["garage"][0]
        assert isinstance(unit.side, ChargerSide)
        nature = nature_of(chance.choice(["1p7k_1", "3p22k_1"]))
        assert nature is not None
        side = ChargerSide(hub.device, nature, unit.side.rpc, unit.side.counting)
        now = utc_now()
        for _ in range(1_500):
            now += timedelta(seconds=chance.choice([0.1, 1, 10, 600]))
            side.info = garbled(chance, recorded.INFO_1P7K)
            side.config = garbled(chance, recorded.CONFIG_CHARGER)
            side.dynamic = garbled(chance, {"dynamic_current": 16, "relay_mode": 3, "x": 1})
            side._flags = garbled(chance, recorded.NO_ERRORS) if chance.random() < 0.3 else None
            side.tell(now)
            view = hub.view
            assert math.isfinite(view.lifetime_energy_wh or 0)
            assert 0 <= view.limit.current_a <= 1_000
            assert 6 <= view.allowed_current_a <= view.installation_current_a
        side.info = dict(recorded.INFO_1P7K)
        side.config = dict(recorded.CONFIG_CHARGER)
        side.dynamic = {"dynamic_current": 16, "relay_mode": 0}
        side._flags = None
        side.tell(now + timedelta(seconds=1))
        assert hub.view.session is not None
        assert not hub.view.errors
        for session in hub.sessions():
            assert session.energy_wh >= 0
        assert sum(session.energy_wh for session in hub.sessions()) < 1e9
