"""Settings: environment, then `chargedeck.toml` in the data directory, then defaults.

Every setting is checked before anything starts; an unknown or malformed one is named, with the
place it was found in and what would do.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from chargedeck.domain.problems import ChargeDeckError

PREFIX = "CHARGEDECK_"
FILE = "chargedeck.toml"
UNKNOWN_POLICIES = ("pending", "reject", "accept")

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(?::\d{1,5})?|https?://\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")

_MAIL_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PRIVATE_NETWORKS: tuple[Network, ...] = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
"""Where devices of a house are; neither this machine itself nor anything beyond the house."""


class SettingError(ChargeDeckError):
    """A setting is unknown or malformed; nothing was started."""

    code = "bad_setting"

    def __init__(self, name: str, where: str, remedy: str) -> None:
        super().__init__(name, where, remedy)
        self.name, self.where, self.remedy = name, where, remedy

    def __str__(self) -> str:
        return f"{self.name} ({self.where}): {self.remedy}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is `CHARGEDECK_<NAME>` in the environment and `<name>` in the file."""

    data_dir: Path = field(default_factory=lambda: Path.home() / ".local/share/chargedeck")
    database_url: str | None = None
    host: str = "0.0.0.0"  # noqa: S104  (a dashboard is for the whole house; every route is closed)
    port: int = 8080
    tls_cert: Path | None = None
    tls_key: Path | None = None
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    proxy_user_header: str | None = None
    ocpp_host: str = "0.0.0.0"  # noqa: S104  (chargers call from their own network)
    ocpp_port: int = 9000
    ocpp_tls_cert: Path | None = None
    ocpp_tls_key: Path | None = None
    ocpp_unknown: str = "pending"
    ocpp_rate: float = 20.0
    device_networks: tuple[Network, ...] = PRIVATE_NETWORKS
    simulator_url: str | None = None
    public_url: str | None = None
    mqtt_url: str | None = None
    mqtt_password_file: Path | None = None
    smtp_url: str | None = None
    smtp_from: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_password_file: Path | None = None
    backup_dir: Path | None = None
    backup_keep: int = 14
    backup_passphrase_file: Path | None = None
    log_format: str = "text"
    station_log: Path | None = None
    samples_full_days: int = 30
    samples_minute_days: int = 365

    @property
    def database(self) -> str:
        """Where the data lies."""
        return self.database_url or f"sqlite:///{self.data_dir / 'chargedeck.db'}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text")
    return value.strip()


