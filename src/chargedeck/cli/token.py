"""`chargedeck token`: API tokens without a browser."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chargedeck.cli.bookkeeping import with_people
from chargedeck.cli.options import Config, DataDir
from chargedeck.hub.people import People
from chargedeck.hub.records import Role

app = typer.Typer(help="API tokens without a browser.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What the token is for.")],
    role: Annotated[Role, typer.Option(help="What its bearer may do.")] = Role.VIEWER,
    days: Annotated[int | None, typer.Option(help="How long it is good for.", min=1, max=3650)] = None,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Make a token and print it, alone, on the last line; it is shown this once."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)

    async def work(people: People) -> None:
        token, secret = await people.tokens.create(name, role, expires_at, by=None)
        typer.echo(f"Token {token.id} for {token.name}, {token.role.value}", err=True)
        typer.echo(secret)

    with_people(work, data_dir=data_dir, config=config)


@app.command("list")
def list_(data_dir: DataDir = None, config: Config = None) -> None:
    """Show all tokens; what they say is not kept."""

    async def work(people: People) -> None:
        table = Table("Id", "Name", "Role", "Made", "Good until", "Last used")
        for token in await people.tokens.all():
            until = "" if token.expires_at is None else f"{token.expires_at:%Y-%m-%d}"
            used = "" if token.last_used_at is None else f"{token.last_used_at:%Y-%m-%d %H:%M}"
            table.add_row(token.id, token.name, token.role.value, f"{token.created_at:%Y-%m-%d}", until, used)
        Console().print(table)

    with_people(work, data_dir=data_dir, config=config)


@app.command()
def revoke(token_id: str, data_dir: DataDir = None, config: Config = None) -> None:
    """End a token; a running server follows within seconds."""

    async def work(people: People) -> None:
        await people.tokens.revoke(token_id, by=None)
        typer.echo(f"Token {token_id} is revoked")

    with_people(work, data_dir=data_dir, config=config)
