"""`chargedeck watch`: the chargers of a running server, live in the terminal."""

import time
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from chargedeck.cli.chargers_table import chargers_table
from chargedeck.cli.http import HttpApi, HttpProblem, UnreachableError
from chargedeck.cli.options import Config, DataDir
from chargedeck.cli.remote import Server, Where, reached
from chargedeck.hub.records import Role
from chargedeck.live.following import State, after

AGAIN_S = 2.0
_GONE_FOR_GOOD = frozenset({401, 403})


def command(
    once: Annotated[bool, typer.Option("--once", help="Show the state as it is, and end.")] = False,
    server: Server = None,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Show every charger as it happens, until Ctrl-C."""
    with reached(Where(server, data_dir, config), Role.VIEWER) as api:
        if once:
            kind, data = next(api.events("/api/events"))
            Console().print(chargers_table(after({}, kind, data).values()))
            return
        with Live(refresh_per_second=4, screen=Console().is_terminal) as live:
            _watch(api, lambda state, note: live.update(chargers_table(state.values(), note)))


def _watch(api: HttpApi, show: Callable[[State, str], None]) -> None:
    """Follow the stream, and begin again when it ends; what was last known stays, with its age."""
    state: State = {}
    heard = time.monotonic()
    while True:
        try:
            for kind, data in api.events("/api/events"):
                heard = time.monotonic()
                state = after(state, kind, data)
                show(state, "live")
        except HttpProblem as problem:
            if problem.status in _GONE_FOR_GOOD:
                raise
        except (OSError, UnreachableError):  # said on the screen, with the age of what it shows
            pass
        show(state, f"no connection for {time.monotonic() - heard:.0f} s, trying again")
        time.sleep(AGAIN_S)
