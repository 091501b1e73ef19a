"""Where chargers find this server: pure."""

from chargedeck.api.services import ApiSettings
from chargedeck.api.shield import host_name

DEFAULT_PORTS = {"ws": 80, "wss": 443}


def ocpp_url(settings: ApiSettings, host: str) -> str:
    """The address that a device's id is put behind, by the name under which the caller knows us."""
    if settings.ocpp_url is not None:
        return settings.ocpp_url.rstrip("/") + "/"
    scheme = "wss" if settings.ocpp_tls else "ws"
    name = host_name(host) or "localhost"
    port = "" if settings.ocpp_port == DEFAULT_PORTS[scheme] else f":{settings.ocpp_port}"
    return f"{scheme}://{name}{port}/ocpp/"
