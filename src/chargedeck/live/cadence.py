"""When a change is told: pure functions over monotonic seconds."""

PATCH_GAP_S = 0.5
"""A resource that keeps changing is told this often; the first change after a quiet time goes at once."""

FASTEST_TICK_S = 0.02
SLOWEST_TICK_S = 0.03
READERS_AT_SLOWEST = 1_000
FLOODED_TICK_S = 0.05
"""When more waits than a tick takes, telling comes second: a thousand chargers are still told of each second.

A fifth of the server's time went into telling 100 readers of a flood; this leaves a tenth.
"""


def tick_gap(readers: int, *, flooded: bool = False) -> float:
    """Seconds between two ticks: the more readers there are to write to, the more a tick gathers."""
    if flooded:
        return FLOODED_TICK_S
    share = min(1.0, readers / READERS_AT_SLOWEST)
    return FASTEST_TICK_S + (SLOWEST_TICK_S - FASTEST_TICK_S) * share


def due_at(told_at: float, now: float, *, urgent: bool) -> float:
    """When a change that happened `now` should be told, given when the resource was last told of."""
    return now if urgent else max(now, told_at + PATCH_GAP_S)
