"""A LEKTRI.CO charger: its outlet, its session and everything that holds its current down; speaks no HTTP."""

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.units import NO_CURRENT, Amps
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Instant
from chargedeck.simulator.faults import fault
from chargedeck.simulator.house import PerPhase
from chargedeck.simulator.lektrico.alarms import Faults, ends_session
from chargedeck.simulator.lektrico.codes import Code, RpcError
from chargedeck.simulator.lektrico.device import Device
from chargedeck.simulator.lektrico.keys import CHARGER_KEYS, Settings
from chargedeck.simulator.lektrico.ladder import Reason, Rung, binding
from chargedeck.simulator.lektrico.limits import Limits
from chargedeck.simulator.lektrico.memory import Keep, Memory, forget
from chargedeck.simulator.lektrico.nameplate import MOST_CURRENT, Nameplate
from chargedeck.simulator.lektrico.orders import Order
from chargedeck.simulator.lektrico.phases import PhaseSwitch
from chargedeck.simulator.lektrico.recall import recall, remember
from chargedeck.simulator.lektrico.session import Session
from chargedeck.simulator.lektrico.status import Facts, State, state
from chargedeck.simulator.outlet import Outlet, Wiring, phase_powers
from chargedeck.simulator.world import World

_HARDWARE = Amps(MOST_CURRENT)


