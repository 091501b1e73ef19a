"""`chargedeck check`: what is wrong with the settings and the machine, and how to mend it."""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from chargedeck import settings
from chargedeck.cli.bookkeeping import utc_now
from chargedeck.cli.options import Config, DataDir
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.settings import Settings
from chargedeck.storage import open_storage

Finding = str | None
"""What is wrong and what would mend it; None when all is well."""


def command(data_dir: DataDir = None, config: Config = None) -> None:
    """Check everything that a start needs; exit 1 when something is wrong."""
    options = {"data_dir": None if data_dir is None else str(data_dir)}
    chosen = settings.load(config=config, options=options)
    table = Table("What", "State", show_edge=False)
    problems = 0
    for what, look in _looks(chosen):
        finding = look()
        problems += finding is not None
        table.add_row(what, "[green]good[/]" if finding is None else f"[red]{finding}[/]")
    Console().print(table)
    raise typer.Exit(1 if problems else 0)


def _looks(chosen: Settings) -> Iterator[tuple[str, Callable[[], Finding]]]:
    yield "settings", lambda: None
    if chosen.database_url is None:
        yield f"data directory {chosen.data_dir}", lambda: _directory(chosen.data_dir)
    yield "database", lambda: _database(chosen.database)
    yield f"port {chosen.port} (app and API)", lambda: _port(chosen.host, chosen.port, "port")
    yield f"port {chosen.ocpp_port} (OCPP)", lambda: _port(chosen.ocpp_host, chosen.ocpp_port, "ocpp_port")
    for cert, key in ((chosen.tls_cert, chosen.tls_key), (chosen.ocpp_tls_cert, chosen.ocpp_tls_key)):
        if cert is not None and key is not None:
            yield f"certificate {cert}", partial(_certificate, cert, key)


def _directory(path: Path) -> Finding:
    existing = next(parent for parent in (path, *path.parents) if parent.exists())
    if not existing.is_dir():
        return f"{existing} is not a directory; choose another data_dir"
    if not os.access(existing, os.W_OK | os.X_OK):
        return f"{existing} is not writable; give this user the right to write there"
    return None


def _database(url: str) -> Finding:
    async def opened() -> Finding:
        async with open_storage(url, now=utc_now) as storage:
            health = storage.health()
            return health.problem or health.damage

    try:
        return asyncio.run(opened())
    except ChargeDeckError as error:
        return str(error)


def _port(host: str, port: int, setting: str) -> Finding:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            return None
    except OSError as error:
        return f"{error.strerror}; is ChargeDeck running already? Else choose another {setting}"


def _certificate(cert: Path, key: Path) -> Finding:
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except (ssl.SSLError, OSError) as error:
        return f"certificate and key do not work together ({error}); make them anew as PEM files"
    return None
