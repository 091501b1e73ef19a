"""Files to and from where the central system says, by HTTP only, bounded in size and time."""

import asyncio
import urllib.error
import urllib.request
from typing import IO
from urllib.parse import urlsplit

_TIMEOUT_S = 30
_LARGEST = 64 * 1024 * 1024


class TransferError(Exception):
    """It did not work."""


async def download(location: str) -> bytes:
    """Fetch a file."""
    return await asyncio.to_thread(_fetch, urllib.request.Request(_checked(location)))  # noqa: S310 - checked


async def upload(location: str, name: str, content: bytes) -> None:
    """PUT a file; a location that ends in a slash is a folder."""
    target = _checked(location) + (name if location.endswith("/") else "")
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(target, data=content, method="PUT", headers=headers)  # noqa: S310 - checked
    await asyncio.to_thread(_fetch, request)


def _checked(location: str) -> str:
    try:
        parts = urlsplit(location)
    except ValueError as error:
        raise TransferError(str(error)) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TransferError(f"only http and https are spoken here, not {parts.scheme or 'nothing'}")
    return location


def _fetch(request: urllib.request.Request) -> bytes:
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310 - scheme checked
            return _read(response)
    except (OSError, ValueError) as error:
        raise TransferError(str(error)) from error


def _read(response: IO[bytes]) -> bytes:
    content = response.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise TransferError("the file is too large")
    return content
