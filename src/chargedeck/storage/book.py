"""People, places and cards, and what an installation makes once and keeps."""

from collections.abc import Callable

from sqlalchemy import Connection, select

from chargedeck.hub.ports import Now
from chargedeck.storage.desk import Desk
from chargedeck.storage.keys import Keys
from chargedeck.storage.people import People
from chargedeck.storage.places import Places
from chargedeck.storage.tables import COUNTERS, SECRETS
from chargedeck.storage.timetables import Timetables


class SqlBook(Places, Timetables, People, Keys):
    """Implements the hub's Book."""

    def __init__(self, desk: Desk, now: Now) -> None:
        self._desk = desk
        self._now = now

    async def secret(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The value that was made first, whoever else makes one at the same time."""

        def keep(connection: Connection) -> bytes:
            add = self._desk.database.insert_into(SECRETS).values(name=name, value=make())
            connection.execute(add.on_conflict_do_nothing())
            value: bytes = connection.execute(known).scalar_one()
            return value

        known = select(SECRETS.c.value).where(SECRETS.c.name == name)
        found: bytes | None = await self._desk.read(lambda connection: connection.scalar(known))
        return await self._desk.write(keep) if found is None else found

    async def reserve_numbers(self, name: str, count: int) -> int:
        """The first of `count` numbers that are the asker's alone."""

        def reserve(connection: Connection) -> int:
            add = self._desk.database.insert_into(COUNTERS).values(name=name, next_number=count)
            add = add.on_conflict_do_update(
                index_elements=["name"], set_={"next_number": COUNTERS.c.next_number + count}
            )
            after: int = connection.execute(add.returning(COUNTERS.c.next_number)).scalar_one()
            return after - count

        return await self._desk.write(reserve)
