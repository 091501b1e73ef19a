"""Builds and checks the web app with the Node.js that a Python package carries; needs no other one."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from scripts.tree import ROOT, VENV, WEB, StopError, exit_code, files, name

BUILT = ROOT / "src" / "chargedeck" / "web" / "dist"

_MODULES = WEB / "node_modules"
_INSTALLED = _MODULES / ".chargedeck-installed"
_BUILT_FROM = _MODULES / ".chargedeck-built"
_CERTIFICATES = "NODE_EXTRA_CA_CERTS"


def install() -> None:
    """Install the locked packages, unless they are those already there."""
    locked = _digest([WEB / "package.json", WEB / "package-lock.json"])
    if _says(_INSTALLED, locked):
        return
    print("Installing the web app's packages", flush=True)
    _npm("ci", "--no-audit", "--no-fund", "--loglevel=error", quiet=True)
    _INSTALLED.write_text(locked)


def build() -> None:
    """Build the app in all languages or those of `CHARGEDECK_LOCALES`, unless that was built last."""
    install()
    sources, languages = _sources(), _languages()
    if (BUILT / "index.html").exists() and _built_of(sources) >= languages:
        return
    print("Building the web app", flush=True)
    _npm("run", "build", quiet=True)
    if not (BUILT / "index.html").exists():
        raise StopError(f"the build of the web app left no {name(BUILT)}/index.html")
    _BUILT_FROM.write_text(" ".join([sources, *sorted(languages)]))


def run(script: str) -> None:
    """Run one of the scripts that the app's package.json names."""
    install()
    _npm("run", script)


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


def _says(stamp: Path, text: str) -> bool:
    return stamp.exists() and stamp.read_text() == text


def _npm(*words: str, quiet: bool = False) -> None:
    """Run npm in the app's folder; a quiet one is heard only when it fails."""
    out, err = (subprocess.PIPE, subprocess.STDOUT) if quiet else (None, None)
    environment = _node_environment() | ({"NO_COLOR": "1"} if quiet else {})
    run = subprocess.run(
        ["npm", *words], cwd=WEB, env=environment, check=False, stdout=out, stderr=err, text=True
    )
    if run.returncode:
        print(run.stdout or "", end="", flush=True)
        raise StopError(f"`npm {' '.join(words[:2])}` failed in {name(WEB)}/; its own message is above")


def _node_environment() -> dict[str, str]:
    # The app's scripts call one another by name, so ours must be the first that they find.
    environment = os.environ | {"PATH": f"{VENV}/bin{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    environment.setdefault("NODE_USE_SYSTEM_CA", "1")
    if _CERTIFICATES not in environment and "SSL_CERT_FILE" in environment:
        environment[_CERTIFICATES] = environment["SSL_CERT_FILE"]
    return environment


if __name__ == "__main__":
    sys.exit(exit_code(lambda: run(sys.argv[1])))
