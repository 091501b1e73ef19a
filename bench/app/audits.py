"""Lighthouse under its own phone: a slow network and a slow processor, a first visit, signed in."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from scripts import npm
from tests.e2e.demo import Demo, running_demo
from tests.e2e.screens import wait_until_filled
from tests.e2e.window import sign_in

from bench.app.browser import CHROMIUM_OPTIONS, chromium
from bench.ports import free_ports, wait_for_listener
from bench.processes import started
from bench.result import Measure, Target
from bench.stages.stage import Found

PAGES = {"the list": "/", "a charger": "/chargers/garage"}
_CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
}
_TARGET = Target(95, "at least")
_TIMES = {
    "largest-contentful-paint": ("largest contentful paint", "ms"),
    "first-contentful-paint": ("first contentful paint", "ms"),
    "total-blocking-time": ("total blocking time", "ms"),
    "cumulative-layout-shift": ("cumulative layout shift", ""),
}
_RUNS = 5
_FOLDER = Path(__file__).parents[1] / "lighthouse"
_PROGRAM = Path("node_modules/lighthouse/cli/index.js")
_TIMEOUT_S = 180
_TRIES = 3
_AGAIN = "Please run Lighthouse again"

Report = dict[str, Any]


def measured(*, quick: bool) -> Found:
    """Audit the demo's pages, several times each; of the runs the one with the middle performance counts."""
    npm.install(_FOLDER)
    runs = 1 if quick else _RUNS
    with running_demo() as demo, _signed_in(demo) as port:
        found = {
            name: _middle([_report_at_last(demo.address + path, port) for _ in range(runs)])
            for name, path in PAGES.items()
        }
    return Found(
        tuple(measure for page, report in found.items() for measure in _measures(page, report, runs)),
        {page: _details(report) for page, report in found.items()},
    )


@contextmanager
def _signed_in(demo: Demo) -> Iterator[int]:
    """A browser in which the owner has signed in, and the port at which Lighthouse may take it over.

    Lighthouse empties the browser's cache and ends the app's worker before each run, but leaves the cookies.
    """
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="chargedeck-bench-") as profile:
        options = [f"--remote-debugging-port={port}", f"--user-data-dir={profile}", "--headless=new"]
        # Which core it may use is for the system to say, as with any other browser.
        command = [str(chromium()), *options, *CHROMIUM_OPTIONS, "about:blank"]
        with started(command, core=None) as browser:
            wait_for_listener(port, browser)
            with sync_playwright() as playwright:
                visitor = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
                page = visitor.contexts[0].new_page()
                sign_in(page, demo)
                wait_until_filled(page, demo)
                page.close()
            yield port


def _measures(page: str, report: Report, runs: int) -> Iterator[Measure]:
    note = f"Lighthouse {report['lighthouseVersion']}, the middle of {runs}"
    for key, name in _CATEGORIES.items():
        yield Measure(f"{name}, {page}", report["categories"][key]["score"] * 100, "of 100", _TARGET, note)
    for key, (name, unit) in _TIMES.items():
        yield Measure(f"{name}, {page}", report["audits"][key]["numericValue"], unit)


def _details(report: Report) -> dict[str, Any]:
    """What a reader needs to doubt the scores: how it was throttled, and which audits were not passed."""
    return {
        "throttling": {"method": report["configSettings"]["throttlingMethod"]}
        | report["configSettings"]["throttling"],
        "not_passed": {
            key: audit["score"]
            for key, audit in report["audits"].items()
            if audit["score"] is not None and audit["score"] < 1
        },
    }


def _middle(reports: list[Report]) -> Report:
    ranked = sorted(reports, key=lambda report: report["categories"]["performance"]["score"])
    return ranked[len(ranked) // 2]


def _report_at_last(address: str, port: int) -> Report:
    """Audit one page, and again where Lighthouse missed the beginning and asks for that."""
    for _ in range(_TRIES - 1):
        try:
            return _report(address, port)
        except RuntimeError as error:
            if _AGAIN not in str(error):
                raise
    return _report(address, port)


def _report(address: str, port: int) -> Report:
    """Audit one page once."""
    with tempfile.NamedTemporaryFile(prefix="chargedeck-bench-", suffix=".json") as report:
        command = [
            "node",
            str(_PROGRAM),
            address,
            f"--port={port}",
            f"--only-categories={','.join(_CATEGORIES)}",
            "--output=json",
            f"--output-path={report.name}",
            "--no-enable-error-reporting",
            "--quiet",
        ]
        done = subprocess.run(
            command,
            cwd=_FOLDER,
            env=npm.environment(),
            check=False,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
        )
        if done.returncode:
            raise RuntimeError(f"Lighthouse failed on {address}:\n{done.stderr[-4000:]}")
        return _checked(json.load(report))


def _checked(report: Report) -> Report:
    """Raise when it has seen no page, or the one for those who have not signed in."""
    told = report["audits"]["network-requests"]["details"]["items"]
    refused = [request["url"] for request in told if request["statusCode"] == HTTPStatus.UNAUTHORIZED]
    if refused or "runtimeError" in report:
        raise RuntimeError(f"{report['requestedUrl']}: {report.get('runtimeError')}, refused: {refused}")
    return report
