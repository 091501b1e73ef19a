"""A session while it is open: the record as it began, and what has changed since."""

from datetime import datetime, timedelta

from chargedeck.domain.register import Anomaly, Register, closed, read, recalled
from chargedeck.domain.units import WattHours
from chargedeck.hub.cost_views import LiveCostView
from chargedeck.hub.records import SessionRecord

CLOCK_TOLERANCE = timedelta(seconds=60)


class OpenSession:
    """Mutable, since every meter value changes it; `saved` gives the record to keep."""

    __slots__ = ("_charged_s", "_charging_since", "_record", "cost", "register", "told")

    def __init__(self, record: SessionRecord, *, told: bool) -> None:
        self._record = record
        self.told = told
        """Whether the device knows its number, which it must before it can be given limits for it."""
        self.register = Register(record.meter_start_wh, max(record.meter_start_wh, record.meter_last_wh))
        self.cost: LiveCostView | None = None
        """What it has cost so far, as it was last told; a final cost is with its record."""
        self._charged_s = record.charging_time_s
        self._charging_since: datetime | None = None

    @property
    def record(self) -> SessionRecord:
        """The record as the session began."""
        return self._record

    def remarked(self, record: SessionRecord) -> None:
        """Take over what people have said of it."""
        self._record = self._record._replace(
            authorized_by=record.authorized_by, car_id=record.car_id, note=record.note, tags=record.tags
        )

    @property
    def untouched(self) -> bool:
        """Whether no energy has passed yet."""
        return self.register.highest_wh == self.register.start_wh

    def read(self, value_wh: WattHours, *, is_old: bool = False) -> None:
        """Take a reading of the register; an old one comes after others that were made later."""
        self.register = recalled(self.register, value_wh) if is_old else read(self.register, value_wh)

    def flows(self, flowing: bool, now: datetime) -> bool:
        """Count charging time while energy flows; answers whether some has been counted."""
        since = self._charging_since
        if flowing:
            self._charging_since = now if since is None else since
        elif since is not None:
            self._charged_s = self.charging_time_s(now)
            self._charging_since = None
            return True
        return False

    def charging_time_s(self, now: datetime) -> float:
        """How long energy has flowed, in seconds."""
        running = (
            timedelta(0) if self._charging_since is None else max(timedelta(0), now - self._charging_since)
        )
        return self._charged_s + running.total_seconds()

    def saved(self, now: datetime) -> SessionRecord:
        """The record as of now, still open."""
        return self._record._replace(
            meter_last_wh=self.register.highest_wh,
            charging_time_s=self.charging_time_s(now),
        )

    def ended(
        self, at: datetime, meter_stop_wh: WattHours | None, reason: str | None, *, now: datetime
    ) -> SessionRecord:
        """The record, closed: the register of the stop decides."""
        register, anomalies = closed(self.register, meter_stop_wh)
        self.register = register
        if at > now + CLOCK_TOLERANCE or at < self._record.started_at:
            at = max(now, self._record.started_at)
            anomalies = (*anomalies, Anomaly.CLOCK_OFF)
        if register.went_back and Anomaly.REGISTER_WENT_BACK not in anomalies:
            anomalies = (*anomalies, Anomaly.REGISTER_WENT_BACK)
        self.flows(False, now)
        # We may hear of the end long after it, and have counted on until then.
        longest_s = (at - self._record.started_at).total_seconds()
        return self._record._replace(
            meter_last_wh=register.highest_wh,
            charging_time_s=min(self.charging_time_s(now), longest_s),
            ended_at=at,
            meter_stop_wh=meter_stop_wh,
            stop_reason=reason,
            anomalies=tuple(dict.fromkeys((*self._record.anomalies, *anomalies))),
        )
