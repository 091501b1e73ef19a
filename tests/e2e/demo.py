"""The demo as its users start it: one command, on free ports, with its panel at hand."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.ports import free_ports

START_S = 60.0


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    address: str
    panel: str
    email: str
    password: str

    def do(self, **command: Any) -> dict[str, Any]:
        """Do something at the simulated charger, as the demo panel does."""
        request = urllib.request.Request(
            f"{self.panel}/command",
            data=json.dumps({"charger": "garage"} | command).encode(),
            headers={"Content-Type": "application/json", "X-ChargeDeck-Demo": "1", "Origin": self.address},
        )
        with urllib.request.urlopen(request, timeout=15) as answer:
            done: dict[str, Any] = json.load(answer)
        assert done["ok"], done
        return done

    def device(self, name: str) -> dict[str, Any]:
        """What a simulated device itself says of its state and its settings."""
        with urllib.request.urlopen(f"{self.panel}/state", timeout=15) as answer:
            state = json.load(answer)
        found: dict[str, Any] = next(one for one in state["chargers"] if one["id"] == name)
        return found

    @property
    def connector(self) -> dict[str, Any]:
        """What the simulated charger in the garage itself says of its connector."""
        connector: dict[str, Any] = self.device("garage")["connectors"][0]
        return connector


@contextmanager
def running_demo() -> Iterator[Demo]:
    """Start `chargedeck demo`, read its login from what it prints, and end it as Ctrl-C does."""
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # as in a shell's background, and what is started has it too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    port, ocpp_port, panel_port = free_ports(3)
    ports = ["--port", str(port), "--ocpp-port", str(ocpp_port), "--panel-port", str(panel_port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "chargedeck", "demo", *ports],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"COLUMNS": "100"},
    )
    printed: list[str] = []
    reader = threading.Thread(target=lambda: printed.extend(process.stdout or ()), daemon=True)
    reader.start()
    try:
        email, password = _login(process, printed)
        yield Demo(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{panel_port}", email, password)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        reader.join(timeout=5)
        if process.stdout is not None:
            process.stdout.close()


def _login(process: "subprocess.Popen[str]", printed: list[str]) -> tuple[str, str]:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        text = "".join(printed)
        email, password = re.search(r"E-mail\s+(\S+)", text), re.search(r"Login\s+(\S+)", text)
        if email and password:
            return email[1], password[1]
        time.sleep(0.05)
    raise AssertionError("the demo did not start:\n" + "".join(printed))
