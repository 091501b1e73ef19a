"""Takes from settings and log lines what nobody else is to see, before they leave the house."""

import platform
import re
from collections.abc import Iterable, Mapping
from typing import Any

from chargedeck import __version__

HIDDEN = "(hidden)"

_SECRET_NAMES = re.compile(r"password|secret|token|passphrase|private", re.IGNORECASE)
_LOGIN_IN_URL = re.compile(r"(?<=://)[^/\s@]+@")
_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_AFTER_A_NAME = re.compile(
    r"(?i)\b(password|passphrase|secret|token|code|authorization|id_?tag)(\"?\s*[=:]\s*)(?:bearer\s+|basic\s+)?\S+"
)


def without_secrets(line: str) -> str:
    """A log line without logins, addresses of people, tags of cards and what stands after a secret's name."""
    shown = _LOGIN_IN_URL.sub(f"{HIDDEN}@", line)
    shown = _AFTER_A_NAME.sub(rf"\1\2{HIDDEN}", shown)
    return _MAIL.sub(HIDDEN, shown)


def shown_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as text; of secrets no more than whether they are set, of files where they lie."""
    return {name: _shown(name, value) for name, value in settings.items()}


def about_server(
    settings: Mapping[str, Any], storage: Mapping[str, Any], log: Iterable[str]
) -> dict[str, Any]:
    """What helps somebody to help, fit to be sent to them."""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "settings": shown_settings(settings),
        "storage": dict(storage),
        "log": [without_secrets(line) for line in log],
    }


def _shown(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_NAMES.search(name) and not name.endswith("_file"):
        return HIDDEN
    if isinstance(value, tuple):
        return [without_secrets(str(one)) for one in value]
    return without_secrets(str(value))
