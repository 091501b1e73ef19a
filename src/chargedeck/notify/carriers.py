"""Every way to reach people that this server is set up for; what they take is loaded when it is used."""

from collections.abc import Mapping, Sequence

from chargedeck.hub.local_network import Network
from chargedeck.hub.mail import MailSender
from chargedeck.hub.notice_ports import Carrier
from chargedeck.hub.notice_records import Channel
from chargedeck.notify.apprise_service import AppriseCarrier
from chargedeck.notify.notice_mail import MailCarrier
from chargedeck.notify.push import PushCarrier


def carriers(
    push: PushCarrier, networks: Sequence[Network], sender: MailSender | None
) -> Mapping[Channel, Carrier]:
    """E-mail only where there is a mail server."""
    found: dict[Channel, Carrier] = {Channel.PUSH: push, Channel.APPRISE: AppriseCarrier(networks)}
    return found if sender is None else {Channel.EMAIL: MailCarrier(sender), **found}


def contact(public_url: str | None, sender: str | None) -> str | None:
    """Whom a push service may turn to about our messages."""
    if public_url is not None and public_url.startswith("https://"):
        return public_url
    return None if sender is None else f"mailto:{sender}"
