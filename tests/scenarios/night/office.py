"""What is done from a desk in a night: cards are made, blocked and removed, chargers named and ranked."""

import asyncio
import itertools
from typing import Any

from tests.scenarios.night.promise import Promise
from tests.scenarios.night.site import Outlet, Site

FAMILY = "FAMILY"

CardFacts = tuple[str, bool] | None
"""A card's label and whether it is blocked; None when there is none."""


class Office:
    """An operator who never sleeps."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._numbers = itertools.count(1)
        self.good_cards = [f"04AA0{number}" for number in range(4)]
        self.doubtful_card = "04BB00"
        self.cards: dict[str, Promise[CardFacts]] = {}
        self._ids: dict[str, str] = {}
        self.turn = asyncio.Lock()
        """Held while a card is changed, and by whoever looks whether the promises were kept."""

    async def open(self) -> None:
        """Make the cards that drivers use, before the night begins."""
        for number, tag in enumerate([*self.good_cards, self.doubtful_card]):
            more = {"parent_id_tag": FAMILY} if number < 2 else {}
            made = await self._site.api.post("/api/cards", {"id_tag": tag, "label": f"Card {tag}", **more})
            self.cards[tag] = Promise((f"Card {tag}", False))
            self._ids[tag] = made["id"]

    async def run(self) -> None:
        """Work until the night is over."""
        doings = (self._rename, self._rank, self._block, self._make_card, self._remove_card)
        while not self._site.over.is_set():
            await self._site.rng.choice(doings)()
            await self._site.pause(0.05, 0.6)

    async def _rename(self) -> None:
        outlet = self._any_outlet()
        await self._set(outlet, outlet.name, "name", f"Place {next(self._numbers)}")

    async def _rank(self) -> None:
        outlet = self._any_outlet()
        await self._set(outlet, outlet.priority, "priority", self._site.rng.randint(0, 5))

    def _any_outlet(self) -> Outlet:
        return self._site.rng.choice(self._site.outlets)

    async def _set(self, outlet: Outlet, promise: Promise[Any], field: str, value: object) -> None:
        async with outlet.turn:
            promise.asked(value)
            path = f"/api/chargers/{outlet.charger}"
            done, _ = await self._site.command("PATCH", path, {field: value})
            _note(promise, done, value)

    async def _block(self) -> None:
        """Block the doubtful card, or let it be used again."""
        tag = self.doubtful_card
        async with self.turn:
            known = self.cards[tag].confirmed
            assert known is not None
            facts = (known[0], not known[1])
            self.cards[tag].asked(facts)
            path = f"/api/cards/{self._ids[tag]}"
            done, _ = await self._site.command("PATCH", path, {"blocked": facts[1]})
            _note(self.cards[tag], done, facts)

    async def _make_card(self) -> None:
        tag = f"04CC{next(self._numbers):04}"
        label = f"Guest {tag}"
        async with self.turn:
            promise = self.cards[tag] = Promise[CardFacts](None)
            promise.asked((label, False))
            done, made = await self._site.command("POST", "/api/cards", {"id_tag": tag, "label": label})
            _note(promise, done, (label, False))
            if done:
                self._ids[tag] = made["id"]

    async def _remove_card(self) -> None:
        guests = [tag for tag in self._ids if tag.startswith("04CC")]
        if not guests:
            return
        tag = self._site.rng.choice(guests)
        async with self.turn:
            self.cards[tag].asked(None)
            done, _ = await self._site.command("DELETE", f"/api/cards/{self._ids.pop(tag)}")
            _note(self.cards[tag], done, None)


def _note(promise: Promise[Any], done: bool | None, value: object) -> None:
    if done:
        promise.kept(value)
    elif done is False:
        promise.refused(value)
