"""How often a device is asked, and when it counts as gone; pure."""

from datetime import timedelta

BUSY_S = 1.0
IDLE_S = 10.0
BREATH_S = 0.2
"""Between two looks at a device that takes long to answer."""
LITTLE_HEAP = 8 * 1024
"""Below it a device is on the way to a restart; every request costs it some."""
SPARED = 5
"""A device with little heap is asked so many times less often."""

SILENT_S = 6.0
"""After so long without an answer the next failure means offline: within 10 s while charging."""
LAST_TRY_S = 1.0

RETRY_S = 1.0
PATIENT_FOR_S = 600.0
"""A device that vanished is looked for this often for so long, and then ever less often."""
LONGEST_RETRY_S = 30.0

FULL_EVERY = 5
"""While it charges and nobody watches, settings are asked for at every fifth look."""


def interval_s(*, is_busy: bool, heap: int | None) -> float:
    """Until the next look; busy while charging or watched."""
    wait_s = BUSY_S if is_busy else IDLE_S
    return wait_s if heap is None or heap >= LITTLE_HEAP else wait_s * SPARED


def patience_s(silent_s: float) -> float:
    """How long the next answer may take."""
    return max(LAST_TRY_S, SILENT_S - silent_s)


def is_gone(failures: int, silent_s: float) -> bool:
    """Whether a device that does not answer counts as offline: one failure may be a lost packet."""
    return failures > 1 and silent_s >= SILENT_S


def retry_s(lost_for_s: float) -> float:
    """Until the next attempt to find a device that has been lost for so long."""
    if lost_for_s <= PATIENT_FOR_S:
        return RETRY_S
    return min(LONGEST_RETRY_S, RETRY_S * lost_for_s / PATIENT_FOR_S)


ILL_RETRY_S = 4.0
"""A device that answers and cannot be used mostly needs somebody's hand."""

REMOVED_S = 60.0
"""A removal that cannot be written down is taken back, and that shows long before."""

SAMPLE_IDLE = timedelta(seconds=30)
"""How often a charger without a session is written down, if nothing else changes."""
