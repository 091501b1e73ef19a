"""The command line, one file a command; only the command that is called is imported."""

import importlib
import sys
from typing import TYPE_CHECKING

from chargedeck.domain.problems import ChargeDeckError

if TYPE_CHECKING:
    import typer

SERVE = "serve"
"""The command that runs for years does without what reads the others' words."""

SINGLE = ("demo", "backup", "restore", "discover", "check", "openapi", "replay", "watch")
"""Commands without words of their own; the file has a function `command`."""

GROUPS = ("export", "report", "simulate", "user", "token", "charger")
"""Commands with words of their own; the file has a typer `app`."""


def _assembled(called: str | None) -> "typer.Typer":
    """The command line with the command that is called, or with all of them for the help."""
    import typer  # noqa: PLC0415  (see SERVE)

    app = typer.Typer(
        name="chargedeck",
        help="The self-hosted dashboard and energy manager for EV chargers.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)
    if called not in (*SINGLE, *GROUPS):
        app.command(SERVE, help="Run the server until it is told to stop.")(lambda: None)
    for name in (called,) if called in (*SINGLE, *GROUPS) else (*SINGLE, *GROUPS):
        module = importlib.import_module(f"chargedeck.cli.{name}")
        if name in SINGLE:
            app.command(name)(module.command)
        else:
            app.add_typer(module.app, name=name)
    return app


def main() -> None:
    """Run the command line; what is wrong is said in one line, with exit code 1."""
    try:
        if sys.argv[1:2] == [SERVE]:
            importlib.import_module("chargedeck.cli.serve").command(sys.argv[2:], f"chargedeck {SERVE}")
        _assembled(sys.argv[1] if len(sys.argv) > 1 else None)()
    except ChargeDeckError as error:
        sys.stderr.write(f"chargedeck: {error}\n")
        sys.exit(1)
