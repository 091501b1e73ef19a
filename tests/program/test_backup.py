"""`chargedeck backup` and `chargedeck restore`, beside a running server and after it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.api import api_client
from tests.support.server import running_server

PASSPHRASE = "correct horse\n"


def chargedeck(environment: Mapping[str, str], *words: str, piped: str = PASSPHRASE) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, "-m", "chargedeck", *words],
        env=environment,
        input=piped,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return run.returncode, run.stdout + run.stderr


async def test_a_mistake_is_taken_back(tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    with running_server(tmp_path) as server:
        token = server.token()
        async with api_client(server.url, token) as api:
            await api.post("/api/stations", {"name": "Office", "time_zone": "Europe/Bucharest"})
            assert chargedeck(server.environment, "backup", str(file), "--seal")[0] == 0
            await api.delete("/api/stations/office")
        code, said = chargedeck(server.environment, "restore", str(file))
        assert (code, "stop the server" in said) == (1, True)
        server.stop()
        code, said = chargedeck(server.environment, "restore", str(file), piped="wrong one\n")
        assert (code, "passphrase" in said, "Traceback" in said) == (1, True, False)
        code, said = chargedeck(server.environment, "restore", str(file))
        assert (code, "before-restore" in said) == (0, True), said
        server.start()
        server.wait_until_ready()
        async with api_client(server.url, token) as api:
            assert "Office" in [station["name"] for station in await api.items("/api/stations")]
