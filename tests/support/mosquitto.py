"""A Mosquitto broker of one's own on a free port, with users where a test wants some."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.ports import LOOPBACK, free_ports


@asynccontextmanager
async def broker(
    program: Path, folder: Path, users: Mapping[str, str] | None = None, port: int | None = None
) -> AsyncIterator[int]:
    """Run until the block is left; answers the port."""
    port = port or free_ports(1)[0]
    settings = _settings(program, folder, users or {}, port)
    process = await asyncio.create_subprocess_exec(
        program, "-c", settings, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _listening(port)
        yield port
    finally:
        process.kill()
        await process.wait()


def _settings(program: Path, folder: Path, users: Mapping[str, str], port: int) -> Path:
    lines = [f"listener {port} {LOOPBACK}", "persistence false", f"allow_anonymous {str(not users).lower()}"]
    if users:
        passwords = folder / "passwords"
        passwords.write_text("".join(f"{name}:{secret}\n" for name, secret in users.items()))
        tool = program.resolve().parent.parent / "bin" / "mosquitto_passwd"
        subprocess.run([tool, "-U", passwords], check=True, capture_output=True)
        lines.append(f"password_file {passwords}")
    if os.geteuid() == 0:
        lines.append("user root")  # else it gives up the right to read what a test may read
    settings = folder / "mosquitto.conf"
    settings.write_text("\n".join([*lines, ""]))
    return settings


async def _listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection(LOOPBACK, port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
