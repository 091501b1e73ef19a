"""`chargedeck backup`: everything in one file, also while the server runs."""

from pathlib import Path
from typing import Annotated

import typer

from chargedeck import __version__, settings
from chargedeck.cli.bookkeeping import utc_now
from chargedeck.cli.console import password
from chargedeck.cli.options import Config, DataDir
from chargedeck.storage.backup import backup, save


def command(
    file: Annotated[Path, typer.Argument(help="Where to write it; a file that is there is replaced.")],
    seal: Annotated[
        bool,
        typer.Option("--seal", help="Encrypt it; the passphrase is asked for, or read from standard input."),
    ] = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Write a backup; it holds accounts and history, so keep it as safe as the server."""
    options = {"data_dir": None if data_dir is None else str(data_dir)}
    chosen = settings.load(config=config, options=options)
    passphrase = password() if seal else None
    save(backup(chosen.database, passphrase, now=utc_now(), version=__version__), file)
    size = file.stat().st_size / 1e6
    typer.echo(f"{file}: {size:.1f} MB, {'sealed' if seal else 'readable by everybody who has it'}")
