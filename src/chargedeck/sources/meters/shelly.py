"""A Shelly meter: which generation it is and how it is asked; what its answers mean is in `shelly_values`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from chargedeck.domain.sentences import Sentence, said, wording
from chargedeck.http import Endpoint, Http, HttpError
from chargedeck.hub.meter_records import MeterFailedError, MeterTrouble
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.sources.meters.digest import Digest, basic
from chargedeck.sources.meters.place import Place, placed, plainly_placed, unreachable
from chargedeck.sources.meters.shelly_values import component_of, first_generation, metered

if TYPE_CHECKING:
    from chargedeck.http import Answer
    from chargedeck.hub.local_network import Network
    from chargedeck.hub.meter_records import Answered, MeterRecord

HTTP_PORT = 80
USER = "admin"
"""The only user of the later generations, and what the first one proposes."""


def checked(record: MeterRecord) -> MeterRecord:
    """The meter with its address made plain; raises InvalidValueError."""
    if record.secret and record.username is not None and not record.username.isprintable():
        raise InvalidValueError("username", said("may only have characters that can be seen"))
    return plainly_placed(record, "http", HTTP_PORT)


class ShellyLine:
    """The way to one meter."""

    def __init__(self, record: MeterRecord, networks: Sequence[Network]) -> None:
        self._record = record
        self._place = Place(placed(record, "http", HTTP_PORT), networks)
        at = self._place.at
        self._http = Http(Endpoint(at.host, at.port, self._place.resolve))
        self._digest: Digest | None = None
        self._generation: int | None = None
        self._model = "Shelly"
        self._component: tuple[str, int] | None = None

    async def read(self) -> Answered:
        """Ask it; the first time also what it is."""
        if self._generation is None:
            await self._introduced()
        if self._generation == 1:
            return first_generation(await self._asked("/status"), self._record.channel, self._model)
        if self._component is None:
            status = await self._asked("/rpc/Shelly.GetStatus")
            self._component = component_of(status, self._record.channel)
        kind, number = self._component
        status = await self._asked(f"/rpc/{kind}.GetStatus?id={number}")
        return metered(kind, status, f"{self._model}, {kind.lower()}:{number}")

    async def close(self) -> None:
        """Hang up; another device may answer there next time."""
        self._http.close()
        self._digest = self._generation = self._component = None

    async def _introduced(self) -> None:
        """The one page that every generation shows to everybody."""
        about = await self._asked("/shelly")
        generation = about.get("gen", 1)
        named = about.get("app") or about.get("type") or about.get("model")
        if not isinstance(generation, int) or not isinstance(named, str):
            raise _not_understood(self._place, said("does not say which Shelly it is"))
        self._generation, self._model = generation, f"Shelly {named}"[:64]

    async def _asked(self, target: str) -> dict[str, Any]:
        try:
            answer = await self._http.get(target, self._authorization(target))
            if answer.status == 401 and self._may_answer(answer):
                answer = await self._http.get(target, self._authorization(target))
        except HttpError as error:
            raise unreachable(self._place, wording(error)) from error
        return self._understood(answer)

    def _authorization(self, target: str) -> dict[str, str]:
        record = self._record
        if not record.secret:
            return {}
        if self._digest is not None:
            return {"Authorization": self._digest.header("GET", target)}
        if self._generation == 1:
            return {"Authorization": basic(record.username or USER, record.secret)}
        return {}

    def _may_answer(self, refusal: Answer) -> bool:
        """Whether the challenge is one that can be answered, if only with a fresh nonce."""
        secret, challenge = self._record.secret, refusal.headers.get("www-authenticate", "")
        if not secret or self._generation == 1:
            return False
        try:
            self._digest = Digest(USER, secret, challenge)
        except (ValueError, KeyError):
            return False
        return True

    def _understood(self, answer: Answer) -> dict[str, Any]:
        if answer.status in (401, 403):
            raise MeterFailedError(
                MeterTrouble.UNAUTHORIZED,
                said(
                    "{place} wants a password, or another one; enter the one that is set in the Shelly",
                    place=self._place,
                ),
            )
        if answer.status != 200:
            raise _not_understood(
                self._place, said("answers with HTTP status {status}", status=answer.status)
            )
        try:
            found = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _not_understood(self._place, said("does not answer in JSON")) from error
        if not isinstance(found, dict):
            raise _not_understood(self._place, said("does not answer as a Shelly does"))
        return found


def _not_understood(place: Place, why: Sentence) -> MeterFailedError:
    return MeterFailedError(
        MeterTrouble.NOT_UNDERSTOOD,
        said(
            "{place} {why}; check that this is the address of a Shelly meter",
            place=place,
            why=why,
        ),
    )
