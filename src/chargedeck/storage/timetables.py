"""The book's pages on when chargers charge, and on how they turned out to be wired."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import ChargerId
from chargedeck.energy.detection import Rotation
from chargedeck.hub.charging_rules import PlanRecord, ScheduleRecord
from chargedeck.storage.desk import Desk
from chargedeck.storage.rows import plain_values, plan_record, schedule_record
from chargedeck.storage.tables import LEARNED_WIRING, PLANS, SCHEDULES


class Timetables:
    """What belongs to a charger and goes with it."""

    _desk: Desk

    async def schedules(self) -> Sequence[ScheduleRecord]:
        """The rules of all chargers."""
        return await self._desk.all(SCHEDULES, schedule_record)

    async def save_schedule(self, record: ScheduleRecord) -> None:
        """Insert or replace; raises UnknownResourceError when the charger is gone."""
        await self._save(SCHEDULES, record.charger_id, plain_values(record))

    async def delete_schedule(self, schedule_id: str) -> None:
        """Delete."""
        await self._desk.delete(SCHEDULES, SCHEDULES.c.id == schedule_id)

    async def plans(self) -> Sequence[PlanRecord]:
        """The plans of all chargers that ever had one."""
        query = select(PLANS).order_by(PLANS.c.charger_id)
        return await self._desk.read(lambda connection: [*map(plan_record, connection.execute(query))])

    async def save_plan(self, record: PlanRecord) -> None:
        """Insert or replace; raises UnknownResourceError when the charger is gone."""
        await self._save(PLANS, record.charger_id, plain_values(record))

    async def learned_wiring(self) -> Mapping[ChargerId, Rotation]:
        """What has been learned of each charger's phases."""
        query = select(LEARNED_WIRING)
        return await self._desk.read(
            lambda connection: {row.charger_id: row.rotation for row in connection.execute(query)}
        )

    async def save_learned_wiring(self, charger: ChargerId, rotation: Rotation) -> None:
        """Insert or replace; raises UnknownResourceError when the charger is gone."""
        await self._save(LEARNED_WIRING, charger, {"charger_id": charger, "rotation": rotation})

    async def _save(self, table: Table, charger: ChargerId, values: Mapping[str, Any]) -> None:
        try:
            await self._desk.save(table, values)
        except IntegrityError as error:
            raise UnknownResourceError("charger", charger) from error
