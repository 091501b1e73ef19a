"""Holds the pure packages to what they may import and call: facts and the time come in as arguments."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.tree import ROOT, files, name

# A package and those of ours that it may build on.
_PURE = {
    "domain": ("chargedeck.domain",),
    "energy": ("chargedeck.domain", "chargedeck.energy"),
}
# What may be computed with where it is worth its weight; imported where it is used, not by everybody.
_NUMERICS = {"domain": frozenset[str](), "energy": frozenset({"numpy", "highspy"})}
# Outside ours, only what has no clock of its own, no file, no socket and no chance.
_LIBRARY = frozenset(
    {
        *("__future__", "abc", "bisect", "collections", "contextlib", "dataclasses", "datetime", "decimal"),
        *("enum", "fractions", "functools", "heapq", "itertools", "math", "operator", "re", "statistics"),
        *("string", "types", "typing", "zoneinfo"),
    }
)
_CLOCKS = frozenset({"now", "today", "utcnow"})


def problems(
    source: str, ours: tuple[str, ...], numerics: frozenset[str] = frozenset()
) -> Iterator[tuple[int, str]]:
    """Find what a pure module must not do: the line and what to do about it."""
    library = _LIBRARY | numerics
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in _imported(node):
                if module.partition(".")[0] not in library and not _within(module, ours):
                    yield node.lineno, f"imports {module}; what it gives must come in as an argument"
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CLOCKS
        ):
            yield node.lineno, f"reads a clock with .{node.func.attr}(); take the time as an argument"


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module if node.module and not node.level else "a relative module"]
    return [alias.name for alias in node.names]


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _checked() -> Iterator[tuple[Path, str]]:
    for path in files(".py"):
        for package in _PURE:
            if path.is_relative_to(ROOT / "src" / "chargedeck" / package):
                yield path, package


def main() -> int:
    """Print every problem; fail if there is one."""
    found = [
        f"{name(path)}:{line}: {text}"
        for path, package in _checked()
        for line, text in problems(path.read_text(), _PURE[package], _NUMERICS[package])
    ]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
