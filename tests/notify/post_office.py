"""A real SMTP server on loopback that keeps what it is sent."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from tests.support.ports import free_ports

USER, PASSWORD = "ana@example.com", "three random words"


@dataclass
class PostOffice:
    """What was sent; `refusal` is what it answers instead of taking a letter."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusal: str | None = None
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        if self.refusal is not None:
            return self.refusal
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    good = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=good, handled=good)


@contextmanager
def post_office(tls: ssl.SSLContext | None = None, *, from_the_start: bool = False) -> Iterator[PostOffice]:
    """Open until the block is left; with STARTTLS it lets nobody in without a password."""
    (port,) = free_ports(1)
    office = PostOffice(port=port)
    options: dict[str, Any] = {}
    if tls is not None and from_the_start:
        options = {"ssl_context": tls}
    elif tls is not None:
        options = {"tls_context": tls, "require_starttls": True}
        options |= {"authenticator": _authenticate, "auth_required": True}
    controller = Controller(office, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
