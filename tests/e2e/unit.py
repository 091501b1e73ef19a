"""A LEKTRI.CO device for a test to add, and another client that speaks to one over its local API."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LISTENS = re.compile(r"^(?P<hardware>\S+) on http://(?P<address>\S+)$")


@dataclass(frozen=True)
class Unit:
    """A device as it calls itself, and where it is."""

    hardware_id: str
    address: str

    @property
    def serial(self) -> str:
        """Its serial number."""
        return self.hardware_id.partition("_")[2]


def rpc(address: str, method: str, **params: Any) -> Any:
    """Call a device as another client in the house does."""
    call = {"src": "another client", "id": 1, "method": method, "params": params}
    request = urllib.request.Request(f"http://{address}/rpc", data=json.dumps(call).encode())
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def set_at_device(address: str, key: str, value: object) -> None:
    """Change a setting at the device; it must take it."""
    assert rpc(address, "app_config.set", config_key=key, config_value=value)["result"]


@contextmanager
def simulated(
    kind: str, serial: int, *, login: tuple[str, str] | None = None, folder: Path
) -> Iterator[Unit]:
    """An emulated device on a free port, which announces itself to nobody."""
    options = ["--port", "0", "--type", kind, "--id", str(serial), "--no-mdns"]
    if login is not None:
        secret = folder / "device-password"
        secret.write_text(login[1])
        secret.chmod(0o600)
        options += ["--user", login[0], "--password-file", str(secret)]
    process = subprocess.Popen(
        [sys.executable, "-m", "chargedeck", "simulate", "lektrico", *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        listens = next(found for line in process.stderr if (found := LISTENS.match(line.strip())))
        yield Unit(listens["hardware"], listens["address"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        if process.stderr is not None:
            process.stderr.close()
