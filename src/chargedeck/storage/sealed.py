"""The file of a backup: a readable head, then frames that are compressed and, with a passphrase, sealed.

Each frame is sealed with AES-256-GCM under a key of the file's own (scrypt, random salt). Its number and
whether it is the last one go into what is authenticated, so that a file that was cut, reordered or put
together from two is noticed. Knows nothing of what is inside.
"""

import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from chargedeck.domain.sentences import said
from chargedeck.storage.problems import BackupError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"chargedeck backup 1\n"
MOST_FRAME = 64 * 1024 * 1024
"""A frame that claims to be larger is none of ours."""

_MOST_HEAD = 4_096
_COST, _BLOCK, _LANES = 2**15, 8, 1
_LAST = 1 << 31


class Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the key comes from the passphrase."""

    salt: str
    n: int = _COST
    r: int = _BLOCK
    p: int = _LANES


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What everybody may know of a backup."""

    made_at: datetime
    version: str
    db_schema: str
    seal: Seal | None = None


def sealed_for(head: Head, passphrase: str | None) -> Head:
    """The head of a file that is to be sealed, with a fresh salt; as it is without a passphrase."""
    if passphrase is None:
        return head
    return msgspec.structs.replace(head, seal=Seal(b64encode(os.urandom(16)).decode()))


def written(head: Head, frames: Iterable[bytes], passphrase: str | None) -> Iterator[bytes]:
    """The bytes of the file, piece by piece, in constant memory."""
    line = msgspec.json.encode(head) + b"\n"
    yield MAGIC + line
    cipher = None if head.seal is None else _cipher(head.seal, passphrase or "")
    waiting: bytes | None = None
    number = 0
    for frame in frames:
        if waiting is not None:
            yield _framed(waiting, number, line, cipher)
            number += 1
        waiting = frame
    yield _framed(waiting or b"", number | _LAST, line, cipher)


def read_head(file: BinaryIO) -> tuple[Head, bytes]:
    """The head, and its line as it stands there; raises BackupError for a file that is no backup."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupError(
            said("it is not a backup of ChargeDeck, or of a version that is newer than this one")
        )
    line = file.readline(_MOST_HEAD)
    try:
        return msgspec.json.decode(line, type=Head), line
    except msgspec.DecodeError as error:
        raise BackupError(said("its head cannot be read; take another copy")) from error


def read_frames(file: BinaryIO, head: Head, line: bytes, passphrase: str | None) -> Iterator[bytes]:
    """The frames in order; raises BackupError where one is missing, broken or cannot be opened."""
    if head.seal is not None and passphrase is None:
        raise BackupError(said("it is sealed; give its passphrase"))
    cipher = None if head.seal is None else _cipher(head.seal, passphrase or "")
    number, is_last = 0, False
    while not is_last:
        marks = int.from_bytes(_exactly(file, 4))
        is_last = bool(marks & _LAST)
        length = marks & ~_LAST
        if length > MOST_FRAME:
            raise BackupError(said("a part of it is larger than any can be; take another copy"))
        body = _exactly(file, length)
        yield _opened(body, number | _LAST if is_last else number, line, cipher)
        number += 1
    if file.read(1):
        raise BackupError(said("something follows its end; take another copy"))


def _framed(frame: bytes, number: int, line: bytes, cipher: "AESGCM | None") -> bytes:
    body = zlib.compress(frame, 6)
    if cipher is not None:
        body = cipher.encrypt(_nonce(number), body, line)
    return (len(body) | (number & _LAST)).to_bytes(4) + body


def _opened(body: bytes, number: int, line: bytes, cipher: "AESGCM | None") -> bytes:
    if cipher is not None:
        body = _unsealed(body, number, line, cipher)
    inflate = zlib.decompressobj()
    try:
        frame = inflate.decompress(body, MOST_FRAME)
    except zlib.error as error:
        raise BackupError(said("a part of it is damaged; take another copy")) from error
    if not inflate.eof:
        raise BackupError(said("a part of it is damaged; take another copy"))
    return frame


def _unsealed(body: bytes, number: int, line: bytes, cipher: "AESGCM") -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  (as above)

    try:
        return cipher.decrypt(_nonce(number), body, line)
    except InvalidTag as error:
        raise BackupError(said("the passphrase is another one, or the file was changed")) from error


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)


def _cipher(seal: Seal, passphrase: str) -> "AESGCM":
    # Eight megabytes that a server which makes no backup does without.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415

    if not 2 <= seal.n <= 2**20 or not 1 <= seal.r <= 32 or not 1 <= seal.p <= 16:
        raise BackupError(said("its head asks for more work than any backup of ours; take another copy"))
    kdf = Scrypt(salt=b64decode(seal.salt), length=32, n=seal.n, r=seal.r, p=seal.p)
    return AESGCM(kdf.derive(passphrase.encode()))


def _exactly(file: BinaryIO, count: int) -> bytes:
    found = file.read(count)
    if len(found) != count:
        raise BackupError(said("it ends too early; take another copy"))
    return found
