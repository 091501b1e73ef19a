"""The demo's three months before today, told to the server as a home that moves in would tell them.

What the house's meter counted is taken over through the API; the visits lie in the garage's charge point,
which hands them over as any charger does that was offline.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from chargedeck.cli.http import HttpApi
from chargedeck.domain.units import WattHours, Watts
from chargedeck.simulator.home import BLUE_CARD, GREEN_CARD
from chargedeck.simulator.house import HouseModel
from chargedeck.simulator.past import Habit, Past, Quarter, lived

DAYS = 92
_IN_ONE_REQUEST = 350

HABITS = (
    Habit(BLUE_CARD.id_tag, frozenset({0, 2, 4}), 17.5, WattHours(19_000), Watts(11_000)),
    Habit(BLUE_CARD.id_tag, frozenset({5, 6}), 9.5, WattHours(14_000), Watts(7_400), follows_sun=True),
    Habit(GREEN_CARD.id_tag, frozenset({1, 3, 6}), 20.5, WattHours(15_000), Watts(7_400)),
)
"""The family car comes home in the evening and follows the sun at weekends; the other one charges late."""


def past() -> Past:
    """The days until yesterday."""
    return lived(HABITS, HouseModel(), today=datetime.now(UTC).date(), days=DAYS)


async def hand_over_quarters(api: HttpApi, station: str, quarters: Sequence[Quarter]) -> None:
    """What the house's meter counted."""
    for body in _bodies(quarters):
        await api.post(f"/api/stations/{station}/energy/quarters", body)


def _bodies(quarters: Sequence[Quarter]) -> Iterator[dict[str, Any]]:
    for first in range(0, len(quarters), _IN_ONE_REQUEST):
        yield {"items": [_item(one) for one in quarters[first : first + _IN_ONE_REQUEST]]}


def _item(quarter: Quarter) -> dict[str, Any]:
    return {
        "start": quarter.start.isoformat(),
        "from_grid_wh": quarter.from_grid_wh,
        "to_grid_wh": quarter.to_grid_wh,
        "solar_wh": quarter.solar_wh,
        "house_wh": quarter.house_wh,
        "chargers_wh": quarter.chargers_wh,
    }
