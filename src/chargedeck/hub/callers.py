"""Who asks, and what they may see and do; the rules of roles are here and in no route."""

from dataclasses import dataclass
from datetime import datetime

from chargedeck.domain.cards import Authorizer, AuthorizerKind, Holder
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.records import Role, SignInRecord, TokenRecord, UserRecord


@dataclass(frozen=True, slots=True)
class Caller:
    """A person at a browser, or a program with a token.

    `stations` None means every station, `chargers` None every charger of these.
    `owner` names the streams that end with this sign-in: a path, so that `user:1` is above
    all that user 1 has open.
    """

    owner: str
    role: Role
    label: str
    stations: frozenset[StationId] | None
    expires_at: datetime | None
    chargers: frozenset[ChargerId] | None = None
    user: UserRecord | None = None
    sign_in: SignInRecord | None = None
    token: TokenRecord | None = None

    def may(self, needed: Role) -> bool:
        """Whether the role suffices."""
        return self.role.covers(needed)

    def sees(self, station_id: str) -> bool:
        """Whether the station is among the caller's own."""
        return self.stations is None or station_id in self.stations

    def sees_charger(self, station_id: str, charger_id: str) -> bool:
        """Whether the charger is among the caller's own."""
        return self.sees(station_id) and (self.chargers is None or charger_id in self.chargers)

    @property
    def person(self) -> str | None:
        """Whose doings alone the caller sees; None: everybody's. A driver's are their own."""
        if self.role is not Role.DRIVER:
            return None
        return NOBODY if self.user is None else self.user.id

    def must_see(self, station_id: str, kind: str, key: str) -> None:
        """Raise UnknownResourceError for what is not the caller's to see, as if it were not there."""
        if not self.sees(station_id):
            raise UnknownResourceError(kind, key)

    @property
    def authorizer(self) -> Authorizer:
        """Who a session that the caller starts is put down to."""
        user_id = None if self.user is None else self.user.id
        if self.token is None:
            return Authorizer(AuthorizerKind.USER, self.label, user_id, user_id)
        return Authorizer(AuthorizerKind.REMOTE, self.label, self.token.id, user_id)


NOBODY = ""
"""A driver's program that was made at the console drives for nobody."""


def owner_of_user(user_id: str) -> str:
    """The name above all streams of a user."""
    return f"user:{user_id}"


def rights_of(caller: Caller) -> tuple[object, ...]:
    """What a caller may: where it differs, nothing that was opened before goes on."""
    return (caller.role, caller.stations, caller.chargers)


def owner_of_token(token: TokenRecord) -> str:
    """The name of a token's streams."""
    above = "console" if token.created_by is None else owner_of_user(token.created_by)
    return f"{above}/token:{token.id}"


def owner_of_sign_in(sign_in: SignInRecord) -> str:
    """The name of a sign-in's streams."""
    return f"{owner_of_user(sign_in.user_id)}/sign-in:{sign_in.digest[:16]}"


def name_of(user: UserRecord) -> str:
    """What a person is called."""
    return f"{user.first_name} {user.last_name}".strip() or user.email


def stations_of(user: UserRecord) -> frozenset[StationId] | None:
    """An owner sees everything: somebody must."""
    if user.role is Role.OWNER or user.station_ids is None:
        return None
    return frozenset(user.station_ids)


def chargers_of(user: UserRecord) -> frozenset[ChargerId] | None:
    """Who runs a station runs all that is there."""
    if user.charger_ids is None or user.role.covers(Role.OPERATOR):
        return None
    return frozenset(user.charger_ids)


def holder_of(user: UserRecord) -> Holder:
    """What somebody's cards open."""
    return Holder(stations_of(user), chargers_of(user), user.expires_at)


def has_ended(user: UserRecord, now: datetime) -> bool:
    """Whether an account is over."""
    return user.expires_at is not None and user.expires_at <= now


def earlier(*times: datetime | None) -> datetime | None:
    """Whichever comes first; None never comes."""
    return min((at for at in times if at is not None), default=None)


def caller_by_sign_in(sign_in: SignInRecord, user: UserRecord) -> Caller:
    """A person at a browser."""
    return Caller(
        owner=owner_of_sign_in(sign_in),
        role=user.role,
        label=name_of(user),
        stations=stations_of(user),
        chargers=chargers_of(user),
        expires_at=earlier(sign_in.expires_at, user.expires_at),
        user=user,
        sign_in=sign_in,
    )


def caller_by_token(token: TokenRecord, user: UserRecord | None) -> Caller:
    """A program: it may never do more than the person who made its token may now."""
    return Caller(
        owner=owner_of_token(token),
        role=token.role if user is None or user.role.covers(token.role) else user.role,
        label=token.name,
        stations=None if user is None else stations_of(user),
        chargers=None if user is None else chargers_of(user),
        expires_at=token.expires_at if user is None else earlier(token.expires_at, user.expires_at),
        user=user,
        token=token,
    )
