"""Ports to listen on, who may reach them, and the servers that ours calls."""

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Iterator
from functools import partial

from chargedeck.cli.checks import Finding, Look
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.settings import Settings

WAIT_S = 8.0
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  (looked for, not bound to)
ELSEWHERE = ("203.0.113.1", 9)
"""An address of nobody, on the other side of the gateway."""


def network_looks(chosen: Settings) -> Iterator[Look]:
    """Every address that the settings name."""
    yield Look(f"port {chosen.port} (app and API)", lambda: _port(chosen.host, chosen.port, "port"))
    yield Look(
        f"port {chosen.ocpp_port} (OCPP)", lambda: _port(chosen.ocpp_host, chosen.ocpp_port, "ocpp_port")
    )
    yield Look("who can read along", partial(_in_the_open, chosen))
    yield Look("reverse proxy", partial(_proxy, chosen))
    if chosen.mqtt_url is not None:
        yield Look(f"MQTT broker {chosen.mqtt_url}", partial(_mqtt, chosen, chosen.mqtt_url))
    if chosen.smtp_url is not None and chosen.smtp_from is not None:
        yield Look(
            f"mail server {chosen.smtp_url}", partial(_smtp, chosen, chosen.smtp_url, chosen.smtp_from)
        )


def _port(host: str, port: int, setting: str) -> Finding:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            return None
    except OSError as error:
        what = error.strerror or str(error)
        if error.errno == errno.EADDRINUSE:
            return f"{what}; is ChargeDeck running already? Else choose another {setting}"
        if error.errno == errno.EACCES:
            return f"{what}; ports below 1024 are for root: choose another {setting}, behind a reverse proxy"
        return f"{what}; {host} is no address of this machine: correct {setting.replace('port', 'host')}"


def _in_the_open(chosen: Settings) -> Finding:
    """Passwords that go over the internet in the clear."""
    if chosen.tls_cert is not None or chosen.trusted_proxies:
        return None
    host = _own_address() if chosen.host in EVERYWHERE else chosen.host
    if not _is_global(host):
        return None
    return (
        f"{host} can be reached from the internet, and passwords go there unencrypted; set tls_cert and "
        "tls_key, or put a reverse proxy with TLS in front and name it in trusted_proxies"
    )


def _own_address() -> str:
    """The address that this machine has towards the internet; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(ELSEWHERE)
        except OSError:
            return ""
        return str(asking.getsockname()[0])


def _is_global(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _proxy(chosen: Settings) -> Finding:
    everybody = [str(network) for network in chosen.trusted_proxies if network.prefixlen == 0]
    if everybody:
        return (
            f"trusted_proxies has {everybody[0]}: anybody could say that they are somebody else; "
            "name the address of the proxy alone"
        )
    if chosen.proxy_user_header is not None and not chosen.trusted_proxies:
        return (
            "proxy_user_header is set, and no proxy is trusted, so that nobody can sign in by it; "
            "name the proxy's network in trusted_proxies"
        )
    return None


def _mqtt(chosen: Settings, url: str) -> Finding:
    from chargedeck.mqtt.broker import broker  # noqa: PLC0415  (only who has a broker loads its library)
    from chargedeck.mqtt.probe import probe  # noqa: PLC0415

    problem = asyncio.run(probe(broker(url, chosen.mqtt_password_file), WAIT_S))
    if problem is None:
        return None
    return f"{problem}; check that the broker runs, mqtt_url, and the user with mqtt_password_file"


def _smtp(chosen: Settings, url: str, sender: str) -> Finding:
    from chargedeck.cli.bookkeeping import utc_now  # noqa: PLC0415
    from chargedeck.notify.mail import SmtpSender, smtp_server  # noqa: PLC0415

    try:
        file = chosen.smtp_password_file
        password = chosen.smtp_password if file is None else file.read_text().partition("\n")[0]
        mailer = SmtpSender(smtp_server(url, sender, password), now=utc_now, timeout_s=WAIT_S)
        asyncio.run(mailer.probe())
    except (ChargeDeckError, OSError) as error:
        return f"{error}; check smtp_url (scheme, host and port), the user and the password"
    return None
