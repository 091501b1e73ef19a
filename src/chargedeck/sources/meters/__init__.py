"""How meters are asked: Shelly over HTTP, SunSpec over Modbus TCP, and topics of an MQTT broker."""

from chargedeck.sources.meters.dialer import Dialer

__all__ = ["Dialer"]
