"""`chargedeck check` finds each fault that was planted for it, says what mends it, and fails."""

import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.support.ports import LOOPBACK, free_ports

import chargedeck
from chargedeck.cli import main
from chargedeck.storage.opening import database_of, make_ready
from chargedeck.storage.schema import REVISIONS

Settings = dict[str, str]
Checked = Callable[[Mapping[str, str]], tuple[int, str]]

DISK_BYTES = 8 * 1024**2


@pytest.fixture
def sound(tmp_path: Path) -> Settings:
    """Settings that nothing is wrong with."""
    http, ocpp = free_ports(2)
    return {
        "data_dir": str(tmp_path / "data"),
        "host": LOOPBACK,
        "port": str(http),
        "ocpp_host": LOOPBACK,
        "ocpp_port": str(ocpp),
    }


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHARGEDECK_")}
    own = {f"CHARGEDECK_{name.upper()}": value for name, value in settings.items()}
    return kept | own | {"COLUMNS": "1000"}


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checked:
    """Run the command with these settings alone; answers its exit code and what it said."""

    def run(settings: Mapping[str, str]) -> tuple[int, str]:
        with monkeypatch.context() as patch:
            wanted = environment(settings)
            for name in os.environ.keys() - wanted.keys():
                patch.delenv(name)
            for name, value in wanted.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["chargedeck", "check"])
            with pytest.raises(SystemExit) as ended:
                main()
        said = capsys.readouterr()
        return int(str(ended.value.code)), said.out + said.err

    return run


