"""What may be wished for over MQTT, and where the broker is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck import settings
from chargedeck.mqtt.broker import broker
from chargedeck.mqtt.topics import UnclearWishError, Verb, Wish, charger_of, state_topic, wish, wish_topic


@pytest.mark.parametrize(
    ("topic", "payload", "wanted"),
    [
        ("chargedeck/garage/set/start", b"PRESS", Wish("garage", Verb.START)),
        ("chargedeck/garage/set/stop", b"", Wish("garage", Verb.STOP)),
        ("chargedeck/garage~2/set/pause", b"1", Wish("garage~2", Verb.PAUSE)),
        ("chargedeck/a%2Fb/set/resume", b"", Wish("a/b", Verb.RESUME)),
        ("chargedeck/garage/set/allowed_current", b" 13 ", Wish("garage", Verb.ALLOWED_CURRENT, amps=13)),
        ("chargedeck/garage/set/allowed_current", b"13.0", Wish("garage", Verb.ALLOWED_CURRENT, amps=13)),
        ("chargedeck/garage/set/lock", b"ON", Wish("garage", Verb.LOCK, locked=True)),
        ("chargedeck/garage/set/lock", b"false", Wish("garage", Verb.LOCK, locked=False)),
    ],
)
def test_a_wish_is_understood(topic: str, payload: bytes, wanted: Wish) -> None:
    assert wish(topic, payload) == wanted


@pytest.mark.parametrize(
    ("topic", "payload", "remedy"),
    [
        ("chargedeck/garage/set/allowed_current", b"13.5", "whole amperes"),
        ("chargedeck/garage/set/allowed_current", b"-6", "whole amperes"),
        ("chargedeck/garage/set/allowed_current", b"99999", "whole amperes"),
        ("chargedeck/garage/set/allowed_current", "²".encode(), "whole amperes"),
        ("chargedeck/garage/set/allowed_current", b"\xff\xfe", "whole amperes"),
        ("chargedeck/garage/set/lock", b"maybe", "ON or OFF"),
        ("chargedeck/garage/set/explode", b"", "allowed_current, start, stop"),
    ],
)
def test_an_unclear_wish_says_what_would_do(topic: str, payload: bytes, remedy: str) -> None:
    with pytest.raises(UnclearWishError, match=remedy) as caught:
        wish(topic, payload)
    assert topic in str(caught.value)


@given(st.text(min_size=1, max_size=48))
def test_every_id_has_a_topic_and_comes_back_from_it(charger: str) -> None:
    topic = state_topic(charger)
    assert not set("+#") & set(topic)
    assert topic.count("/") == 2
    assert charger_of(topic) == charger
    assert wish(wish_topic(charger, Verb.START), b"").charger == charger


def test_the_broker_is_read_from_its_address(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret\nnot this\n")
    found = broker("mqtts://charge%20deck@broker.example", file)
    assert (found.host, found.port, found.tls, found.username) == (
        "broker.example",
        8883,
        True,
        "charge deck",
    )
    assert found.password() == "secret"
    assert str(file) not in repr(found)
    plain = broker("mqtt://[::1]:1884", None)
    assert (plain.host, plain.port, plain.tls, plain.password()) == ("::1", 1884, False, None)


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("http://broker", "must begin with mqtt://"),
        ("mqtt://", "must be like"),
        ("mqtt://broker:99999", "must be like"),
        ("mqtt://broker/topic", "must be like"),
        ("mqtt://user:secret@broker", "mqtt_password_file"),
    ],
)
def test_an_address_that_will_not_do_is_named(url: str, remedy: str) -> None:
    with pytest.raises(settings.SettingError, match=remedy) as caught:
        settings.load({"CHARGEDECK_MQTT_URL": url})
    assert "secret" not in str(caught.value)
