"""Learning a card by holding it to a charger."""

from datetime import datetime

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from chargedeck.api.access import access
from chargedeck.api.inputs import Nothing
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_charger
from chargedeck.domain.problems import ChargerOfflineError, UnknownResourceError
from chargedeck.hub.card_learning import Learning
from chargedeck.hub.records import Role

TAGS = ["Cards"]


class CardLearning(msgspec.Struct, frozen=True):
    """`id_tag` is the unknown card that was held to the charger before `until`; null while none has been."""

    until: datetime
    id_tag: str | None


def _shown(learning: Learning) -> CardLearning:
    return CardLearning(learning.until, learning.id_tag)


@post(
    "/api/chargers/{charger_id:str}/card-learning",
    status_code=200,
    operation_id="beginCardLearning",
    summary="Wait for an unknown card",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, ChargerOfflineError),
)
async def begin_learning(
    request: ApiRequest,
    charger_id: FromPath[str],
    data: JSONBody[Nothing | None] = None,  # noqa: ARG001
) -> CardLearning:
    """The next one that is held to the charger within a minute; it opens nothing until it is added."""
    charger, services = visible_charger(request, charger_id), request.services
    if not charger.device.online:
        raise ChargerOfflineError
    return _shown(services.cards.learning.begin(charger.device.id, services.now()))


@get(
    "/api/chargers/{charger_id:str}/card-learning",
    operation_id="getCardLearning",
    summary="Whether the card has come",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def get_learning(request: ApiRequest, charger_id: FromPath[str]) -> CardLearning:
    """Ask each second or so."""
    learning = request.services.cards.learning.state(visible_charger(request, charger_id).device.id)
    if learning is None:
        raise UnknownResourceError("card learning", charger_id)
    return _shown(learning)


@delete(
    "/api/chargers/{charger_id:str}/card-learning",
    operation_id="endCardLearning",
    summary="Wait no more",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def end_learning(request: ApiRequest, charger_id: FromPath[str]) -> None:
    """A card that comes now is refused as any unknown one."""
    request.services.cards.learning.end(visible_charger(request, charger_id).device.id)