def as_process(settings: Mapping[str, str], **more: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "chargedeck", "check"],
        env=environment(settings) | {k: str(v) for k, v in more.items() if k.isupper()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_sound_server_passes(check: Checked, sound: Settings) -> None:
    code, said = check(sound)
    assert (code, said.count("good")) == (0, len(said.strip().splitlines()) - 2), said


def test_nothing_is_made_by_looking(check: Checked, sound: Settings, tmp_path: Path) -> None:
    check(sound)
    assert list(tmp_path.iterdir()) == []


# -- faults that are planted beside sound settings -----------------------------------------------

Plant = Callable[[Path, Settings, ExitStack], Settings]


def taken(name: str) -> Plant:
    def plant(_: Path, sound: Settings, stack: ExitStack) -> Settings:
        stack.enter_context(socket.create_server((LOOPBACK, int(sound[name]))))
        return {}

    return plant


def folder_in_a_file(tmp: Path, _: Settings, __: ExitStack) -> Settings:
    (tmp / "file").write_text("")
    return {"data_dir": str(tmp / "file" / "data")}


def folder_that_takes_nothing(name: str) -> Plant:
    def plant(tmp: Path, _: Settings, stack: ExitStack) -> Settings:
        if os.geteuid() == 0:
            return {name: "/sys/kernel/chargedeck"}  # where not even root may write
        folder = tmp / "closed"
        folder.mkdir(mode=0o500)
        return {name: str(folder)}

    return plant


def full_disk(tmp: Path, _: Settings, stack: ExitStack) -> Settings:
    disk = tmp / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    stack.callback(lambda: subprocess.run(["umount", disk], check=True))
    return {"data_dir": str(disk)}


def database(tmp: Path, *statements: str) -> Path:
    path = tmp / "data" / "chargedeck.db"
    make_ready(database_of(f"sqlite:///{path}"))
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def newer_schema(tmp: Path, _: Settings, __: ExitStack) -> Settings:
    database(tmp, "UPDATE alembic_version SET version_num = '9999'")
    return {}


def damaged(tmp: Path, _: Settings, __: ExitStack) -> Settings:
    path = database(tmp, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[8192:16384] = os.urandom(8192)
    path.write_bytes(content)
    return {}


def no_database(tmp: Path, _: Settings, __: ExitStack) -> Settings:
    (tmp / "data").mkdir()
    (tmp / "data" / "chargedeck.db").write_text("dear diary, " * 1000)
    return {}


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def held(tmp: Path, _: Settings, stack: ExitStack) -> Settings:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, database(tmp)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    stack.callback(holder.communicate)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return {}


def future(tmp: Path, _: Settings, __: ExitStack) -> Settings:
    at = int((datetime.now(UTC) + timedelta(days=400)).timestamp() * 1e6)
    database(tmp, f"INSERT INTO events (id, at, kind) VALUES (1, {at}, 'online')")
    return {}


def certificate(tmp: Path, days: int, *, other_key: bool = False, mode: int = 0o600) -> Settings:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    ends = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    shown = ec.generate_private_key(ec.SECP256R1()) if other_key else key
    (tmp / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp / "key.pem").write_bytes(
        shown.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (tmp / "key.pem").chmod(mode)
    return {"tls_cert": str(tmp / "cert.pem"), "tls_key": str(tmp / "key.pem")}


def open_secret(tmp: Path, _: Settings, __: ExitStack) -> Settings:
    (tmp / "mail-password").write_text("secret\n")
    (tmp / "mail-password").chmod(0o644)
    return {"smtp_password_file": str(tmp / "mail-password")}


def empty_passphrase(tmp: Path, _: Settings, __: ExitStack) -> Settings:
    (tmp / "phrase").touch(mode=0o600)
    return {"backup_dir": str(tmp / "backups"), "backup_passphrase_file": str(tmp / "phrase")}


def nobody_listens(setting: str, url: str, **more: str) -> Plant:
    def plant(_: Path, __: Settings, ___: ExitStack) -> Settings:
        return {setting: url.format(free_ports(1)[0]), **more}

    return plant


def refusing_broker(_: Path, __: Settings, stack: ExitStack) -> Settings:
    """Says what a broker says to a wrong password: CONNACK, not authorised."""
    server = stack.enter_context(socket.create_server((LOOPBACK, 0)))

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(b"\x20\x02\x00\x05")
            connection.recv(1024)

    thread = threading.Thread(target=answer)
    thread.start()
    stack.callback(thread.join, 10)
    return {"mqtt_url": f"mqtt://nobody@{LOOPBACK}:{server.getsockname()[1]}"}


def given(**settings: str) -> Plant:
    return lambda *_: settings


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        pytest.param(
            given(port="eighty"), ("port", "must be a port between 0 and 65535"), id="malformed setting"
        ),
        pytest.param(given(prot="80"), ("CHARGEDECK_PROT", "there are data_dir"), id="unknown setting"),
        pytest.param(taken("port"), ("app and API", "is ChargeDeck running already"), id="port taken"),
        pytest.param(taken("ocpp_port"), ("OCPP", "choose another ocpp_port"), id="OCPP port taken"),
        pytest.param(
            given(ocpp_host="192.0.2.1"), ("OCPP", "correct ocpp_host"), id="somebody else's address"
        ),
        pytest.param(folder_in_a_file, ("data directory", "choose another data_dir"), id="no folder"),
        pytest.param(
            folder_that_takes_nothing("data_dir"), ("data directory", "right to write"), id="closed folder"
        ),
        pytest.param(full_disk, ("data directory", "make room"), id="disk full"),
        pytest.param(
            folder_that_takes_nothing("backup_dir"),
            ("backup folder", "another backup_dir"),
            id="closed backups",
        ),
        pytest.param(empty_passphrase, ("backup passphrase", "its first line"), id="empty passphrase"),
        pytest.param(newer_schema, ("schema 9999", "install the newer ChargeDeck"), id="newer schema"),
        pytest.param(damaged, ("damaged", "restore a backup"), id="damaged database"),
        pytest.param(no_database, ("not a database", "restore a backup"), id="another file"),
        pytest.param(held, ("another program", "end it"), id="database held"),
        pytest.param(future, ("clock", "set the clock"), id="clock behind"),
        pytest.param(
            lambda tmp, *_: certificate(tmp, 60, other_key=True),
            ("certificate", "make them anew"),
            id="somebody else's key",
        ),
        pytest.param(lambda tmp, *_: certificate(tmp, -3), ("ran out", "renew it"), id="certificate ran out"),
        pytest.param(
            lambda tmp, *_: certificate(tmp, 60, mode=0o644), ("tls_key", "chmod 600"), id="key for everybody"
        ),
        pytest.param(open_secret, ("smtp_password_file", "chmod 600"), id="password for everybody"),
        pytest.param(
            nobody_listens("smtp_url", f"smtp://{LOOPBACK}:{{}}", smtp_from="a@example.com"),
            ("mail server", "check smtp_url"),
            id="no mail server",
        ),
        pytest.param(
            nobody_listens("mqtt_url", f"mqtt://{LOOPBACK}:{{}}"),
            ("MQTT", "that the broker runs"),
            id="no broker",
        ),
        pytest.param(refusing_broker, ("MQTT", "mqtt_password_file"), id="broker refuses"),
        pytest.param(
            nobody_listens("database_url", f"postgresql://u:topsecret@{LOOPBACK}:{{}}/x"),
            ("cannot be reached", "check that the server runs"),
            id="no PostgreSQL",
        ),
        pytest.param(
            given(trusted_proxies="0.0.0.0/0"),
            ("reverse proxy", "the proxy alone"),
            id="every proxy is trusted",
        ),
        pytest.param(
            given(proxy_user_header="Remote-Email"),
            ("reverse proxy", "in trusted_proxies"),
            id="no proxy is trusted",
        ),
        pytest.param(given(host="1.1.1.1"), ("unencrypted", "set tls_cert"), id="open to the internet"),
    ],
)
def test_a_planted_fault_is_found(
    check: Checked, sound: Settings, tmp_path: Path, plant: Plant, named: tuple[str, str]
) -> None:
    """It is named in one line, together with what mends it."""
    with ExitStack() as stack:
        code, said = check(sound | plant(tmp_path, sound, stack))
    assert code == 1, said
    assert [line for line in said.splitlines() if all(part in line for part in named)], said
    assert "topsecret" not in said


def test_backups_on_the_disk_that_they_replace_are_advised_against(
    check: Checked, sound: Settings, tmp_path: Path
) -> None:
    code, said = check(sound | {"backup_dir": str(tmp_path / "backups")})
    assert code == 0
    assert "advice: the backups are on the disk that they are to replace" in said


def test_too_few_files_and_no_time_zones_are_found(sound: Settings) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    shell = f'ulimit -n 200 && exec "{sys.executable}" -m chargedeck check'
    done = subprocess.run(
        ["sh", "-c", shell], env=environment(sound), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "only 200 files may be open" in done.stdout
    assert "LimitNOFILE" in done.stdout
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == most


def test_an_app_that_was_not_built_is_found(sound: Settings, tmp_path: Path) -> None:
    source = Path(chargedeck.__file__).parent
    bare = tmp_path / "bare"
    shutil.copytree(source, bare / "chargedeck", ignore=shutil.ignore_patterns("dist", "__pycache__"))
    code, said = as_process(sound, PYTHONPATH=bare)
    assert code == 1
    assert "make setup" in said


def test_newest_is_below_the_planted_schema() -> None:
    assert REVISIONS.newest < "9999"
