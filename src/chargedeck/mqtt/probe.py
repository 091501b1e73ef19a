"""Whether a broker lets us in; asked once, for `chargedeck check`."""

import asyncio
import ssl

import aiomqtt

from chargedeck.mqtt.broker import Broker


async def probe(broker: Broker, wait_s: float) -> str | None:
    """Connect and hang up; why it did not work, or None."""
    try:
        async with asyncio.timeout(wait_s):
            async with aiomqtt.Client(
                broker.host,
                broker.port,
                username=broker.username,
                password=await asyncio.to_thread(broker.password),
                tls_context=ssl.create_default_context() if broker.tls else None,
                timeout=wait_s,
            ):
                return None
    except TimeoutError:
        return f"it did not answer within {wait_s:g} s"
    except (aiomqtt.MqttError, OSError) as error:
        return str(error) or type(error).__name__
