"""A backup of everything, for owners alone."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.downloads import Download
from chargedeck.api.request import ApiRequest
from chargedeck.hub.records import Role

MEDIA_TYPE = "application/octet-stream"


class BackupWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With a passphrase the file is sealed (AES-256-GCM); without, whoever has it can read it."""

    passphrase: Annotated[str, Meta(min_length=8, max_length=256)] | None = None


@post(
    "/api/backup",
    operation_id="makeBackup",
    summary="Back everything up",
    tags=["Operation"],
    status_code=200,
    opt=access(Role.OWNER) | {"media_types": [MEDIA_TYPE]},
)
async def make_backup(request: ApiRequest, data: JSONBody[BackupWish]) -> Download:
    """Everything in one file, as it is now; `chargedeck restore` puts it back. It is noted who took it."""
    now = request.services.now()
    request.services.people.note("backup_taken", request.caller)
    return Download(
        request.services.backup(data.passphrase),
        name=f"chargedeck-{now:%Y%m%d-%H%M%S}.backup",
        media_type=MEDIA_TYPE,
    )
