"""Web push: encrypted for one browser, signed with the key of this installation, sent over HTTPS."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from chargedeck.domain.sentences import Sentence, said, wording
from chargedeck.hub.notice_ports import Message, NotCarriedError, Place
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.notify.outside import NotAskedError, Posted, Poster

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from chargedeck.hub.notice_records import WayRecord
    from chargedeck.hub.ports import Book, Now
    from chargedeck.hub.records import UserRecord

SECRET = "web-push"  # noqa: S105  (the name of one)
KEPT_S = 24 * 3600
"""How long a push service keeps what a device that is off cannot take."""

MOST_BYTES = 4096 - 16 - 1 - 86
"""Of a message: what push services must take, without tag, delimiter and header."""

_LONGEST_BODY = 1_500
_SAID = {
    400: said("does not understand the message (400)"),
    401: said("does not accept this server's key (401); switch push off and on again on the device"),
    403: said("does not accept this server's key (403); switch push off and on again on the device"),
    413: said("takes no message of this size (413)"),
    429: said("takes no more messages for now (429)"),
}


class PushCarrier:
    """Implements the hub's Carrier; `contact` is whom a push service may turn to."""

    def __init__(self, book: Book, poster: Poster, *, contact: str | None, now: Now) -> None:
        self._book = book
        self._poster = poster
        self._contact = contact
        self._now = now
        self._key: EllipticCurvePrivateKey | None = None

    async def public_key(self) -> str:
        """What browsers subscribe with."""
        from chargedeck.notify import push_crypto  # noqa: PLC0415  (only who has push loads its ciphers)

        return push_crypto.unpadded(push_crypto.public_bytes(await self._own_key()))

    async def checked(self, address: str, to: UserRecord) -> Place:  # noqa: ARG002
        """A subscription whose key is one, at an address that may be asked."""
        from chargedeck.notify.push_crypto import subscription  # noqa: PLC0415  (as above)

        found = subscription(address)
        if found is None:
            raise InvalidValueError("subscription", said("must be what the browser has answered"))
        try:
            await self._poster.checked(found.endpoint)
        except NotAskedError as error:
            raise InvalidValueError(
                "subscription", said("leads nowhere: {why}", why=wording(error))
            ) from error
        return Place("This device", address, hashlib.sha256(found.endpoint.encode()).hexdigest())

    async def carry(self, way: WayRecord, to: UserRecord, message: Message) -> Sentence:  # noqa: ARG002
        """Hand it to the browser's push service."""
        from chargedeck.notify import push_crypto  # noqa: PLC0415  (as above)

        found = push_crypto.subscription(way.address)
        if found is None:
            raise NotCarriedError(said("The subscription cannot be read"), gone=True)
        endpoint, subscriber = found
        body, key = push_crypto.sealed(payload(message), subscriber), await self._own_key()
        headers = {
            "Authorization": push_crypto.authorization(endpoint, key, contact=self._contact, now=self._now()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_S),
            "Urgency": "high" if message.urgent else "normal",
            "Topic": hashlib.sha256(message.tag.encode()).hexdigest()[:32],
        }
        try:
            posted = await self._poster.post(endpoint, headers, body)
        except NotAskedError as error:
            raise NotCarriedError(said("The push service {why}", why=wording(error))) from error
        return _outcome(posted)

    async def _own_key(self) -> EllipticCurvePrivateKey:
        if self._key is None:
            from chargedeck.notify.push_crypto import key_of, new_secret  # noqa: PLC0415  (as above)

            self._key = key_of(await self._book.secret(SECRET, new_secret))
        return self._key


def payload(message: Message) -> bytes:
    """What the service worker is handed; a body that does not fit is cut."""
    body = message.body
    # A path alone: the app on the device may have been opened by another name than the public one.
    url = urlunsplit(urlsplit(message.url)._replace(scheme="", netloc=""))
    while True:
        told = {
            "title": message.title,
            "body": body,
            "url": url,
            "tag": message.tag,
            "kind": message.kind,
        }
        plain = json.dumps(told, ensure_ascii=False).encode()
        if len(plain) <= MOST_BYTES:
            return plain
        body = body[: min(_LONGEST_BODY, len(body) // 2)]


def _outcome(posted: Posted) -> Sentence:
    if posted.status in {404, 410}:
        raise NotCarriedError(
            said("The device is not subscribed any more; switch push on again there"), gone=True
        )
    if 200 <= posted.status < 300:
        return said("The push service {host} took it ({status})", host=posted.host, status=posted.status)
    why = _SAID.get(posted.status) or said("answers with status {status}", status=posted.status)
    raise NotCarriedError(
        said("The push service {host} {why}", host=posted.host, why=why),
        hopeless=posted.status in {400, 401, 403, 413},
    )
