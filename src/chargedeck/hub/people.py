"""Who uses this installation: the first owner's claim, accounts, sign-ins and tokens under one roof."""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chargedeck.hub.callers import Caller, rights_of
from chargedeck.hub.embeds import Embeds
from chargedeck.hub.invitations import Guest, Invitations
from chargedeck.hub.passkeys import Passkeys, Place
from chargedeck.hub.passwords import Passwords
from chargedeck.hub.people_context import Ears, PeopleContext
from chargedeck.hub.people_problems import AlreadyClaimedError, NoProxyUserError, WrongClaimCodeError
from chargedeck.hub.ports import Book, Now
from chargedeck.hub.records import InvitationRecord, UserRecord
from chargedeck.hub.second_factors import SecondFactors
from chargedeck.hub.sign_ins import Entrance, SignIns, Visit
from chargedeck.hub.tokens import PREFIX, Tokens, digest_of
from chargedeck.hub.users import NewUser, Users

BELIEVED_FOR = timedelta(seconds=5)
"""Who somebody is, is asked of the book this often; what is revoked here counts at once, and what is
revoked by another process (the command line) after this time."""

MOST_BELIEVED = 4_096


class People:
    """The one object that the API talks to for people."""

    def __init__(
        self,
        book: Book,
        passwords: Passwords,
        *,
        now: Now,
        ears: Ears,
    ) -> None:
        self._context = PeopleContext(book, now, ears, self._doubt)
        self._claimed = False
        self._claim_code = secrets.token_urlsafe(16)
        self._believed: OrderedDict[str, tuple[datetime, Caller]] = OrderedDict()
        self._doubts = 0
        self.users = Users(self._context, passwords)
        self.tokens = Tokens(self._context, self.users)
        self.passkeys = Passkeys(self._context)
        self.second_factors = SecondFactors(self._context)
        self.invitations = Invitations(self._context, self.users)
        self.embeds = Embeds(self._context)
        self.sign_ins = SignIns(self._context, self.users, passwords, self.second_factors)

    async def claimed(self) -> bool:
        """Whether there is anybody yet."""
        self._claimed = self._claimed or bool(await self._context.book.users())
        return self._claimed

    async def claim_code(self) -> str | None:
        """What the console prints once; None when there is an owner."""
        return None if await self.claimed() else self._claim_code

    async def claim(self, code: str, owner: NewUser, visit: Visit) -> Entrance:
        """Become the first owner, once and for ever."""
        if await self.claimed():
            raise AlreadyClaimedError
        self.sign_ins.attempts.begin("claim", visit.address, self._context.now())
        if not hmac.compare_digest(code.encode(), self._claim_code.encode()):
            raise WrongClaimCodeError
        self.sign_ins.attempts.succeeded("claim", visit.address)
        user = await self.users.drafted(owner)
        if not await self._context.book.claim(user):
            raise AlreadyClaimedError
        self._claimed = True
        self._context.ears.accounts.account_kept(user)
        self._context.note("claimed", user.email)
        return await self.sign_ins.enter(user, visit)

    def note(self, kind: str, by: Caller) -> None:
        """Write down what somebody did that concerns all of the installation."""
        self._context.note(kind, by.label)

    async def login_with_passkey(self, credential: dict[str, Any], place: Place, visit: Visit) -> Entrance:
        """Sign in whoever shows a passkey."""
        self.sign_ins.attempts.begin("passkey", visit.address, self._context.now())
        passkey = await self.passkeys.shown(credential, place)
        self.sign_ins.attempts.succeeded("passkey", visit.address)
        return await self.sign_ins.enter_proved(passkey.user_id, visit, how="passkey")

    async def login_by_proxy(self, email: str | None, visit: Visit) -> Entrance:
        """Sign in whom a trusted proxy names."""
        user = None if email is None else await self.users.by_email(email)
        if user is None:
            raise NoProxyUserError
        return await self.sign_ins.enter_proved(user.id, visit, how="proxy")

    async def accept(self, secret: str, guest: Guest, visit: Visit) -> Entrance:
        """Accept an invitation and come in; guessing links is held up as guessing passwords is."""
        await self.look_at_invitation(secret, visit)
        return await self.sign_ins.enter(await self.invitations.accept(secret, guest), visit)

    async def look_at_invitation(self, secret: str, visit: Visit) -> InvitationRecord:
        """What a link invites to."""
        self.sign_ins.attempts.begin("invitation", visit.address, self._context.now())
        found = await self.invitations.look(secret)
        self.sign_ins.attempts.succeeded("invitation", visit.address)
        return found

    async def confirm_code(self, user: UserRecord, code: str, visit: Visit) -> list[str]:
        """Ask for codes from now on; guessing the first one is held up as guessing passwords is."""
        self.sign_ins.attempts.begin(user.email, visit.address, self._context.now())
        codes = await self.second_factors.confirm(user, code)
        self.sign_ins.attempts.succeeded(user.email, visit.address)
        return codes

    def note_request(self, caller: Caller, operation: str, detail: Mapping[str, object]) -> None:
        """Write down that somebody has asked for a change, where nothing else has said so."""
        self._context.note("request", caller.label, operation=operation, **detail)

    async def by_cookie(self, secret: str) -> Caller | None:
        """Whose browser shows this cookie."""
        return await self._caller(secret, self.sign_ins.caller)

    async def by_token(self, secret: str) -> Caller | None:
        """Whose program shows this token."""
        return await self._caller(secret, self.tokens.caller) if secret.startswith(PREFIX) else None

    async def still(self, caller: Caller) -> bool:
        """Whether a caller may go on as they began: neither signed out, nor run out, nor changed in role."""
        if caller.sign_in is not None:
            now = await self.sign_ins.known(caller.sign_in.digest)
        else:
            assert caller.token is not None
            now = await self.tokens.known(caller.token.digest)
        return now is not None and rights_of(now) == rights_of(caller)

    async def _caller(self, secret: str, ask: Callable[[str], Awaitable[Caller | None]]) -> Caller | None:
        key, now = digest_of(secret), self._context.now()
        asked_at, caller = self._believed.get(key, (None, None))
        if caller is not None and asked_at is not None and timedelta(0) <= now - asked_at < BELIEVED_FOR:
            return caller if caller.expires_at is None or caller.expires_at > now else None
        doubts = self._doubts
        caller = await ask(secret)
        self._believed.pop(key, None)
        if caller is not None and doubts == self._doubts:
            self._believed[key] = (now, caller)
            if len(self._believed) > MOST_BELIEVED:
                self._believed.popitem(last=False)
        return caller

    def _doubt(self) -> None:
        """Somebody's rights have changed: believe nothing that was heard before."""
        self._doubts += 1
        self._believed.clear()
