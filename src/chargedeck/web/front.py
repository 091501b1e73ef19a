"""Answers a browser with the app's files, and with its page for every address that the app knows itself."""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from chargedeck.web.files import IMMUTABLE, AppFile, app_file, read_files

logger = logging.getLogger(__name__)

DIST = Path(__file__).with_name("dist")
INDEX = "/index.html"

NOT_BUILT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ChargeDeck</title>
</head>
<body>
<h1>The app has not been built yet</h1>
<p>The server works: its API is at <a href="/docs">/docs</a>. Only the app's files are missing.</p>
<p>Run <code>make setup</code> in the folder of ChargeDeck, then reload this page.</p>
</body>
</html>
"""

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Headers = list[tuple[bytes, bytes]]


class Front:
    """An ASGI application for GET and HEAD; reads the files once, as soon as the app is built."""

    def __init__(self, folder: Path = DIST) -> None:
        self._folder = folder
        self._files: Mapping[str, AppFile] = {}
        self._loaded()

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Serve one request."""
        found, status = self._find(scope["path"])
        asked = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if found is None:
            await _answer(send, status, [(b"content-type", b"text/plain; charset=utf-8")], b"Not found")
        elif status == 200 and _knows(asked.get(b"if-none-match", ""), found.etag):
            await _answer(send, 304, _headers(found), None)
        else:
            body, headers = found.content, _headers(found)
            if found.compressed is not None and accepts_gzip(asked.get(b"accept-encoding", "")):
                body = found.compressed
                headers.append((b"content-encoding", b"gzip"))
            headers.append((b"content-type", found.media_type.encode()))
            await _answer(send, status, headers, body, silent=scope["method"] == "HEAD")

    def _find(self, path: str) -> tuple[AppFile | None, int]:
        """The file for a path; the app's page for any that is none, since the app routes by itself."""
        files = self._loaded()
        if INDEX not in files:
            return app_file(INDEX, NOT_BUILT.encode()), 503
        if path in files:
            return files[path], 200
        return (None, 404) if path.startswith(IMMUTABLE) else (files[INDEX], 200)

    def _loaded(self) -> Mapping[str, AppFile]:
        if INDEX not in self._files and (self._folder / INDEX[1:]).is_file():
            self._files = read_files(self._folder)
            logger.info("the app has %d files", len(self._files))
        return self._files


def accepts_gzip(header: str) -> bool:
    """Whether a browser takes gzip: named, and not with a weight of nothing."""
    for option in header.lower().split(","):
        coding, _, weight = option.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "").removeprefix("q=").rstrip("0.") != "" if weight else True
    return False


def _knows(header: str, etag: str) -> bool:
    known = {one.strip() for one in header.split(",")}
    return "*" in known or etag in known or etag.removeprefix("W/") in known


def _headers(found: AppFile) -> Headers:
    keep = b"public, max-age=31536000, immutable" if found.immutable else b"no-cache"
    headers = [(b"etag", found.etag.encode()), (b"cache-control", keep)]
    return [*headers, (b"vary", b"accept-encoding")] if found.compressed is not None else headers


async def _answer(
    send: Send, status: int, headers: Headers, body: bytes | None, *, silent: bool = False
) -> None:
    length = [] if body is None else [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    content = b"" if silent or body is None else body
    await send({"type": "http.response.body", "body": content, "more_body": False})
