"""Answers a browser with the app's files, and with its page for every address that the app knows itself."""

import functools
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from chargedeck.negotiation import FALLBACK, best_language
from chargedeck.web.files import IMMUTABLE, AppFile, app_file, find_files

logger = logging.getLogger(__name__)

DIST = Path(__file__).with_name("dist")
INDEX = "/index.html"

EMBED = "/embed"
"""Where the page of embedded cards is, and its file: one for all languages."""
_EMBED_PAGE = "/embed.html"

_DOCUMENT = re.compile(r"/index\.([a-z]+)\.html")
_KEPT = 512
"""Files in memory; a language has about 200, and few servers are asked for more than two."""

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
    """An ASGI application for GET and HEAD; each file is read once, when somebody first asks for it."""

    def __init__(self, folder: Path = DIST) -> None:
        self._folder = folder
        self._paths: Mapping[str, Path] = {}
        self._documents: Mapping[str, str] = {}
        self._read = functools.lru_cache(_KEPT)(self._read_now)
        self._look()

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Serve one request."""
        asked = {name: value.decode("latin-1") for name, value in scope["headers"]}
        found, status = self._find(scope["path"], asked)
        if found is None:
            await _answer(send, status, [(b"content-type", b"text/plain; charset=utf-8")], b"Not found")
        elif (
            status == 200
            and found.path != _EMBED_PAGE
            and _knows(asked.get(b"if-none-match", ""), found.etag)
        ):
            await _answer(send, 304, _headers(found), None)
        else:
            body, headers = found.content, _headers(found)
            if found.compressed is not None and accepts_gzip(asked.get(b"accept-encoding", "")):
                body = found.compressed
                headers.append((b"content-encoding", b"gzip"))
            headers.append((b"content-type", found.media_type.encode()))
            await _answer(send, status, headers, body, silent=scope["method"] == "HEAD")

    def _find(self, path: str, asked: Mapping[bytes, str]) -> tuple[AppFile | None, int]:
        """The file for a path; the app's page for any that is none, since the app routes by itself."""
        self._look()
        if not self._documents:
            return app_file(INDEX, NOT_BUILT.encode()), 503
        path = _EMBED_PAGE if path == EMBED else path
        if path not in self._paths and path.startswith((IMMUTABLE, _EMBED_PAGE)):
            return None, 404
        if path == INDEX or path not in self._paths:
            cookies, accepted = asked.get(b"cookie", ""), asked.get(b"accept-language", "")
            path = self._documents[best_language(cookies, accepted, self._documents)]
        try:
            return self._read(path), 200
        except FileNotFoundError:  # another build has taken its place
            self._paths, self._documents = {}, {}
            self._read.cache_clear()
            return None, 404

    def _read_now(self, path: str) -> AppFile:
        language = next((tag for tag, document in self._documents.items() if document == path), None)
        return app_file(path, self._paths[path].read_bytes(), language)

    def _look(self) -> None:
        if self._documents or not (self._folder / INDEX[1:]).is_file():
            return
        self._paths = find_files(self._folder)
        others = {found[1]: path for path in self._paths if (found := _DOCUMENT.fullmatch(path))}
        self._documents = {FALLBACK: INDEX} | others
        logger.info("the app has %d files, in %s", len(self._paths), ", ".join(sorted(self._documents)))


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
    if found.path == _EMBED_PAGE:
        keep = b"no-store"  # who may show it stands in its headers, and those of a kept page would be old
    headers = [(b"etag", found.etag.encode()), (b"cache-control", keep)]
    varies = [b"accept-encoding"] if found.compressed is not None else []
    if found.language is not None:
        headers.append((b"content-language", found.language.encode()))
        varies += [b"accept-language", b"cookie"]
    return [*headers, (b"vary", b", ".join(varies))] if varies else headers


async def _answer(
    send: Send, status: int, headers: Headers, body: bytes | None, *, silent: bool = False
) -> None:
    length = [] if body is None else [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    content = b"" if silent or body is None else body
    await send({"type": "http.response.body", "body": content, "more_body": False})
