"""Holds the history against the meters when the night is over; every claim says how often it was tested."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from tests.scenarios.night.office import Office
from tests.scenarios.night.reign import Reign
from tests.scenarios.night.site import Outlet, Site
from tests.scenarios.night.truth import Measured, Moment, Transaction

CLOCKS_AGREE_S = 0.05
"""What two processes may differ in what time it is."""

CAR_REACTS_S = 5.0
"""From a change of the pilot to the car's answer (IEC 61851-1), in the charger's time."""

FIRMWARE_LOOKS_S = 0.25
"""How often the charger's firmware looks at its car, in real time, when its own time runs fast."""

WINDOW = timedelta(seconds=5_000)
"""As many points as the API gives at a time, at one a second."""

NEVER_SEEN = frozenset({"start_unknown", "stop_unknown", "overlapping", "stop_below_start"})
"""What a session shows whose messages were lost."""

Session = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """Something that must hold, how often it was tested, and where it did not."""

    text: str
    tested: int
    broken: list[str]


async def prove(site: Site, office: Office, reign: Reign) -> list[Claim]:
    """Everything that must hold after a night."""
    site.truth.follow()
    sessions: list[Session] = await site.api.items("/api/sessions")
    settings = reign.checked["settings"]
    return [
        Claim("what was confirmed holds after each restart", settings, site.faults),
        _all_delivered(site),
        _each_once(site.truth.transactions, sessions),
        _energy_is_the_meters(sessions),
        _sums_are_the_meters(site, sessions),
        _nothing_guessed(sessions),
        _named_ones_exist(site.named_sessions, sessions),
        _cards_are_named(site.truth.transactions, sessions, office),
        _numbers_are_unique(site.truth.transactions),
        await _samples_are_there(site),
        _offers(site),
        _currents(site),
    ]


def _all_delivered(site: Site) -> Claim:
    transactions = site.truth.transactions
    broken = [
        f"{one.charger}: the transaction from {one.start_wh} Wh was never taken"
        for one in transactions
        if not (one.is_start_acknowledged and one.is_stop_acknowledged)
    ]
    return Claim("every transaction was acknowledged in the end", len(transactions), broken)


def _each_once(transactions: Iterable[Transaction], sessions: Iterable[Session]) -> Claim:
    true = Counter((one.charger, one.start_wh, one.stop_wh) for one in transactions)
    shown = Counter((s["charger_id"], s["meter_start_wh"], s["meter_stop_wh"]) for s in sessions)
    broken = [f"missing: {count} of {what}" for what, count in (true - shown).items()]
    broken += [f"too much: {count} of {what}" for what, count in (shown - true).items()]
    return Claim("each transaction is in the history once, with its registers", true.total(), broken)


def _energy_is_the_meters(sessions: list[Session]) -> Claim:
    broken = [
        f"{one['id']} at {one['charger_id']}: {one['energy_wh']} Wh from {one['meter_start_wh']} "
        f"to {one['meter_stop_wh']}"
        for one in sessions
        if None in (one["ended_at"], one["meter_stop_wh"])
        or one["energy_wh"] != one["meter_stop_wh"] - one["meter_start_wh"]
    ]
    return Claim("a session's energy is its registers' difference", len(sessions), broken)


def _sums_are_the_meters(site: Site, sessions: list[Session]) -> Claim:
    metered: dict[str, int] = defaultdict(int)
    for one in site.truth.transactions:
        metered[one.charger] += (one.stop_wh or 0) - one.start_wh
    summed: dict[str, float] = defaultdict(float)
    for session in sessions:
        summed[session["charger_id"]] += session["energy_wh"]
    broken = [
        f"{outlet.charger}: {summed[outlet.charger]:g} Wh in the history, {metered[outlet.charger]} metered"
        for outlet in site.outlets
        if summed[outlet.charger] != metered[outlet.charger]
    ]
    return Claim("a charger's sum is what its meter gave", len(site.outlets), broken)


def _nothing_guessed(sessions: list[Session]) -> Claim:
    broken = [
        f"{one['id']} at {one['charger_id']}: {one['origin']}, {one['anomalies']}"
        for one in sessions
        if one["origin"] == "recovered" or NEVER_SEEN & set(one["anomalies"])
    ]
    return Claim("no session had to be guessed", len(sessions), broken)


def _named_ones_exist(named: set[str], sessions: list[Session]) -> Claim:
    there = {one["id"] for one in sessions}
    twice = [f"listed twice: {key}" for key, n in Counter(one["id"] for one in sessions).items() if n > 1]
    missing = [f"gone: {key}" for key in named - there]
    return Claim("every session that an answer named is there", len(named), twice + missing)


