"""What can be seen of the storage from outside."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Health:
    """How writing goes. `problem` is None while it goes well; `since` when it began to be as it is."""

    problem: str | None
    since: datetime
    waiting_rows: int = 0
    """Handed over and not yet on disk."""
    commits: int = 0
    written_rows: int = 0
    dropped_rows: int = 0
    """Let go of, oldest first, because they piled up while the database did not take any; never sessions."""
    rejected_rows: int = 0
    """Such as no database would take, and that nobody can mend by waiting."""
    damage: str | None = None
    """What is broken inside the database."""
