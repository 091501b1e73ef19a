"""Latency percentiles."""

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.report import as_json, as_table, report
from chargedeck.simulator.statistics import Histogram, Statistics


@given(st.lists(st.floats(1e-5, 100), min_size=1, max_size=300), st.sampled_from([50, 90, 99, 100]))
def test_a_percentile_is_right_to_two_percent(times: list[float], percent: int) -> None:
    histogram = Histogram()
    for time in times:
        histogram.add(Seconds(time))
    exact = sorted(times)[max(-(-len(times) * percent // 100), 1) - 1]
    assert exact * 0.999 <= histogram.percentile(percent) <= exact * 1.021
    assert histogram.longest == max(times)


def test_nothing_measured_is_no_time() -> None:
    assert Histogram().percentile(99) == 0.0


def test_the_report_counts_answers_and_rate() -> None:
    statistics = Statistics()
    for _ in range(30):
        statistics.answered("Heartbeat", Seconds(0.002))
    statistics.answered("Authorize", Seconds(0.5))
    result = report(statistics, 7, Seconds(10))
    assert (result.answers, result.answers_per_s, result.charge_points) == (31, 3.1, 7)
    assert [(line.action, line.count) for line in result.actions] == [("Heartbeat", 30), ("Authorize", 1)]
    assert '"p99_ms":500' in as_json(result)
    console = Console(width=120, record=True, file=StringIO())
    console.print(as_table(result))
    text = console.export_text()
    assert "7 charge points, 10.0 s, 3.1 messages/s" in text
    assert "Heartbeat" in text
