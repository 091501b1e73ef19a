"""The linear program of a garage: who charges now if all that is known is to be charged in time.

Time is cut where a car leaves or a price changes; between two cuts nothing changes, so the mean current
of a stretch says as much as its periods and the program stays small. Its limits are tangents around the
true ones: what it answers must still be fitted, which is `garage_pilots`' work.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from chargedeck.energy.garage import Bill, Floats, Indices, Stay, Wiring, Worth

_KILO = 1000.0
_NOTHING = 1e-9
_NOTICEABLE = 0.01
"""Share of a future stretch's capacity that a solver's tolerance does not explain."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of periods in which nobody leaves and no price changes; the first is the present one."""

    lengths: Floats
    middles: Floats
    prices: Floats
    ends: Indices

    @classmethod
    def until_all_left(cls, stays: Sequence[Stay], bill: Bill | None) -> "Stretches":
        """Cut the time from now until the last one leaves."""
        last = max(stay.periods for stay in stays)
        cuts = {1, *(stay.periods for stay in stays)}
        prices = np.zeros(last)
        if bill is not None:
            prices = bill.per_kwh[:last]
            cuts.update((np.flatnonzero(np.diff(prices)) + 1).tolist())
        ends = np.array(sorted(cuts))
        starts = np.concatenate(([0], ends[:-1]))
        return cls((ends - starts).astype(float), (starts + ends - 1) / 2.0, prices[starts], ends)


class _Program:
    """Columns and rows as they are added, handed to HiGHS in one piece."""

    def __init__(self) -> None:
        self.costs: list[Floats] = []
        self.uppers: list[Floats] = []
        self.lowers_of_rows: list[Floats] = []
        self.uppers_of_rows: list[Floats] = []
        self.entries: list[tuple[Indices, Indices, Floats]] = []
        self.columns = self.rows = 0

    def add_columns(self, costs: Floats, uppers: Floats) -> Indices:
        """Add variables from 0 up; their numbers."""
        self.costs.append(costs)
        self.uppers.append(uppers)
        self.columns += len(costs)
        return np.arange(self.columns - len(costs), self.columns)

    def add_rows(self, lowers: Floats, uppers: Floats) -> Indices:
        """Add sums that must lie in a range; their numbers."""
        self.lowers_of_rows.append(lowers)
        self.uppers_of_rows.append(uppers)
        self.rows += len(uppers)
        return np.arange(self.rows - len(uppers), self.rows)

    def put(self, rows: Indices, columns: Indices, values: Floats) -> None:
        """Say how much of a column counts in a row."""
        self.entries.append((rows, columns, values))

    def solved(self) -> Floats:
        """The columns of the cheapest solution."""
        rows, columns, values = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        order = np.argsort(columns, kind="stable")
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_ = np.concatenate(self.costs)
        lp.col_lower_ = np.zeros(self.columns)
        lp.col_upper_ = np.concatenate(self.uppers)
        lp.row_lower_ = np.concatenate(self.lowers_of_rows)
        lp.row_upper_ = np.concatenate(self.uppers_of_rows)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(columns[order], np.arange(self.columns + 1))
        lp.a_matrix_.index_ = rows[order]
        lp.a_matrix_.value_ = values[order]
        solver = _solver()
        solver.passModel(lp)
        solver.run()
        # To charge nobody is always possible, and nothing can be had without end.
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return np.array(solver.getSolution().col_value)


def _solver() -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # it comes without annotations
    for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
        solver.setOptionValue(option, value)
    return solver


@dataclass(frozen=True, slots=True)
class Plan:
    """Currents for the period that begins now, and whether the plan needs what should be kept free."""

    now: Floats
    stretched: bool


@dataclass(frozen=True, slots=True)
class Task:
    """What there is to plan: who stays, under which wiring, at what price; `hours` is a period's length."""

    wiring: Wiring
    stays: Sequence[Stay]
    hours: float
    bill: Bill | None
    worth: Worth

    @property
    def outlets(self) -> Indices:
        """The outlet of each stay."""
        return np.array([stay.outlet for stay in self.stays], dtype=np.intp)


def planned(task: Task) -> Plan:
    """The best plan for all stays with what is known now."""
    if task.bill is None and (at_once := _all_at_once(task)) is not None:
        return Plan(at_once, stretched=False)
    draft = _Draft(task)
    draft.keep_within_wiring()
    if task.bill is not None:
        draft.keep_within_peak(task.bill)
    return draft.plan()


def _all_at_once(task: Task) -> Floats | None:
    """What all could draw now, if the wiring carries it: then there is nothing to plan."""
    most = np.array([min(stay.needs, stay.max_a) for stay in task.stays])
    total = np.zeros(len(task.wiring.volts))
    total[task.outlets] = most
    return most if task.wiring.carries(total) else None


