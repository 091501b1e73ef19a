"""What a restore must not give back: rights, keys and cards that were taken away after the backup was made.

Only decides; the storage carries it out. All of it is about the database that the backup takes the place of:
where there was none, or one of another installation, nothing is known to have been taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chargedeck.hub.records import Role

CHANGES = (
    "claimed",
    "user_added",
    "user_changed",
    "user_removed",
    "password_changed",
    "passkey_added",
    "passkey_revoked",
    "second_factor_on",
    "second_factor_off",
    "invitation_accepted",
    "backup_restored",
)
"""Deeds after which an account opens otherwise than before."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who and what may get in by a database: accounts by id, cards by their tags.

    `keys` are tokens and embedded cards by their hashes, `ways` by which people are told things by their ids.
    `changed_at` is when any account was last changed. A card's value is whether it is blocked.
    """

    users: Mapping[str, Role] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    cards: Mapping[str, bool] = field(default_factory=dict)
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """What of a backup does not come back.

    Accounts in `carried` open as they do in the database that is replaced; those in `ended` come back, and
    have ended.
    """

    carried: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    cards: frozenset[str] = frozenset()


def withheld(backup: Access, replaced: Access | None) -> Withheld:
    """What must not come back; None: there was no database, as on a new machine."""
    if replaced is None or not _are_one(backup, replaced):
        return Withheld()
    keys, ways = backup.keys - replaced.keys, backup.ways - replaced.ways
    blocked = frozenset(tag for tag in backup.cards if replaced.cards.get(tag, False))
    carried = frozenset(backup.users.keys() & replaced.users.keys())
    has_owner = any(replaced.users[user] is Role.OWNER for user in carried)
    if _is_later(backup.changed_at, replaced.changed_at) or not has_owner:
        return Withheld(keys=keys, ways=ways, cards=blocked)
    return Withheld(
        carried,
        frozenset(backup.users.keys() - carried),
        keys,
        ways,
        blocked | (backup.cards.keys() - replaced.cards.keys()),
    )


def withheld_from_the_unknown(backup: Access) -> Withheld:
    """The same where a database was there that cannot be read: what was revoked in it, nobody knows.

    People are told things all the same, since nobody is let in by that, and dangers are among them.
    """
    return Withheld(keys=backup.keys)


def _are_one(one: Access, other: Access) -> bool:
    """Whether they are of one installation: ids and keys are drawn by chance."""
    return bool(one.users.keys() & other.users.keys() or one.keys & other.keys)


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)
