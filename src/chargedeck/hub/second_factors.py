"""The second factor beside a password: a code from an app, or one of the codes for the day it is lost."""

import secrets
from dataclasses import dataclass, replace

from chargedeck.domain.problems import ConflictError
from chargedeck.domain.sentences import said
from chargedeck.hub.one_time_code import enrolment_uri, shown_secret, step_of
from chargedeck.hub.people_context import PeopleContext
from chargedeck.hub.people_problems import CodeNeededError, WrongCodeError
from chargedeck.hub.records import SecondFactorRecord, UserRecord
from chargedeck.hub.tokens import digest_of

ISSUER = "ChargeDeck"
SECRET_BYTES = 20
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs; shown now and never again."""

    secret: str
    uri: str


class SecondFactors:
    """Everybody's; a password alone suffices for who has none."""

    def __init__(self, context: PeopleContext) -> None:
        self._context = context
        self._book = context.book

    async def is_on(self, user_id: str) -> bool:
        """Whether a code is asked for."""
        found = await self._book.second_factor(user_id)
        return found is not None and found.confirmed

    async def begin(self, user: UserRecord) -> Enrolment:
        """Make a secret; it counts once its owner has shown a code of it."""
        if await self.is_on(user.id):
            raise ConflictError(said("Codes are asked for already; turn them off first"))
        secret = secrets.token_bytes(SECRET_BYTES)
        await self._book.save_second_factor(SecondFactorRecord(user.id, secret))
        return Enrolment(shown_secret(secret), enrolment_uri(secret, user.email, ISSUER))

    async def confirm(self, user: UserRecord, code: str) -> list[str]:
        """Ask for codes from now on; answers the recovery codes, once."""
        found = await self._book.second_factor(user.id)
        if found is None or found.confirmed:
            raise ConflictError(said("There is nothing to confirm; begin anew"))
        step = step_of(found.secret, code, self._context.now(), after=found.last_step)
        if step is None:
            raise WrongCodeError
        codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
        recovery = tuple(map(digest_of, codes))
        confirmed = replace(found, confirmed=True, last_step=step, recovery=recovery)
        if not await self._book.change_second_factor(found, confirmed):
            raise ConflictError(said("There is nothing to confirm; begin anew"))
        self._context.note("second_factor_on", user.email)
        return codes

    async def turn_off(self, user: UserRecord, *, by: str) -> None:
        """A password alone suffices from now on."""
        await self._book.delete_second_factor(user.id)
        self._context.note("second_factor_off", by, user=user.email)

    async def check(self, user: UserRecord, code: str | None) -> None:
        """Raise CodeNeededError or WrongCodeError unless the code is right, or none is asked for."""
        while True:
            found = await self._book.second_factor(user.id)
            if found is None or not found.confirmed:
                return
            if not code:
                raise CodeNeededError
            spent = self._spent(found, code)
            if await self._book.change_second_factor(found, spent):
                break  # else another code was spent meanwhile, which may have been this one
        if spent.recovery != found.recovery:
            self._context.note("recovery_code_used", user.email, left=len(spent.recovery))

    def _spent(self, found: SecondFactorRecord, code: str) -> SecondFactorRecord:
        """What is left once a code has been used; WrongCodeError for one that is none, or no longer."""
        step = step_of(found.secret, code, self._context.now(), after=found.last_step)
        if step is not None:
            return replace(found, last_step=step)
        used = digest_of(code.strip().lower())
        if used not in found.recovery:
            raise WrongCodeError
        return replace(found, recovery=tuple(digest for digest in found.recovery if digest != used))
