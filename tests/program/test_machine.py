"""What the machine is called, where it is in the house, and what the console says of it."""

import http.client
import ipaddress
import socket
from pathlib import Path

import pytest
from tests.support.ports import LOOPBACK
from tests.support.server import running_server

from chargedeck.machine import lan_address, names_of, own_names
from chargedeck.program import addresses_of, where_it_is
from chargedeck.settings import Settings


@pytest.mark.parametrize(
    ("host_name", "names"),
    [
        ("raspberrypi", {"raspberrypi", "raspberrypi.local"}),
        ("Charge-Box", {"charge-box", "charge-box.local"}),
        ("pi.home.example.", {"pi.home.example", "pi", "pi.local"}),
        ("pi.local", {"pi", "pi.local"}),
        ("", set()),
    ],
)
def test_a_machine_goes_by_its_own_name_and_over_mdns(host_name: str, names: set[str]) -> None:
    assert names_of(host_name) == names


def test_this_machine_has_names() -> None:
    assert socket.gethostname().lower().rstrip(".") in own_names()


def test_the_address_in_the_house_is_one_that_can_be_listened_on() -> None:
    found = lan_address()
    if found is None:
        pytest.skip("this machine has no route to anywhere")
    assert not ipaddress.ip_address(found.partition("%")[0]).is_loopback
    family = socket.AF_INET6 if ":" in found else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as taken:
        taken.bind((found, 0))


@pytest.mark.parametrize(
    ("settings", "lan", "addresses"),
    [
        ({}, "192.168.1.2", ["http://127.0.0.1:8080", "http://192.168.1.2:8080"]),
        ({"host": "::"}, "2001:db8::5", ["http://127.0.0.1:8080", "http://[2001:db8::5]:8080"]),
        ({}, None, ["http://127.0.0.1:8080"]),
        ({"host": "127.0.0.1"}, "192.168.1.2", ["http://127.0.0.1:8080"]),
        ({"host": "::1"}, "192.168.1.2", ["http://[::1]:8080"]),
        (
            {"public_url": "https://charge.example"},
            "192.168.1.2",
            ["https://charge.example", "http://127.0.0.1:8080", "http://192.168.1.2:8080"],
        ),
    ],
)
def test_where_browsers_find_it(settings: dict[str, str], lan: str | None, addresses: list[str]) -> None:
    assert addresses_of(Settings(**settings), 8080, lan) == addresses  # type: ignore[arg-type]  # texts alone


def test_the_claim_link_is_said_for_each_address() -> None:
    at, owner = where_it_is(["http://127.0.0.1:8080", "http://192.168.1.2:8080"], "secret")
    assert at.endswith("is at http://127.0.0.1:8080 and http://192.168.1.2:8080")
    assert "http://127.0.0.1:8080/claim#code=secret or http://192.168.1.2:8080/claim#code=secret" in owner
    assert len(where_it_is(["http://127.0.0.1:8080"], None)) == 1


def test_a_server_that_listens_everywhere_goes_by_the_machine_s_names(tmp_path: Path) -> None:
    def status(name: str) -> int:
        connection = http.client.HTTPConnection(LOOPBACK, server.http_port, timeout=30)
        connection.request("GET", "/healthz", headers={"Host": f"{name}:{server.http_port}"})
        found = connection.getresponse().status
        connection.close()
        return found

    with running_server(tmp_path, host="0.0.0.0") as server:
        assert {name: status(name) for name in own_names()} == dict.fromkeys(own_names(), 200)
        assert status("evil.example") == 421
        assert f"is at {server.url}" in server.said()
        lan = lan_address()
        if lan is not None:
            host = f"[{lan}]" if ":" in lan else lan
            assert f"or http://{host}:{server.http_port}/claim#code=" in server.said()
