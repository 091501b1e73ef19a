"""How this server is tied to other systems, and whether the ties hold."""

from dataclasses import dataclass
from datetime import datetime

from litestar import get

from chargedeck.api.access import access
from chargedeck.api.request import ApiRequest
from chargedeck.hub.records import Role


@dataclass(frozen=True, slots=True)
class MqttState:
    """The connection to the broker; `problem` says why there is none, and `since` when that began."""

    broker: str
    connected: bool
    since: datetime
    problem: str | None


@dataclass(frozen=True, slots=True)
class Integrations:
    """What is tied; null where nothing is set up."""

    mqtt: MqttState | None


@get(
    "/api/integrations",
    operation_id="getIntegrations",
    summary="Other systems",
    tags=["Operation"],
    opt=access(Role.OPERATOR),
)
async def get_integrations(request: ApiRequest) -> Integrations:
    """The MQTT broker that the settings name, and whether it can be reached."""
    link = request.services.mqtt
    if link is None:
        return Integrations(None)
    return Integrations(MqttState(link.address, link.problem is None, link.since, request.told(link.problem)))
