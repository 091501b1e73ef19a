"""Installs Debian packages, where that is possible; nothing else changes the machine."""

import functools
import os
import shutil
import subprocess

from scripts.tree import StopError

_OPTIONS = ("--yes", "--quiet=2", "--no-install-recommends")
_PATIENCE = ("-o=Acquire::Retries=3", "-o=DPkg::Lock::Timeout=300")


def possible() -> bool:
    """Whether this person may install packages and this system has them."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install packages from the system's own sources, without a question."""
    print(f"Installing {', '.join(packages)} with apt-get", flush=True)
    _update()
    _apt("install", *packages)


@functools.cache
def _update() -> None:
    # Old lists name packages that are gone; where one source fails, another may have what is needed.
    _apt("update", check=False)


def _apt(*words: str, check: bool = True) -> None:
    command = ["apt-get", *_OPTIONS, *_PATIENCE, *words]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    if check and run.returncode:
        raise StopError(f"`apt-get {' '.join(words)}` failed:\n{run.stdout[-2000:]}")
