"""What keeps the database from being opened; nothing in it was changed."""

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.sentences import Sentence, said


class DatabaseError(ChargeDeckError):
    """The database cannot be used; the text says why and what mends it."""

    code = "database_unusable"


class SchemaTooNewError(DatabaseError):
    """A newer ChargeDeck wrote the database."""

    code = "schema_too_new"

    def __init__(self, found: str, known: str) -> None:
        super().__init__(found, known)
        self.found, self.known = found, known

    @property
    def sentence(self) -> Sentence:
        return said(
            "The database has schema {found}, and this ChargeDeck knows schemas up to {known}; "
            "install the newer ChargeDeck that wrote it, or restore a backup of this one",
            found=self.found,
            known=self.known,
        )


_THE_BACKUP = said("The backup")


class BackupError(ChargeDeckError):
    """A backup cannot be made or used; nothing was changed."""

    code = "backup_unusable"

    def __init__(self, reason: Sentence, name: str | Sentence = _THE_BACKUP) -> None:
        super().__init__(reason, name)
        self.reason, self.name = reason, name

    @property
    def sentence(self) -> Sentence:
        return said("{name} cannot be used: {reason}", name=self.name, reason=self.reason)
