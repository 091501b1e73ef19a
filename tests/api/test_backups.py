"""A backup over the API: for owners, whole, and good for a restore."""

from pathlib import Path

import pytest
from tests.api.site import Site
from tests.contracts.records import NOON

from chargedeck.hub.records import Role
from chargedeck.storage.backup import Deed, restore
from chargedeck.storage.problems import BackupError

PASSPHRASE = "correct horse"


async def test_an_owner_takes_a_backup_that_can_be_restored(site: Site, tmp_path: Path) -> None:
    owner = await site.browser(Role.OWNER)
    answer = await owner.post("/api/backup", json={"passphrase": PASSPHRASE})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="chargedeck-')
    file = tmp_path / "taken.backup"
    file.write_bytes(answer.content)
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    with pytest.raises(BackupError, match="passphrase"):
        restore(file, url, "another one", Deed("Ana", NOON))
    counts = restore(file, url, PASSPHRASE, Deed("Ana", NOON)).counts
    assert (counts["users"], counts["stations"]) == (1, 1)


async def test_nobody_else_does(site: Site) -> None:
    operator = await site.browser(Role.OPERATOR)
    assert (await operator.post("/api/backup", json={})).status_code == 403
    owner = await site.browser(Role.OWNER)
    refused = await owner.post("/api/backup", json={"passphrase": "short"})
    assert (refused.status_code, "passphrase" in refused.text) == (422, True)
