"""A device as the screen shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chargedeck.hub.views import DeviceProblemView, DeviceView, MeterPhaseView, MeterView

if TYPE_CHECKING:
    from chargedeck.hub.device import Device
    from chargedeck.hub.local_side import LocalSide


def device_view(device: Device) -> DeviceView:
    """Lay a device out for the API."""
    record, identity, local = device.record, device.record.identity, device.local
    return DeviceView(
        id=record.id,
        name=record.name,
        driver=record.driver,
        station_id=record.station_id,
        state="approved" if record.approved else "pending",
        connected=device.online,
        address=device.address,
        protocol=device.protocol,
        vendor=identity.vendor,
        model=identity.model,
        serial=identity.serial,
        firmware=identity.firmware,
        has_password=record.password is not None or record.secret is not None,
        first_seen_at=record.first_seen_at,
        last_seen_at=device.seen_at,
        clock_offset_s=device.clock_offset_s,
        firmware_status=device.firmware_status,
        diagnostics_status=device.diagnostics_status,
        charger_ids=[outlet.id for outlet in device.outlets],
        kind=record.kind,
        hardware_id=record.hardware_id,
        problem=_problem(local),
        restart_pending=local.restart_pending,
        settings=local.settings,
        load_balancing=local.balancing,
        meter=_meter(local),
        card_list=device.card_list,
    )


def _problem(local: LocalSide) -> DeviceProblemView | None:
    found = local.problem
    return None if found is None else DeviceProblemView(found.trouble, found.detail, found.since)


def _meter(local: LocalSide) -> MeterView | None:
    reading = local.meter
    if reading is None:
        return None
    phases = [MeterPhaseView(*phase) for phase in reading.phases]
    return MeterView(reading.at, reading.power_w, phases)
