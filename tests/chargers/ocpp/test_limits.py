"""Limits of addresses and devices, with time as an argument."""

import pytest

from chargedeck.chargers.ocpp.limits import AddressBook, Bucket, Limits, address_key

FEW = Limits(connects_per_s=1, connects_burst=3, connections_per_address=2, connections=3)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("local", "local"),
    ],
)
def test_one_subscriber_is_one_address(host: str, key: str) -> None:
    assert address_key(host) == key


def test_open_connections_of_an_address_are_bounded() -> None:
    book = AddressBook(FEW)
    assert [book.arrived("a", 0) for _ in range(2)] == [None, None]
    assert book.arrived("a", 1) == "too many connections from this address"
    assert book.arrived("b", 1) == "too many connections in all"
    for _ in range(3):
        book.left("a")
    book.left("b")
    assert book.open == 0
    assert book.arrived("a", 9) is None


def test_an_address_in_a_hurry_waits_for_its_tokens() -> None:
    book = AddressBook(FEW)
    for _ in range(3):
        assert book.arrived("a", 0) is None
        book.left("a")
    assert book.arrived("a", 0.5) == "too many new connections a second from this address"
    book.left("a")
    assert book.arrived("a", 1.5) is None
    book.left("a")


def test_what_is_refused_again_and_again_is_told_once() -> None:
    book = AddressBook(FEW)
    book.arrived("a", 0)
    assert book.is_news("a")
    assert not book.is_news("a")


def test_addresses_are_forgotten() -> None:
    book = AddressBook(FEW)
    for address in ("a", "b"):
        book.arrived(address, 0)
    book.left("a")
    book.sweep(0.5)
    assert len(book) == 2
    book.sweep(10)
    assert len(book) == 1


def test_zero_lifts_the_limits_of_a_device_and_of_an_address() -> None:
    book = AddressBook(Limits.at_rate(0))
    assert {book.arrived("a", 0) for _ in range(5_000)} == {None}
    bucket = Bucket(Limits.at_rate(0).messages_burst, 0)
    bucket.refill(Limits.at_rate(0).messages_per_s, Limits.at_rate(0).messages_burst, 0)
    assert bucket.tokens > 1e9


def test_a_rate_brings_its_burst() -> None:
    limits = Limits.at_rate(5)
    assert (limits.messages_per_s, limits.messages_burst) == (5, 50)


def test_a_debt_is_paid_back_with_time() -> None:
    bucket = Bucket(10, 0)
    bucket.tokens = -20
    bucket.refill(5, 10, 2)
    assert bucket.tokens == -10
    bucket.refill(5, 10, 100)
    assert bucket.tokens == 10
