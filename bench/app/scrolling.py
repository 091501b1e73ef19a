"""Two hundred chargers that report, scrolled by a finger on a phone and by a wheel on a desktop."""

import itertools
import json
import time
from collections.abc import Callable
from functools import partial

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright
from tests.e2e.window import DESKTOP, PHONE, Window, window
from websockets.sync.client import connect

from bench.app.browser import launched
from bench.app.frames import TARGET, Frames, measures, scrolled, turns
from bench.app.garage import Garage, garage
from bench.ports import free_ports
from bench.stages.stage import Found

CHARGERS = 200
EVERY_S = 2.0
"""How often each reports: as on the normal day of the benchmark of OCPP."""
SLOW = 4
"""How many times slower the processor of a cheap phone is taken to be; for information."""
SPEED = 2_400
"""Pixels a second: a brisk flick."""
_TOUCH_S = 0.008
"""A finger is felt more often than a screen is drawn."""
_ANSWER_S = 30
Hand = Callable[[CDPSession, ViewportSize, float], None]
Form = tuple[ViewportSize, Hand]
_WAY = """(chargers) => {
  const rows = document.querySelectorAll("[data-charger]");
  const row = rows[1].getBoundingClientRect().top - rows[0].getBoundingClientRect().top;
  return document.documentElement.scrollHeight - innerHeight + row * (chargers - rows.length);
}"""
"""How far it is to the end of the list, of which only a part is drawn at first."""


def measured(*, quick: bool) -> Found:
    """Down the whole list and up again, on each form, at full speed and slowed down."""
    found: dict[tuple[str, int], tuple[Frames, Frames]] = {}
    (port,) = free_ports(1)
    forms: dict[str, Form] = {"phone": (PHONE, partial(_finger, port)), "desktop": (DESKTOP, _wheel)}
    with (
        sync_playwright() as playwright,
        launched(playwright, f"--remote-debugging-port={port}") as browser,
        garage(browser, CHARGERS, EVERY_S) as place,
    ):
        for name, form in forms.items():
            for slower in (1, SLOW):
                found[name, slower] = _looked_at(browser, place, form, slower, quick=quick)
    return Found(
        tuple(
            measure
            for (form, slower), both in found.items()
            for what, frames in zip(("on the screen", "turns of the page"), both, strict=True)
            for measure in measures(frames, _named(what, form, slower), TARGET if slower == 1 else None)
        )
    )


def _named(what: str, form: str, slower: int) -> str:
    return f"{what}, {CHARGERS} chargers scrolled, {form}" + (
        f", {slower} times slower" if slower > 1 else ""
    )


def _looked_at(
    browser: Browser, place: Garage, form: Form, slower: int, *, quick: bool
) -> tuple[Frames, Frames]:
    """Twice on a fresh page, since a page that is asked for its turns has more to do than one that is not."""
    size, hand = form
    both = []
    for count in (lambda page, works: scrolled(browser, page, works), turns):
        with window(browser, Window(size, motion=True), place.owner) as page:
            page.goto(place.address)
            page.get_by_role("listitem").filter(has=page.get_by_role("heading")).first.wait_for()
            devtools = page.context.new_cdp_session(page)
            devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": size is PHONE})
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            both.append(count(page, _there_and_back(page, hand, share=0.25 if quick else 1)))
    return both[0], both[1]


def _there_and_back(page: Page, hand: Hand, share: float) -> list[Callable[[], None]]:
    """Scroll a share of the way down, and up again, by what a person's hand does."""
    way = page.evaluate(_WAY, CHARGERS) * share

    def scroll(distance: float) -> None:
        before = page.evaluate("() => scrollY")
        hand(page.context.new_cdp_session(page), page.viewport_size or DESKTOP, distance)
        moved = page.evaluate("() => scrollY") - before
        if abs(moved - distance) > abs(distance) / 2:
            raise RuntimeError(f"the page moved by {moved:.0f} px, not by {distance:.0f}")

    return [lambda: scroll(way), lambda: scroll(-way)]


def _wheel(devtools: CDPSession, size: ViewportSize, distance: float) -> None:
    gesture = {"gestureSourceType": "mouse", "yDistance": -distance, "speed": SPEED, "preventFling": True}
    devtools.send(
        "Input.synthesizeScrollGesture", {"x": size["width"] / 2, "y": size["height"] / 2} | gesture
    )


def _finger(port: int, devtools: CDPSession, size: ViewportSize, distance: float) -> None:
    """One long pull, as no thumb is: a screen that stands still between two pulls would count as late.

    Nobody waits for the answer to a touch, as a real screen does not: waiting left a fifth of them.
    """
    target = devtools.send("Target.getTargetInfo")["targetInfo"]["targetId"]
    start, lasts, ids = size["height"] / 2, abs(distance) / SPEED, itertools.count(1)
    with connect(f"ws://127.0.0.1:{port}/devtools/page/{target}", max_size=None) as line:

        def touch(kind: str, *points: float) -> int:
            at = [{"x": size["width"] / 2, "y": y} for y in points]
            told = {"method": "Input.dispatchTouchEvent", "params": {"type": kind, "touchPoints": at}}
            line.send(json.dumps(told | {"id": (number := next(ids))}))
            return number

        touch("touchStart", start)
        began = time.monotonic()
        while (part := (time.monotonic() - began) / lasts) < 1:
            touch("touchMove", start - distance * part)
            time.sleep(_TOUCH_S)
        last = touch("touchEnd")
        while json.loads(line.recv(_ANSWER_S)).get("id") != last:
            pass
