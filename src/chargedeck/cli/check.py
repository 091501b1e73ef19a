"""`chargedeck check`: what is wrong with the settings and the machine, and how to mend it."""

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chargedeck import settings
from chargedeck.cli.checks import Look
from chargedeck.cli.checks.database import database_looks
from chargedeck.cli.checks.files import file_looks
from chargedeck.cli.checks.machine import machine_looks
from chargedeck.cli.checks.network import network_looks
from chargedeck.cli.options import Config, DataDir


def command(data_dir: DataDir = None, config: Config = None) -> None:
    """Check everything that a start needs; exit 1 when something is wrong. Nothing is changed."""
    options = {"data_dir": None if data_dir is None else str(data_dir)}
    chosen = settings.load(config=config, options=options)
    looks = [
        Look("settings", lambda: None),
        *machine_looks(),
        *file_looks(chosen),
        *database_looks(chosen),
        *network_looks(chosen),
    ]
    table = Table("What", "State", show_edge=False)
    problems = 0
    for look in looks:
        finding = look.ask()
        problems += finding is not None and not look.is_advice
        table.add_row(escape(look.what), _state(look, finding))
    Console().print(table)
    raise typer.Exit(1 if problems else 0)


def _state(look: Look, finding: str | None) -> str:
    if finding is None:
        return "[green]good[/]"
    words = escape(" ".join(finding.split()))
    return f"[yellow]advice: {words}[/]" if look.is_advice else f"[red]{words}[/]"
