"""Between a charge point and its memory: what is kept, and how it wakes up with it."""

from typing import TYPE_CHECKING

from chargedeck.simulator.faults import StopReason
from chargedeck.simulator.ocpp16.authorization import LocalList
from chargedeck.simulator.ocpp16.memory import KeptCall, KeptOutlet, Memory
from chargedeck.simulator.ocpp16.profiles import Purpose
from chargedeck.simulator.ocpp16.transaction import Transaction

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint


def remember(point: "ChargePoint") -> Memory:
    """All that must outlive a loss of power."""
    transactions: list[Transaction] = []

    def place(transaction: Transaction) -> int:
        for number, known in enumerate(transactions):
            if known is transaction:
                return number
        transactions.append(transaction)
        return len(transactions) - 1

    calls = tuple(
        KeptCall(call.action, call.payload, place(call.transaction))
        for call in point.calls.kept
        if call.transaction is not None
    )
    outlets = tuple(
        KeptOutlet(
            register_wh=connector.outlet.register_wh,
            is_operative=connector.is_operative,
            car=connector.outlet.car,
            transaction=None if (running := connector.session.transaction) is None else place(running),
        )
        for connector in point.connectors
    )
    return Memory(
        outlets=outlets,
        configuration=dict(point.configuration.changed),
        password=point.password,
        firmware=point.identity.firmware,
        profiles=tuple(profile for profile in point.profiles if profile.purpose is not Purpose.TX),
        list_version=point.local_list.version,
        cards=dict(point.local_list.cards),
        transactions=tuple(transactions),
        calls=calls,
    )


def recall(point: "ChargePoint", memory: Memory) -> None:
    """Wake up after a loss of power; a transaction that was under way ends where the register stands."""
    point.configuration.restore(memory.configuration)
    point.local_list = LocalList(memory.list_version, memory.cards)
    for profile in memory.profiles:
        point.profiles.add(profile)
    if memory.password is not None:
        point.password = memory.password
        point.link.use_password(memory.password)
    if memory.firmware is not None:
        point.firmware_is(memory.firmware)
    for call in memory.calls:
        point.calls.record(call.action, call.payload, memory.transactions[call.transaction])
    for connector, kept in zip(point.connectors, memory.outlets, strict=False):
        connector.outlet.register_wh = kept.register_wh
        connector.is_operative = kept.is_operative
        if kept.car is not None:
            connector.outlet.plug(kept.car)
        if kept.transaction is not None:
            connector.session.transaction = memory.transactions[kept.transaction]
            connector.session.stop(StopReason.POWER_LOSS)
