"""A station as other programs reach it: its settings over the API, and a meter that pushes its readings."""

import json
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page
from tests.e2e.demo import Demo

EVERY_S = 0.5
VOLTAGE = 230.0

Reading = dict[str, Any]


@dataclass(frozen=True)
class Api:
    """The demo's API, with an operator's token."""

    address: str
    token: str

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask for something that must work; the answer's body, or None where there is none."""
        request = urllib.request.Request(
            f"{self.address}/api{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=15) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def push(self, station: str, reading: Reading) -> None:
        """Push one reading."""
        self.call("POST", f"/stations/{station}/readings", reading)

    @contextmanager
    def meter(self, station: str, *readings: Reading) -> Iterator[None]:
        """A meter that says the same again and again until it is unplugged; its failure is the test's."""
        unplugged = threading.Event()
        failures: list[Exception] = []

        def speak() -> None:
            try:
                while not unplugged.wait(EVERY_S):
                    for reading in readings:
                        self.push(station, reading)
            except OSError as failure:
                failures.append(failure)

        for reading in readings:
            self.push(station, reading)
        speaker = threading.Thread(target=speak, daemon=True)
        speaker.start()
        try:
            yield
        finally:
            unplugged.set()
            speaker.join(timeout=20)
        assert not failures, failures


def grid(amps: Sequence[float]) -> Reading:
    """What a meter at the grid connection reads on each phase; export is negative."""
    return {
        "phases": [
            {"phase": phase, "current_a": abs(value), "voltage_v": VOLTAGE, "power_w": VOLTAGE * value}
            for phase, value in enumerate(amps, start=1)
        ]
    }


def operator(page: Page, demo: Demo) -> Api:
    """The API as a program of the house uses it, with a token that the page's user makes."""
    csrf = page.request.get(f"{demo.address}/api/me").json()["csrf_token"]
    answer = page.request.post(
        f"{demo.address}/api/tokens",
        headers={"X-CSRF-Token": csrf},
        data={"name": "meter", "role": "operator"},
    )
    return Api(demo.address, answer.json()["token"])
