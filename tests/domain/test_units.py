"""The names of chargers."""

import pytest

from chargedeck.domain.units import DeviceId, charger_id


@pytest.mark.parametrize(("connector", "expected"), [(1, "garage"), (2, "garage~2"), (16, "garage~16")])
def test_the_first_outlet_has_its_devices_name(connector: int, expected: str) -> None:
    assert charger_id(DeviceId("garage"), connector) == expected
