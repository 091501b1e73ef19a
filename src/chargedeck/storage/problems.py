"""What keeps the database from being opened; nothing in it was changed."""

from chargedeck.domain.problems import ChargeDeckError


class DatabaseError(ChargeDeckError):
    """The database cannot be used; the text says why and what mends it."""

    code = "database_unusable"


class SchemaTooNewError(DatabaseError):
    """A newer ChargeDeck wrote the database."""

    code = "schema_too_new"

    def __init__(self, found: str, known: str) -> None:
        super().__init__(found, known)
        self.found, self.known = found, known

    def __str__(self) -> str:
        return (
            f"The database has schema {self.found}, and this ChargeDeck knows schemas up to {self.known}; "
            "install the newer ChargeDeck that wrote it, or restore a backup of this one"
        )


class BackupError(ChargeDeckError):
    """A backup cannot be made or used; nothing was changed."""

    code = "backup_unusable"

    def __init__(self, reason: str, name: str = "The backup") -> None:
        super().__init__(reason, name)
        self.reason, self.name = reason, name

    def __str__(self) -> str:
        return f"{self.name} cannot be used: {self.reason}"
