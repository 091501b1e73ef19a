"""A running server as the command line reaches it: this machine's own, or one that is named."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from chargedeck import settings
from chargedeck.cli.bookkeeping import T, Work, with_people_at
from chargedeck.cli.http import HttpApi
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.hub.people import People
from chargedeck.hub.records import Role, TokenRecord

TOKEN = "CHARGEDECK_TOKEN"  # noqa: S105  (the name of a variable)
SHORT = timedelta(hours=12)
"""A token of the command line's own is revoked at its end, and ends by itself if it was killed."""

Server = Annotated[
    str | None,
    typer.Option(help=f"Another server's address; its token comes from {TOKEN} or standard input."),
]


class NoTokenError(ChargeDeckError):
    """A server was named and no token given."""

    code = "no_token"

    def __str__(self) -> str:
        return f"a server that is named needs a token: set {TOKEN}, or pipe it in as one line"


class ServerAddressError(ChargeDeckError):
    """The address is none."""

    code = "bad_address"

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    def __str__(self) -> str:
        return (
            f"--server {self.address}: must begin with http:// or https://, such as http://192.168.1.20:8080"
        )


@dataclass(frozen=True, slots=True)
class Where:
    """Which server is meant."""

    server: str | None
    data_dir: Path | None
    config: Path | None


@contextmanager
def reached(where: Where, role: Role) -> Iterator[HttpApi]:
    """A client of the server with the rights of `role`, for as long as the block lasts.

    Who may write this machine's database needs no token: one is made there and taken back.
    """
    if where.server is not None:
        yield HttpApi(_address(where.server), _token())
        return
    options = {"data_dir": None if where.data_dir is None else str(where.data_dir)}
    chosen = settings.load(config=where.config, options=options)
    token, secret = _at(chosen.database, lambda people: _own_token(people, role))
    scheme = "http" if chosen.tls_cert is None else "https"
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(chosen.host, chosen.host)  # noqa: S104
    try:
        yield HttpApi(f"{scheme}://{host}:{chosen.port}", secret)
    finally:
        _at(chosen.database, lambda people: people.tokens.revoke(token.id, by=None))


def _at(database: str, work: Work[T]) -> T:
    return asyncio.run(with_people_at(database, work))


async def _own_token(people: People, role: Role) -> tuple[TokenRecord, str]:
    return await people.tokens.create("Command line", role, datetime.now(UTC) + SHORT, by=None)


def _address(server: str) -> str:
    if not server.startswith(("http://", "https://")):
        raise ServerAddressError(server)
    return server.rstrip("/")


def _token() -> str:
    told = os.environ.get(TOKEN) or ("" if sys.stdin.isatty() else sys.stdin.readline())
    if not told.strip():
        raise NoTokenError
    return told.strip()
