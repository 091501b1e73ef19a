"""Installs and runs locked npm packages with the Node.js that a Python package carries."""

import hashlib
import os
import subprocess
from pathlib import Path

from scripts.tree import VENV, StopError, name

_CERTIFICATES = "NODE_EXTRA_CA_CERTS"


def install(folder: Path) -> None:
    """Install the packages that a folder's lock file names, unless they are those already there."""
    digest = hashlib.sha256()
    for path in (folder / "package.json", folder / "package-lock.json"):
        digest.update(name(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    locked, installed = digest.hexdigest(), folder / "node_modules" / ".chargedeck-installed"
    if installed.exists() and installed.read_text() == locked:
        return
    print(f"Installing the packages of {name(folder)}/", flush=True)
    run(folder, "ci", "--no-audit", "--no-fund", "--loglevel=error", quiet=True)
    installed.write_text(locked)


def run(folder: Path, *words: str, quiet: bool = False) -> None:
    """Run npm in a folder; a quiet one is heard only when it fails."""
    out, err = (subprocess.PIPE, subprocess.STDOUT) if quiet else (None, None)
    around = environment() | ({"NO_COLOR": "1"} if quiet else {})
    done = subprocess.run(
        ["npm", *words], cwd=folder, env=around, check=False, stdout=out, stderr=err, text=True
    )
    if done.returncode:
        print(done.stdout or "", end="", flush=True)
        raise StopError(f"`npm {' '.join(words[:2])}` failed in {name(folder)}/; its own message is above")


def environment() -> dict[str, str]:
    """What Node.js and its programs are started with."""
    # Scripts call one another by name, so ours must be the first that they find.
    around = os.environ | {"PATH": f"{VENV}/bin{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    around.setdefault("NODE_USE_SYSTEM_CA", "1")
    if _CERTIFICATES not in around and "SSL_CERT_FILE" in around:
        around[_CERTIFICATES] = around["SSL_CERT_FILE"]
    return around
