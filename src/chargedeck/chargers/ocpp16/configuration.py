"""A device's configuration as it tells it, and what we would rather have in it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_ENERGY, _POWER = "Energy.Active.Import.Register", "Power.Active.Import"
_CURRENT, _VOLTAGE, _OFFERED = "Current.Import", "Voltage", "Current.Offered"
_TEMPERATURE, _SOC, _FACTOR = "Temperature", "SoC", "Power.Factor"

SAMPLE_LISTS = (
    (_ENERGY, _POWER, _CURRENT, _VOLTAGE, _OFFERED, _TEMPERATURE, _SOC, _FACTOR),
    (_ENERGY, _POWER, _CURRENT, _VOLTAGE, _OFFERED, _TEMPERATURE, _SOC),
    (_ENERGY, _POWER, _CURRENT, _VOLTAGE, _OFFERED, _TEMPERATURE),
    (_ENERGY, _POWER, _CURRENT, _VOLTAGE, _TEMPERATURE),
    (_ENERGY, _POWER, _CURRENT, _VOLTAGE),
    (_ENERGY, _POWER, _CURRENT),
    (_ENERGY, _CURRENT, _VOLTAGE),
    (_ENERGY, _POWER),
    (_ENERGY, _CURRENT),
    (_ENERGY,),
)
"""What we would like to be told while charging; a device refuses a list with one that it cannot measure."""

SAMPLE_INTERVALS_S = (2, 5, 10, 15, 30, 60)

KEYS = (
    "AuthorizeRemoteTxRequests",
    "ChargeProfileMaxStackLevel",
    "ChargingScheduleAllowedChargingRateUnit",
    "GetConfigurationMaxKeys",
    "HeartbeatInterval",
    "MeterValueSampleInterval",
    "MeterValuesSampledData",
    "MeterValuesSampledDataMaxLength",
    "NumberOfConnectors",
    "SupportedFeatureProfiles",
    "WebSocketPingInterval",
)
"""What we look at; asked for by name where a device does not tell all its keys at once."""

LONGEST_PING_S, PING_S = 120, 60


class RateUnit(StrEnum):
    """What a charging profile's limit is in."""

    AMPS = "A"
    WATTS = "W"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: its value (None where the device keeps it to itself) and whether we may write it."""

    value: str | None
    readonly: bool


class Configuration:
    """What a device has told of its configuration so far."""

    __slots__ = ("_settings",)

    def __init__(self) -> None:
        self._settings: dict[str, Setting] = {}

    def learn(self, answer: Mapping[str, Any]) -> int:
        """Take an answer to GetConfiguration, even an invalid one; answers how many keys it had."""
        entries = answer.get("configurationKey")
        if not isinstance(entries, list):
            return 0
        for entry in entries:
            if isinstance(entry, dict) and entry.get("key") in KEYS:
                value = entry.get("value")
                self._settings[entry["key"]] = Setting(
                    value if isinstance(value, str) else None, entry.get("readonly") is True
                )
        return len(entries)

    def missing(self) -> list[str]:
        """The keys that we have not been told."""
        return [key for key in KEYS if key not in self._settings]

    def text(self, key: str) -> str | None:
        """A value, or None."""
        setting = self._settings.get(key)
        return None if setting is None else setting.value

    def number(self, key: str) -> int | None:
        """A value that is a whole number, or None."""
        try:
            return int(float(self.text(key) or ""))
        except (ValueError, OverflowError):
            return None

    def is_fixed(self, key: str) -> bool:
        """Whether the device has said that we may not write it."""
        setting = self._settings.get(key)
        return setting is not None and setting.readonly

    @property
    def connectors(self) -> int | None:
        """How many outlets there are."""
        number = self.number("NumberOfConnectors")
        return number if number is not None and 1 <= number <= 16 else None

    @property
    def stack_level(self) -> int:
        """The level at which our profiles win over all others (§3.13.2)."""
        return max(0, self.number("ChargeProfileMaxStackLevel") or 0)

    @property
    def rate_units(self) -> tuple[RateUnit, ...]:
        """The units that the device takes limits in, amperes first; both where it does not say."""
        words = (self.text("ChargingScheduleAllowedChargingRateUnit") or "").lower()
        names = {word.strip() for word in words.split(",")}
        units = []
        if names & {"current", "a", "amp", "amps", "ampere"}:
            units.append(RateUnit.AMPS)
        if names & {"power", "w", "watt", "watts"}:
            units.append(RateUnit.WATTS)
        return tuple(units) or (RateUnit.AMPS, RateUnit.WATTS)

    @property
    def reserves(self) -> bool:
        """Whether the device has the Reservation profile."""
        return "reservation" in (self.text("SupportedFeatureProfiles") or "").lower()

    def sampled_data(self) -> Iterator[str]:
        """Lists of measurands to try until one is taken; none when the present one will do."""
        key = "MeterValuesSampledData"
        if self.is_fixed(key):
            return
        present = _measurands(self.text(key))
        most = self.number("MeterValuesSampledDataMaxLength") or len(SAMPLE_LISTS[0])
        for wanted in SAMPLE_LISTS:
            if present.issuperset(wanted):
                return
            if len(wanted) <= max(most, 1):
                yield ",".join(wanted)

    def sample_intervals(self) -> Iterator[str]:
        """Intervals to try until one is taken: the shortest first, none as long as the present one."""
        key = "MeterValueSampleInterval"
        present = self.number(key) or 0
        if self.is_fixed(key):
            return
        for seconds in SAMPLE_INTERVALS_S:
            if 0 < present <= seconds:
                return
            yield str(seconds)

    def others(self, heartbeat_s: int) -> Iterator[tuple[str, str]]:
        """Keys that are worth a write: each one costs the device's flash memory, so only where it matters."""
        ping = self.number("WebSocketPingInterval")
        if ping is not None and not 0 < ping <= LONGEST_PING_S and not self.is_fixed("WebSocketPingInterval"):
            yield "WebSocketPingInterval", str(PING_S)
        heartbeat = self.number("HeartbeatInterval")
        if heartbeat is not None and heartbeat > heartbeat_s and not self.is_fixed("HeartbeatInterval"):
            yield "HeartbeatInterval", str(heartbeat_s)


def _measurands(text: str | None) -> set[str]:
    """The measurands of a list, whatever phase is named behind them."""
    names = {name.strip() for name in (text or "").split(",")}
    return names | {name.rsplit(".", 1)[0] for name in names if name.endswith((".L1", ".L2", ".L3", ".N"))}


def chunks(keys: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    """Keys in portions that a device takes."""
    return (keys[start : start + size] for start in range(0, len(keys), size))
