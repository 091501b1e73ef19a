"""A server with chargers that all charge and report, and an owner who looks at them in a browser."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, StorageState
from tests.e2e.demo import Demo
from tests.e2e.window import signed_in

from bench.machine import Cores
from bench.processes import Process, module, started
from bench.product import Product, product

_PROGRAM = Path(sys.executable).with_name("chargedeck")
_OWNER = "owner@chargedeck.example"
_SAMPLES = 40
"""Thirty MeterValues, ten Heartbeats and the six messages around them make a session."""
_MESSAGES_A_SAMPLE = (_SAMPLES + 6) / (_SAMPLES * 3 / 4)
_LONGEST_S = 3_600


@dataclass(frozen=True, slots=True)
class Garage:
    """Where the app is, and the owner's sign-in."""

    address: str
    server: Process
    owner: StorageState


@contextmanager
def garage(browser: Browser, chargers: int, every_s: float) -> Iterator[Garage]:
    """Serve so many chargers, each of which sends a sample every so many seconds, until the block is left."""
    cores = Cores.of_this_machine()
    with product(cores.server) as server:
        password = secrets.token_urlsafe(16)
        _add_owner(server, password)
        address = f"http://127.0.0.1:{server.http_port}"
        rate = chargers / every_s * _MESSAGES_A_SAMPLE
        command = module(
            "bench.load", "-n", chargers, "-m", _SAMPLES, "-r", rate, "-t", _LONGEST_S, server.ocpp_url
        )
        with started(command, core=cores.load, talks=True) as load:
            _wait_until_loaded(load, chargers)
            yield Garage(address, server.process, signed_in(browser, Demo(address, "", _OWNER, password)))
            load.check()


def _add_owner(server: Product, password: str) -> None:
    command = [str(_PROGRAM), "user", "add", _OWNER, "--data-dir", str(server.folder)]
    done = subprocess.run(
        command, input=password + "\n", check=False, capture_output=True, text=True, timeout=60
    )
    if done.returncode:
        raise RuntimeError(f"no owner: {done.stderr}")


def _wait_until_loaded(load: Process, chargers: int) -> None:
    """Until all are connected and at different places of their sessions."""
    assert load.popen.stdout is not None
    for line in load.popen.stdout:
        said = json.loads(line)
        if said["phase"] == "connected" and said["ready"] != chargers:
            break
        if said["phase"] == "measure":
            return
    raise RuntimeError(f"the chargers did not come:\n{load.said()}")
