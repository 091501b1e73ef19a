"""Configuration keys of OCPP 1.6 §9 and the security whitepaper: values and rules; acts on none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.ocpp16.metering import MEASURANDS
from chargedeck.simulator.ocpp16.profile_book import MAX_INSTALLED, MAX_PERIODS, MAX_STACK_LEVEL
from chargedeck.simulator.wire import Payload

MAX_KEYS = 100
_SAMPLED = (
    "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,Current.Offered,Temperature,SoC"
)


class Kind(Enum):
    """What a value must look like."""

    NUMBER = auto()
    FLAG = auto()
    TEXT = auto()
    MEASURANDS = auto()
    PASSWORD = auto()


@dataclass(frozen=True, slots=True)
class Key:
    """One key as every charge point has it from the factory."""

    name: str
    default: str
    kind: Kind
    readonly: bool = False


def _number(name: str, default: int, *, readonly: bool = False) -> Key:
    return Key(name, str(default), Kind.NUMBER, readonly)


def _flag(name: str, *, default: bool, readonly: bool = False) -> Key:
    return Key(name, str(default).lower(), Kind.FLAG, readonly)


def _text(name: str, default: str, *, readonly: bool = True) -> Key:
    return Key(name, default, Kind.TEXT, readonly)


_TABLE = (
    # Core
    _flag("AllowOfflineTxForUnknownId", default=False),
    _flag("AuthorizationCacheEnabled", default=True),
    _flag("AuthorizeRemoteTxRequests", default=False),
    _number("ClockAlignedDataInterval", 0),
    _number("ConnectionTimeOut", 60),
    _text("ConnectorPhaseRotation", "0.Unknown,1.RST", readonly=False),
    _number("GetConfigurationMaxKeys", MAX_KEYS, readonly=True),
    _number("HeartbeatInterval", 300),
    _flag("LocalAuthorizeOffline", default=True),
    _flag("LocalPreAuthorize", default=False),
    Key("MeterValuesAlignedData", "Energy.Active.Import.Register", Kind.MEASURANDS),
    Key("MeterValuesSampledData", _SAMPLED, Kind.MEASURANDS),
    _number("MeterValueSampleInterval", 60),
    _number("MinimumStatusDuration", 0),
    _number("NumberOfConnectors", 1, readonly=True),
    _number("ResetRetries", 1),
    _flag("StopTransactionOnEVSideDisconnect", default=True),
    _flag("StopTransactionOnInvalidId", default=True),
    Key("StopTxnAlignedData", "", Kind.MEASURANDS),
    Key("StopTxnSampledData", "Energy.Active.Import.Register", Kind.MEASURANDS),
    _text(
        "SupportedFeatureProfiles",
        "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
    ),
    _number("TransactionMessageAttempts", 3),
    _number("TransactionMessageRetryInterval", 60),
    _flag("UnlockConnectorOnEVSideDisconnect", default=True),
    _number("WebSocketPingInterval", 60),
    # Local authorization list
    _flag("LocalAuthListEnabled", default=True),
    _number("LocalAuthListMaxLength", 500, readonly=True),
    _number("SendLocalListMaxLength", 100, readonly=True),
    # Reservation
    _flag("ReserveConnectorZeroSupported", default=True, readonly=True),
    # Smart charging
    _number("ChargeProfileMaxStackLevel", MAX_STACK_LEVEL, readonly=True),
    _text("ChargingScheduleAllowedChargingRateUnit", "Current,Power"),
    _number("ChargingScheduleMaxPeriods", MAX_PERIODS, readonly=True),
    _number("MaxChargingProfilesInstalled", MAX_INSTALLED, readonly=True),
    _flag("ConnectorSwitch3to1PhaseSupported", default=False, readonly=True),
    # Security whitepaper
    _flag("AdditionalRootCertificateCheck", default=False, readonly=True),
    Key("AuthorizationKey", "", Kind.PASSWORD),
    _number("CertificateSignedMaxChainSize", 10_000, readonly=True),
    _number("CertificateStoreMaxLength", 10, readonly=True),
    _text("CpoName", "ChargeDeck", readonly=False),
    _number("SecurityProfile", 1),
)
_KEYS: dict[str, Key] = {key.name.casefold(): key for key in _TABLE}
_MEASURANDS = frozenset(MEASURANDS)


class Configuration:
    """The values of one charge point; only what differs from the factory is kept."""

    __slots__ = ("_changed", "_fixed")

    def __init__(self, fixed: Mapping[str, str]) -> None:
        self._fixed = fixed
        """What this model has in place of the factory's defaults, shared by all of its kind."""
        self._changed: dict[str, str] = {}

    @property
    def changed(self) -> Mapping[str, str]:
        """What somebody changed."""
        return self._changed

    def text(self, name: str) -> str:
        """A value as it is."""
        if name in self._changed:
            return self._changed[name]
        return self._fixed[name] if name in self._fixed else _KEYS[name.casefold()].default

    def number(self, name: str) -> int:
        """A value that counts something."""
        return int(self.text(name))

    def seconds(self, name: str) -> Seconds:
        """A value that is a time."""
        return Seconds(self.number(name))

    def flag(self, name: str) -> bool:
        """A value that is true or false."""
        return self.text(name) == "true"

    def words(self, name: str) -> tuple[str, ...]:
        """A value that is a list."""
        return tuple(word.strip() for word in self.text(name).split(",") if word.strip())

    def restore(self, changed: Mapping[str, str]) -> None:
        """Wake up with what was changed before power was lost."""
        self._changed = dict(changed)

    def set_number(self, name: str, value: int) -> None:
        """Take over a value that came in another message."""
        self._changed[name] = str(value)

    def change(self, name: str, value: str) -> str:
        """Answer a ChangeConfiguration, and keep the value when it is accepted."""
        key = _KEYS.get(name.casefold())
        if key is None:
            return "NotSupported"
        cleaned = _cleaned(key, value)
        if key.readonly or cleaned is None:
            return "Rejected"
        if key.kind is not Kind.PASSWORD:
            self._changed[key.name] = cleaned
        return "Accepted"

    def listing(self, names: Iterable[str]) -> tuple[list[Payload], list[str]]:
        """The keys asked for, or all, and the names nobody knows; a password is never told."""
        asked = list(names) or [key.name for key in _TABLE]
        known = [key for name in asked if (key := _KEYS.get(name.casefold())) is not None]
        unknown = [name for name in asked if name.casefold() not in _KEYS]
        return [self._described(key) for key in known], unknown

    def _described(self, key: Key) -> Payload:
        described: Payload = {"key": key.name, "readonly": key.readonly}
        if key.kind is not Kind.PASSWORD:
            described["value"] = self.text(key.name)
        return described


def _cleaned(key: Key, value: str) -> str | None:
    """The value in the one form that is kept, or None when it is not acceptable."""
    value = value.strip()
    match key.kind:
        case Kind.NUMBER:
            return str(int(value)) if value.isascii() and value.isdigit() and len(value) < 10 else None
        case Kind.FLAG:
            return value.lower() if value.lower() in ("true", "false") else None
        case Kind.MEASURANDS:
            names = [name.strip() for name in value.split(",") if name.strip()]
            return ",".join(names) if all(name.split("-L")[0] in _MEASURANDS for name in names) else None
        case Kind.PASSWORD:
            return value if 16 <= len(value) <= 40 else None
        case Kind.TEXT:
            return value[:500]
