"""Numbers for Prometheus: what the fleet, the event streams and the HTTP routes do."""

from collections import Counter as Tally
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from chargedeck.domain.badge import Status, badge
from chargedeck.hub.fleet import Fleet
from chargedeck.live.ports import LiveBoard

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class HttpMetrics:
    """How many requests each route answered, how, and after what time the answer began."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "chargedeck_http_requests", "Requests answered", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "chargedeck_http_request_seconds",
            "Time until an answer began",
            ["method", "route"],
            buckets=_SECONDS,
            registry=registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class DeckCollector(Collector):
    """Looks at the fleet and the board whenever somebody asks."""

    def __init__(self, fleet: Fleet, board: LiveBoard) -> None:
        self._fleet = fleet
        self._board = board

    def collect(self) -> Iterable[Metric]:
        """All numbers, as they are now."""
        yield self._chargers()
        yield self._devices()
        chargers = self._fleet.chargers.values()
        yield GaugeMetricFamily(
            "chargedeck_open_sessions",
            "Sessions that are open",
            value=sum(charger.session is not None for charger in chargers),
        )
        stats = self._board.stats
        yield GaugeMetricFamily("chargedeck_event_streams", "Open event streams", value=stats.readers)
        for name, text, value in (
            ("ticks", "Times that changes were told", stats.ticks),
            ("events", "Changes told", stats.events),
            ("lags", "Streams that fell behind and were given a snapshot", stats.lags),
            ("snapshots", "Snapshots given", stats.snapshots),
            ("resumed", "Streams that went on where they had been", stats.resumed),
            ("faults", "Resources that could not be shown", stats.faults),
        ):
            yield CounterMetricFamily(f"chargedeck_event_{name}", text, value=value)

    def _chargers(self) -> Metric:
        family = GaugeMetricFamily("chargedeck_chargers", "Chargers by badge", labels=["status"])
        tally = Tally(badge(charger.badge_facts).status for charger in self._fleet.chargers.values())
        for status in Status:
            family.add_metric([status.value], tally[status])
        return family

    def _devices(self) -> Metric:
        family = GaugeMetricFamily(
            "chargedeck_devices", "Devices by state and connection", labels=["state", "connected"]
        )
        tally = Tally((device.approved, device.online) for device in self._fleet.devices.values())
        for approved in (False, True):
            for online in (False, True):
                labels = ["approved" if approved else "pending", str(online).lower()]
                family.add_metric(labels, tally[approved, online])
        return family


def register(registry: CollectorRegistry, fleet: Fleet, board: LiveBoard) -> HttpMetrics:
    """Put everything into the registry."""
    registry.register(DeckCollector(fleet, board))
    ProcessCollector(registry=registry)
    return HttpMetrics(registry)
