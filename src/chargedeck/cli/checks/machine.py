"""The machine and the program itself: the app's files, time zones, open files."""

import resource
import zoneinfo
from collections.abc import Iterator

from chargedeck.cli.checks import Finding, Look
from chargedeck.web.front import DIST, INDEX

FEWEST_FILES = 1024
"""Every charger and every screen is an open file."""


def machine_looks() -> Iterator[Look]:
    """What is independent of the settings."""
    yield Look("web app", _web_app)
    yield Look("time zones", _time_zones)
    yield Look("open files", _open_files)


def _web_app() -> Finding:
    if (DIST / INDEX.lstrip("/")).is_file():
        return None
    return "the app has not been built; run `make setup` in the folder of ChargeDeck"


def _time_zones() -> Finding:
    try:
        zoneinfo.ZoneInfo("Europe/Bucharest")
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        return "there are no time zones on this machine; install the package tzdata"
    return None


def _open_files() -> Finding:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or most >= FEWEST_FILES:
        return None
    return (
        f"only {most} files may be open at a time, and each charger and each browser is one; "
        f"raise the limit (ulimit -n, or LimitNOFILE= of the service) to {FEWEST_FILES} or more"
    )
