"""The profiles installed in a charge point: what is accepted, replaced, cleared; computes no limit."""

from collections.abc import Iterator

from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.ocpp16.profiles import ChargingProfile, Period, Purpose, RateUnit
from chargedeck.simulator.wire import Payload, instant

MAX_STACK_LEVEL = 8
MAX_PERIODS = 24
MAX_INSTALLED = 20


class BadProfileError(Exception):
    """A profile that the charge point rejects, with the reason."""


def read_profile(connector: int, raw: Payload) -> ChargingProfile:
    """Understand a `csChargingProfiles` that already fits its schema."""
    schedule = raw["chargingSchedule"]
    periods = tuple(
        Period(Seconds(period["startPeriod"]), period["limit"])
        for period in schedule["chargingSchedulePeriod"]
    )
    duration = schedule.get("duration")
    profile = ChargingProfile(
        profile_id=raw["chargingProfileId"],
        connector=connector,
        purpose=Purpose(raw["chargingProfilePurpose"]),
        stack_level=raw["stackLevel"],
        kind=raw["chargingProfileKind"],
        unit=RateUnit(schedule["chargingRateUnit"]),
        periods=periods,
        starts_at=instant(schedule.get("startSchedule", "")),
        duration=None if duration is None else Seconds(duration),
        recurrency=raw.get("recurrencyKind"),
        valid_from=instant(raw.get("validFrom", "")),
        valid_to=instant(raw.get("validTo", "")),
        transaction_id=raw.get("transactionId"),
    )
    _check(profile)
    return profile


def _check(profile: ChargingProfile) -> None:
    starts: list[float] = [period.start for period in profile.periods]
    wrong = {
        "stackLevel is out of range": not 0 <= profile.stack_level <= MAX_STACK_LEVEL,
        "too many periods or none": not 1 <= len(starts) <= MAX_PERIODS,
        "periods must begin at 0 and follow each other": starts[:1] != [0] or starts != sorted(set(starts)),
        "a limit is negative": any(period.limit < 0 for period in profile.periods),
        "the charge point's maximum belongs to connector 0 and is not Relative": (
            profile.purpose is Purpose.CHARGE_POINT_MAX
            and (profile.connector != 0 or profile.kind == "Relative")
        ),
        "a TxProfile belongs to a connector": profile.purpose is Purpose.TX and profile.connector == 0,
        "Recurring needs recurrencyKind and startSchedule": (
            profile.kind == "Recurring" and (profile.recurrency is None or profile.starts_at is None)
        ),
    }
    for reason, is_wrong in wrong.items():
        if is_wrong:
            raise BadProfileError(reason)


class ProfileBook:
    """Installed profiles; a new one replaces that with its id, and that of its purpose and level."""

    __slots__ = ("_profiles",)

    def __init__(self) -> None:
        self._profiles: tuple[ChargingProfile, ...] = ()

    def __iter__(self) -> Iterator[ChargingProfile]:
        return iter(self._profiles)

    def __len__(self) -> int:
        return len(self._profiles)

    def add(self, profile: ChargingProfile) -> None:
        """Install a profile."""
        kept = tuple(old for old in self._profiles if not _replaces(profile, old))
        if len(kept) >= MAX_INSTALLED:
            raise BadProfileError(f"{MAX_INSTALLED} profiles are installed already")
        self._profiles = (*kept, profile)

    def clear(
        self,
        *,
        profile_id: int | None = None,
        connector: int | None = None,
        purpose: Purpose | None = None,
        stack_level: int | None = None,
    ) -> int:
        """Remove what fits every filter that is given, and say how many that were."""
        kept = tuple(
            profile
            for profile in self._profiles
            if (profile_id is not None and profile.profile_id != profile_id)
            or (connector is not None and profile.connector != connector)
            or (purpose is not None and profile.purpose is not purpose)
            or (stack_level is not None and profile.stack_level != stack_level)
        )
        removed = len(self._profiles) - len(kept)
        self._profiles = kept
        return removed


def _replaces(new: ChargingProfile, old: ChargingProfile) -> bool:
    return new.profile_id == old.profile_id or (
        (new.purpose, new.connector, new.stack_level) == (old.purpose, old.connector, old.stack_level)
    )
