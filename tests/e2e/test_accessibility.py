"""No violation that axe-core knows of, on every page, in both themes."""

import re
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect
from scripts.tree import WEB
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo
from tests.e2e.pages import MORE, OF_STRANGERS, every_page
from tests.e2e.screens import SCREENS


def test_axe_finds_nothing_in_either_theme(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    found: dict[str, Any] = {}
    for path in every_page(page, charging):
        page.goto(charging.address + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            results = Axe().run(page)
            if results.violations_count:
                found[f"{path} in {theme}"] = [
                    (v["id"], [n["target"] for n in v["nodes"]]) for v in results.response["violations"]
                ]
    assert not found


def test_every_page_is_looked_at() -> None:
    table = (WEB / "src" / "lib" / "router" / "routes.ts").read_text()
    routes = re.findall(r'^  \w+: "(/[^"]*)",$', table, re.MULTILINE)
    looked_at = [*SCREENS.values(), *MORE, *OF_STRANGERS, "/history/the-newest"]
    paths = [urlsplit(one).path for one in looked_at]
    assert len(routes) > 20
    for route in routes:
        pattern = re.sub(r":\w+", "[^/]+", route)
        assert any(re.fullmatch(pattern, path) for path in paths), route
