"""Transaction ids that nobody can guess and that never repeat, not even after a crash.

A counter that is never given out twice goes through a keyed permutation of the numbers from 1 to
2^31 - 1: a Feistel network over 32 bits, walked until it lands in range. One number in, one number
out, so there are no collisions to look for; without the key the next one cannot be told.
"""

from collections.abc import Awaitable, Callable
from hashlib import blake2b

from chargedeck.domain.problems import StorageUnavailableError

_LIMIT = 1 << 31
_ROUNDS = 4
BLOCK = 16_384
"""How many numbers are reserved at a time; those left over at a restart are never used."""


def permuted(number: int, key: bytes) -> int:
    """The `number`-th id (from 0) under `key`, from 1 to 2^31 - 1."""
    if not 0 <= number < _LIMIT - 1:
        raise OverflowError("all 31-bit transaction ids have been used")
    value = number + 1
    while True:
        value = _feistel(value, key)
        if 0 < value < _LIMIT:
            return value


def _feistel(value: int, key: bytes) -> int:
    left, right = value >> 16, value & 0xFFFF
    for turn in range(_ROUNDS):
        mixed = blake2b(bytes((turn, right >> 8, right & 0xFF)), digest_size=2, key=key).digest()
        left, right = right, left ^ int.from_bytes(mixed, "big")
    return left << 16 | right


class TransactionIds:
    """Gives out ids at once from blocks that are reserved ahead of need."""

    def __init__(self, key: bytes, reserve: Callable[[int], Awaitable[int]]) -> None:
        self._key = key
        self._reserve = reserve
        self._blocks: list[range] = []
        self._refilling = False

    async def refill(self) -> None:
        """Reserve another block; nobody else will ever get its numbers."""
        self._refilling = True
        try:
            first = await self._reserve(BLOCK)
        finally:
            self._refilling = False
        self._blocks.append(range(first, first + BLOCK))

    @property
    def running_low(self) -> bool:
        """Whether it is time to refill, and nobody is at it."""
        return not self._refilling and sum(map(len, self._blocks)) < BLOCK // 2

    def take(self) -> int:
        """The next id; StorageUnavailableError when no more could be reserved."""
        if not self._blocks:
            raise StorageUnavailableError
        block = self._blocks[0]
        number = block[0]
        rest = block[1:]
        if rest:
            self._blocks[0] = rest
        else:
            del self._blocks[0]
        return permuted(number, self._key)
