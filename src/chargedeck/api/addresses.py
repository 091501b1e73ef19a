"""Where chargers find this server: pure but for `lan_address`, which is asked of the machine."""

from chargedeck.api.services import ApiSettings, is_loopback
from chargedeck.api.shield import host_name

DEFAULT_PORTS = {"ws": 80, "wss": 443}

EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  (told apart from one address, not bound)


def ocpp_url(settings: ApiSettings, host: str) -> str:
    """The address that a device's id is put behind, by the name under which the caller knows us."""
    if settings.ocpp_url is not None:
        return settings.ocpp_url.rstrip("/") + "/"
    scheme = "wss" if settings.ocpp_tls else "ws"
    name = _for_chargers(settings, host_name(host) or "localhost")
    port = "" if settings.ocpp_port == DEFAULT_PORTS[scheme] else f":{settings.ocpp_port}"
    return f"{scheme}://{name}{port}/ocpp/"


def _for_chargers(settings: ApiSettings, name: str) -> str:
    """The caller's name for us; a charger that called a loopback name would call itself."""
    if not is_loopback(name):
        return name
    listens = settings.lan_address() if settings.ocpp_host in EVERY_ADDRESS else settings.ocpp_host
    if listens is None or is_loopback(listens):
        return name
    return f"[{listens}]" if ":" in listens else listens
