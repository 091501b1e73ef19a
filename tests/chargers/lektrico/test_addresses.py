"""Where devices may be asked: what an address is, and which numbers it may stand for."""

from ipaddress import ip_network

import pytest

from chargedeck import settings
from chargedeck.chargers.lektrico.addresses import Address, parsed, resolved
from chargedeck.chargers.lektrico.troubles import NotAllowedError, UnreachableError
from chargedeck.hub.local_network import is_allowed
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.settings import PRIVATE_NETWORKS, SettingError


@pytest.mark.parametrize(
    ("text", "shown", "port"),
    [
        ("192.168.1.40", "192.168.1.40", 80),
        (" 192.168.1.40:8080 ", "192.168.1.40:8080", 8080),
        ("http://192.168.1.40/", "192.168.1.40", 80),
        ("Lektrico-1P7K.local", "lektrico-1p7k.local", 80),
        ("fd00::1", "[fd00::1]", 80),
        ("[fd00::1]:81", "[fd00::1]:81", 81),
    ],
)
def test_what_people_type(text: str, shown: str, port: int) -> None:
    address = parsed(text)
    assert (str(address), address.port) == (shown, port)
    assert parsed(shown) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://192.168.1.40",
        "ftp://192.168.1.40",
        "192.168.1.40/rpc",
        "192.168.1.40?x=1",
        "192.168.1.40#x",
        "user@192.168.1.40",
        "http://user:word@192.168.1.40",
        "192.168.1.40:99999",
        "192.168.1.40:port",
        "two words",
        "a\r\nHost: b",
        "[::1",
        "-x",
        "a" * 300,
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(InvalidValueError, match=r"such as 192\.168\.1\.40") as refusal:
        parsed(text)
    assert refusal.value.field == "address"


@pytest.mark.parametrize(
    ("ip", "allowed"),
    [
        ("10.1.2.3", True),
        ("172.31.255.255", True),
        ("192.168.0.1", True),
        ("fd12::1", True),
        ("::ffff:192.168.0.1", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("0.0.0.0", False),
        ("169.254.169.254", False),
        ("172.32.0.1", False),
        ("fe80::1%eth0", False),
        ("no number", False),
    ],
)
def test_only_numbers_of_the_house_are_asked(ip: str, *, allowed: bool) -> None:
    assert is_allowed(ip, PRIVATE_NETWORKS) is allowed


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1"])
async def test_a_name_counts_by_the_number_that_it_stands_for(host: str) -> None:
    with pytest.raises((NotAllowedError, UnreachableError)):
        await resolved(Address(host), PRIVATE_NETWORKS)


async def test_a_name_of_an_allowed_number_is_resolved() -> None:
    networks = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert await resolved(Address("localhost"), networks) in ("127.0.0.1", "::1")


async def test_an_unknown_name_is_said_to_be_one() -> None:
    with pytest.raises(UnreachableError, match="the name is not known"):
        await resolved(Address("no-such-host.invalid"), PRIVATE_NETWORKS)


def test_an_owner_may_allow_other_networks() -> None:
    found = settings.load({"CHARGEDECK_DEVICE_NETWORKS": "10.0.0.0/8, 127.0.0.1/32"})
    assert found.device_networks == (ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"))
    assert settings.load({}).device_networks == PRIVATE_NETWORKS


@pytest.mark.parametrize("value", ["the house", "10.0.0.1/8", "10.0.0.0/99"])
def test_a_network_that_is_none_stops_the_start(value: str) -> None:
    with pytest.raises(SettingError, match="device_networks"):
        settings.load({"CHARGEDECK_DEVICE_NETWORKS": value})
