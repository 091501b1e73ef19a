"""What an operator may send to an OCPP 1.6 device, with the official schema of each action."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16.actions import TO_DEVICE


@cache
def operator_actions() -> Mapping[str, Mapping[str, Any]]:
    """The actions of a central system, each with the schema of its request."""
    schemas = Schemas("v16", ())
    return {action: schemas.request(action) for action in sorted(TO_DEVICE)}
