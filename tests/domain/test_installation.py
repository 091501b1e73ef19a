"""An outlet begins with what is known of its own wires, or else with what no usual wires are harmed by."""

import pytest

from chargedeck.domain.installation import first_installation_current
from chargedeck.domain.units import Amps


@pytest.mark.parametrize(
    ("former", "beside", "begins"),
    [
        pytest.param(None, [], 16, id="the first one"),
        pytest.param(None, [32], 16, id="another's wires say nothing of these"),
        pytest.param(None, [32, 10], 10, id="unless they are the thinner ones"),
        pytest.param(10, [32], 10, id="as it was before it was removed"),
        pytest.param(32, [10], 32, id="an installer has looked at this one"),
    ],
)
def test_what_an_outlet_begins_with(former: float | None, beside: list[float], begins: float) -> None:
    known = None if former is None else Amps(former)
    assert first_installation_current(known, map(Amps, beside)) == begins
