"""Services that Apprise speaks to, each message in a process of its own (see `apprise_worker`)."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.notice_ports import Message, NotCarriedError, Place
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role, UserRecord

if TYPE_CHECKING:
    from chargedeck.hub.local_network import Network
    from chargedeck.hub.notice_records import WayRecord

WORKER = "chargedeck.notify.apprise_worker"
WITHIN_S = 45.0


class AppriseCarrier:
    """Implements the hub's Carrier. Who runs a station may name services in the house's `networks`."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = [*map(str, networks)]
        self._one_at_a_time = asyncio.Semaphore(2)

    async def checked(self, address: str, to: UserRecord) -> Place:
        """A URL that Apprise knows."""
        told = await self._asked(address, to)
        if not told["ok"]:
            raise InvalidValueError("url", said("will not do: {why}", why=told["said"]))
        return Place(told["service"], address, hashlib.sha256(f"{to.id} {address}".encode()).hexdigest())

    async def carry(self, way: WayRecord, to: UserRecord, message: Message) -> Sentence:
        """Hand it to the service."""
        link = f"\n\n{message.url}" if "://" in message.url else ""
        told = await self._asked(way.address, to, title=message.title, body=f"{message.body}{link}")
        if not told["ok"]:
            raise NotCarriedError(told["said"])
        return Sentence(told["said"])

    async def _asked(self, url: str, user: UserRecord, **message: str) -> dict[str, Any]:
        networks = self._networks if user.role.covers(Role.OPERATOR) else []
        wish = json.dumps({"url": url, "networks": networks, **message}).encode()
        async with self._one_at_a_time:
            worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-m", WORKER),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
            )
            try:
                async with asyncio.timeout(WITHIN_S):
                    answered, _ = await worker.communicate(wish)
            except TimeoutError as error:
                raise NotCarriedError(
                    said("The service did not answer within {seconds} s", seconds=WITHIN_S)
                ) from error
            finally:
                if worker.returncode is None:
                    with suppress(ProcessLookupError):
                        worker.kill()
                    await worker.wait()
        try:
            answer: dict[str, Any] = json.loads(answered)
        except ValueError as error:
            raise NotCarriedError(said("Apprise could not be asked")) from error
        return answer
