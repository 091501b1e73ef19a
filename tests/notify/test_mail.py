"""Letters to a real mail server on loopback: taken, refused, and never in the clear unless told so."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.contracts.records import OWNER
from tests.notify.post_office import PASSWORD, USER, PostOffice, post_office
from tests.octt.certificates import made_certificate
from tests.support.ports import free_ports

from chargedeck.hub.mail import Attachment, Mail, MailNotSentError
from chargedeck.hub.notice_ports import Message, NotCarriedError
from chargedeck.hub.notice_records import Channel, WayRecord
from chargedeck.notify.mail import SmtpSender, SmtpServer, SmtpTls, smtp_server
from chargedeck.notify.notice_mail import MailCarrier

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FROM = "chargedeck@example.com"
PDF = Attachment("report.pdf", "application/pdf", b"%PDF-1.7\0\xff")
MAIL = Mail("bob@example.com", "Raport de încărcare", "Bună ziua, Ștefan,\n\n1.234,5 kWh\n", (PDF,))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return made_certificate("127.0.0.1").saved(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusted(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


def sender(port: int, tls: SmtpTls = SmtpTls.NONE, trusted: ssl.SSLContext | None = None) -> SmtpSender:
    user, password = (USER, PASSWORD) if tls is SmtpTls.STARTTLS else (None, None)
    server = SmtpServer("127.0.0.1", port, tls, FROM, user, password)
    return SmtpSender(server, now=lambda: NOON, trusted=trusted, timeout_s=10)


async def test_a_letter_arrives_as_it_was_written(office: PostOffice) -> None:
    await sender(office.port).send(MAIL)
    (letter,) = office.letters
    body = letter.get_body(("plain",))
    assert body is not None
    assert (letter["From"], letter["To"], letter["Subject"]) == (FROM, MAIL.to, MAIL.subject)
    assert (letter["Date"].datetime, letter["Auto-Submitted"]) == (NOON, "auto-generated")
    assert body.get_content().replace("\r\n", "\n") == MAIL.text
    (attached,) = letter.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == (PDF.name, PDF.media_type)
    assert attached.get_content() == PDF.content
    assert office.recipients == [MAIL.to]


async def test_a_notice_is_the_same_in_plain_text_and_html(office: PostOffice) -> None:
    message = Message("Garage: Überstrom", "Um 14:00.", "/", "t", "k", "Alles\n", "<p>Alles</p>")
    way = WayRecord("w", "u1", Channel.EMAIL, "E-Mail", NOON)
    post = MailCarrier(sender(office.port))
    assert (await post.checked("", OWNER)).name == OWNER.email
    assert str(await post.carry(way, OWNER, message)) == f"The mail server took it for {OWNER.email}"
    (letter,) = office.letters
    assert (letter["To"], letter["Subject"]) == (OWNER.email, message.title)
    plain, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert [part.get_content().strip() for part in (plain, html)] == ["Alles", "<p>Alles</p>"]
    office.refusal = "552 Mailbox full"
    with pytest.raises(NotCarriedError, match="552 Mailbox full"):
        await post.carry(way, OWNER, message)


@pytest.mark.parametrize("tls", [SmtpTls.STARTTLS, SmtpTls.TLS])
async def test_encrypted_either_way(
    tls: SmtpTls, server_tls: ssl.SSLContext, trusted: ssl.SSLContext
) -> None:
    with post_office(server_tls, from_the_start=tls is SmtpTls.TLS) as office:
        await sender(office.port, tls, trusted).send(MAIL)
        assert len(office.letters) == 1


async def test_a_certificate_that_nobody_vouches_for_gets_no_password(server_tls: ssl.SSLContext) -> None:
    with post_office(server_tls) as office:
        with pytest.raises(MailNotSentError, match="certificate verify failed"):
            await sender(office.port, SmtpTls.STARTTLS).send(MAIL)
        assert not office.letters


async def test_a_server_that_cannot_encrypt_gets_nothing(office: PostOffice) -> None:
    with pytest.raises(MailNotSentError, match="STARTTLS"):
        await sender(office.port, SmtpTls.STARTTLS).send(MAIL)
    assert not office.letters


async def test_a_wrong_password_is_told_without_being_told(
    server_tls: ssl.SSLContext, trusted: ssl.SSLContext
) -> None:
    with post_office(server_tls) as office:
        server = SmtpServer("127.0.0.1", office.port, SmtpTls.STARTTLS, FROM, USER, "secret word")
        with pytest.raises(MailNotSentError) as refused:
            await SmtpSender(server, now=lambda: NOON, trusted=trusted).send(MAIL)
    assert "does not accept the user and the password" in str(refused.value)
    assert "secret word" not in str(refused.value)
    assert "secret word" not in repr(server)


async def test_what_the_server_says_is_passed_on(office: PostOffice) -> None:
    office.refusal = "552 Mailbox full"
    with pytest.raises(MailNotSentError, match="552 Mailbox full"):
        await sender(office.port).send(MAIL)


async def test_nobody_there() -> None:
    (port,) = free_ports(1)
    with pytest.raises(MailNotSentError, match="refused"):
        await sender(port).send(MAIL)


@pytest.mark.parametrize("to", ["bob@example.com\r\nBcc: all@example.com", "", "a b"])
async def test_no_address_is_a_way_into_the_header(office: PostOffice, to: str) -> None:
    with pytest.raises(MailNotSentError):
        await sender(office.port).send(Mail(to, "s", "t"))
    assert not office.letters


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, SmtpTls.STARTTLS, FROM, None, "x")),
        ("smtps://ana%40example.com@[::1]:1465", SmtpServer("::1", 1465, SmtpTls.TLS, FROM, USER, "x")),
        ("smtp+plain://localhost", SmtpServer("localhost", 25, SmtpTls.NONE, FROM, None, "x")),
    ],
)
def test_the_server_of_a_url(url: str, expected: SmtpServer) -> None:
    assert smtp_server(url, FROM, "x") == expected
