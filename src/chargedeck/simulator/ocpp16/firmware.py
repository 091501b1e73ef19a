"""Firmware updates, plain and signed: fetch, verify, wait for the car to finish, install, restart, tell."""

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509

from chargedeck.simulator.clock import Instant, Seconds, between
from chargedeck.simulator.faults import StopReason
from chargedeck.simulator.ocpp16.certificates import signature_holds
from chargedeck.simulator.ocpp16.transfer import TransferError, download
from chargedeck.simulator.wire import Payload

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint

_INSTALLING = Seconds(10)


@dataclass(frozen=True, slots=True)
class Job:
    """One update; with a request id it is a signed one."""

    location: str
    retrieve_at: Instant | None
    retries: int
    retry_interval: int
    install_at: Instant | None = None
    request_id: int | None = None
    signer: x509.Certificate | None = None
    signature: str = ""


class Firmware:
    """The update under way, if any; a newer one replaces it."""

    __slots__ = ("_booted", "_idle", "_is_untold", "_job", "_point", "_status", "_task")

    def __init__(self, point: "ChargePoint") -> None:
        self._point = point
        self._task: asyncio.Future[None] | None = None
        self._job: Job | None = None
        self._status = "Idle"
        self._is_untold = False
        self._idle = asyncio.Event()
        self._booted = asyncio.Event()

    @property
    def is_busy(self) -> bool:
        """Whether an update is under way."""
        return self._task is not None and not self._task.done()

    def begin(self, job: Job) -> None:
        """Update, in place of what may be under way."""
        if self._task is not None:
            self._task.cancel()
        self._job = job
        self._task = self._point.world.spawn(self._update(job))

    def report(self) -> None:
        """Send the status; OCPP 1.6 §4.5: Idle unless an update is under way."""
        self._send(self._status if self.is_busy else "Idle")

    def online(self, *, booted: bool) -> None:
        """The central system listens again."""
        if booted:
            self._booted.set()
        if self._is_untold:
            self._send(self._status)

    def transaction_ended(self) -> None:
        """Perhaps nobody charges any more."""
        self._idle.set()

    async def _update(self, job: Job) -> None:
        try:
            await self._until(job.retrieve_at, "DownloadScheduled")
            content = await self._fetch(job)
            if content is None:
                self._tell("DownloadFailed")
                return
            self._tell("Downloaded")
            if not self._is_genuine(job, content):
                return
            await self._until(job.install_at, "InstallScheduled")
            await self._until_idle()
            await self._install(job, content)
        finally:
            if self._point.is_installing:
                self._set_installing(installing=False)

    async def _until(self, when: Instant | None, scheduled: str) -> None:
        shown = self._point.device_time(self._point.now())
        if when is None or when <= shown:
            return
        if self._is_signed:
            self._tell(scheduled)
        await self._point.world.sleep(between(shown, when))

    async def _fetch(self, job: Job) -> bytes | None:
        self._tell("Downloading")
        for attempt in range(job.retries + 1):
            if attempt:
                await self._point.world.sleep(Seconds(job.retry_interval))
            try:
                return await download(job.location)
            except TransferError:
                continue
        return None

    def _is_genuine(self, job: Job, content: bytes) -> bool:
        if job.signer is None:
            return True
        if signature_holds(job.signer, content, job.signature):
            self._tell("SignatureVerified")
            return True
        self._tell("InvalidSignature")
        self._point.security_event("InvalidFirmwareSignature")
        return False

    async def _until_idle(self) -> None:
        while any(connector.session.transaction for connector in self._point.connectors):
            self._idle.clear()
            await self._idle.wait()

    async def _install(self, job: Job, content: bytes) -> None:
        self._set_installing(installing=True)
        self._tell("Installing")
        await self._point.world.sleep(_INSTALLING)
        if not content:
            self._tell("InstallationFailed")
            return
        if self._is_signed:
            self._tell("InstallRebooting")
        self._point.firmware_is(_version(job.location, self._point.identity.firmware))
        self._point.is_installing = False
        self._booted.clear()
        self._point.reboot(StopReason.REBOOT)
        await self._booted.wait()
        self._tell("Installed")
        self._point.security_event("FirmwareUpdated", self._point.identity.firmware)

    @property
    def _is_signed(self) -> bool:
        return self._job is not None and self._job.request_id is not None

    def _set_installing(self, *, installing: bool) -> None:
        self._point.is_installing = installing
        for connector in self._point.connectors:
            connector.refresh()

    def _tell(self, status: str) -> None:
        self._status = status
        self._send(status)

    def _send(self, status: str) -> None:
        payload: Payload = {"status": status}
        job = self._job
        if job is not None and job.request_id is not None:
            payload["requestId"] = job.request_id
        action = "SignedFirmwareStatusNotification" if self._is_signed else "FirmwareStatusNotification"
        self._is_untold = False
        self._point.calls.ask(action, payload, failed=self._not_told)

    def _not_told(self) -> None:
        self._is_untold = True


def _version(location: str, old: str) -> str:
    """The version in the file's name, or the next one."""
    named = re.search(r"(\d+\.\d+\.\d+)", urlsplit(location).path.rsplit("/", 1)[-1])
    if named is not None:
        return named.group(1)
    *first, last = old.split(".")
    return ".".join((*first, str(int(last) + 1))) if last.isdigit() else f"{old}.1"
