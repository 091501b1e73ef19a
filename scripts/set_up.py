"""`make setup`: the environment and the built web app, once for everybody who asks at the same time."""

import fcntl
import sys

from scripts import environment, web_app
from scripts.tree import ROOT, exit_code

_LOCK = ROOT / ".setup.lock"


def set_up(groups: frozenset[str]) -> None:
    """Set up with these dependency groups; quick when nothing has changed."""
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        environment.make(groups | {"build"})
        web_app.build()


if __name__ == "__main__":
    sys.exit(exit_code(lambda: set_up(frozenset(sys.argv[1:]))))
