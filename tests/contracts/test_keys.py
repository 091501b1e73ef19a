"""The Book's pages on passkeys, codes, invitations, sign-ins and local lists; the Archive's on deeds."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from tests.contracts.records import CHARGER, DEVICE, GARAGE, MINUTE, NOON, OWNER, SESSION, durable

from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.units import ChargerId, SessionId, StationId
from chargedeck.hub.people_ports import DeedQuery, KeysEnded
from chargedeck.hub.records import (
    EmbedRecord,
    EventRecord,
    InvitationRecord,
    LocalListRecord,
    PasskeyRecord,
    Role,
    SecondFactorRecord,
    SignInRecord,
    TokenRecord,
    Units,
)
from chargedeck.hub.session_query import SessionQuery, UnreadableCursorError
from chargedeck.storage import Storage

DAY = timedelta(days=1)
KEY = PasskeyRecord("cred", OWNER.id, "Phone", b"\x00key\xff", 2**32 - 1, NOON)
FACTOR = SecondFactorRecord(OWNER.id, b"\x00secret\xff")
GUEST = replace(
    OWNER,
    id="u2",
    email="guest@example.org",
    role=Role.DRIVER,
    charger_ids=(ChargerId("garage"),),
    expires_at=NOON + DAY,
    units=Units.IMPERIAL,
)
EMBED = EmbedRecord("e1", GARAGE, "Hall", ("https://a.example", "http://b:8123"), "digest", "Ana", NOON)
INVITATION = InvitationRecord(
    "i1",
    "digest",
    Role.DRIVER,
    "Ana",
    NOON,
    NOON + DAY,
    "The neighbour",
    (StationId("home"),),
    (ChargerId("garage"),),
    "de",
    NOON + 2 * DAY,
)


async def test_a_passkey_comes_back_as_it_was(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_passkey(KEY)
    used = replace(KEY, sign_count=0, last_used_at=NOON + MINUTE, name="Old phone")
    await storage.book.save_passkey(used)
    assert await storage.book.passkeys(OWNER.id) == [used]
    assert await storage.book.passkey(KEY.id) == used
    await storage.book.delete_passkey(KEY.id)
    assert await storage.book.passkey(KEY.id) is None


async def test_a_second_factor_comes_back_as_it_was(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_second_factor(FACTOR)
    confirmed = replace(FACTOR, confirmed=True, last_step=59_000_000, recovery=("a", "b"))
    await storage.book.save_second_factor(confirmed)
    assert await storage.book.second_factor(OWNER.id) == confirmed
    await storage.book.delete_second_factor(OWNER.id)
    assert await storage.book.second_factor(OWNER.id) is None


async def test_of_two_who_change_a_second_factor_at_once_one_does(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    assert not await storage.book.change_second_factor(FACTOR, FACTOR)
    was = replace(FACTOR, confirmed=True, last_step=1, recovery=("a", "b", "c"))
    await storage.book.save_second_factor(was)
    spent = [replace(was, recovery=left) for left in (("b", "c"), ("a", "c"), ("a", "b"))]
    done = await asyncio.gather(*(storage.book.change_second_factor(was, one) for one in spent))
    assert sorted(done) == [False, False, True]
    found = await storage.book.second_factor(OWNER.id)
    assert found == spent[done.index(True)]
    for other in ({"last_step": 2}, {"secret": b"other"}, {"confirmed": False}):
        assert not await storage.book.change_second_factor(replace(found, **other), was), other
    assert await storage.book.change_second_factor(found, was)


async def test_what_was_revoked_does_not_come_back_by_its_last_use(storage: Storage) -> None:
    book, sign_in = storage.book, SignInRecord("s", OWNER.id, "csrf", NOON, NOON + DAY, NOON)
    token = TokenRecord("t", "t", Role.DRIVER, "digest", OWNER.id, NOON)
    await book.save_user(OWNER)
    await book.save_passkey(KEY)
    await book.save_token(token)
    await book.save_sign_in(sign_in)
    at, until = NOON + MINUTE, NOON + 2 * DAY
    for is_there in (True, False):
        assert await book.note_passkey_use(KEY.id, at, 7) is is_there
        await book.note_token_use("t", at)
        await book.note_sign_in_use("s", at, until)
        used = [replace(KEY, last_used_at=at, sign_count=7)], [replace(token, last_used_at=at)]
        found = await book.passkeys(OWNER.id), await book.tokens()
        assert found == (used if is_there else ([], []))
        seen = replace(sign_in, last_used_at=at, expires_at=until)
        assert await book.sign_ins(OWNER.id) == ([seen] if is_there else [])
        await book.delete_passkey(KEY.id)
        await book.delete_token("t")
        await book.delete_sign_in("s")


async def test_a_password_and_what_ends_with_it_change_in_one_step(storage: Storage) -> None:
    book, now = storage.book, SignInRecord("now", OWNER.id, "csrf", NOON, NOON + DAY, NOON)
    for user in (OWNER, GUEST):
        await book.save_user(user)
        await book.save_passkey(replace(KEY, id=f"key {user.id}", user_id=user.id))
        await book.save_token(TokenRecord(user.id, "t", Role.DRIVER, f"token {user.id}", user.id, NOON))
        for digest in ("here", "there"):
            await book.save_sign_in(replace(now, digest=f"{digest} {user.id}", user_id=user.id))
    stranger = replace(now, user_id="nobody")
    with pytest.raises(IntegrityError):
        await book.change_password(OWNER.id, "new", stays=(f"here {OWNER.id}", stranger), with_keys=True)
    assert OWNER in await book.users()
    assert len(await book.sign_ins(OWNER.id)) == 2
    assert await book.change_password(OWNER.id, "new", stays=(f"here {OWNER.id}", now)) == KeysEnded()
    assert replace(OWNER, password="new") in await book.users()
    assert await book.sign_ins(OWNER.id) == [now]
    assert len(await book.passkeys(OWNER.id)) == 1
    assert await book.change_password(OWNER.id, "newer", with_keys=True) == KeysEnded(tokens=1, passkeys=1)
    assert await book.sign_ins(OWNER.id) == []
    assert await book.passkeys(OWNER.id) == []
    assert [token.created_by for token in await book.tokens()] == [GUEST.id]
    assert (len(await book.sign_ins(GUEST.id)), len(await book.passkeys(GUEST.id))) == (2, 1)
    with pytest.raises(UnknownResourceError):
        await book.change_password("nobody", "new")


async def test_what_opens_an_account_goes_with_it(storage: Storage) -> None:
    with pytest.raises(UnknownResourceError):
        await storage.book.save_passkey(KEY)
    with pytest.raises(UnknownResourceError):
        await storage.book.save_second_factor(FACTOR)
    await storage.book.save_user(OWNER)
    await storage.book.save_passkey(KEY)
    await storage.book.save_second_factor(FACTOR)
    await storage.book.delete_user(OWNER.id)
    assert await storage.book.passkey(KEY.id) is None
    assert await storage.book.second_factor(OWNER.id) is None


async def test_an_account_that_ends_comes_back_as_it_was(storage: Storage) -> None:
    await storage.book.save_user(GUEST)
    assert await storage.book.users() == [GUEST]


async def test_of_two_who_accept_one_invitation_one_gets_in(storage: Storage) -> None:
    await storage.book.save_invitation(INVITATION)
    assert await storage.book.invitation("digest") == INVITATION
    guests = [replace(GUEST, id=f"g{n}", email=f"g{n}@example.org") for n in range(3)]
    took = await asyncio.gather(*(storage.book.accept_invitation(INVITATION.id, guest) for guest in guests))
    assert sorted(took) == [False, False, True]
    assert await storage.book.users() == [guest for guest, got_in in zip(guests, took, strict=True) if got_in]
    assert await storage.book.invitation("digest") is None


async def test_an_invitation_stays_when_the_address_is_taken(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_invitation(INVITATION)
    with pytest.raises(ConflictError):
        await storage.book.accept_invitation(INVITATION.id, replace(GUEST, email=OWNER.email.upper()))
    assert await storage.book.invitations() == [INVITATION]


async def test_invitations_that_have_run_out_go_when_the_next_is_made(storage: Storage) -> None:
    await storage.book.save_invitation(replace(INVITATION, expires_at=NOON))
    other = replace(INVITATION, id="i2", digest="other")
    await storage.book.save_invitation(other)
    assert await storage.book.invitations() == [other]
    await storage.book.delete_invitation(other.id)
    assert await storage.book.invitations() == []


async def test_an_embed_comes_back_as_it_was_and_not_once_it_is_revoked(storage: Storage) -> None:
    storage.journal.device(DEVICE)
    storage.journal.charger(CHARGER)
    await storage.book.save_embed(EMBED)
    other = replace(EMBED, id="e2", digest="other")
    await storage.book.save_embed(other)
    await storage.book.note_embed_use(EMBED.id, NOON + MINUTE)
    used = replace(EMBED, last_used_at=NOON + MINUTE)
    assert await storage.book.embeds() == [used, other]
    assert await storage.book.embed("digest") == used
    await storage.book.delete_embed(EMBED.id)
    await storage.book.note_embed_use(EMBED.id, NOON + MINUTE)
    assert await storage.book.embed("digest") is None
    assert await storage.book.embeds() == [other]


async def test_an_embed_goes_with_its_charger_and_stays_while_that_changes(storage: Storage) -> None:
    with pytest.raises(UnknownResourceError):
        await storage.book.save_embed(EMBED)
    storage.journal.device(DEVICE)
    storage.journal.charger(CHARGER)
    await storage.book.save_embed(EMBED)
    storage.journal.charger(replace(CHARGER, name="Carport"))
    await durable(storage)
    assert await storage.book.embeds() == [EMBED]
    await storage.book.delete_device(DEVICE.id)
    assert await storage.book.embeds() == []


async def test_sign_ins_are_listed_while_they_last(storage: Storage) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_user(GUEST)

    def signed_in(digest: str, user: str, used: int, until: timedelta = DAY) -> SignInRecord:
        return SignInRecord(digest, user, "csrf", NOON, NOON + until, NOON + used * MINUTE)

    first, second = signed_in("a", OWNER.id, 1), signed_in("b", OWNER.id, 2)
    for one in (first, second, signed_in("c", GUEST.id, 3), signed_in("d", OWNER.id, 4, timedelta(0))):
        await storage.book.save_sign_in(one)
    assert await storage.book.sign_ins(OWNER.id) == [second, first]


async def test_a_local_list_goes_with_its_device(storage: Storage) -> None:
    kept = LocalListRecord(DEVICE.id, 1, {"04A2": {"status": "Accepted"}})
    await storage.book.save_local_list(kept)
    assert await storage.book.local_lists() == []
    storage.journal.device(DEVICE)
    await storage.book.save_local_list(kept)
    later = replace(kept, version=2, entries={})
    await storage.book.save_local_list(later)
    assert await storage.book.local_lists() == [later]
    await storage.book.delete_device(DEVICE.id)
    assert await storage.book.local_lists() == []


async def test_sessions_are_found_by_whose_they_are(storage: Storage) -> None:
    by_ana = Authorizer(AuthorizerKind.CARD, "Blue card", "k1", "ana")
    for number, by in enumerate(
        [by_ana, None, replace(by_ana, user_id="bob"), replace(by_ana, user_id=None)]
    ):
        storage.journal.session(SESSION._replace(id=SessionId(f"s{number}"), authorized_by=by))
    assert await durable(storage)
    found = await storage.archive.sessions(SessionQuery(users=["ana"]))
    assert [record.id for record in found.items] == ["s0"]


# -- deeds ---------------------------------------------------------------------------------------


def deed(minute: int, kind: str, actor: str | None = "Ana") -> EventRecord:
    return EventRecord(NOON + minute * MINUTE, kind, DEVICE.id, GARAGE, actor, {"n": 1}, "192.0.2.1")


DEEDS = [
    deed(1, "login"),
    deed(1, "command"),
    deed(2, "online", None),
    deed(3, "login", "Bob"),
    deed(4, "card"),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param(DeedQuery(), [4, 3, 1, 0], id="all that people did, the newest first"),
        pytest.param(DeedQuery(actor="Ana"), [4, 1, 0], id="of one"),
        pytest.param(DeedQuery(kinds=["login"]), [3, 0], id="of a kind"),
        pytest.param(DeedQuery(start=NOON + 3 * MINUTE), [4, 3], id="from a time"),
        pytest.param(DeedQuery(end=NOON + 3 * MINUTE), [1, 0], id="to before a time"),
    ],
)
async def test_deeds(storage: Storage, query: DeedQuery, found: list[int]) -> None:
    for one in DEEDS:
        storage.journal.event(one)
    assert await durable(storage)
    expected = [DEEDS[index] for index in found]
    assert [record for _, record in (await storage.archive.deeds(query)).items] == expected
    paged, cursor = [], None
    while True:
        page = await storage.archive.deeds(replace(query, limit=1, cursor=cursor))
        paged += [record for _, record in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert paged == expected


@pytest.mark.parametrize("cursor", ["", "nonsense", "w6Q", "LTEgLTE"])
async def test_a_cursor_that_no_page_answered_is_refused(storage: Storage, cursor: str) -> None:
    with pytest.raises(UnreadableCursorError):
        await storage.archive.deeds(DeedQuery(cursor=cursor))
