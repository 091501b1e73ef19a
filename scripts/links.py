"""Finds dead links in the Markdown files: targets that are no file of ours, anchors that are no heading."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from scripts.tree import ROOT, files, name

_FENCE = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1[`~]*\s*$|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_TARGETS = (
    re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'(][^)]*)?\)"),
    re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)", re.MULTILINE),
    re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=[\"']([^\"']+)", re.IGNORECASE),
)
_ANCHOR = re.compile(r"<[a-z]+\b[^>]*?\b(?:id|name)=[\"']([^\"']+)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def targets(text: str) -> Iterator[tuple[int, str]]:
    """Find every link that stays on this side: its line and its target."""
    text = _blank(_CODE, _blank(_COMMENT, _blank(_FENCE, text)))
    for pattern in _TARGETS:
        for found in pattern.finditer(text):
            if not _ELSEWHERE.match(found[1]):
                yield text.count("\n", 0, found.start(1)) + 1, found[1]


def anchors(text: str) -> frozenset[str]:
    """Name every place in a Markdown text that a link can lead to, as the usual hosts derive them."""
    text = _blank(_COMMENT, _blank(_FENCE, text))
    found = set(_ANCHOR.findall(text))
    seen: dict[str, int] = {}
    for heading in _HEADING.findall(text):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if slug in seen else slug)
        seen[slug] = seen.get(slug, 0) + 1
    return frozenset(found)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    # Lines stay, so that what is left keeps its number.
    return pattern.sub(lambda found: "\n" * found[0].count("\n"), text)


def _dead(page: Path, target: str, ours: frozenset[Path]) -> str | None:
    path, _, anchor = unquote(target).partition("#")
    base = ROOT if path.startswith("/") else page.parent
    aim = (base / path.lstrip("/")).resolve() if path else page
    if aim not in ours:
        return f"{target} is no file of this repository"
    if anchor and aim.suffix == ".md" and anchor not in anchors(aim.read_text()):
        return f"{target}: {name(aim)} has no heading or anchor of that name"
    return None


def main() -> int:
    """Print every dead link; fail if there is one."""
    ours = frozenset(folder for path in files() for folder in (path, *path.parents))
    found = [
        f"{name(page)}:{line}: {dead}"
        for page in files(".md")
        for line, target in targets(page.read_text())
        if (dead := _dead(page, target, ours))
    ]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
