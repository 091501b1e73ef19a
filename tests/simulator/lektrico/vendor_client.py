"""The vendor's published client, as it is installed and in a version that is fetched for the tests."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import lektricowifi
import pytest

OLD = "0.0.43"
_PATIENCE_S = 60


def installed() -> ModuleType:
    """The version that is among our dependencies."""
    return lektricowifi


def fetched(version: str, into: Path) -> ModuleType:
    """Another version, under a name of its own; skips where the package index is out of reach."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        pytest.skip(f"no uv to fetch lektricowifi {version} with")
    command = (uv, "pip", "install", "--quiet", "--no-deps", "--target", into, f"lektricowifi=={version}")
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        pytest.skip(f"lektricowifi {version} was not fetched within {_PATIENCE_S} s")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"lektricowifi {version} cannot be fetched: {error.stderr.strip()[:200]}")
    return _loaded(f"lektricowifi_{version.replace('.', '_')}", into / "lektricowifi")


def _loaded(name: str, package: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        name, package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
