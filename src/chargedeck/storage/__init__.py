"""Keeps what must outlive the process: one writer, group commits, readers beside it."""

from chargedeck.storage.health import Health
from chargedeck.storage.journal import Pace
from chargedeck.storage.opening import Storage, open_storage
from chargedeck.storage.problems import DatabaseError, SchemaTooNewError

__all__ = ["DatabaseError", "Health", "Pace", "SchemaTooNewError", "Storage", "open_storage"]