def _one_of(*words: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return str(value)

    return parse


def _port(value: Any) -> int:
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 65535:
        raise ValueError("must be a port between 0 and 65535 (0: any free one)")
    return number


def _count(value: Any) -> int:
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 10_000:
        raise ValueError("must be a whole number between 1 and 10000")
    return number


def _rate(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if isinstance(value, bool) or not 0 <= number <= 100_000:
        raise ValueError("must be a number of messages a second between 0 and 100000 (0: no limit)")
    return number


def _days(value: Any) -> int:
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 36_500:
        raise ValueError("must be a number of days between 0 and 36500 (0: for ever)")
    return number


def _path(value: Any) -> Path:
    return Path(_text(value)).expanduser()


def _file(value: Any) -> Path:
    path = _path(value)
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    return path


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        raise ValueError("must be a list, or a text with commas")  # noqa: TRY004  (a bad value, whatever its type)
    return tuple(_text(word) for word in value if word != "")


def _networks(value: Any) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(word) for word in _words(value))
    except ValueError as error:
        raise ValueError(f"must be addresses or networks such as 10.0.0.0/8 ({error})") from error


def _url(*schemes: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        url = _text(value)
        if not url.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return url

    return parse


def _header(value: Any) -> str:
    name = _text(value)
    if not _HEADER.fullmatch(name):
        raise ValueError("must be the name of a header, such as Remote-Email")
    return name.lower()


def _origin(value: Any) -> str:
    url = _url("http", "https")(value).rstrip("/")
    if not _ORIGIN.fullmatch(url):  # it goes into a header
        raise ValueError("must be scheme, host and port alone, such as http://127.0.0.1:8081")
    return url


def _is_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _broker(value: Any) -> str:
    url = _url("mqtt", "mqtts")(value).rstrip("/")
    parts = urlsplit(url)
    if not parts.hostname or not _is_port(parts) or parts.path or parts.query:
        raise ValueError("must be like mqtt://192.168.1.5:1883 or mqtts://user@broker.example")
    if parts.password is not None:
        raise ValueError("holds a password; put it into a file and name that in mqtt_password_file")
    return url


def _mail_server(value: Any) -> str:
    url = _url("smtp", "smtps", "smtp+plain")(value).rstrip("/")
    parts = urlsplit(url)
    if not parts.hostname or not _is_port(parts) or parts.path or parts.query:
        raise ValueError("must be like smtp://user@mail.example:587 or smtps://user@mail.example")
    if parts.password is not None:
        raise ValueError("holds a password; put it into smtp_password or into the file smtp_password_file")
    return url


def _address(value: Any) -> str:
    text = _text(value)
    if not _MAIL_ADDRESS.fullmatch(text):
        raise ValueError("must be an e-mail address such as chargedeck@example.com")
    return text


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "data_dir": _path,
    "database_url": _url("sqlite", "postgresql"),
    "host": _text,
    "port": _port,
    "tls_cert": _file,
    "tls_key": _file,
    "allowed_hosts": _words,
    "trusted_proxies": _networks,
    "proxy_user_header": _header,
    "ocpp_host": _text,
    "ocpp_port": _port,
    "ocpp_tls_cert": _file,
    "ocpp_tls_key": _file,
    "ocpp_unknown": _one_of(*UNKNOWN_POLICIES),
    "ocpp_rate": _rate,
    "device_networks": _networks,
    "simulator_url": _origin,
    "public_url": _origin,
    "mqtt_url": _broker,
    "mqtt_password_file": _file,
    "smtp_url": _mail_server,
    "smtp_from": _address,
    "smtp_password": _text,
    "smtp_password_file": _file,
    "backup_dir": _path,
    "backup_keep": _count,
    "backup_passphrase_file": _file,
    "log_format": _one_of("text", "json"),
    "station_log": _path,
    "samples_full_days": _days,
    "samples_minute_days": _days,
}

NOT_SETTINGS = frozenset({"CHARGEDECK_CONFIG", "CHARGEDECK_PASSWORD", "CHARGEDECK_TOKEN"})
"""Names that belong to the command line alone: where the file is, a password and a token for scripts."""


def load(
    environment: Mapping[str, str] | None = None,
    *,
    config: Path | None = None,
    options: Mapping[str, Any] | None = None,
) -> Settings:
    """Put the settings together: options, environment, file, defaults; raises SettingError."""
    environment = os.environ if environment is None else environment
    given = _from_environment(environment)
    chosen = {name: value for name, value in (options or {}).items() if value is not None}
    given |= {name: _parsed(name, value, "option") for name, value in chosen.items()}
    data_dir = given.get("data_dir", Settings().data_dir)
    return _checked(replace(Settings(), **(_from_file(config, data_dir) | given)))


def _parsed(name: str, value: Any, where: str) -> Any:
    try:
        return _PARSERS[name](value)
    except ValueError as error:
        raise SettingError(name, where, str(error)) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in _PARSERS:
            raise SettingError(variable, "environment", _unknown(name))
        found[name] = _parsed(name, value, f"environment variable {variable}")
    return found


def _from_file(config: Path | None, data_dir: Path) -> dict[str, Any]:
    path = config or data_dir / FILE
    if config is None and not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(str(path), "file", f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(str(path), "file", f"is not TOML: {error}") from error
    for name in content:
        if name not in _PARSERS:
            raise SettingError(name, str(path), _unknown(name))
    return {name: _parsed(name, value, str(path)) for name, value in content.items()}


def _unknown(name: str) -> str:
    known = ", ".join(setting.name for setting in fields(Settings))
    return f"there is no setting {name!r}; there are {known}"


def _checked(settings: Settings) -> Settings:
    if settings.smtp_url is not None and settings.smtp_from is None:
        raise SettingError("smtp_from", "together with smtp_url", "must say from which address mail is sent")
    if settings.smtp_password is not None and settings.smtp_password_file is not None:
        raise SettingError("smtp_password", "together with smtp_password_file", "set only one of them")
    for cert, key in (("tls_cert", "tls_key"), ("ocpp_tls_cert", "ocpp_tls_key")):
        if (getattr(settings, cert) is None) != (getattr(settings, key) is None):
            raise SettingError(key, "together with " + cert, "certificate and key belong together; set both")
    return settings
