"""What leaves the house for help says nothing that it must not."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from chargedeck.redaction import shown_settings, without_secrets


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("garage: gone for good", "garage: gone for good"),
        ("connected to mqtt://ada:s3cret@192.168.1.5:1883", "connected to mqtt://(hidden)@192.168.1.5:1883"),
        ("no mail for ada.lovelace+x@example.co.uk today", "no mail for (hidden) today"),
        ('{"password": "s3cret", "n": 1}', '{"password": (hidden) "n": 1}'),
        ("Authorization: Bearer abc.def", "Authorization: (hidden)"),
        ("refused idTag=04A1B2C3 at garage", "refused idTag=(hidden) at garage"),
        ("token: abc", "token: (hidden)"),
    ],
)
def test_a_line(line: str, shown: str) -> None:
    assert without_secrets(line) == shown


def test_settings() -> None:
    settings = {
        "port": 8080,
        "smtp_from": None,
        "smtp_password": "s3cret",
        "smtp_password_file": Path("/etc/chargedeck/mail"),
        "database_url": "postgresql://ada:s3cret@db.example/chargedeck",
        "trusted_proxies": (ip_network("10.0.0.0/8"),),
        "some_new_token": "s3cret",
    }
    assert shown_settings(settings) == {
        "port": 8080,
        "smtp_from": None,
        "smtp_password": "(hidden)",
        "smtp_password_file": "/etc/chargedeck/mail",
        "database_url": "postgresql://(hidden)@db.example/chargedeck",
        "trusted_proxies": ["10.0.0.0/8"],
        "some_new_token": "(hidden)",
    }
