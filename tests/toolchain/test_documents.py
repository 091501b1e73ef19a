"""What the documents promise is what the code has."""

import re
from dataclasses import fields

from scripts.tree import ROOT

from chargedeck.settings import PREFIX, Settings


def test_every_setting_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs" / "operate.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith(f"| `{PREFIX}")]
    documented = {name for row in rows for name in re.findall(rf"`{PREFIX}(\w+)`", row.split(" | ")[0])}
    assert documented == {field.name.upper() for field in fields(Settings)}


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {path.name for path in folder.glob("[0-9]*.md")}
