"""Brings a database to the schema of this program, in one transaction; never touches a newer one."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from chargedeck.storage.problems import DatabaseError, SchemaTooNewError
from chargedeck.storage.tables import METADATA, SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Revisions:
    """The numbered steps from the first schema to the newest, and the newest one's number."""

    folder: Path
    newest: str


REVISIONS = Revisions(Path(__file__).parent / "migrations", newest="0023")


def found_version(connection: Connection) -> str | None:
    """The version that the database has; None when it is empty."""
    names = set(inspect(connection).get_table_names())
    if SCHEMA_VERSION.name in names:
        return connection.scalar(select(SCHEMA_VERSION.c.version_num))
    if names & set(METADATA.tables):
        raise DatabaseError(
            "The database holds tables of ChargeDeck without a schema version; "
            "restore a backup, or name an empty database"
        )
    return None


def bring_up_to_date(connection: Connection, revisions: Revisions = REVISIONS) -> bool:
    """Make or migrate the schema inside the caller's transaction; say whether anything had to change."""
    found = found_version(connection)
    if found == revisions.newest:
        return False
    if found is None and revisions is REVISIONS:
        # Same result as all revisions in turn (a test compares them), without loading Alembic.
        METADATA.create_all(connection)
        connection.execute(SCHEMA_VERSION.insert().values(version_num=revisions.newest))
        return True
    if found is not None and found > revisions.newest:
        raise SchemaTooNewError(found, revisions.newest)
    migrate(connection, revisions)
    return True


def make_at(connection: Connection, version: str) -> None:
    """Make the schema of an earlier version in an empty database, inside the caller's transaction."""
    if version == REVISIONS.newest:
        bring_up_to_date(connection)
    else:
        migrate(connection, to=version)


def migrate(connection: Connection, revisions: Revisions = REVISIONS, *, to: str = "head") -> None:
    """Run the revisions that the database lacks."""
    # Loading Alembic takes longer than all else at a start, and most starts need none of it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(revisions.folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise DatabaseError(
            f"The database's schema cannot be brought up to date ({error}); restore a backup"
        ) from error
