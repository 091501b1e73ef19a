"""What a restore does not give back: a table of what was there, and what must hold whatever was there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.hub.records import Role
from chargedeck.hub.restored_access import Access, Withheld, withheld, withheld_from_the_unknown

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER, OWNER, DRIVER = NOON + timedelta(hours=1), Role.OWNER, Role.DRIVER
BACKUP = Access(
    {"ana": OWNER, "bob": DRIVER},
    frozenset({"ha", "hall"}),
    frozenset({"phone"}),
    {"BLUE": False, "RED": False},
    NOON,
)
BOTH = frozenset({"ana", "bob"})


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        pytest.param(None, Withheld(), id="a new machine: all opens"),
        pytest.param(Access({"eve": OWNER}, changed_at=LATER), Withheld(), id="another installation"),
        pytest.param(
            Access(keys=frozenset({"ha"}), changed_at=LATER),
            Withheld(keys=frozenset({"hall"}), ways=BACKUP.ways),
            id="a key in common: no owner would be left",
        ),
        pytest.param(BACKUP, Withheld(BOTH), id="nothing was taken away"),
        pytest.param(
            replace(BACKUP, keys=frozenset({"ha", "new"})),
            Withheld(BOTH, keys=frozenset({"hall"})),
            id="a key",
        ),
        pytest.param(
            replace(BACKUP, ways=frozenset()),
            Withheld(BOTH, ways=frozenset({"phone"})),
            id="push on a device",
        ),
        pytest.param(
            replace(BACKUP, cards={"BLUE": True, "RED": False}),
            Withheld(BOTH, cards=frozenset({"BLUE"})),
            id="a card was blocked",
        ),
        pytest.param(
            replace(BACKUP, cards={"RED": False, "NEW": True}),
            Withheld(BOTH, cards=frozenset({"BLUE"})),
            id="a card was deleted",
        ),
        pytest.param(
            replace(BACKUP, users={"ana": OWNER, "eve": DRIVER}, changed_at=LATER),
            Withheld(frozenset({"ana"}), frozenset({"bob"})),
            id="a person was removed",
        ),
        pytest.param(
            replace(BACKUP, users={"bob": DRIVER, "eve": OWNER}, keys=frozenset(), changed_at=LATER),
            Withheld(keys=BACKUP.keys),
            id="no owner would be left: accounts as in the backup, its keys not",
        ),
        pytest.param(
            replace(BACKUP, keys=frozenset(), cards={"BLUE": True}, changed_at=NOON - timedelta(days=1)),
            Withheld(keys=BACKUP.keys, cards=frozenset({"BLUE"})),
            id="the backup is the newer one: accounts and cards as in it",
        ),
        pytest.param(
            replace(BACKUP, changed_at=None),
            Withheld(),
            id="it never changed: the backup is newer",
        ),
    ],
)
def test_what_does_not_come_back(replaced: Access | None, expected: Withheld) -> None:
    assert withheld(BACKUP, replaced) == expected


def test_of_what_cannot_be_read_no_key_is_trusted() -> None:
    assert withheld_from_the_unknown(BACKUP) == Withheld(keys=BACKUP.keys)


NAMES = st.frozensets(st.sampled_from("abcdef"))
ACCESS = st.builds(
    Access,
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from(Role), max_size=4),
    NAMES,
    NAMES,
    st.dictionaries(st.sampled_from("abc"), st.booleans()),
    st.none() | st.sampled_from([NOON, LATER]),
)


@given(ACCESS, ACCESS)
def test_nothing_comes_back_that_the_same_installation_has_shut_out(backup: Access, replaced: Access) -> None:
    found = withheld(backup, replaced)
    if backup.users.keys() & replaced.users.keys() or backup.keys & replaced.keys:
        assert backup.keys - found.keys <= replaced.keys
        assert backup.ways - found.ways <= replaced.ways
        assert {tag for tag in backup.cards if replaced.cards.get(tag)} <= found.cards
    assert found.carried.isdisjoint(found.ended)
    assert found.ended <= backup.users.keys()
    if found.carried or found.ended:
        assert any(replaced.users[user] is OWNER for user in found.carried), "somebody has it in their hands"
