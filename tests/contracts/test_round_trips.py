"""Whatever a record holds comes back as it was, from every database."""

import secrets
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contracts.records import HOME, OWNER, SESSION, durable

from chargedeck.domain.cards import Authorizer, AuthorizerKind, Card
from chargedeck.domain.events import DeviceIdentity
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.reading import PhaseReading, Reading
from chargedeck.domain.register import Anomaly
from chargedeck.hub import records as r
from chargedeck.hub.session_query import SessionQuery
from chargedeck.storage import Storage


def unused() -> str:
    """An id that no other example has, for records that add up instead of replacing one another."""
    return secrets.token_hex(8)


examples = settings(
    max_examples=8,
    deadline=None,
    # One database serves all examples: each writes under its own key or replaces what was there.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

texts_of = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(texts_of, max_size=20)
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
numbers = st.floats(-1e12, 1e12)
ids = st.uuids().map(str)
optional_text = st.none() | texts
stations = st.just(HOME.id)
identities = st.builds(DeviceIdentity, optional_text, optional_text, optional_text, optional_text)
devices = st.builds(
    r.DeviceRecord,
    ids,
    texts,
    texts,
    stations,
    st.booleans(),
    times,
    st.none() | times,
    optional_text,
    identities,
)
chargers = st.builds(
    r.ChargerRecord,
    id=ids,
    device_id=st.just("garage"),
    connector=st.integers(1, 100),
    name=texts,
    station_id=stations,
    installation_current_a=numbers,
    allowed_current_a=numbers,
    plug_and_charge=st.booleans(),
    locked=st.booleans(),
    priority=st.integers(-1000, 1000),
    user_paused=st.booleans(),
    inspection_required=st.booleans(),
    lifetime_energy_wh=st.none() | numbers,
)
authorizers = st.builds(Authorizer, st.sampled_from(AuthorizerKind), texts, optional_text, optional_text)
sessions = st.builds(
    r.SessionRecord,
    id=ids,
    charger_id=texts,
    device_id=texts,
    station_id=texts,
    ref=texts,
    started_at=times,
    meter_start_wh=numbers,
    meter_last_wh=numbers,
    charging_time_s=numbers,
    counted_at=st.none() | times,
    counted_wh=st.none() | numbers,
    ended_at=st.none() | times,
    meter_stop_wh=st.none() | numbers,
    authorized_by=st.none() | authorizers,
    id_tag=optional_text,
    stop_reason=optional_text,
    origin=st.sampled_from(r.Origin),
    anomalies=st.lists(st.sampled_from(Anomaly), unique=True).map(tuple),
    cost=st.none(),
    car_id=optional_text,
    place=optional_text,
    note=texts,
    tags=st.lists(texts).map(tuple),
    deleted_at=st.none(),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
details = st.none() | st.dictionaries(texts, json_values, max_size=3)
users = st.builds(
    r.UserRecord,
    id=ids,
    email=ids.map(lambda name: f"{name}@Example.org"),
    password=texts,
    role=st.sampled_from(r.Role),
    first_name=texts,
    last_name=texts,
    language=texts,
    time_zone=texts,
    theme=texts,
    advanced_data=st.booleans(),
    station_ids=st.none() | st.lists(texts).map(tuple),
    created_at=st.none() | times,
)
tokens = st.builds(
    r.TokenRecord,
    ids,
    texts,
    st.sampled_from(r.Role),
    ids,
    optional_text,
    times,
    st.none() | times,
    st.none() | times,
)


@examples
@given(record=devices)
async def test_devices(storage: Storage, record: r.DeviceRecord) -> None:
    storage.journal.device(record)
    assert await durable(storage)
    assert record in await storage.book.devices()


@examples
@given(record=chargers)
async def test_chargers(storage: Storage, record: r.ChargerRecord) -> None:
    storage.journal.device(
        r.DeviceRecord(record.device_id, "", "ocpp16", HOME.id, approved=True, first_seen_at=HOME.created_at)
    )
    storage.journal.charger(record)
    assert await durable(storage)
    assert record in await storage.book.chargers()


@examples
@given(record=sessions)
async def test_sessions(storage: Storage, record: r.SessionRecord) -> None:
    storage.journal.session(record)
    assert await durable(storage)
    assert await storage.archive.session(record.id) == record
    assert record in (await storage.archive.sessions(query_of(record))).items


@examples
@given(change=st.builds(r.LimitChange, st.builds(unused), times, numbers, st.sampled_from(LimitReason)))
async def test_limits(storage: Storage, change: r.LimitChange) -> None:
    storage.journal.limit(change)
    assert await durable(storage)
    assert await storage.archive.limits(change.charger_id, change.at, after(change.at)) == [change]


@examples
@given(
    value=st.builds(
        r.SignedValue,
        st.builds(unused),
        st.integers(0, 100),
        texts,
        times,
        texts,
        st.text(texts_of, max_size=3000),
    )
)
async def test_signed_values(storage: Storage, value: r.SignedValue) -> None:
    assert value.ref is not None
    session = SESSION._replace(device_id=value.device_id, ref=value.ref)
    storage.journal.session(session)
    storage.journal.signed(value)
    assert await durable(storage)
    assert await storage.archive.signed_values(session.id) == [value]


@examples
@given(
    record=st.builds(r.EventRecord, times, texts, optional_text, st.builds(unused), optional_text, details)
)
async def test_events(storage: Storage, record: r.EventRecord) -> None:
    storage.journal.event(record)
    assert await durable(storage)
    assert await storage.archive.events(record.charger_id, record.at, after(record.at), 5) == [record]


@examples
@given(
    charger=st.builds(unused),
    at=times,
    values=st.lists(st.none() | numbers, min_size=11, max_size=11),
)
async def test_samples(storage: Storage, charger: Any, at: datetime, values: list[Any]) -> None:
    register, power, temperature, soc, limit, *electric = values
    phases = tuple(PhaseReading(n, electric[n + 2], electric[n - 1]) for n in (1, 2, 3))
    storage.journal.sample(charger, Reading(at, register, power, phases, temperature, soc), limit)
    assert await durable(storage)
    (point,) = await storage.archive.samples(charger, at, after(at), 0)
    assert (point.at, point.register_wh, point.power_w) == (at, register, power)
    assert (point.temperature_c, point.soc_ratio, point.limit_a) == (temperature, soc, limit)
    assert point.current_a == known(electric[:3])
    assert point.voltage_v == known(electric[3:])


@examples
@given(record=users)
async def test_users(storage: Storage, record: r.UserRecord) -> None:
    await storage.book.save_user(record)
    assert record in await storage.book.users()


@examples
@given(record=tokens)
async def test_tokens(storage: Storage, record: r.TokenRecord) -> None:
    await storage.book.save_token(record)
    assert await storage.book.token(record.digest) == record
    assert record in await storage.book.tokens()


@examples
@given(
    record=st.builds(
        Card, ids, ids, texts, st.just(OWNER.id), st.booleans(), st.none() | times, optional_text
    )
)
async def test_cards(storage: Storage, record: Card) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_card(record)
    assert record in await storage.book.cards()


@examples
@given(record=st.builds(r.StationRecord, ids, texts, st.booleans(), texts, times))
async def test_stations(storage: Storage, record: r.StationRecord) -> None:
    await storage.book.save_station(record)
    assert record in await storage.book.stations()


@examples
@given(
    record=st.builds(
        r.SignInRecord,
        ids,
        st.just(OWNER.id),
        texts,
        times,
        times.filter(lambda at: at > HOME.created_at),
        times,
        texts,
        texts,
    )
)
async def test_sign_ins(storage: Storage, record: r.SignInRecord) -> None:
    await storage.book.save_user(OWNER)
    await storage.book.save_sign_in(record)
    assert await storage.book.sign_in(record.digest) == (record, OWNER)


def after(at: datetime) -> datetime:
    """The next instant that a database can tell from this one."""
    return at + datetime.resolution


def known(values: list[float | None]) -> tuple[float | None, ...]:
    """Without the phases at the end that have no value."""
    while values and values[-1] is None:
        values = values[:-1]
    return tuple(values)


def query_of(record: r.SessionRecord) -> SessionQuery:
    return SessionQuery(
        chargers=[record.charger_id],
        stations=[record.station_id],
        start=record.started_at,
        end=after(record.started_at),
    )
