"""What one more connected charger adds to the server, beside what the bare connection takes."""

from bench.loading import Plan, load
from bench.product import product
from bench.result import Measure, Target
from bench.stages.stage import BARE, NORMAL, PRODUCT, Conditions, Found, peer

_IDLE_S = 4.0
"""Long enough for all that the server asks a newcomer."""


def measured(conditions: Conditions) -> Found:
    """Connect and boot a thousand, and let them be."""
    plan, cores = Plan(NORMAL, 0.2, warm_up_s=0, idle_s=_IDLE_S), conditions.cores
    with peer(BARE, cores) as (process, url):
        bare = load(process, url, plan, cores.load).checked()
    with product(cores.server) as server:
        ours = load(server.process, server.ocpp_url, plan, cores.load).checked()
    note = f"connected and idle, {NORMAL:,} of them"
    return Found(
        (
            Measure(
                f"memory a charger, {PRODUCT}", ours.kib_per_charger(), "KiB", Target(40, "at most"), note
            ),
            Measure(f"memory a charger, {BARE}", bare.kib_per_charger(), "KiB"),
        )
    )
