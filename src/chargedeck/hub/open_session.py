"""A session while it is open: the record as it began, and what has changed since."""

from datetime import datetime, timedelta

from chargedeck.domain.charging_time import Silence, broken, flowed_s
from chargedeck.domain.reading import Reading
from chargedeck.domain.register import Anomaly, closed, is_next, marks, read, recalled, resumed
from chargedeck.domain.units import WattHours, Watts
from chargedeck.hub.cost_views import LiveCostView
from chargedeck.hub.records import SessionRecord

CLOCK_TOLERANCE = timedelta(seconds=60)


class OpenSession:
    """Mutable, since every meter value changes it; `saved` gives the record to keep."""

    __slots__ = (
        "_charged_s",
        "_charging_since",
        "_is_named",
        "_read_at",
        "_read_in",
        "_record",
        "_silence",
        "_silent_s",
        "cost",
        "register",
        "told",
    )

    def __init__(self, record: SessionRecord, *, told: bool) -> None:
        self._record = record
        self.told = told
        """Whether the device knows its number, which it must before it can be given limits for it."""
        went_back = Anomaly.REGISTER_WENT_BACK in record.anomalies
        self.register = resumed(record.meter_start_wh, record.meter_last_wh, went_back=went_back)
        self._read_at = self._read_in = record.started_at
        """When its own register was read last, by the device's clock and by ours."""
        self._is_named = False
        """Whether its device names it with its readings."""
        self.cost: LiveCostView | None = None
        """What it has cost so far, as it was last told; a final cost is with its record."""
        self._charged_s = record.charging_time_s
        self._charging_since: datetime | None = None
        self._silence: Silence | None = None
        """In which nobody counted its charging time; it stands until the register has told of it."""
        self._silent_s = 0.0
        """What had been counted before the silence."""

    def resumed(self) -> None:
        """It has been taken up from disk: what was not seen since it was saved is told by the register."""
        record = self._record
        self._silent_s = record.charging_time_s
        if record.counted_at is not None and record.counted_wh is not None:
            self._silence = Silence(record.counted_at, record.counted_wh)
        elif record.charging_time_s == 0:
            self._silence = Silence(record.started_at, record.meter_start_wh)

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

    def counted(
        self, reading: Reading, now: datetime, *, is_old: bool = False, tagged: bool = True
    ) -> Reading:
        """Take what a reading says of the register; an old one comes after others that were made later.

        Answers it as it is to be kept: without a register that is not the one the session is counted by.
        `tagged` tells whether the device says that it is of this session: a device that does so may tell
        of another register besides, without it.
        """
        value_wh, at = reading.register_wh, reading.at
        if value_wh is None:
            return reading
        if tagged:
            self._is_named = True
        elif self._is_named and not is_next(self.register, value_wh, self._elapsed_s(at, now)):
            return reading._replace(register_wh=None)
        return reading if self._read(value_wh, at, now, is_old=is_old) else reading._replace(register_wh=None)

    def _read(self, value_wh: WattHours, at: datetime, now: datetime, *, is_old: bool) -> bool:
        """Take a value; answers whether it can be one of the session's own register."""
        if is_old:
            lasted_s = None if at < self._record.started_at else self._lasted_s(now)
            self.register = recalled(self.register, value_wh, lasted_s)
        else:
            self.register = read(self.register, value_wh, self._elapsed_s(at, now))
            if value_wh == self.register.own_wh:
                self._read_at, self._read_in = at, now
        return value_wh <= self.register.own_wh

    def _elapsed_s(self, at: datetime, now: datetime) -> float | None:
        """Since the last reading: by its time, or by ours where the device's clock was put right."""
        if at < self._read_at:
            return None if at < self._record.started_at else self._lasted_s(now)
        return max((at - self._read_at).total_seconds(), (now - self._read_in).total_seconds())

    def _lasted_s(self, now: datetime) -> float | None:
        """Since it began; None where the device's clock has left no beginning to trust."""
        is_off = Anomaly.CLOCK_OFF in self._record.anomalies
        return None if is_off else max(0.0, (now - self._record.started_at).total_seconds())

    def heard(self, at: datetime, power_w: Watts | None, now: datetime) -> None:
        """A reading was made at `at`; if it is the first after a silence, the register tells of that."""
        silence = self._silence
        if silence is None or at < silence.since - CLOCK_TOLERANCE:
            return
        told_late = at < now - CLOCK_TOLERANCE
        told_at = at if told_late else now
        flowed = flowed_s(silence, self.register.highest_wh, told_at, power_w)
        self._charged_s, self._silent_s = self._charged_s + flowed, self._silent_s + flowed
        self._silence = broken(silence, self.register.highest_wh, told_at) if told_late else None

    def flows(self, flowing: bool, now: datetime) -> bool:
        """Count charging time while energy flows; answers whether some has been counted."""
        if self._silence is not None and self._silence.until is None:
            self._silence = self._silence._replace(until=now)
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
        charged_s, silence = self.charging_time_s(now), self._silence
        if silence is None:
            counted_at, counted_wh = now, self.register.own_wh
        else:
            # What has been counted since must not be found in the silence once more.
            counted_at = silence.since + timedelta(seconds=charged_s - self._silent_s)
            counted_wh = silence.register_wh
        return self._record._replace(
            # What a second count adds is found again; kept here, it would be added twice.
            meter_last_wh=self.register.own_wh,
            charging_time_s=charged_s,
            counted_at=counted_at,
            counted_wh=counted_wh,
        )

    def ended(
        self, at: datetime, meter_stop_wh: WattHours | None, reason: str | None, *, now: datetime
    ) -> SessionRecord:
        """The record, closed: the register of the stop decides."""
        is_off = at > now + CLOCK_TOLERANCE or at < self._record.started_at
        elapsed_s = None if is_off else self._elapsed_s(at, now)
        register, anomalies = closed(self.register, meter_stop_wh, elapsed_s)
        self.register = register
        if is_off:
            at = max(now, self._record.started_at)
            anomalies = (*anomalies, Anomaly.CLOCK_OFF)
        anomalies = (*anomalies, *marks(register))
        self.flows(False, now)
        if self._silence is not None:
            self._charged_s += flowed_s(self._silence, register.highest_wh, at)
            self._silence = None
        # We may hear of the end long after it, and have counted on until then.
        longest_s = (at - self._record.started_at).total_seconds()
        return self._record._replace(
            meter_last_wh=register.highest_wh,
            charging_time_s=min(self.charging_time_s(now), longest_s),
            counted_at=None,
            counted_wh=None,
            ended_at=at,
            meter_stop_wh=meter_stop_wh,
            stop_reason=reason,
            anomalies=tuple(dict.fromkeys((*self._record.anomalies, *anomalies))),
        )
