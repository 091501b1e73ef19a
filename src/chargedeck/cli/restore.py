"""`chargedeck restore`: a backup in place of what is there, which is kept beside it."""

from pathlib import Path
from typing import Annotated

import typer

from chargedeck import settings
from chargedeck.cli.bookkeeping import utc_now
from chargedeck.cli.console import known_password
from chargedeck.cli.options import Config, DataDir
from chargedeck.storage.backup import Deed, head_of, restore


def command(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    as_backed_up: Annotated[
        bool,
        typer.Option("--as-backed-up", help="Let in also who was shut out after the backup was made."),
    ] = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Put a backup in place, with the server stopped; nothing is changed unless all of it is good.

    Everybody signs in again. Tokens, passwords and rights that were taken away since stay so.

    A sealed backup asks for its passphrase, or reads it from standard input.
    """
    options = {"data_dir": None if data_dir is None else str(data_dir)}
    chosen = settings.load(config=config, options=options)
    head = head_of(file)
    passphrase = None if head.seal is None else known_password()
    deed = Deed("console", utc_now(), all_of_it=as_backed_up)
    counts, kept, held = restore(file, chosen.database, passphrase, deed)
    typer.echo(f"Restored the backup of {head.made_at:%Y-%m-%d %H:%M} UTC: {sum(counts.values()):,} rows")
    if kept is None or as_backed_up:
        typer.echo("Its tokens and embedded cards open as they did; revoke those that you had revoked since")
    else:
        typer.echo(f"What was there before is kept as {kept}")
        ended = f"{held.keys} tokens and embedded cards and {held.accounts} accounts"
        typer.echo(f"{ended} of the backup have ended, as they had there")
