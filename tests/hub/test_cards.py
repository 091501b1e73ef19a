"""The cards in use: found however a reader spells them, and changed only on disk first."""

import pytest
from tests.hub.rig import Rig

from chargedeck.domain.cards import Card
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.units import IdTag


def card(card_id: str, tag: str, label: str = "Blue") -> Card:
    return Card(card_id, IdTag(tag), label)


async def test_a_card_is_found_by_id_and_by_tag_and_outlives_a_crash(rig: Rig) -> None:
    blue = card("1", "04a1B2")
    await rig.context.cards.save(blue)
    await rig.crash()
    cards = rig.context.cards
    assert cards.get("1") == blue
    assert cards.by_tag(" 04A1b2 ") == blue
    assert cards.by_tag("04A1B3") is None


async def test_cards_are_listed_by_their_label(rig: Rig) -> None:
    for number, label in enumerate(["beta", "Alpha", "alpha"]):
        await rig.context.cards.save(card(str(number), f"T{number}", label))
    assert [c.label for c in rig.context.cards.items] == ["Alpha", "alpha", "beta"]


async def test_two_cards_never_have_one_tag(rig: Rig) -> None:
    await rig.context.cards.save(card("1", "04A1B2"))
    with pytest.raises(ConflictError):
        await rig.context.cards.save(card("2", "04a1b2"))
    assert [c.id for c in rig.context.cards.items] == ["1"]
    assert rig.context.cards.by_tag("04A1B2") == card("1", "04A1B2")


async def test_a_card_that_changes_its_tag_gives_the_old_one_up(rig: Rig) -> None:
    await rig.context.cards.save(card("1", "OLD"))
    await rig.context.cards.save(card("1", "NEW"))
    assert rig.context.cards.by_tag("OLD") is None
    assert rig.context.cards.by_tag("NEW") == card("1", "NEW")
    await rig.context.cards.save(card("2", "OLD"))


async def test_a_deleted_card_is_gone(rig: Rig) -> None:
    await rig.context.cards.save(card("1", "04A1B2"))
    await rig.context.cards.delete("1")
    with pytest.raises(UnknownResourceError):
        rig.context.cards.get("1")
    with pytest.raises(UnknownResourceError):
        await rig.context.cards.delete("1")
    assert rig.context.cards.by_tag("04A1B2") is None
    await rig.crash()
    assert rig.context.cards.items == ()
