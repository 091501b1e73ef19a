"""Holds the licences of all we depend on, Python and npm, to those that Apache-2.0 can live with."""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from scripts.tree import ROOT, WEB

NPM = (WEB, ROOT / "bench" / "lighthouse")
"""Folders with a lock file of npm."""

# Permissive, or a weak copyleft that binds its own files and asks nothing of those who import them.
ALLOWED = frozenset(
    {
        *(
            "0BSD",
            "Apache-2.0",
            "BlueOak-1.0.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "CC-BY-4.0",
            "CC0-1.0",
            "ISC",
        ),
        *(
            "LGPL-2.1-or-later",
            "LGPL-3.0-only",
            "MIT",
            "MIT-0",
            "MIT-CMU",
            "MPL-2.0",
            "PSF-2.0",
            "Python-2.0",
            "Unlicense",
            "Zlib",
        ),
    }
)
_SAME = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
}
_TEXTS = {
    "Permission is hereby granted, free of charge, to any person obtaining a copy": "MIT",
    "Apache License Version 2.0": "Apache-2.0",
}
_CLASSIFIER = "License :: OSI Approved :: "


def allowed(expression: str) -> bool:
    """Whether one may use what is under this SPDX expression: some branch of each OR, all parts of an AND."""
    plain = re.sub(r"\(([^()]*)\)", lambda inner: "MIT" if allowed(inner[1]) else "refused", expression)
    if plain != expression:
        return allowed(plain)
    ways = [re.split(r"\s+AND\s+", way) for way in re.split(r"\s+OR\s+", plain)]
    return any(ALLOWED.issuperset(way) for way in ways)


def python_licence(package: Distribution) -> str | None:
    """Return what a distribution says of its licence, in the words of SPDX where it is clear."""
    told = package.metadata.json
    if expression := told.get("license_expression"):
        return str(expression)
    free = str(told.get("license", ""))
    lines = [line.removeprefix(_CLASSIFIER) for line in told.get("classifier", [])]
    for said in (free, *lines):
        if said in _SAME or allowed(said):
            return _SAME.get(said, said)
    texts = [Path(str(file.locate())) for file in package.files or () if _is_licence(file.name)]
    return _by_text([free, *(path.read_text() for path in texts)])


def npm_licence(folder: Path, entry: dict[str, str]) -> str | None:
    """Return the licence of a package of the lock file, or what its own licence file turns out to be."""
    texts = (path.read_text() for path in folder.glob("*") if _is_licence(path.name))
    return entry.get("license") or _by_text(list(texts))


def _is_licence(name: str) -> bool:
    return name.upper().startswith(("LICENSE", "LICENCE", "COPYING"))


def _by_text(texts: list[str]) -> str | None:
    plain = [" ".join(text.split()) for text in texts]
    return next((word for phrase, word in _TEXTS.items() if any(phrase in text for text in plain)), None)


def _used() -> Iterator[tuple[str, str | None]]:
    for package in distributions():
        yield f"{package.name} (Python)", python_licence(package)
    for folder in NPM:
        packages = json.loads((folder / "package-lock.json").read_text())["packages"]
        for place, entry in packages.items():
            # What stands in the lock file may not be on this disk: builds for other systems, which share a
            # licence, and packages that only a benchmark installs. A licence that the lock file tells counts.
            if place and ("license" in entry or (folder / place).exists()):
                yield f"{place.rpartition('node_modules/')[2]} (npm)", npm_licence(folder / place, entry)


def main() -> int:
    """Print every package whose licence is not allowed or not clear; fail if there is one."""
    found = [
        f"{package}: {'its licence is not clear' if licence is None else f'{licence} is not allowed'}"
        for package, licence in sorted(_used(), key=lambda used: used[0])
        if licence is None or not allowed(licence)
    ]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
