"""The cars that sessions are put down to."""

from collections.abc import Sequence

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.ports import Book
from chargedeck.hub.records import CarRecord


class Cars:
    """All cars; every change is on disk before it counts."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def all(self) -> Sequence[CarRecord]:
        """Every car, by name."""
        return sorted(await self._book.cars(), key=lambda car: (car.name.casefold(), car.id))

    async def get(self, car_id: str) -> CarRecord:
        """The car, or UnknownResourceError."""
        found = next((car for car in await self._book.cars() if car.id == car_id), None)
        if found is None:
            raise UnknownResourceError("car", car_id)
        return found

    async def save(self, car: CarRecord) -> None:
        """Add or change."""
        await self._book.save_car(car)

    async def delete(self, car: CarRecord) -> None:
        """Remove; sessions that it charged in stay."""
        await self._book.delete_car(car.id)
