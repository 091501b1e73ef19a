"""Draws the app's icons from its one drawing: `python -m tests.e2e.icons` writes web/public/icons."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from scripts import parts

PUBLIC = Path(__file__).parents[2] / "web" / "public"
SVG = "http://www.w3.org/2000/svg"
COLOURS = 64
"""Enough for soft edges between three colours, and a third of the size."""


@dataclass(frozen=True)
class Icon:
    """A picture of `size` pixels; `bleeds` fills the corners for systems that cut a shape of their own."""

    name: str
    size: int
    bleeds: bool = False
    silhouette: bool = False


ICONS = (
    Icon("icon-192", 192),
    Icon("icon-512", 512),
    Icon("maskable-512", 512, bleeds=True),
    Icon("apple-touch-icon", 180, bleeds=True),
    Icon("badge", 96, silhouette=True),
)


def main() -> int:
    """Draw all of them; answers 1 when there is no browser to draw with."""
    chromium = parts.find(parts.CHROMIUM)
    if chromium is None:
        sys.stderr.write(f"{parts.missing(parts.CHROMIUM)}\n")
        return 1
    (PUBLIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        for icon in ICONS:
            drawn = Image.open(io.BytesIO(_drawn(browser, icon)))
            path = PUBLIC / "icons" / f"{icon.name}.png"
            drawn.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(path, optimize=True)
        browser.close()
    return 0


def _drawn(browser: Browser, icon: Icon) -> bytes:
    page = browser.new_page(viewport={"width": icon.size, "height": icon.size})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg(icon)}")
    picture = page.screenshot(omit_background=True)
    page.close()
    return picture


def svg(icon: Icon) -> str:
    """The drawing as this icon needs it: without round corners, or as a white shape that a system colours."""
    ET.register_namespace("", SVG)
    root = ET.fromstring((PUBLIC / "icon.svg").read_text())
    root.set("width", str(icon.size))
    root.set("height", str(icon.size))
    ground = root.find(f"{{{SVG}}}rect")
    assert ground is not None
    if icon.bleeds:
        ground.attrib.pop("rx")
    if icon.silhouette:
        root.set("viewBox", "9 9 46 46")
        root.remove(ground)
        root.remove(root.findall(f"{{{SVG}}}circle")[0])
        for path in root.findall(f"{{{SVG}}}path"):
            path.set("stroke" if path.get("stroke") else "fill", "#ffffff")
    return ET.tostring(root, encoding="unicode")


if __name__ == "__main__":
    sys.exit(main())
