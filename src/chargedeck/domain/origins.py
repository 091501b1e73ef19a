"""Which sites may show a page of ours: an origin as browsers compare it, or what is wrong with it; pure."""

import re

from chargedeck.domain.sentences import said

LONGEST_HOST = 253

_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^\s/?#@:\[\]]+)(?::(?P<port>\d{1,5}))?/?", re.IGNORECASE
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_USUAL = {"http": 80, "https": 443}

_UNFIT = said(
    "must be a site such as https://intranet.example or http://192.168.1.10:8123, "
    "by name or IPv4 address and without a path"
)
_WILD = said("must name one site; a wildcard would let strangers show it")


def origin(text: str) -> str:
    """In small ASCII letters and without the usual port; ValueError says what has to be given instead."""
    if "*" in text:
        raise ValueError(_WILD)
    found = _ORIGIN.fullmatch(text.strip())
    if found is None:
        raise ValueError(_UNFIT)
    scheme, host = found["scheme"].lower(), _host(found["host"])
    port = _USUAL[scheme] if found["port"] is None else int(found["port"])
    if not 1 <= port <= 65_535:
        raise ValueError(_UNFIT)
    return f"{scheme}://{host}" if port == _USUAL[scheme] else f"{scheme}://{host}:{port}"


def _host(name: str) -> str:
    """As it stands in a header: whatever is no name could say something else there."""
    try:
        ascii_name = name.lower() if name.isascii() else name.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(_UNFIT) from error
    if len(ascii_name) > LONGEST_HOST or not all(map(_LABEL.fullmatch, ascii_name.split("."))):
        raise ValueError(_UNFIT)
    return ascii_name
