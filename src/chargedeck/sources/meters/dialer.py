"""Knows every kind of meter by name, and loads what it takes to ask one only when there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chargedeck.hub.meter_records import MeterKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chargedeck.hub.local_network import Network
    from chargedeck.hub.meter_records import MeterRecord
    from chargedeck.hub.meter_sources import MeterLine


class Dialer:
    """Implements the hub's MeterDialer."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks

    def check(self, record: MeterRecord) -> MeterRecord:
        """The meter with its address made plain; raises InvalidValueError."""
        # A library for each kind, of which most homes need none.
        match record.kind:
            case MeterKind.SHELLY:
                from chargedeck.sources.meters import shelly  # noqa: PLC0415

                return shelly.checked(record)
            case MeterKind.SUNSPEC:
                from chargedeck.sources.meters import sunspec  # noqa: PLC0415

                return sunspec.checked(record)
            case MeterKind.MQTT:
                from chargedeck.sources.meters import mqtt  # noqa: PLC0415

                return mqtt.checked(record)
            case _:
                assert_never(record.kind)

    def line(self, record: MeterRecord) -> MeterLine:
        """A way to the meter; nothing is asked yet."""
        match record.kind:
            case MeterKind.SHELLY:
                from chargedeck.sources.meters.shelly import ShellyLine  # noqa: PLC0415

                return ShellyLine(record, self._networks)
            case MeterKind.SUNSPEC:
                from chargedeck.sources.meters.sunspec import SunSpecLine  # noqa: PLC0415

                return SunSpecLine(record, self._networks)
            case MeterKind.MQTT:
                from chargedeck.sources.meters.mqtt import MqttLine  # noqa: PLC0415

                return MqttLine(record, self._networks)
            case _:
                assert_never(record.kind)
