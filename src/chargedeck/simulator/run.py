"""One run of simulated charge points from a plan: assembled, commanded, measured, ended cleanly."""

import gc
import ssl
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from chargedeck.domain.units import IdTag
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import REAL_TIME, Seconds, Speed, between
from chargedeck.simulator.fleet import Fleet, Passwords
from chargedeck.simulator.hands import Hands
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.inputs import Inputs, journal, until_over
from chargedeck.simulator.link import Server
from chargedeck.simulator.open_files import allow_open_files
from chargedeck.simulator.pace import Pace
from chargedeck.simulator.post import Post
from chargedeck.simulator.problems import lone_cause
from chargedeck.simulator.report import Report, report
from chargedeck.simulator.world import World, new_world

_MANY = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a run needs to know."""

    url: str
    identities: tuple[Identity, ...]
    passwords: Passwords = field(default_factory=Passwords)
    inputs: Inputs = field(default_factory=Inputs)
    speed: Speed = REAL_TIME
    car: Car = field(default_factory=Car)
    plugged: bool = False
    """Whether a car is on every cable from the start."""
    card: IdTag | None = None
    """Held to every reader once the central system has accepted."""
    ca_file: Path | None = None
    state_dir: Path | None = None
    journal: Path | None = None
    duration: Seconds | None = None
    connect_rate: float = 500.0
    longest_wait: Seconds = Seconds(30)
    checks_answers: bool = True


async def run(plan: Plan) -> Report:
    """Carry out a plan until its time is over, a command or a signal ends it."""
    allow_open_files(len(plan.identities))
    try:
        return await _run(plan)
    except ExceptionGroup as group:
        raise lone_cause(group) from group


async def _run(plan: Plan) -> Report:
    world = new_world(plan.speed)
    world.checks_answers = plan.checks_answers
    with journal(plan.journal, world):
        fleet = _build(plan, world)
        hands = Hands(fleet, car=plan.car)
        if len(fleet) >= _MANY:
            gc.collect()
            gc.freeze()  # so many objects that live as long as the run need no second look
            gc.set_threshold(100_000, 20, 1_000)
        began = world.wall.now()
        async with fleet.running():
            await until_over(plan.inputs, hands, plan.duration)
            lasted = between(began, world.wall.now())
            return report(world.statistics, len(fleet), lasted)


def _build(plan: Plan, world: World) -> Fleet:
    if plan.state_dir is not None:
        plan.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    tls = ssl.create_default_context(cafile=plan.ca_file) if plan.url.startswith("wss:") else None
    server = Server(plan.url.rstrip("/"), Pace(plan.connect_rate), tls, longest_wait=plan.longest_wait)
    fleet = Fleet(world, server, plan.passwords, plan.state_dir)
    for identity in plan.identities:
        post = fleet.add(identity)
        if plan.card is not None:
            post.point.on_first_acceptance = partial(_hold_card, post, plan.card)
        for connector in post.point.connectors if plan.plugged else ():
            if not connector.outlet.is_plugged:
                connector.plug(plan.car)
    return fleet


def _hold_card(post: Post, card: IdTag) -> None:
    for connector in post.point.connectors:
        if connector.session.can_start:
            connector.session.swipe(card)
