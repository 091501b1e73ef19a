"""Folders that are written to, and files that hold secrets."""

import shutil
import ssl
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from chargedeck.cli.checks import Finding, Look
from chargedeck.settings import FILE, Settings
from chargedeck.storage.problems import BackupError
from chargedeck.storage.scheduled_backups import BackupPlan

LEAST_FREE = 200 * 1024**2
"""A week of a few chargers' samples, and a copy of a small database before its schema changes."""

EXPIRES_SOON = timedelta(days=14)


def file_looks(chosen: Settings) -> Iterator[Look]:
    """Every folder and file that the settings name."""
    if chosen.database_url is None:
        yield Look(f"data directory {chosen.data_dir}", lambda: _folder(chosen.data_dir, "data_dir"))
    if chosen.backup_dir is not None:
        yield from _backup_looks(chosen, chosen.backup_dir)
    if chosen.station_log is not None:
        yield Look(f"station log {chosen.station_log}", partial(_folder, chosen.station_log, "station_log"))
    for name in (
        "mqtt_password_file",
        "smtp_password_file",
        "backup_passphrase_file",
        "tls_key",
        "ocpp_tls_key",
    ):
        path: Path | None = getattr(chosen, name)
        if path is not None:
            yield Look(f"{name} {path}", partial(_secret, path))
    config = chosen.data_dir / FILE
    if chosen.smtp_password is not None and config.is_file():
        yield Look(f"settings file {config}", partial(_secret, config))
    for cert, key in ((chosen.tls_cert, chosen.tls_key), (chosen.ocpp_tls_cert, chosen.ocpp_tls_key)):
        if cert is not None and key is not None:
            yield Look(f"certificate {cert}", partial(_certificate, cert, key))


def _backup_looks(chosen: Settings, folder: Path) -> Iterator[Look]:
    yield Look(f"backup folder {folder}", partial(_folder, folder, "backup_dir"))
    if chosen.backup_passphrase_file is not None:
        plan = BackupPlan(folder, chosen.backup_keep, chosen.backup_passphrase_file)
        yield Look("backup passphrase", partial(_passphrase, plan))
    if chosen.database_url is None:
        same = partial(_same_disk, chosen.data_dir, folder)
        yield Look("backup on another disk", same, is_advice=True)


def _existing(path: Path) -> Path:
    """The path, or the first folder above it that there is."""
    return next(parent for parent in (path, *path.parents) if parent.exists())


def _folder(path: Path, setting: str) -> Finding:
    existing = _existing(path)
    if not existing.is_dir():
        return f"{existing} is not a directory; choose another {setting}"
    try:
        # Tried, not asked: rights are not all that can keep one from writing.
        tempfile.TemporaryFile(dir=existing).close()
    except OSError as error:
        return (
            f"{existing} is not writable ({error.strerror}); give this user the right to write there, "
            f"or choose another {setting}"
        )
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE:
        wanted = LEAST_FREE // 1024**2
        return f"only {free // 1024**2} MB are free on the disk of {existing}; make room for {wanted}"
    return None


def _same_disk(data: Path, backups: Path) -> Finding:
    if _existing(data).stat().st_dev != _existing(backups).stat().st_dev:
        return None
    return "the backups are on the disk that they are to replace; choose a folder on another one"


def _secret(path: Path) -> Finding:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        with path.open("rb"):
            pass
    except OSError as error:
        return f"cannot be read ({error.strerror}); give this user the right to read it"
    if mode & stat.S_IROTH:
        return f"everybody on this machine may read it (mode {mode:o}); run `chmod 600 {path}`"
    return None


def _passphrase(plan: BackupPlan) -> Finding:
    try:
        plan.passphrase()
    except BackupError as error:
        return f"{error.reason}; write a passphrase into its first line"
    return None


def _certificate(cert: Path, key: Path) -> Finding:
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except (ssl.SSLError, OSError) as error:
        return f"certificate and key do not work together ({error}); make them anew as PEM files"
    from cryptography import x509  # noqa: PLC0415  (only who has a certificate loads it)

    ends = x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc
    left = ends - datetime.now(UTC)
    if left < EXPIRES_SOON:
        word = "ran out" if left < timedelta() else "runs out"
        return f"it {word} on {ends:%Y-%m-%d}; renew it, and restart the server"
    return None
