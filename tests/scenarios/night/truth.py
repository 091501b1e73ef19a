"""What truly happened in a night, from the journals of the simulated chargers; asks no server."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from chargedeck.domain.units import DeviceId, charger_id


@dataclass
class Transaction:
    """One transaction as the charger's own meter saw it."""

    charger: str
    id_tag: str
    start_wh: int
    stop_wh: int | None = None
    ref: int | None = None
    """The server's number, once the charger knows it."""
    acknowledged_wh: int = 0
    """The highest register in a message that the server has acknowledged."""
    is_start_acknowledged: bool = False
    is_stop_acknowledged: bool = False


@dataclass(frozen=True)
class Measured:
    """A meter value that the server has acknowledged."""

    charger: str
    at: datetime
    register_wh: float


@dataclass(frozen=True)
class Moment:
    """What an outlet offered and a car drew, at a time of the real world between `since` and `real_at`."""

    charger: str
    since: float
    real_at: float
    offered_a: float
    current_a: float


@dataclass
class Truth:
    """Grows with the journals."""

    journals: Sequence[Path]
    transactions: list[Transaction] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    happened: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _clocks: dict[str, tuple[float, float]] = field(default_factory=dict)
    """A moment of each outlet: by simulated time, and by the real one."""
    _read: dict[Path, int] = field(default_factory=lambda: defaultdict(int))
    _running: dict[str, Transaction] = field(default_factory=dict)
    _unnumbered: dict[str, list[Transaction]] = field(default_factory=lambda: defaultdict(list))
    _by_ref: dict[int, Transaction] = field(default_factory=dict)

    def follow(self) -> None:
        """Read what has been written since the last time."""
        for journal in self.journals:
            for entry in self._new_lines(journal):
                self._take(entry)

    def running(self, charger: str) -> Transaction | None:
        """The transaction that runs at a charger."""
        return self._running.get(charger)

    def ahead_s(self, charger: str, real_at: float, speed: float) -> float:
        """How far fast time has run ahead of the real one at an outlet."""
        simulated, real = self._clocks.get(charger, (real_at, real_at))
        return simulated - real + (real_at - real) * (speed - 1)

    def _new_lines(self, journal: Path) -> Iterator[dict[str, Any]]:
        if not journal.exists():
            return
        with journal.open("rb") as file:
            file.seek(self._read[journal])
            written = file.read()
        whole = written[: written.rfind(b"\n") + 1]  # the last line may be on its way
        self._read[journal] += len(whole)
        yield from map(json.loads, whole.splitlines())

    def _take(self, entry: dict[str, Any]) -> None:
        charger = charger_id(DeviceId(entry["charger"]), entry["connector"])
        event = entry["event"]
        self.happened[event] += 1
        if event == "acknowledged":
            self._acknowledge(charger, entry)
            return
        at = entry["real_at"]
        self.moments.append(Moment(charger, at, at, entry["offered_a"], entry["current_a"]))
        match event:
            case "plugged":
                simulated = datetime.fromisoformat(entry["at"]).timestamp()
                self._clocks[charger] = (simulated, entry["real_at"])
            case "started":
                begun = Transaction(charger, entry["id_tag"], int(entry["register_wh"]))
                self.transactions.append(begun)
                self._running[charger] = begun
                self._unnumbered[charger].append(begun)
            case "numbered":
                numbered = self._unnumbered[charger].pop(0)
                numbered.ref = entry["transaction_id"]
                self._by_ref[entry["transaction_id"]] = numbered
            case "stopped":
                self._running.pop(charger).stop_wh = int(entry["register_wh"])
            case _:
                pass

    def _acknowledge(self, charger: str, entry: dict[str, Any]) -> None:
        self.acknowledged[entry["action"]] += 1
        transaction = self._by_ref[entry["transaction_id"]]
        payload = json.loads(entry["payload"])
        match entry["action"]:
            case "StartTransaction":
                transaction.is_start_acknowledged = True
                transaction.start_wh = _told(payload["meterStart"], transaction.start_wh)
                transaction.acknowledged_wh = transaction.start_wh
            case "StopTransaction":
                transaction.is_stop_acknowledged = True
                transaction.stop_wh = _told(payload["meterStop"], transaction.stop_wh)
                transaction.acknowledged_wh = transaction.stop_wh
            case _:
                for value in payload["meterValue"]:
                    register = register_of(value["sampledValue"])
                    if register is not None:
                        at = datetime.fromisoformat(value["timestamp"])
                        self.measured.append(Measured(charger, at, register))
                        transaction.acknowledged_wh = max(transaction.acknowledged_wh, int(register))


def _told(told_wh: int, metered_wh: int | None) -> int:
    """What the charger has told of its register, as long as that is what the register showed."""
    assert metered_wh is not None
    assert abs(told_wh - metered_wh) <= 1, f"a charger told {told_wh} Wh, its register showed {metered_wh}"
    return told_wh


def register_of(samples: list[dict[str, str]]) -> float | None:
    """The register in Wh, whatever unit the charger writes it in."""
    for sample in samples:
        if sample.get("measurand") == "Energy.Active.Import.Register":
            return float(sample["value"]) * (1000 if sample.get("unit") == "kWh" else 1)
    return None
