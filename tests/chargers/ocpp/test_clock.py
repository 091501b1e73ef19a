"""How far a device's clock is off, told from messages that may be late."""

from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.chargers.ocpp.clock import ClockEstimate

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def told(samples: list[tuple[float, float]]) -> list[float]:
    """The news from (seconds after NOW, offset of the message's time) pairs."""
    clock = ClockEstimate()
    news = []
    for second, offset in samples:
        now = NOW + timedelta(seconds=second)
        if (offset_s := clock.sample(now + timedelta(seconds=offset), now)) is not None:
            news.append(offset_s)
    return news


@pytest.mark.parametrize(
    ("samples", "news"),
    [
        pytest.param([(0, -0.2)], [-0.2], id="a clock that is right is believed at once"),
        pytest.param([(0, 300)], [300], id="so is one that is ahead: no message comes before its time"),
        pytest.param([(0, -3600)], [], id="one that is behind may be a late message"),
        pytest.param([(0, -3600), (1, -0.1)], [-0.1], id="late messages do not make a clock slow"),
        pytest.param(
            [(0, -600), (30, -600), (70, -600)], [-600], id="a slow clock is believed after a while"
        ),
        pytest.param(
            [(0, -600), (30, -630), (70, -670)], [], id="a state told again with its old time proves nothing"
        ),
        pytest.param([(0, 0), (1, 0.1), (2, -0.3)], [0], id="what has been told is not told again"),
        pytest.param([(0, 300), (130, 0)], [300, 0], id="a clock that was set right is noticed"),
    ],
)
def test_the_least_late_message_decides(samples: list[tuple[float, float]], news: list[float]) -> None:
    assert told(samples) == pytest.approx(news)
