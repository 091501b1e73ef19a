"""The cards that an OCPP 1.6 device keeps (Local Auth List Management, §3.5.1, §5.10, §5.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chargedeck.chargers.ocpp16.mapping import id_tag_info
from chargedeck.domain.problems import DeviceRefusedError, NotSupportedError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.ports import CardRoom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chargedeck.chargers.ocpp.calls import Calls
    from chargedeck.domain.local_list import Piece

_ENABLED, _OFFLINE = "LocalAuthListEnabled", "LocalAuthorizeOffline"
_MOST, _AT_ONCE = "LocalAuthListMaxLength", "SendLocalListMaxLength"

USUAL_AT_ONCE = 20
"""Cards that go in a message to a device that does not say how many it takes."""

MOST_AT_ONCE = 500
"""A message of more is longer than what small devices can read, whatever they say."""


class CardList:
    """One device's list on one connection; asks about it when there is something to keep."""

    __slots__ = ("_calls", "_room")

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._room: CardRoom | None = None

    def forget(self) -> None:
        """The device has restarted: it may be set up differently now."""
        self._room = None

    async def room(self) -> CardRoom:
        """How many cards there is room for; has the device use its list where it is set not to."""
        if self._room is None:
            asked = await self._calls.call("GetConfiguration", {"key": [_ENABLED, _OFFLINE, _MOST, _AT_ONCE]})
            told = _values(asked)
            for key in (_ENABLED, _OFFLINE):
                if told.get(key, "").lower() == "false":
                    await self._switch_on(key)
            at_once = _number(told.get(_AT_ONCE)) or USUAL_AT_ONCE
            self._room = CardRoom(_number(told.get(_MOST)), min(at_once, MOST_AT_ONCE))
        return self._room

    async def _switch_on(self, key: str) -> None:
        answer = await self._calls.call("ChangeConfiguration", {"key": key, "value": "true"})
        if answer.get("status") not in ("Accepted", "RebootRequired"):
            raise NotSupportedError(
                "SendLocalList", said("{key} is false, and the charger does not let it be changed", key=key)
            )

    async def version(self) -> int:
        """The version of its list; NotSupportedError where it keeps none."""
        answer = await self._calls.call("GetLocalListVersion", {})
        # Firmware that speaks 2.0.1 as well has been seen to answer with that version's field.
        version = answer.get("listVersion", answer.get("versionNumber"))
        if not isinstance(version, int) or isinstance(version, bool):
            raise DeviceRefusedError("GetLocalListVersion", said("its answer has no listVersion"))
        if version < 0:
            raise NotSupportedError("GetLocalListVersion", Sentence(str(version)))
        return version

    async def keep(self, piece: Piece) -> None:
        """Have it take a piece of its list; a DeviceError where it did not."""
        entries: list[dict[str, Any]] = [
            {"idTag": tag} if judged is None else {"idTag": tag, "idTagInfo": id_tag_info(judged)}
            for tag, judged in piece.changes.items()
        ]
        payload = {
            "listVersion": piece.version,
            "updateType": "Full" if piece.is_full else "Differential",
            "localAuthorizationList": entries,
        }
        answer = await self._calls.call("SendLocalList", payload)
        status = str(answer.get("status"))
        if status == "NotSupported":
            raise NotSupportedError("SendLocalList", Sentence(status))
        if status != "Accepted":
            raise DeviceRefusedError("SendLocalList", Sentence(status))


def _values(answer: Mapping[str, Any]) -> dict[str, str]:
    entries = answer.get("configurationKey")
    pairs = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return {str(one.get("key")): one["value"].strip() for one in pairs if isinstance(one.get("value"), str)}


def _number(text: str | None) -> int | None:
    """A length that makes sense; None for none."""
    return int(text) if text is not None and text.isdecimal() and 0 < int(text) < 10**6 else None
