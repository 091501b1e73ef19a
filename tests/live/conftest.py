"""A board of every backend, with a clock whose hands the test turns."""

from collections.abc import AsyncIterator, Callable

import pytest
from tests.live.screen import Hands

from chargedeck.live.board import Board, Bounds
from chargedeck.live.ports import LiveBoard

SMALL = Bounds(reader_bytes=2_000, ring_bytes=3_000, resume_s=30, keepalive_s=15, stuck_s=60)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture(params=["in_process"])
def make_board(hands: Hands) -> Callable[[], LiveBoard]:
    return lambda: Board(hands, SMALL)


@pytest.fixture
async def board(make_board: Callable[[], LiveBoard]) -> AsyncIterator[LiveBoard]:
    board = make_board()
    yield board
    board.close()