class _Draft:
    """The program of one task: a column for each stay in each stretch before it leaves."""

    def __init__(self, task: Task) -> None:
        self._task, self._program = task, _Program()
        self._time = Stretches.until_all_left(task.stays, task.bill)
        leaves = np.array([stay.periods for stay in task.stays])
        self._stay, self._stretch = np.nonzero(self._time.ends[None, :] <= leaves[:, None])
        self._volts = task.wiring.volts[task.outlets][self._stay]
        draws = np.array([stay.max_a for stay in task.stays])[self._stay]
        self._charged = self._program.add_columns(
            -self._value(leaves), draws * self._time.lengths[self._stretch]
        )
        needs = np.array([stay.needs for stay in task.stays])
        wants = self._program.add_rows(np.full(len(needs), -np.inf), needs)
        self._program.put(wants[self._stay], self._charged, np.ones(len(self._charged)))
        self._draws = draws

    def _value(self, leaves: Indices) -> Floats:
        """What an ampere-period is worth: less if it comes late, the more so for who leaves early."""
        worth, hours = self._task.worth, self._task.hours
        days = self._time.middles[self._stretch] * hours / 24
        delay = worth.haste * worth.delivered * days * (1 + worth.urgency / (leaves * hours)[self._stay])
        return (worth.delivered - self._time.prices[self._stretch] - delay) * self._volts * hours / _KILO

    def keep_within_wiring(self) -> None:
        """Keep the currents of every stretch within the tangents; the last part of the future ones costs."""
        lines, limits = self._task.wiring.tangents
        sums, reachable = self._sums_of_alike(lines.shape[1])
        at, line = np.nonzero(reachable @ np.maximum(lines, 0).T > limits[None, :])
        kept = np.where(at == 0, 0.0, self._task.worth.kept_free)
        rows = self._program.add_rows(np.full(len(at), -np.inf), limits[line] * (1 - kept))
        for kind in range(lines.shape[1]):
            counts = np.flatnonzero(np.abs(lines[line, kind]) > _NOTHING)
            self._program.put(rows[counts], sums[at[counts], kind], lines[line[counts], kind])
        later = np.flatnonzero(at > 0)
        full_kw = float(limits.max(initial=0.0) * self._task.wiring.volts.max()) / _KILO
        self._kept_free = self._program.add_columns(
            self._reserve * full_kw, np.full(len(self._time.lengths), self._task.worth.kept_free)
        )
        self._program.put(rows[later], self._kept_free[at[later]], -limits[line[later]])

    def _sums_of_alike(self, kinds: int) -> tuple[Indices, Floats]:
        """Columns for the mean current of each stretch and kind of outlet, and how high it could be."""
        count = len(self._time.lengths)
        sums = self._program.add_columns(np.zeros(count * kinds), np.full(count * kinds, np.inf))
        equal = self._program.add_rows(np.zeros(count * kinds), np.zeros(count * kinds))
        kind = self._stretch * kinds + self._task.wiring.alike[self._task.outlets][self._stay]
        self._program.put(equal[kind], self._charged, np.ones(len(self._charged)))
        self._program.put(equal, sums, -np.repeat(self._time.lengths, kinds))
        reachable = np.bincount(kind, self._draws, minlength=count * kinds)
        shape = (count, kinds)
        return sums.reshape(shape), np.asarray(reachable, dtype=np.float64).reshape(shape)

    def keep_within_peak(self, bill: Bill) -> None:
        """Keep the power of every stretch below the peak, which may rise at its price."""
        count, kept_free = len(self._time.lengths), self._task.worth.kept_free
        rise = self._program.add_columns(np.array([bill.per_kw]), np.array([np.inf]))[0]
        spare = self._program.add_columns(self._reserve, np.full(count, np.inf))
        kilowatts = self._volts / _KILO / self._time.lengths[self._stretch]
        for kept in (np.zeros(count), np.where(np.arange(count) == 0, 0.0, kept_free)):
            rows = self._program.add_rows(np.full(count, -np.inf), (1 - kept) * bill.peak_kw)
            self._program.put(rows[self._stretch], self._charged, kilowatts)
            self._program.put(rows, np.full(count, rise), kept - 1)
            self._program.put(rows, spare, -np.sign(kept))

    @property
    def _reserve(self) -> Floats:
        """What a kilowatt throughout each stretch costs that leaves no room for cars still to come."""
        worth = self._task.worth
        return worth.reserve * worth.delivered * self._task.hours * self._time.lengths

    def plan(self) -> Plan:
        """Solve the program."""
        solved = self._program.solved()
        solution, kept_free = solved[self._charged], solved[self._kept_free]
        now = np.flatnonzero(self._stretch == 0)
        amps = np.zeros(len(self._task.stays))
        amps[self._stay[now]] = solution[now]
        return Plan(amps, stretched=bool(kept_free.max() > _NOTICEABLE))
