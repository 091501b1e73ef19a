"""The book's pages on people: cards, cars, accounts, tokens and sign-ins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, select, update
from sqlalchemy.exc import IntegrityError

from chargedeck.domain.cards import Card
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.hub.ports import Now
from chargedeck.hub.records import CarRecord, SignInRecord, TokenRecord, UserRecord
from chargedeck.storage.desk import Desk
from chargedeck.storage.history_tables import CARS
from chargedeck.storage.notice_tables import NOTICE_WAYS
from chargedeck.storage.rows import (
    car_record,
    card_record,
    card_values,
    plain_values,
    sign_in_record,
    token_record,
    user_record,
    user_values,
)
from chargedeck.storage.sign_ins import end_sign_ins
from chargedeck.storage.tables import CARDS, SIGN_INS, TOKENS, USERS


class People:
    """Cards, cars, accounts, tokens and sign-ins; of secrets only hashes come here."""

    _desk: Desk
    _now: Now

    async def cards(self) -> Sequence[Card]:
        """All cards."""
        return await self._desk.all(CARDS, card_record)

    async def save_card(self, card: Card) -> None:
        """Insert or replace; raises ConflictError when another card has the tag."""

        def save(connection: Connection) -> None:
            values = card_values(card)
            taken = and_(CARDS.c.tag_key == values["tag_key"], CARDS.c.id != card.id)
            if connection.scalar(select(CARDS.c.id).where(taken)) is not None:
                raise ConflictError(said("Another card has the tag {id_tag}", id_tag=card.id_tag))
            owner = select(USERS.c.id).where(USERS.c.id == card.user_id)
            if card.user_id is not None and connection.scalar(owner) is None:
                raise UnknownResourceError("user", card.user_id)
            self._desk.put(connection, CARDS, values)

        await self._desk.write(save)

    async def delete_card(self, card_id: str) -> None:
        """Delete; sessions keep its label."""
        await self._desk.delete(CARDS, CARDS.c.id == card_id)

    async def cars(self) -> Sequence[CarRecord]:
        """All cars."""
        return await self._desk.all(CARS, car_record)

    async def save_car(self, record: CarRecord) -> None:
        """Insert or replace; raises UnknownResourceError when its owner is gone."""
        try:
            await self._desk.save(CARS, plain_values(record))
        except IntegrityError as error:
            raise UnknownResourceError("user", record.user_id or "") from error

    async def delete_car(self, car_id: str) -> None:
        """Delete; its sessions stay."""
        await self._desk.delete(CARS, CARS.c.id == car_id)

    async def users(self) -> Sequence[UserRecord]:
        """All accounts."""
        return await self._desk.all(USERS, user_record)

    async def save_user(self, record: UserRecord) -> None:
        """Insert or replace; raises ConflictError when another user has the address."""
        try:
            await self._desk.save(USERS, user_values(record))
        except IntegrityError as error:
            raise ConflictError(said("Another user has the address {email}", email=record.email)) from error

    async def claim(self, owner: UserRecord) -> bool:
        """Insert the first account; False when there is one."""

        def claim(connection: Connection) -> bool:
            self._desk.database.lock(connection, "claim")
            if connection.scalar(select(USERS.c.id).limit(1)) is not None:
                return False
            self._desk.put(connection, USERS, user_values(owner))
            return True

        return await self._desk.write(claim)

    async def delete_user(self, user_id: str) -> None:
        """Delete with all sign-ins; cards become nobody's and are blocked."""

        def remove(connection: Connection) -> None:
            connection.execute(update(CARDS).where(CARDS.c.user_id == user_id).values(blocked=True))
            connection.execute(delete(USERS).where(USERS.c.id == user_id))

        await self._desk.write(remove)

    async def tokens(self) -> Sequence[TokenRecord]:
        """All tokens."""
        return await self._desk.all(TOKENS, token_record)

    async def token(self, digest: str) -> TokenRecord | None:
        """The token of that hash."""
        query = select(TOKENS).where(TOKENS.c.digest == digest)
        row = await self._desk.read(lambda connection: connection.execute(query).first())
        return None if row is None else token_record(row)

    async def save_token(self, record: TokenRecord) -> None:
        """Insert or replace."""
        await self._desk.save(TOKENS, plain_values(record))

    async def note_token_use(self, token_id: str, at: datetime) -> None:
        """Update; one that was revoked meanwhile does not come back."""
        used = update(TOKENS).where(TOKENS.c.id == token_id).values(last_used_at=at)
        await self._desk.write(lambda connection: connection.execute(used))

    async def delete_token(self, token_id: str) -> None:
        """Delete; whoever has it may no longer use it."""
        await self._desk.delete(TOKENS, TOKENS.c.id == token_id)

    async def sign_in(self, digest: str) -> tuple[SignInRecord, UserRecord] | None:
        """The sign-in of that hash, with whose it is."""
        whose = select(USERS).join(SIGN_INS, SIGN_INS.c.user_id == USERS.c.id)

        def find(connection: Connection) -> tuple[Row[Any] | None, Row[Any] | None]:
            it = SIGN_INS.c.digest == digest
            sign_in = connection.execute(select(SIGN_INS).where(it)).first()
            return sign_in, connection.execute(whose.where(it)).first()

        sign_in, user = await self._desk.read(find)
        if sign_in is None or user is None:
            return None
        return sign_in_record(sign_in), user_record(user)

    async def save_sign_in(self, record: SignInRecord) -> None:
        """Insert or replace; sign-ins that have run out go."""
        now = self._now()

        def save(connection: Connection) -> None:
            connection.execute(delete(SIGN_INS).where(SIGN_INS.c.expires_at <= now))
            self._desk.put(connection, SIGN_INS, plain_values(record))

        try:
            await self._desk.write(save)
        except IntegrityError as error:
            raise UnknownResourceError("user", record.user_id) from error

    async def note_sign_in_use(self, digest: str, at: datetime, expires_at: datetime) -> None:
        """Update; one that was ended meanwhile does not come back."""
        used = update(SIGN_INS).where(SIGN_INS.c.digest == digest)
        used = used.values(last_used_at=at, expires_at=expires_at)
        await self._desk.write(lambda connection: connection.execute(used))

    async def delete_sign_ins(self, user_id: str, *, but: str | None = None) -> None:
        """Sign a user out everywhere, or everywhere else."""
        await self._desk.write(lambda connection: end_sign_ins(connection, user_id, but=but))

    async def delete_sign_in(self, digest: str, *, ran_out: bool = False) -> None:
        """Sign out."""

        def remove(connection: Connection) -> None:
            if not ran_out:
                connection.execute(delete(NOTICE_WAYS).where(NOTICE_WAYS.c.sign_in == digest))
            connection.execute(delete(SIGN_INS).where(SIGN_INS.c.digest == digest))

        await self._desk.write(remove)
