"""Who uses this installation: the first owner's claim, accounts, sign-ins and tokens under one roof."""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from chargedeck.hub.callers import Caller, rights_of
from chargedeck.hub.passwords import Passwords
from chargedeck.hub.people_context import Ears, PeopleContext
from chargedeck.hub.people_problems import AlreadyClaimedError, WrongClaimCodeError
from chargedeck.hub.ports import Book, Now
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
        self.sign_ins = SignIns(self._context, self.users, passwords)

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
