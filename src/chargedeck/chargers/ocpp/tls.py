"""How chargers are spoken to over TLS: which versions and ciphers, with whose certificate."""

import ssl
from pathlib import Path

CIPHERS = (
    "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:DHE+AES:AES128-GCM-SHA256:AES256-GCM-SHA384"
    ":!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"
)
"""For charge points with TLS 1.2. The last two, without forward secrecy, are what OCPP 1.6's security
whitepaper demands beside ECDHE: for stations that know no better, and therefore at the very end."""


def server_tls(cert: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """What the listener shows itself with; None where there is no certificate."""
    if cert is None or key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.load_cert_chain(cert, key)
    return context
