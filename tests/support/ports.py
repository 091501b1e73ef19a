"""Free ports on loopback for programs that a test starts."""

import random
import socket

LOOPBACK = "127.0.0.1"

_FIRST, _LAST = 10_000, 32_000
"""Below the ports that outgoing connections take, so that a server can be restarted on its own."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(_FIRST, _LAST)
        if port not in found and _is_free(port):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True
