"""What comes with the program to run it: the service, the container, and proxies in front of it."""

import asyncio
import configparser
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from scripts.parts import NGINX, find, missing
from scripts.tree import ROOT
from tests.scenarios.place import place
from tests.support.api import api_client
from tests.support.ports import LOOPBACK, free_ports
from tests.support.server import Server, running_server

from chargedeck import settings

PACKAGING = ROOT / "packaging"
SERVICE = PACKAGING / "systemd" / "chargedeck.service"
CONTAINER = PACKAGING / "container" / "Containerfile"


class Lines(configparser.RawConfigParser):
    """A unit file, where a name may come more than once."""

    def __init__(self) -> None:
        super().__init__(strict=False, comment_prefixes=("#",), delimiters=("=",))

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def test_the_service_tells_systemd_how_it_is_and_can_do_little_else() -> None:
    unit = Lines()
    unit.read(SERVICE)
    service = unit["Service"]
    assert (service["Type"], service["WatchdogSec"], service["Restart"]) == ("notify", "60s", "always")
    assert service["ExecStart"].endswith("/chargedeck serve")
    assert service["User"] == "chargedeck"
    assert service["StateDirectoryMode"] == "0700"
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictSUIDSGID"):
        assert service[name] == "yes", name
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("strict", "")


def test_systemd_finds_nothing_wrong_with_the_service(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not on PATH")
    unit = tmp_path / SERVICE.name
    unit.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", SERVICE.read_text()))
    done = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if SERVICE.name in line] == []


def test_what_the_container_and_the_proxies_set_are_settings() -> None:
    texts = [SERVICE, CONTAINER, *(PACKAGING / "proxy").iterdir()]
    names = {name for text in texts for name in re.findall(r"CHARGEDECK_[A-Z_]+", text.read_text())}
    assert {"CHARGEDECK_DATA_DIR", "CHARGEDECK_TRUSTED_PROXIES"} <= names
    known = {f"CHARGEDECK_{name.upper()}" for name in settings.Settings.__dataclass_fields__}
    assert names <= known


def test_the_container_is_nobodys_and_says_whether_it_works() -> None:
    lines = CONTAINER.read_text().splitlines()
    assert [line.split()[1] for line in lines if line.startswith("FROM ")] == ["debian:bookworm-slim"] * 2
    assert "USER 10001" in lines
    assert any("/readyz" in line for line in lines)
    assert lines[-2:] == ['ENTRYPOINT ["/opt/chargedeck/.venv/bin/chargedeck"]', 'CMD ["serve"]']


# -- nginx, for real -------------------------------------------------------------------------------


@pytest.fixture
async def proxied(tmp_path: Path) -> AsyncIterator[tuple[Server, int]]:
    """A server behind nginx with our example, on ports of its own and without TLS."""
    program = find(NGINX)
    if program is None:
        pytest.skip(missing(NGINX))
    (port,) = free_ports(1)
    with running_server(tmp_path, trusted_proxies=LOOPBACK) as server:
        example = (PACKAGING / "proxy" / "nginx.conf").read_text()
        for there, here in (
            ("listen 443 ssl;", f"listen {LOOPBACK}:{port};"),
            ("127.0.0.1:8080", f"{LOOPBACK}:{server.http_port}"),
            ("127.0.0.1:9000", f"{LOOPBACK}:{server.ocpp_port}"),
        ):
            assert there in example
            example = example.replace(there, here)
        example = re.sub(r"(?m)^\s*ssl_.*$", "", example)
        config = tmp_path / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        config.write_text(
            f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off; client_body_temp_path {tmp_path}/body;\n"
            f"proxy_temp_path {tmp_path}/proxy; fastcgi_temp_path {tmp_path}/fastcgi;\n"
            f"uwsgi_temp_path {tmp_path}/uwsgi; scgi_temp_path {tmp_path}/scgi;\n{example}\n}}\n"
        )
        process = await asyncio.create_subprocess_exec(program, "-p", tmp_path, "-c", config)
        try:
            await _listening(port, process)
            yield server, port
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _listening(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(30):
        while True:
            assert process.returncode is None, "nginx does not take the example"
            try:
                _, writer = await asyncio.open_connection(LOOPBACK, port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def test_app_events_and_chargers_go_through_nginx(proxied: tuple[Server, int]) -> None:
    server, port = proxied
    token = server.token()
    async with api_client(server.url, token) as api:
        outside = Server(server.folder, http_port=port, ocpp_port=port)  # as the world sees it
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            base_url=outside.url, headers=headers, trust_env=False, timeout=30
        ) as browser:
            page = await browser.get("/")
            assert page.status_code == httpx.codes.OK
            async with browser.stream("GET", "/api/events") as stream:
                lines = stream.aiter_lines()
                async with asyncio.timeout(30):
                    while not (await anext(lines)).startswith("event: snapshot"):
                        pass
                # The charger calls through the proxy, and what it says comes out of the stream at once.
                async with place(outside, api, "barn") as barn, asyncio.timeout(60):
                    await barn.ready()
                    while '"barn"' not in await anext(lines):
                        pass
