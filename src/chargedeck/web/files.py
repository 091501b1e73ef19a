"""The app's files: found once, and made ready with their entity tags and compressed forms one by one."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

IMMUTABLE = "/assets/"
"""What lies here carries a hash of its content in its name."""

WORTH_COMPRESSING = 1_024

_COMPRESSIBLE = (
    "text/",
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "image/svg",
)

_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".map": "application/json",
}


@dataclass(frozen=True, slots=True)
class AppFile:
    """A file ready to be sent; its tag is weak, since it stands for the compressed form too."""

    path: str
    content: bytes
    media_type: str
    etag: str
    compressed: bytes | None
    language: str | None
    """Of a document; other files are asked for by their own names."""

    @property
    def immutable(self) -> bool:
        """Whether a browser may keep it for ever."""
        return self.path.startswith(IMMUTABLE)


def app_file(path: str, content: bytes, language: str | None = None) -> AppFile:
    """Make a file ready; compressed only where that makes it smaller."""
    suffix = Path(path).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    digest = hashlib.sha256(content).hexdigest()[:20]
    compressed = None
    if media_type.startswith(_COMPRESSIBLE) and len(content) >= WORTH_COMPRESSING:
        compressed = gzip.compress(content, 9, mtime=0)
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    smaller = compressed is not None and len(compressed) < len(content)
    return AppFile(path, content, media_type, f'W/"{digest}"', compressed if smaller else None, language)


def find_files(folder: Path) -> dict[str, Path]:
    """All files of the built app by the path that a browser asks for; hidden ones are none of it."""
    found = {}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(".") for part in name.parts):
            found[f"/{name.as_posix()}"] = file
    return found
