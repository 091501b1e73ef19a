"""Passkeys (WebAuthn): made, named, revoked, and signed in with; the ceremonies are the library's."""

import base64
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.hub.people_context import PeopleContext
from chargedeck.hub.people_problems import PasskeyError
from chargedeck.hub.records import PasskeyRecord

LASTS = timedelta(minutes=5)
"""How long somebody may take to touch their authenticator."""

MOST_OPEN = 1_000
MOST_PASSKEYS = 20
SIGN_IN = "sign-in"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the browser is: a passkey is bound to the name in its address bar."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a passkey is made for."""

    id: str
    email: str
    name: str


class Challenges:
    """What was asked a moment ago: each is answered once."""

    def __init__(self) -> None:
        self._open: OrderedDict[bytes, tuple[str, datetime]] = OrderedDict()

    def ask(self, purpose: str, now: datetime) -> bytes:
        """A new challenge."""
        challenge = secrets.token_bytes(32)
        self._open[challenge] = (purpose, now)
        if len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        return challenge

    def answered(self, credential: Mapping[str, Any], purpose: str, now: datetime) -> bytes:
        """The challenge that a credential answers; PasskeyError when it is none of ours for this."""
        try:
            client = json.loads(_bytes(credential["response"]["clientDataJSON"]))
            challenge = _bytes(client["challenge"])
        except (KeyError, TypeError, ValueError) as error:
            raise PasskeyError from error
        asked_for, at = self._open.pop(challenge, ("", now))
        if asked_for != purpose or now - at > LASTS:
            raise PasskeyError
        return challenge


class Passkeys:
    """Everybody's passkeys."""

    def __init__(self, context: PeopleContext) -> None:
        self._context = context
        self._book = context.book
        self._challenges = Challenges()

    async def of(self, user_id: str) -> Sequence[PasskeyRecord]:
        """Somebody's, the oldest first."""
        return await self._book.passkeys(user_id)

    async def creation_options(self, person: Person, place: Place) -> Json:
        """What `navigator.credentials.create` wants: a key that can be found without typing an address."""
        from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415  (28 MiB)
        from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415
        from webauthn.helpers.structs import (  # noqa: PLC0415
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        has = await self._book.passkeys(person.id)
        options = generate_registration_options(
            rp_id=place.host,
            rp_name="ChargeDeck",
            user_id=person.id.encode(),
            user_name=person.email,
            user_display_name=person.name or person.email,
            challenge=self._challenges.ask(person.id, self._context.now()),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(one.id)) for one in has],
        )
        made: Json = json.loads(options_to_json(options))
        return made

    def created(self, user_id: str, name: str, credential: Json, place: Place) -> PasskeyRecord:
        """The passkey that a browser has made, verified and not kept yet."""
        from webauthn import verify_registration_response  # noqa: PLC0415
        from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415

        now = self._context.now()
        challenge = self._challenges.answered(credential, user_id, now)
        with _refusing():
            verified = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=place.host,
                expected_origin=place.origin,
                require_user_verification=True,
            )
        return PasskeyRecord(
            id=bytes_to_base64url(verified.credential_id),
            user_id=user_id,
            name=name.strip(),
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            created_at=now,
        )

    async def add(self, passkey: PasskeyRecord, *, by: str) -> PasskeyRecord:
        """Keep a passkey that was made; it opens the account from now on."""
        if await self._book.passkey(passkey.id) is not None:
            raise ConflictError(said("This passkey is known already"))
        if len(await self._book.passkeys(passkey.user_id)) >= MOST_PASSKEYS:
            raise ConflictError(
                said("There are {most} passkeys already; remove one first", most=MOST_PASSKEYS)
            )
        await self._book.save_passkey(passkey)
        self._context.note("passkey_added", by, passkey=passkey.name)
        return passkey

    async def rename(self, user_id: str, passkey_id: str, name: str) -> PasskeyRecord:
        """Call it otherwise."""
        changed = replace(await self._own(user_id, passkey_id), name=name.strip())
        await self._book.save_passkey(changed)
        return changed

    async def revoke(self, user_id: str, passkey_id: str, *, by: str) -> None:
        """It opens nothing any more."""
        passkey = await self._own(user_id, passkey_id)
        await self._book.delete_passkey(passkey.id)
        self._context.note("passkey_revoked", by, passkey=passkey.name)

    def request_options(self, place: Place) -> Json:
        """What `navigator.credentials.get` wants, for whoever it may be."""
        from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415
        from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

        options = generate_authentication_options(
            rp_id=place.host,
            challenge=self._challenges.ask(SIGN_IN, self._context.now()),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        made: Json = json.loads(options_to_json(options))
        return made

    async def shown(self, credential: Json, place: Place) -> PasskeyRecord:
        """The passkey that somebody shows, verified; PasskeyError when it is none."""
        from webauthn import verify_authentication_response  # noqa: PLC0415

        now = self._context.now()
        challenge = self._challenges.answered(credential, SIGN_IN, now)
        known = await self._book.passkey(str(credential.get("id", "")))
        if known is None:
            raise PasskeyError
        with _refusing():
            verified = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=place.host,
                expected_origin=place.origin,
                credential_public_key=known.public_key,
                credential_current_sign_count=known.sign_count,
                require_user_verification=True,
            )
        if not await self._book.note_passkey_use(known.id, now, verified.new_sign_count):
            raise PasskeyError
        return replace(known, sign_count=verified.new_sign_count, last_used_at=now)

    async def _own(self, user_id: str, passkey_id: str) -> PasskeyRecord:
        found = await self._book.passkey(passkey_id)
        if found is None or found.user_id != user_id:
            raise UnknownResourceError("passkey", passkey_id)
        return found


class _refusing:  # noqa: N801  (reads as a word of its own: with _refusing(): …)
    """Turns whatever the library finds wrong into one refusal that tells nothing."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if error is None:
            return
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

        if isinstance(error, WebAuthnException | ValueError | TypeError | KeyError):
            raise PasskeyError from error


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
