"""`chargedeck restore`: a backup in place of what is there, which is kept beside it."""

from pathlib import Path
from typing import Annotated

import typer

from chargedeck import settings
from chargedeck.cli.bookkeeping import utc_now
from chargedeck.cli.console import known_password
from chargedeck.cli.options import Config, DataDir
from chargedeck.storage.backup import head_of, restore


def command(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Put a backup in place, with the server stopped; nothing is changed unless all of it is good.

    A sealed backup asks for its passphrase, or reads it from standard input.
    """
    options = {"data_dir": None if data_dir is None else str(data_dir)}
    chosen = settings.load(config=config, options=options)
    head = head_of(file)
    passphrase = None if head.seal is None else known_password()
    counts, kept = restore(file, chosen.database, passphrase, now=utc_now())
    typer.echo(f"Restored the backup of {head.made_at:%Y-%m-%d %H:%M} UTC: {sum(counts.values()):,} rows")
    if kept is not None:
        typer.echo(f"What was there before is kept as {kept}")
