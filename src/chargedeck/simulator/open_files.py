"""Room for many sockets in one process; asks the system for it, or says what to do."""

import resource

from chargedeck.simulator.problems import PlanError

_SPARE = 64


def allow_open_files(connections: int) -> None:
    """Raise the limit of open files if so many connections need it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + _SPARE
    if soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise PlanError(f"{connections} connections need {needed} open files, {hard} are allowed: ulimit -n")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
