"""The names of our topics, there and back; pure, and fixed by the contract.

A charger's id may hold characters that mean something in a topic; those are percent-encoded.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from chargedeck.domain.problems import ChargeDeckError

ROOT = "chargedeck"
STATUS = f"{ROOT}/status"
ONLINE, OFFLINE = "online", "offline"
WISHES = f"{ROOT}/+/set/+"
HOME_ASSISTANT_STATUS = "homeassistant/status"

_PLAIN = "~@.:=*|"
"""What an id may hold beside letters, digits, dash and underscore without harm to a topic."""
_ON = frozenset({"on", "true", "1", "lock"})
_OFF = frozenset({"off", "false", "0", "unlock"})


class Verb(StrEnum):
    """What can be wished for."""

    ALLOWED_CURRENT = "allowed_current"
    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a charger; `amps` and `locked` belong to the two verbs that need them."""

    charger: str
    verb: Verb
    amps: int = 0
    locked: bool = False


class UnclearWishError(ChargeDeckError):
    """A message on one of our topics is none of ours."""

    code = "invalid_request"

    def __init__(self, topic: str, remedy: str) -> None:
        super().__init__(topic, remedy)
        self.topic, self.remedy = topic, remedy

    def __str__(self) -> str:
        return f"{self.topic}: {self.remedy}"


def state_topic(charger: str) -> str:
    """Where a charger's state is, retained."""
    return f"{ROOT}/{_encoded(charger)}/state"


def result_topic(charger: str) -> str:
    """Where it is said what became of a wish."""
    return f"{ROOT}/{_encoded(charger)}/result"


def wish_topic(charger: str, verb: Verb) -> str:
    """Where a wish is sent to."""
    return f"{ROOT}/{_encoded(charger)}/set/{verb}"


def charger_of(topic: str) -> str:
    """The charger that a topic of ours is about."""
    return unquote(topic.split("/")[1])


def wish(topic: str, payload: bytes) -> Wish:
    """What a message wants; raises UnclearWishError with what would do."""
    charger, word = charger_of(topic), topic.rsplit("/", 1)[-1]
    try:
        verb = Verb(word)
    except ValueError as error:
        raise UnclearWishError(topic, f"ends in one of {', '.join(Verb)}") from error
    text = payload.decode(errors="replace").strip()
    if verb is Verb.ALLOWED_CURRENT:
        return Wish(charger, verb, amps=_amps(topic, text))
    if verb is Verb.LOCK:
        return Wish(charger, verb, locked=_switch(topic, text))
    return Wish(charger, verb)


def _amps(topic: str, text: str) -> int:
    whole = text.removesuffix(".0")
    if not whole.isascii() or not whole.isdecimal() or len(whole) > 4:
        raise UnclearWishError(topic, "takes whole amperes, such as 13")
    return int(whole)


def _switch(topic: str, text: str) -> bool:
    word = text.lower()
    if word not in _ON | _OFF:
        raise UnclearWishError(topic, "takes ON or OFF")
    return word in _ON


def _encoded(charger: str) -> str:
    return quote(charger, safe=_PLAIN)
