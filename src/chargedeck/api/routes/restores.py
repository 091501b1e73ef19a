"""A backup put back from the app, for owners alone: sent in pieces, checked, then the server begins again."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.request import ApiRequest
from chargedeck.domain.problems import ConflictError
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.restoration import MOST_PIECE, RestoreStage

TAGS = ["Operation"]
LARGEST_BODY = MOST_PIECE * 4 // 3 + 1024


class RestoreAnnouncement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large the backup is."""

    size_bytes: Annotated[int, Meta(ge=1)]


class RestorePiece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of the file, in order; as Base64 in JSON, at most a mebibyte."""

    offset: Annotated[int, Meta(ge=0)]
    data: Annotated[bytes, Meta(min_length=1, max_length=MOST_PIECE)]


class RestoreWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The passphrase of a sealed backup."""

    passphrase: Annotated[str, Meta(min_length=1, max_length=256)] | None = None


@dataclass(frozen=True, slots=True)
class RestoreView:
    """The backup that was sent, and what has become of it; `kept_as` is what was there before.

    `keys_ended` tokens and embedded cards of the backup open nothing, and `accounts_ended` have ended, as it
    was before.
    """

    stage: RestoreStage
    size_bytes: int
    received_bytes: int
    checked_bytes: int
    made_at: datetime | None
    version: str | None
    sealed: bool
    rows: int | None
    kept_as: str | None
    problem: str | None
    keys_ended: int | None
    accounts_ended: int | None


@get(
    "/api/restore",
    operation_id="getRestore",
    summary="How far a restore is",
    tags=TAGS,
    opt=access(Role.OWNER),
)
async def get_restore(request: ApiRequest) -> RestoreView:
    """Also after the restart, until the next one or until the server ends."""
    return _shown(request)


@post(
    "/api/restore",
    operation_id="announceRestore",
    summary="Announce a backup",
    tags=TAGS,
    status_code=200,
    opt=access(Role.OWNER, ConflictError, InvalidValueError),
)
async def announce_restore(request: ApiRequest, data: JSONBody[RestoreAnnouncement]) -> RestoreView:
    """In place of whatever was sent before; nothing changes yet."""
    await request.services.restore.expect(data.size_bytes)
    return _shown(request)


@put(
    "/api/restore/data",
    operation_id="sendRestorePiece",
    summary="Send a piece of the backup",
    tags=TAGS,
    opt=access(Role.OWNER, ConflictError, InvalidValueError),
    request_max_body_size=LARGEST_BODY,
)
async def send_restore_piece(request: ApiRequest, data: JSONBody[RestorePiece]) -> RestoreView:
    """With the last one the answer says what backup it is."""
    await request.services.restore.take(data.offset, data.data)
    return _shown(request)


@post(
    "/api/restore/begin",
    operation_id="beginRestore",
    summary="Put the backup in place",
    tags=TAGS,
    status_code=202,
    opt=access(Role.OWNER, ConflictError),
)
async def begin_restore(request: ApiRequest, data: JSONBody[RestoreWish]) -> RestoreView:
    """All of it is checked first; then the server begins again on it. The former data is kept beside it."""
    request.services.restore.begin(data.passphrase, request.caller.label)
    return _shown(request)


@delete(
    "/api/restore",
    operation_id="discardRestore",
    summary="Discard the backup that was sent",
    tags=TAGS,
    opt=access(Role.OWNER, ConflictError),
)
async def discard_restore(request: ApiRequest) -> None:
    """Nothing has changed."""
    await request.services.restore.discard()


def _shown(request: ApiRequest) -> RestoreView:
    state = request.services.restore.view()
    return RestoreView(**asdict(replace(state, problem=None)) | {"problem": request.told(state.problem)})
