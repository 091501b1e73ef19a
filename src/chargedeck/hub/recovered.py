"""A session of which a device tells the end alone: what its own readings show, however often it is told."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from chargedeck.domain.cards import folded
from chargedeck.domain.register import Anomaly
from chargedeck.domain.units import DeviceId, SessionId, WattHours
from chargedeck.hub.open_session import CLOCK_TOLERANCE
from chargedeck.hub.permission import judge_start
from chargedeck.hub.records import Origin, SessionRecord

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.domain.events import TransactionStopped
    from chargedeck.hub.charger import Charger


_SAME_TIME = timedelta(seconds=1)
"""What is told twice may be rounded differently."""


def own_ref(stopped: TransactionStopped) -> str:
    """The number to keep a session by that was stopped under a number which need not be ours.

    Chargers that began offline send 0 or -1 for every such session: the time tells them apart.
    """
    ref = stopped.ref
    return ref if ref.isdecimal() and int(ref) > 0 else ref_by_end(stopped)


def ref_by_end(stopped: TransactionStopped) -> str:
    """The number to keep a session by whose number another one has already."""
    return f"{stopped.ref}@{stopped.at.isoformat()}"


def is_of_another(stopped: TransactionStopped, ended: SessionRecord) -> bool:
    """Whether a stop under the number of a session that has ended is the stop of another one.

    A repetition has the register or the time of the end that we know. Some chargers number their offline
    sessions anew after each restart: such a session lies beside the known one, in time or on the meter.
    """
    if ended.ended_at is None or stopped.meter_stop_wh == ended.meter_stop_wh:
        return False
    if abs(stopped.at - ended.ended_at) <= _SAME_TIME:
        return False
    registers = [r.register_wh for r in stopped.readings if r.register_wh is not None]
    if stopped.meter_stop_wh is not None:
        registers.append(stopped.meter_stop_wh)
    began_at = min([r.at for r in stopped.readings] + [stopped.at])
    is_later = began_at >= ended.ended_at - _SAME_TIME
    is_earlier = stopped.at <= ended.started_at + _SAME_TIME
    return is_later or is_earlier or min(registers, default=WattHours(0)) >= ended.meter_last_wh


def recovered(charger: Charger, stopped: TransactionStopped, ref: str, now: datetime) -> SessionRecord:
    """A session whose beginning we never saw: its energy is what its own readings show."""
    registers = [r.register_wh for r in stopped.readings if r.register_wh is not None]
    stop_wh = stopped.meter_stop_wh
    if stop_wh is None:
        stop_wh = max(registers, default=WattHours(0))
    ahead = stopped.at > now + CLOCK_TOLERANCE
    ended_at = now if ahead else stopped.at
    started_at = min([r.at for r in stopped.readings] + [ended_at])
    tag = None if stopped.id_tag is None else folded(stopped.id_tag)
    return SessionRecord(
        id=_session_id(charger.record.device_id, stopped),
        charger_id=charger.id,
        device_id=charger.record.device_id,
        station_id=charger.record.station_id,
        ref=ref,
        started_at=started_at,
        ended_at=ended_at,
        meter_start_wh=min([*registers, stop_wh]),
        meter_last_wh=stop_wh,
        meter_stop_wh=stopped.meter_stop_wh,
        authorized_by=None if tag is None else judge_start(charger, tag, now).authorizer,
        id_tag=tag,
        stop_reason=stopped.reason,
        origin=Origin.RECOVERED,
        anomalies=(Anomaly.START_UNKNOWN, Anomaly.CLOCK_OFF) if ahead else (Anomaly.START_UNKNOWN,),
    )


def _session_id(device: DeviceId, stopped: TransactionStopped) -> SessionId:
    """The same for every repeat, so that whichever comes last replaces the others."""
    told = f"{device}\0{ref_by_end(stopped)}\0{stopped.meter_stop_wh}"
    return SessionId(blake2b(told.encode(), digest_size=8).hexdigest())
