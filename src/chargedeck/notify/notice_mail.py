"""Notices as letters to a person's own address."""

from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.mail import Mail, MailNotSentError, MailSender
from chargedeck.hub.notice_ports import Message, NotCarriedError, Place
from chargedeck.hub.notice_records import WayRecord
from chargedeck.hub.records import UserRecord


class MailCarrier:
    """Implements the hub's Carrier with whoever sends our letters."""

    def __init__(self, sender: MailSender) -> None:
        self._sender = sender

    async def checked(self, address: str, to: UserRecord) -> Place:  # noqa: ARG002
        """To the account's own address and no other: nobody else has asked for our letters."""
        return Place(to.email)

    async def carry(self, way: WayRecord, to: UserRecord, message: Message) -> Sentence:  # noqa: ARG002
        """Hand it to the mail server."""
        mail = Mail(to.email, message.title, message.text, html=message.html)
        try:
            await self._sender.send(mail)
        except MailNotSentError as error:
            raise NotCarriedError(
                said("The mail server did not take it: {reason}", reason=error.reason)
            ) from error
        return said("The mail server took it for {address}", address=to.email)
