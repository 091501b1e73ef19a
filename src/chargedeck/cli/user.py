"""`chargedeck user`: accounts without a browser, also before the server ever ran."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chargedeck.cli.bookkeeping import with_people
from chargedeck.cli.console import password
from chargedeck.cli.options import Config, DataDir
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.people import People
from chargedeck.hub.records import Role
from chargedeck.hub.users import NewUser

app = typer.Typer(help="Accounts without a browser; passwords are typed or piped in.", no_args_is_help=True)

CONSOLE = "console"


@app.command()
def add(
    email: str,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.OWNER,
    first_name: str = "",
    last_name: str = "",
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Make an account."""
    new = NewUser(email, password(), role, first_name, last_name)

    async def work(people: People) -> None:
        user = await people.users.add(new, by=CONSOLE)
        typer.echo(f"{user.email} is {user.role.value} now")

    with_people(work, data_dir=data_dir, config=config)


@app.command("list")
def list_(data_dir: DataDir = None, config: Config = None) -> None:
    """Show all accounts."""

    async def work(people: People) -> None:
        table = Table("E-mail", "Role", "Name", "Stations")
        for user in await people.users.all():
            stations = "all" if user.station_ids is None else ", ".join(user.station_ids)
            table.add_row(
                user.email, user.role.value, f"{user.first_name} {user.last_name}".strip(), stations
            )
        Console().print(table)

    with_people(work, data_dir=data_dir, config=config)


@app.command("password")
def password_(
    email: str,
    keep_keys: Annotated[
        bool, typer.Option("--keep-keys", help="Leave their tokens and passkeys as they are.")
    ] = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Set somebody's password; all their sign-ins end, and their tokens and passkeys with them."""
    new = password()

    async def work(people: People) -> None:
        user = await people.users.by_email(email)
        if user is None:
            raise UnknownResourceError("user", email)
        if keep_keys:
            await people.users.set_password(user.id, new, by=CONSOLE)
            typer.echo(f"{user.email} has a new password")
            return
        _, ended = await people.users.reset_password(user.id, new, by=CONSOLE)
        gone = f"{ended.tokens} tokens and {ended.passkeys} passkeys have ended"
        typer.echo(f"{user.email} has a new password; {gone}")

    with_people(work, data_dir=data_dir, config=config)


@app.command("reset-codes")
def reset_codes(email: str, data_dir: DataDir = None, config: Config = None) -> None:
    """Ask somebody for codes no more, whose telephone and recovery codes are lost."""

    async def work(people: People) -> None:
        user = await people.users.by_email(email)
        if user is None:
            raise UnknownResourceError("user", email)
        await people.second_factors.turn_off(user, by=CONSOLE)
        typer.echo(f"{user.email} signs in with the password alone")

    with_people(work, data_dir=data_dir, config=config)
