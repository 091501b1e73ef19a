"""JSON Merge Patch (RFC 7396) between two plain forms; pure, and it never changes what it is given.

A merge patch cannot say "this member is null": null takes the member away. Members that are null
and members that are missing therefore mean the same to whoever applies our patches.
"""

from collections.abc import Mapping
from typing import Any


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the patch that leads from `old` to `new`; empty when they say the same."""
    patch: dict[str, Any] = {}
    for key, value in new.items():
        before = old.get(key)
        if before is value or (before == value and type(before) is type(value)):
            continue
        if isinstance(value, dict) and isinstance(before, dict):
            inner = difference(before, value)
            if inner:
                patch[key] = inner
        else:
            patch[key] = value
    for key, before in old.items():
        if before is not None and key not in new:
            patch[key] = None
    return patch


def merged(target: object, patch: object) -> Any:
    """Apply a patch as the RFC's own pseudocode does; what the browser does with each event."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def without_nulls(value: object) -> Any:
    """Drop members that are null, wherever a merge patch would: in objects, not inside arrays."""
    if not isinstance(value, Mapping):
        return value
    return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
