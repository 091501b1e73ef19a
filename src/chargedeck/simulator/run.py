"""One run of simulated charge points from a plan: assembled, commanded, measured, ended cleanly."""

import asyncio
import gc
import resource
import signal
import ssl
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from chargedeck.domain.units import IdTag
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import REAL_TIME, Seconds, Speed, between
from chargedeck.simulator.control import Address, control_socket, follow_stdin, run_script
from chargedeck.simulator.fleet import Fleet, Passwords, Post
from chargedeck.simulator.hands import Hands
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.link import Server
from chargedeck.simulator.pace import Pace
from chargedeck.simulator.panel import panel_server
from chargedeck.simulator.problems import PlanError, lone_cause
from chargedeck.simulator.report import Report, report
from chargedeck.simulator.world import JournalEntry, World, new_world

_SPARE_FILES = 64
_MANY = 500


@dataclass(frozen=True, slots=True)
class Inputs:
    """Where commands come from."""

    script: Path | None = None
    stdin: bool = False
    control: Address | None = None
    panel: Address | None = None
    panel_origin: str = "http://127.0.0.1:8080"


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
    _allow_open_files(len(plan.identities))
    try:
        return await _run(plan)
    except ExceptionGroup as group:
        raise lone_cause(group) from group


async def _run(plan: Plan) -> Report:
    world = new_world(plan.speed)
    world.checks_answers = plan.checks_answers
    with _journal(plan.journal, world):
        fleet = _build(plan, world)
        hands = Hands(fleet, car=plan.car)
        if len(fleet) >= _MANY:
            gc.collect()
            gc.freeze()  # so many objects that live as long as the run need no second look
            gc.set_threshold(100_000, 20, 1_000)
        began = world.wall.now()
        async with fleet.running():
            await _until_over(plan, hands)
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


async def _until_over(plan: Plan, hands: Hands) -> None:
    inputs = plan.inputs
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, hands.quitting.set)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        if inputs.control is not None:
            port = await stack.enter_async_context(control_socket(hands, inputs.control))
            _say(f"control socket on {inputs.control.host}:{port}")
        if inputs.panel is not None:
            port = await stack.enter_async_context(panel_server(hands, inputs.panel, inputs.panel_origin))
            _say(f"demo panel on http://{inputs.panel.host}:{port}")
        working = []
        if inputs.script is not None:
            lines = inputs.script.read_text().splitlines()
            working.append(tasks.create_task(run_script(hands, lines), name="script"))
        if inputs.stdin:
            working.append(tasks.create_task(follow_stdin(hands), name="stdin"))
        try:
            async with asyncio.timeout(plan.duration):
                await hands.quitting.wait()
        except TimeoutError:
            hands.quitting.set()
        for task in working:
            task.cancel()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextmanager
def _journal(path: Path | None, world: World) -> Iterator[None]:
    """Write what truly happens as JSON lines, each on the disk's way before the network can tell of it."""
    if path is None:
        yield
        return
    with path.open("ab", buffering=0) as file:

        def write(entry: JournalEntry) -> None:
            file.write(msgspec.json.encode(entry) + b"\n")

        world.journal = write
        yield


def _allow_open_files(charge_points: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = charge_points + _SPARE_FILES
    if soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise PlanError(
            f"{charge_points} connections need {needed} open files, {hard} are allowed: ulimit -n"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
