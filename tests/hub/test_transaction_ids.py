"""Transaction ids: 31 bits, never twice, not even after a crash, and nobody can tell the next one."""

import asyncio
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hub.disk import Disk
from tests.hub.surroundings import NOON

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.hub.transaction_ids import BLOCK, TransactionIds, permuted

KEY, OTHER = b"key", b"another key"
HIGHEST = 2**31 - 1
NUMBERS = st.integers(0, HIGHEST - 1)


def test_a_hundred_thousand_numbers_make_as_many_ids() -> None:
    ids = {permuted(number, KEY) for number in range(100_000)}
    assert len(ids) == 100_000
    assert min(ids) > 0
    assert max(ids) <= HIGHEST


@given(NUMBERS, NUMBERS, st.binary(min_size=1, max_size=64))
def test_two_numbers_never_make_one_id(one: int, other: int, key: bytes) -> None:
    assert (permuted(one, key) == permuted(other, key)) == (one == other)
    assert 0 < permuted(one, key) <= HIGHEST


@pytest.mark.parametrize("number", [0, HIGHEST - 1])
def test_the_first_and_the_last_number_have_one(number: int) -> None:
    assert 0 < permuted(number, KEY) <= HIGHEST


@pytest.mark.parametrize("number", [-1, HIGHEST])
def test_there_are_no_more(number: int) -> None:
    with pytest.raises(OverflowError):
        permuted(number, KEY)


def test_without_the_key_the_next_id_cannot_be_told() -> None:
    """No proof, which is the cipher's; but whatever is as plain as a counter or a step fails here."""
    ids = [permuted(number, KEY) for number in range(20_000)]
    assert sum(a == b for a, b in zip(ids, (permuted(n, OTHER) for n in range(20_000)), strict=True)) <= 1
    steps = [after - before for before, after in pairwise(ids)]
    assert len(set(steps)) > 19_900, "no step is common"
    assert 0.48 < sum(step > 0 for step in steps) / len(steps) < 0.52
    for bit in range(31):
        share = sum(value >> bit & 1 for value in ids) / len(ids)
        assert 0.48 < share < 0.52, f"bit {bit} is as often set as not"


async def numbers_from(first: int) -> TransactionIds:
    """Ids whose next reserved block begins at `first`."""
    following = iter(range(first, HIGHEST, BLOCK))

    async def reserve(count: int) -> int:
        await asyncio.sleep(0)
        assert count == BLOCK
        return next(following)

    ids = TransactionIds(KEY, reserve)
    await ids.refill()
    return ids


async def test_ids_are_given_out_in_the_order_of_their_numbers() -> None:
    ids = await numbers_from(0)
    assert [ids.take() for _ in range(3)] == [permuted(number, KEY) for number in range(3)]


async def test_it_is_time_to_refill_when_half_is_gone() -> None:
    ids = await numbers_from(0)
    taken = {ids.take() for _ in range(BLOCK // 2)}
    assert not ids.running_low
    taken.add(ids.take())
    assert ids.running_low
    refilling = asyncio.create_task(ids.refill())
    await asyncio.sleep(0)
    assert not ids.running_low, "somebody is at it"
    await refilling
    assert not ids.running_low
    taken |= {ids.take() for _ in range(BLOCK)}
    assert len(taken) == BLOCK // 2 + 1 + BLOCK


async def test_when_none_is_left_and_none_can_be_reserved() -> None:
    async def reserve(count: int) -> int:
        raise StorageUnavailableError

    ids = TransactionIds(KEY, reserve)
    with pytest.raises(StorageUnavailableError):
        await ids.refill()
    assert ids.running_low, "it may be tried again"
    with pytest.raises(StorageUnavailableError):
        ids.take()


async def test_no_id_is_given_out_again_after_a_crash(disk: Disk) -> None:
    taken: list[int] = []
    for _ in range(3):
        async with disk.open(lambda: NOON) as ports:
            ids = TransactionIds(KEY, partial(ports.book.reserve_numbers, "transaction"))
            await ids.refill()
            taken += [ids.take() for _ in range(100)]
            disk = disk.pull_the_plug()
    assert len(set(taken)) == 300
