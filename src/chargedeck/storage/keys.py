"""The book's pages on passkeys, codes, invitations and embeds; of secrets that are only shown, hashes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select, update
from sqlalchemy.exc import IntegrityError

from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import DeviceId
from chargedeck.hub.people_ports import KeysEnded
from chargedeck.hub.ports import Now
from chargedeck.hub.records import (
    EmbedRecord,
    InvitationRecord,
    LocalListRecord,
    PasskeyRecord,
    SecondFactorRecord,
    SignInRecord,
    UserRecord,
)
from chargedeck.storage.desk import Desk
from chargedeck.storage.people_tables import EMBEDS, INVITATIONS, LOCAL_LISTS, PASSKEYS, SECOND_FACTORS
from chargedeck.storage.rows import Record, of_row, plain_values, sign_in_record, user_values
from chargedeck.storage.sign_ins import end_sign_ins, replace_sign_in
from chargedeck.storage.tables import DEVICES, SIGN_INS, TOKENS, USERS


class Keys:
    """What lets people in."""

    _desk: Desk
    _now: Now

    async def change_password(
        self,
        user_id: str,
        password: str,
        *,
        stays: tuple[str, SignInRecord] | None = None,
        with_keys: bool = False,
    ) -> KeysEnded:
        """One transaction: killed within it, neither the password nor any sign-in has changed."""

        def change(connection: Connection) -> KeysEnded | None:
            changed = update(USERS).where(USERS.c.id == user_id).values(password=password)
            if connection.execute(changed).rowcount != 1:
                return None
            if stays is not None:
                replace_sign_in(self._desk, connection, *stays)
            end_sign_ins(connection, user_id, but=None if stays is None else stays[1].digest)
            if not with_keys:
                return KeysEnded()
            tokens = connection.execute(delete(TOKENS).where(TOKENS.c.created_by == user_id))
            passkeys = connection.execute(delete(PASSKEYS).where(PASSKEYS.c.user_id == user_id))
            return KeysEnded(tokens.rowcount, passkeys.rowcount)

        ended = await self._desk.write(change)
        if ended is None:
            raise UnknownResourceError("user", user_id)
        return ended

    async def sign_ins(self, user_id: str) -> Sequence[SignInRecord]:
        """Those that have not run out, the newest use first."""
        valid = SIGN_INS.c.expires_at > self._now()
        query = select(SIGN_INS).where(SIGN_INS.c.user_id == user_id, valid)
        query = query.order_by(SIGN_INS.c.last_used_at.desc(), SIGN_INS.c.digest)
        return await self._desk.read(lambda connection: [*map(sign_in_record, connection.execute(query))])

    async def passkeys(self, user_id: str) -> Sequence[PasskeyRecord]:
        """The oldest first."""
        query = select(PASSKEYS).where(PASSKEYS.c.user_id == user_id)
        query = query.order_by(PASSKEYS.c.created_at, PASSKEYS.c.id)
        return await self._desk.read(
            lambda connection: [of_row(PasskeyRecord, row) for row in connection.execute(query)]
        )

    async def passkey(self, passkey_id: str) -> PasskeyRecord | None:
        """By what its authenticator calls it."""
        return await self._one(PASSKEYS, PASSKEYS.c.id == passkey_id, PasskeyRecord)

    async def save_passkey(self, record: PasskeyRecord) -> None:
        """Insert or replace."""
        await self._save_of_user(PASSKEYS, record)

    async def note_passkey_use(self, passkey_id: str, at: datetime, sign_count: int) -> bool:
        """Update; one that was revoked meanwhile does not come back."""
        used = update(PASSKEYS).where(PASSKEYS.c.id == passkey_id)
        used = used.values(last_used_at=at, sign_count=sign_count)
        return await self._desk.write(lambda connection: connection.execute(used).rowcount == 1)

    async def delete_passkey(self, passkey_id: str) -> None:
        """Delete; it opens nothing any more."""
        await self._desk.delete(PASSKEYS, PASSKEYS.c.id == passkey_id)

    async def second_factor(self, user_id: str) -> SecondFactorRecord | None:
        """Somebody's, if there is one."""
        return await self._one(SECOND_FACTORS, SECOND_FACTORS.c.user_id == user_id, SecondFactorRecord)

    async def save_second_factor(self, record: SecondFactorRecord) -> None:
        """Insert or replace."""
        await self._save_of_user(SECOND_FACTORS, record)

    async def change_second_factor(self, was: SecondFactorRecord, now: SecondFactorRecord) -> bool:
        """Of two who show the same code at once, one has used it."""
        columns = SECOND_FACTORS.c
        is_as_it_was = and_(*(columns[name] == value for name, value in plain_values(was).items()))
        changed = update(SECOND_FACTORS).where(is_as_it_was).values(plain_values(now))
        return await self._desk.write(lambda connection: connection.execute(changed).rowcount == 1)

    async def delete_second_factor(self, user_id: str) -> None:
        """Delete; a password alone suffices again."""
        await self._desk.delete(SECOND_FACTORS, SECOND_FACTORS.c.user_id == user_id)

    async def invitations(self) -> Sequence[InvitationRecord]:
        """All of them, also those that have run out."""
        return await self._desk.all(INVITATIONS, lambda row: of_row(InvitationRecord, row))

    async def invitation(self, digest: str) -> InvitationRecord | None:
        """The invitation whose link has this hash."""
        return await self._one(INVITATIONS, INVITATIONS.c.digest == digest, InvitationRecord)

    async def save_invitation(self, record: InvitationRecord) -> None:
        """Insert or replace; those that have run out go."""
        now = self._now()

        def save(connection: Connection) -> None:
            connection.execute(delete(INVITATIONS).where(INVITATIONS.c.expires_at <= now))
            self._desk.put(connection, INVITATIONS, plain_values(record))

        await self._desk.write(save)

    async def delete_invitation(self, invitation_id: str) -> None:
        """Delete; its link opens nothing any more."""
        await self._desk.delete(INVITATIONS, INVITATIONS.c.id == invitation_id)

    async def accept_invitation(self, invitation_id: str, user: UserRecord) -> bool:
        """Of two who open one link at once, one gets the account."""

        def accept(connection: Connection) -> bool:
            taken = connection.execute(delete(INVITATIONS).where(INVITATIONS.c.id == invitation_id))
            if taken.rowcount != 1:
                return False
            connection.execute(self._desk.database.insert_into(USERS).values(user_values(user)))
            return True

        try:
            return await self._desk.write(accept)
        except IntegrityError as error:
            raise ConflictError(said("Another user has the address {email}", email=user.email)) from error

    async def embeds(self) -> Sequence[EmbedRecord]:
        """All of them."""
        return await self._desk.all(EMBEDS, lambda row: of_row(EmbedRecord, row))

    async def embed(self, digest: str) -> EmbedRecord | None:
        """The one whose key has this hash."""
        return await self._one(EMBEDS, EMBEDS.c.digest == digest, EmbedRecord)

    async def save_embed(self, record: EmbedRecord) -> None:
        """Insert or replace."""
        try:
            await self._desk.save(EMBEDS, plain_values(record))
        except IntegrityError as error:
            raise UnknownResourceError("charger", record.charger_id) from error

    async def note_embed_use(self, embed_id: str, at: datetime) -> None:
        """Update; one that was revoked meanwhile does not come back."""
        used = update(EMBEDS).where(EMBEDS.c.id == embed_id).values(last_used_at=at)
        await self._desk.write(lambda connection: connection.execute(used))

    async def delete_embed(self, embed_id: str) -> None:
        """Delete; its key opens nothing any more."""
        await self._desk.delete(EMBEDS, EMBEDS.c.id == embed_id)

    async def local_lists(self) -> Sequence[LocalListRecord]:
        """What every device keeps."""
        query = select(LOCAL_LISTS).order_by(LOCAL_LISTS.c.device_id)
        return await self._desk.read(
            lambda connection: [of_row(LocalListRecord, row) for row in connection.execute(query)]
        )

    async def save_local_list(self, record: LocalListRecord) -> None:
        """Insert or replace, if the device is still there."""

        def save(connection: Connection) -> None:
            device = select(DEVICES.c.id).where(DEVICES.c.id == record.device_id)
            if connection.scalar(device) is not None:
                self._desk.put(connection, LOCAL_LISTS, plain_values(record))

        await self._desk.write(save)

    async def delete_local_list(self, device: DeviceId) -> None:
        """Forget what a device keeps."""
        await self._desk.delete(LOCAL_LISTS, LOCAL_LISTS.c.device_id == device)

    async def _save_of_user(self, table: Table, record: PasskeyRecord | SecondFactorRecord) -> None:
        try:
            await self._desk.save(table, plain_values(record))
        except IntegrityError as error:
            raise UnknownResourceError("user", record.user_id) from error

    async def _one(self, table: Table, condition: ColumnElement[bool], kind: type[Record]) -> Record | None:
        query = select(table).where(condition)
        row = await self._desk.read(lambda connection: connection.execute(query).first())
        return None if row is None else of_row(kind, row)
