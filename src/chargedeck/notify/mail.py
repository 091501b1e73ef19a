"""Letters by SMTP: encrypted unless told otherwise, in a thread, every wait with a timeout."""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from chargedeck.hub.mail import Mail, MailNotSentError
from chargedeck.hub.ports import Now

TIMEOUT_S = 30.0


class SmtpTls(StrEnum):
    """How the connection is kept from others' eyes."""

    STARTTLS = "starttls"
    """Begun in the clear, then encrypted or given up."""
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Who takes our letters."""

    host: str
    port: int
    tls: SmtpTls
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class SmtpSender:
    """Implements the hub's MailSender."""

    def __init__(
        self,
        server: SmtpServer,
        *,
        now: Now,
        trusted: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._server = server
        self._now = now
        self._trusted = trusted
        self._timeout_s = timeout_s

    async def send(self, mail: Mail) -> None:
        """Hand a letter over; raises MailNotSentError, which never holds the password."""
        message = self._message(mail)
        with _told_plainly(mail.to):
            await asyncio.to_thread(self._hand_over, message)

    async def probe(self) -> None:
        """Call the server and hang up; raises MailNotSentError where it would take no letter of ours."""
        with _told_plainly(self._server.sender):
            await asyncio.to_thread(self._hand_over, None)

    def _message(self, mail: Mail) -> EmailMessage:
        if mail.to.count("@") != 1 or any(letter.isspace() or letter in "<>,;" for letter in mail.to):
            raise MailNotSentError(f"{mail.to!r} is no address")
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = make_msgid(domain=self._server.sender.rpartition("@")[2] or None)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        if mail.html is not None:
            message.add_alternative(mail.html, subtype="html")
        for one in mail.attachments:
            kind, _, subtype = one.media_type.partition("/")
            message.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
        return message

    def _hand_over(self, message: EmailMessage | None) -> None:
        server = self._server
        with self._connection() as connection:
            if server.tls is SmtpTls.STARTTLS:
                connection.starttls(context=self._context())
            if server.user is not None:
                connection.login(server.user, server.password or "")
            if message is None:
                connection.noop()
            else:
                connection.send_message(message)

    def _connection(self) -> smtplib.SMTP:
        server, timeout = self._server, self._timeout_s
        if server.tls is SmtpTls.TLS:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=self._context())
        return smtplib.SMTP(server.host, server.port, timeout=timeout)

    def _context(self) -> ssl.SSLContext:
        return self._trusted or ssl.create_default_context()


@contextmanager
def _told_plainly(to: str) -> Iterator[None]:
    """What a mail server says no with, as one error that never holds the password."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise MailNotSentError("it does not accept the user and the password") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise MailNotSentError(f"it refuses the address {to}") from error
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise MailNotSentError(f"{error.smtp_code} {text}") from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise MailNotSentError(str(error) or type(error).__name__) from error


_PORTS = {SmtpTls.STARTTLS: 587, SmtpTls.TLS: 465, SmtpTls.NONE: 25}
_SCHEMES = {"smtp": SmtpTls.STARTTLS, "smtps": SmtpTls.TLS, "smtp+plain": SmtpTls.NONE}


def smtp_server(url: str, sender: str, password: str | None) -> SmtpServer:
    """The server of a URL that the settings have checked."""
    parts = urlsplit(url)
    tls = _SCHEMES[parts.scheme]
    user = None if parts.username is None else unquote(parts.username)
    return SmtpServer(parts.hostname or "", parts.port or _PORTS[tls], tls, sender, user, password)


def sender_of(url: str, sender: str, password: tuple[str | None, Path | None], *, now: Now) -> SmtpSender:
    """The sender of checked settings; the password is given, or is the first line of a file."""
    given, file = password
    return SmtpSender(
        smtp_server(url, sender, given if file is None else file.read_text().partition("\n")[0]), now=now
    )
