"""Free ports of the loopback, and the wait for somebody to listen there."""

import socket
import time

from bench.processes import Process

_TIMEOUT_S = 30


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for_listener(port: int, process: Process) -> None:
    """Return once the process takes connections."""
    deadline = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < deadline:
        process.check()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"{process.name} does not listen after {_TIMEOUT_S} s:\n{process.said()}")
