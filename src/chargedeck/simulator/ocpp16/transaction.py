"""A transaction as the charge point knows it, before and after the central system has numbered it."""

from dataclasses import dataclass, field

from chargedeck.simulator.clock import Instant
from chargedeck.simulator.wire import Payload

NOT_NUMBERED = -1
"""Sent for a transaction whose StartTransaction was given up."""


@dataclass(slots=True)
class Transaction:
    """From StartTransaction to StopTransaction; `started_at` is by the charge point's own clock."""

    connector: int
    id_tag: str
    started_at: Instant
    meter_start_wh: int
    transaction_id: int | None = None
    parent_id_tag: str | None = None
    is_deauthorized: bool = False
    stop_data: list[Payload] = field(default_factory=list)