def _cards_are_named(transactions: Iterable[Transaction], sessions: list[Session], office: Office) -> Claim:
    true = Counter(
        (one.charger, one.start_wh, one.stop_wh) for one in transactions if one.id_tag in office.good_cards
    )
    labels = {f"Card {tag}" for tag in office.good_cards}
    shown = Counter(
        (one["charger_id"], one["meter_start_wh"], one["meter_stop_wh"])
        for one in sessions
        if one["authorized_by"] is not None and one["authorized_by"]["label"] in labels
    )
    broken = [f"{what}: {count} of a card" for what, count in (true - shown).items()]
    return Claim("a card's sessions are put down to it", true.total(), broken)


def _numbers_are_unique(transactions: Iterable[Transaction]) -> Claim:
    numbers = Counter(one.ref for one in transactions if one.ref is not None)
    broken = [f"{ref} was given {count} times" for ref, count in numbers.items() if count > 1]
    broken += [f"{ref} is no 31-bit number" for ref in numbers if not 0 < ref < 2**31]
    return Claim("transaction numbers never repeat", len(numbers), broken)


async def _samples_are_there(site: Site) -> Claim:
    """Every acknowledged meter value, to the second and the register."""
    broken = []
    ordered = sorted(site.truth.measured, key=lambda one: (one.charger, one.at))
    for charger, values in groupby(ordered, key=lambda one: one.charger):
        for window in _windows(list(values)):
            registers = await _registers(site, charger, window)
            broken += [
                f"{charger}: {one.register_wh:g} Wh at {one.at} is not in the history"
                for one in window
                if (registers.get(one.at.replace(microsecond=0)) or 0) < one.register_wh - 0.001
            ]
    return Claim("every acknowledged meter value is in the history", len(ordered), broken)


def _windows(values: list[Measured]) -> Iterator[list[Measured]]:
    """Stretches that one question to the API covers."""
    window: list[Measured] = []
    for one in values:
        if window and one.at - window[0].at > WINDOW - timedelta(seconds=2):
            yield window
            window = []
        window.append(one)
    if window:
        yield window


async def _registers(site: Site, charger: str, window: list[Measured]) -> dict[datetime, float | None]:
    start = window[0].at.replace(microsecond=0)
    end = window[-1].at.replace(microsecond=0) + timedelta(seconds=1)
    path = f"/api/chargers/{charger}/samples"
    found = await site.api.get(path, **{"from": start.isoformat(), "to": end.isoformat(), "resolution": 1})
    return {datetime.fromisoformat(one["at"]).astimezone(UTC): one["energy_wh"] for one in found["items"]}


# -- currents ----------------------------------------------------------------------------------


def _offers(site: Site) -> Claim:
    """The pilot never offers more than was allowed; a lower limit holds from its confirmation on."""
    broken, tested = [], 0
    for outlet, moments in _by_outlet(site):
        for one in moments:
            tested += 1
            most = outlet.allowance.most(one.since - CLOCKS_AGREE_S, one.real_at + CLOCKS_AGREE_S)
            if one.offered_a > most + 0.05:
                broken.append(
                    f"{_clock(one)} {outlet.charger} offers {one.offered_a:g} A, {most:g} A allowed"
                )
        written = [one for one in site.truth.moments if one.charger == outlet.charger]
        for narrowed, most in outlet.allowance.narrowings:
            tested += 1
            still = _offered_at(written, narrowed + CLOCKS_AGREE_S)
            if still > max(most, outlet.allowance.most(narrowed, narrowed + 2 * CLOCKS_AGREE_S)) + 0.05:
                broken.append(f"{outlet.charger} still offers {still:g} A after {most:g} A were confirmed")
    return Claim("no charger offers more than its limit", tested, broken)


def _offered_at(moments: list[Moment], real_at: float) -> float:
    """What was last seen to be offered; every change is in the journal."""
    place = bisect_right(moments, real_at, key=lambda one: one.real_at)
    return moments[place - 1].offered_a if place else 0.0


def _currents(site: Site) -> Claim:
    """No car draws more than was offered at any time of its reaction."""
    broken, tested = [], 0
    reaction_s = CAR_REACTS_S / site.speed + FIRMWARE_LOOKS_S
    for outlet, moments in _by_outlet(site):
        for one in moments:
            tested += 1
            most = outlet.allowance.most(one.since - reaction_s, one.real_at + CLOCKS_AGREE_S)
            if one.current_a > most + 0.05:
                broken.append(f"{_clock(one)} {outlet.charger} draws {one.current_a:g} A, {most:g} A allowed")
    return Claim("no car draws more than its charger's limit", tested, broken)


def _clock(moment: Moment) -> str:
    return f"{datetime.fromtimestamp(moment.real_at, UTC):%H:%M:%S}"


def _by_outlet(site: Site) -> Iterator[tuple[Outlet, list[Moment]]]:
    for outlet in site.outlets:
        moments = [one for one in (*site.truth.moments, *site.moments) if one.charger == outlet.charger]
        yield outlet, sorted(moments, key=lambda one: one.real_at)
