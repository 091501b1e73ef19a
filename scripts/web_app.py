"""Builds and checks the web app with the Node.js that a Python package carries; needs no other one."""

import hashlib
import json
import os
import sys
from pathlib import Path

from scripts import npm
from scripts.tree import ROOT, WEB, StopError, exit_code, files, name

BUILT = ROOT / "src" / "chargedeck" / "web" / "dist"

_BUILT_FROM = WEB / "node_modules" / ".chargedeck-built"


def build() -> None:
    """Build the app in all languages or those of `CHARGEDECK_LOCALES`, unless that was built last."""
    npm.install(WEB)
    sources, languages = _sources(), _languages()
    if (BUILT / "index.html").exists() and _built_of(sources) >= languages:
        return
    print("Building the web app", flush=True)
    npm.run(WEB, "run", "build", quiet=True)
    if not (BUILT / "index.html").exists():
        raise StopError(f"the build of the web app left no {name(BUILT)}/index.html")
    _BUILT_FROM.write_text(" ".join([sources, *sorted(languages)]))


def run(script: str) -> None:
    """Run one of the scripts that the app's package.json names."""
    npm.install(WEB)
    npm.run(WEB, "run", script)


def names_script(script: str) -> bool:
    """Whether the app's package.json has this script."""
    return script in json.loads((WEB / "package.json").read_text())["scripts"]


def _languages() -> set[str]:
    asked = os.environ.get("CHARGEDECK_LOCALES", "").replace(",", " ").split()
    settings = json.loads((WEB / "project.inlang" / "settings.json").read_text())
    return {settings["baseLocale"], *asked} if asked else set(settings["locales"])


def _built_of(sources: str) -> set[str]:
    """The languages that are built of these sources."""
    built, *languages = _BUILT_FROM.read_text().split() if _BUILT_FROM.exists() else [""]
    return set(languages) if built == sources else set()


def _sources() -> str:
    return _digest([path for path in files() if path.is_relative_to(WEB)])


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(name(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(exit_code(lambda: run(sys.argv[1])))