class Charger(Device):
    """Lives only when it is looked at or told something; nothing of it runs by itself."""

    def __init__(
        self, plate: Nameplate, world: World, memory: Memory | None = None, keep: Keep = forget
    ) -> None:
        installed = {"install_current": plate.install_current, "headless": plate.headless}
        super().__init__(plate, world, Settings(CHARGER_KEYS, installed))
        self.outlet = Outlet(Wiring(_HARDWARE, plate.wires), world.clock.now())
        self.session = Session()
        self.faults = Faults()
        self.limits = Limits(self.settings, self.faults)
        self.switch = PhaseSwitch(world, self.outlet, self._phases_switched)
        self.is_stopped = False
        """Whether somebody has to start before the car on the cable charges again."""
        self._keep = keep
        if memory is not None:
            recall(self, memory)
            self._changed()

    # what people do to it

    def plug(self, car: Car) -> None:
        """A car's cable is put in."""
        self.advance()
        self.outlet.plug(car)
        self.is_stopped = False
        self.journal("plugged")
        self._changed()

    def unplug(self) -> None:
        """The cable is pulled out."""
        self.advance()
        self._end()
        self.outlet.unplug()
        self.session.clear()
        self.journal("unplugged")
        self._changed()

    def swipe(self, tag: str) -> None:
        """A card is held to the reader: one that it knows starts, or stops."""
        if self.is_off or (self.plate.cards is not None and tag not in self.plate.cards):
            return
        if self.session.is_active:
            self.stop()
        else:
            self.start(tag)

    def raise_fault(self, error: ErrorType, detail: str | None) -> None:
        """An error comes up, beside those that are there."""
        self.advance()
        happened = fault(error, detail)
        self.faults.add(happened)
        if ends_session(happened):
            self._end()
            self.is_stopped = True
        worst = self.faults.worst
        if worst is not None:
            self.outlet.raise_fault(worst)
        self.journal("fault")
        self._changed()

    def clear_fault(self) -> None:
        """Everything is well again; what was only interrupted goes on."""
        self.advance()
        self.faults.clear()
        self.outlet.clear_fault()
        if self.session.is_active:
            self.outlet.enable(NO_CURRENT)
        self.journal("fault_cleared")
        self._changed()

    # what clients tell it

    def start(self, tag: str | None) -> bool:
        """Begin a session; False: there is nothing to charge, or something forbids it."""
        self.advance()
        if self.session.is_active:
            return True
        if self.settings.flag("charger_locked"):
            raise RpcError(Code.PROHIBITED)
        if not self.outlet.is_plugged or self.outlet.is_stopped_by_fault or self.is_updating:
            return False
        self._begin(tag)
        self._changed()
        return True

    def stop(self) -> bool:
        """End the session; False: there is none."""
        self.advance()
        if not self.session.is_active:
            return False
        self.is_stopped = True
        self._end()
        self._changed()
        return True

    def set_dynamic(self, amps: int, relay_mode: int | None) -> None:
        """Hold the current down until told otherwise or without power; 0 pauses."""
        if amps != 0 and not 6 <= amps <= MOST_CURRENT:
            raise RpcError(Code.RANGE)
        if relay_mode not in (None, 1, 3):
            raise RpcError(Code.RANGE)
        if relay_mode == 3 and self.plate.wires == 1:
            raise RpcError(Code.PROHIBITED)
        self.advance()
        self.limits.dynamic_current = amps
        if relay_mode is not None:
            self.limits.wants_single_phase = relay_mode == 1
        self._changed()

    def configure(self, name: str, value: object) -> None:
        """Set a key."""
        self.advance()
        self.settings.set(name, value)
        self._changed()

    def pause(self, *, paused: bool) -> None:
        """What dynamic current 0 does, in the words of old firmware."""
        self.advance()
        self.limits.is_paused = paused
        self._changed()

    def override_schedule(self) -> None:
        """Charge now, until the session ends."""
        self.advance()
        self.limits.is_override = True
        self._changed()

    def impose(self, by: Reason, amps: Amps | None) -> None:
        """A schedule or an OCPP central system holds it down, or lets go."""
        self.advance()
        self.limits.impose(by, amps)
        self._changed()

    def obey(self, order: Order) -> None:
        """The energy module has spoken."""
        self.advance()
        if self.limits.obey(order):
            self._changed()

    def reset(self) -> None:
        """Restart, as soon as no session is under way."""
        self.is_reset_wanted = True
        self._reset_if_free()

    # what it is

    @property
    def relay_mode(self) -> int:
        """3 when all phases of a three-phase charger are in use, else 1."""
        return 1 if self.limits.wants_single_phase else self.plate.wires

    @property
    def wants_current(self) -> bool:
        """Whether a share of the house's connection is of any use to it."""
        car = self.outlet.car
        return self.session.is_active and car is not None and not car.is_full

    def limit(self) -> Rung:
        """The lowest of them."""
        return binding(self.limits.rungs(self.outlet.at, switches=self.switch.is_busy), _HARDWARE)

    def state(self) -> State:
        """What it tells of itself."""
        return state(
            Facts(
                pilot=self.outlet.pilot,
                is_plugged=self.outlet.is_plugged,
                in_session=self.session.is_active,
                limit=self.limit(),
                is_headless=self.settings.flag("headless"),
                is_locked=self.settings.flag("charger_locked"),
                is_updating=self.is_updating,
            )
        )

    def draw(self, at: Instant) -> PerPhase:
        """What it takes from each phase of the house."""
        self._live_until(at)
        return phase_powers(self.outlet)

    # how it lives

    def advance(self) -> None:
        """Live until now."""
        self._live_until(self.world.clock.now())

    def power_off(self) -> None:
        """The contactor opens; what is volatile is lost."""
        self.advance()
        self.outlet.disable()
        self.switch.stop()
        self.limits.lose_power()
        self.is_reset_wanted, self.is_off = False, True
        self.journal("power_off")
        self.save()

    def power_on(self) -> None:
        """A session that the power was taken from goes on."""
        self.advance()
        self.is_off = False
        if self.session.is_active:
            self.outlet.enable(NO_CURRENT)
        self.journal("power_on")
        self._changed()

    def save(self) -> None:
        """Keep what must outlive a loss of power."""
        if self._keep is not forget:
            self._keep(remember(self))

    def journal(self, what: str) -> None:
        """Record what truly happened."""
        if self.world.is_recorded:
            outlet, session = self.outlet, self.session
            self.record(
                what,
                at=round(outlet.at, 3),
                register_wh=round(outlet.register_wh, 3),
                offered_a=outlet.offered_a,
                session_id=session.number,
                session_energy_wh=round(session.energy_wh, 3),
                in_session=session.is_active,
                id_tag=session.tag,
                limit_reason=self.limit().reason.name.lower(),
            )

    def _live_until(self, now: Instant) -> None:
        outlet = self.outlet
        edge = self.limits.next_edge(outlet.at)
        if edge is not None and edge <= now:
            outlet.advance(edge)
            self._offer()
        outlet.advance(now)
        if self.is_off:
            self.session.resume(outlet.at, outlet.register_wh)
        else:
            self.session.follow(outlet.at, outlet.register_wh)

    def _changed(self) -> None:
        """Bring session, phases and offer in line with what is the case now."""
        if self.is_off:
            return
        self.switch.want(1 if self.limits.is_single_phase else self.plate.wires)
        if self._may_begin_by_itself():
            self._begin(None)
        self._offer()
        self.save()

    def _may_begin_by_itself(self) -> bool:
        settings = self.settings
        return (
            self.outlet.is_plugged
            and not self.session.is_active
            and not self.is_stopped
            and not self.is_updating
            and not self.outlet.is_stopped_by_fault
            and settings.flag("headless")
            and not settings.flag("charger_locked")
        )

    def _begin(self, tag: str | None) -> None:
        self.is_stopped = False
        self.session.begin(self.outlet.at, self.outlet.register_wh, tag)
        self.outlet.enable(NO_CURRENT)
        self.journal("started")

    def _end(self) -> None:
        if not self.session.is_active:
            return
        self.outlet.disable()
        self.session.end()
        self.limits.is_override = False
        self.journal("stopped")
        self._reset_if_free()

    def _reset_if_free(self) -> None:
        if self.is_reset_wanted and not self.session.is_active:
            self.is_reset_wanted = False
            self.restart()

    def _offer(self) -> None:
        if not self.session.is_active or self.outlet.is_stopped_by_fault:
            return
        before = self.outlet.offered_a
        self.outlet.offer(self.limit().current_a)
        if self.outlet.offered_a != before:
            self.journal("offered")

    def _phases_switched(self) -> None:
        self.advance()
        self._changed()
