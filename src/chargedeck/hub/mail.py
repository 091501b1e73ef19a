"""A letter by e-mail, and the port that it goes through."""

from dataclasses import dataclass
from typing import Protocol

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.sentences import Sentence, said


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """To one person; `html` says the same as the text, for those whose mail shows it."""

    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    html: str | None = None


class MailNotSentError(ChargeDeckError):
    """The mail server did not take a letter; nothing was sent."""

    code = "mail_not_sent"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def sentence(self) -> Sentence:
        return said(
            "The mail server did not take the message: {reason}; check the SMTP settings", reason=self.reason
        )


class MailSender(Protocol):
    """Sends letters; returns once the mail server has taken one, raises MailNotSentError otherwise."""

    async def send(self, mail: Mail) -> None: ...
