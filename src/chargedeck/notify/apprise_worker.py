"""A process of its own that hands one message to Apprise, and may do nothing else.

Apprise speaks to two hundred services by as many plugins, some of which read files or call the machine
itself as their URL tells them. The URL is a person's. So every connection and every file of this process is
looked at as it is opened, whichever plugin opens it; and what was loaded for it goes with it.

Reads `{"url", "title", "body", "networks"}` from its standard input, without a title only to look at the
URL, and writes `{"ok", "said", "service"}`.
"""

import importlib
import ipaddress
import json
import re
import socket
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chargedeck.hub.local_network import is_allowed, is_outside

LOCAL = frozenset({"blink1", "dbus", "glib", "gnome", "macosx", "syslog", "windows"})
"""Apprise's own names of plugins that speak to the machine that they run on."""

_RUNS = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "ctypes.dlopen")
_READ_ONLY = {None, "r", "rb", "rt"}
_LONG = 6
_SPLIT = re.compile(r"[/:@?&=,#]+")


class Guard:
    """Looks at all that this process opens; what it has refused is told at the end."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ipaddress.ip_network(one) for one in networks]
        paths = sysconfig.get_paths()
        own = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
        self._own = tuple({str(Path(one).resolve()) for one in own} | own)
        self.refused: str | None = None

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """An audit hook: whatever raises here does not happen."""
        if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            self._look_at_address(args[0], args[-1])
        elif event == "open":
            self._look_at_file(args[0], args[1])
        elif event.startswith(_RUNS):
            self._refuse("It would run a program of this machine, which messages may not")

    def _look_at_address(self, connection: socket.socket, address: Any) -> None:
        if connection.family not in {socket.AF_INET, socket.AF_INET6} or not isinstance(address, tuple):
            self._refuse("It leads to a part of this machine, which messages may not reach")
            return
        number = str(address[0])
        if not (is_outside(number) or is_allowed(number, self._networks)):
            self._refuse(f"{number} is in no network that messages may go to")

    def _look_at_file(self, path: Any, mode: str | None) -> None:
        if isinstance(path, int):
            return
        where = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
        if mode not in _READ_ONLY or not str(Path(where).absolute()).startswith(self._own):
            self._refuse("It would open a file of this machine, which messages may not")

    def _refuse(self, why: str) -> None:
        self.refused = self.refused or why
        raise PermissionError(why)


def told(wish: dict[str, Any]) -> dict[str, Any]:
    """What became of a wish."""
    apprise: Any = importlib.import_module("apprise")  # before the guard stands: what it loads is its own

    guard = Guard(wish["networks"])
    sys.addaudithook(guard)
    url = wish["url"]
    with apprise.LogCapture(level=apprise.logging.WARNING, fmt="%(message)s") as log:
        services = apprise.Apprise(asset=apprise.AppriseAsset(plugin_paths=[], storage_mode="memory"))
        is_one = services.add(url) and len(services) == 1
        if not is_one:
            return _answer(False, guard.refused or "This is no URL that Apprise can read", "")
        name = str(services[0].service_name)
        if type(services[0]).__module__.rpartition(".")[2] in LOCAL:
            return _answer(False, "It speaks to the machine that it runs on, which messages may not", name)
        if wish.get("title") is None:
            return _answer(True, "", name)
        sent = services.notify(title=wish["title"], body=wish["body"], body_format="text")
        said = log.getvalue()
    if sent:
        return _answer(True, f"{name} took it", name)
    reason = guard.refused or _told_without_secrets(said, url) or "it did not say why"
    return _answer(False, f"{name} did not take it: {reason}", name)


def _answer(ok: bool, said: str, service: str) -> dict[str, Any]:
    return {"ok": ok, "said": said, "service": service}


def _told_without_secrets(said: str, url: str) -> str:
    """The last thing that the plugin said, and nothing in it that is of the URL but a host with a dot."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    text = lines[-1] if lines else ""
    secrets = {part for part in _SPLIT.split(url.partition("://")[2]) if len(part) >= _LONG}
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    for secret in sorted(secrets - ({host} if "." in host else set()), key=len, reverse=True):
        text = text.replace(secret, "…")
    return text[:300]


def main() -> None:
    """Read a wish and write what became of it."""
    answer = told(json.load(sys.stdin))
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
