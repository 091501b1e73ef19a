"""An energy module (EM, 3EM): meters the house it stands in and shares its connection; speaks no HTTP."""

from collections.abc import Sequence

from chargedeck.domain.units import Amps, Ratio, Volts, Watts
from chargedeck.simulator.clock import Instant, Seconds, Timer, after
from chargedeck.simulator.house import House, PhaseReading
from chargedeck.simulator.lektrico.balance import Mode, Rules, share, step
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.device import Device
from chargedeck.simulator.lektrico.keys import MODULE_KEYS, Settings
from chargedeck.simulator.lektrico.memory import Keep, Memory, forget
from chargedeck.simulator.lektrico.nameplate import MOST_CURRENT, Nameplate
from chargedeck.simulator.lektrico.orders import TRUSTED, Order
from chargedeck.simulator.world import World

_PERIOD = Seconds(1)
_LOST_WORDS = 3
_DEAD = PhaseReading(Volts(0), Amps(0), Watts(0), Ratio(0))


class Module(Device):
    """Speaks to the chargers of its house once a second."""

    def __init__(
        self,
        plate: Nameplate,
        world: World,
        house: House,
        memory: Memory | None = None,
        keep: Keep = forget,
    ) -> None:
        super().__init__(plate, world, Settings(MODULE_KEYS, {"lb_meter_type": "Onboard"}))
        self.house = house
        self.chargers: Sequence[Charger] = ()
        self.has_lost_meter = False
        self._granted = Amps(MOST_CURRENT)
        self._tick: Timer | None = None
        self._keep = keep
        if memory is not None:
            self.settings.restore(memory.settings)
            self.firmware = memory.firmware or self.firmware

    def readings(self) -> tuple[PhaseReading, ...]:
        """What its own meter shows; a lost meter shows nothing."""
        if self.has_lost_meter or self.is_off:
            return (_DEAD,) * 3
        sign = -1 if self.settings.flag("reverse_current") else 1
        grid = self.house.grid(self.world.clock.now())
        return tuple(
            PhaseReading(
                reading.voltage_v,
                Amps(sign * reading.current_a),
                Watts(sign * reading.power_w),
                reading.power_factor,
            )
            if phase < self.plate.wires
            else _DEAD
            for phase, reading in enumerate(grid)
        )

    def configure(self, name: str, value: object) -> None:
        """Set a key."""
        self.settings.set(name, value)
        self.save()

    def reset(self) -> None:
        """Restart."""
        self.restart()

    def set_meter(self, *, lost: bool) -> None:
        """The meter falls silent, or is back."""
        self.has_lost_meter = lost
        self.record("meter_lost" if lost else "meter_back")

    def start(self) -> None:
        """Begin to speak."""
        self._balance(self.world.clock.now())

    def stop(self) -> None:
        """Speak no more."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None

    def power_off(self) -> None:
        """The chargers hear no more of it."""
        self.is_off, self.is_reset_wanted = True, False
        self.stop()

    def power_on(self) -> None:
        """It shares anew, from below."""
        self.is_off = False
        self._granted = Amps(0)
        self.start()

    def save(self) -> None:
        """Keep what must outlive a loss of power."""
        if self._keep is not forget:
            self._keep(Memory(settings=dict(self.settings.values), firmware=self.firmware))

    @property
    def granted_a(self) -> Amps:
        """What each charger may draw."""
        return self._granted

    @property
    def _has_meter(self) -> bool:
        return not self.has_lost_meter and self.settings.text("lb_meter_type") != "Off"

    def _balance(self, now: Instant) -> None:
        period = self.world.interval(_PERIOD)
        self._tick = self.world.agenda.call_at(after(now, period), self._balance)
        if self.is_cut:
            return
        rules = self._rules()
        off = rules.mode is Mode.OFF
        if not off and self._has_meter:
            self._granted = step(self._granted, self._share(rules, now), period)
        elif off:
            self._granted = Amps(MOST_CURRENT)
        order = Order(
            current_a=self._granted,
            offline_a=Amps(self.settings.number("lb_meter_offline_current")),
            heard_at=now,
            trusted=Seconds(max(TRUSTED, _LOST_WORDS * period)),
            has_meter=off or self._has_meter,
            single_phase=self._forces_single_phase(rules.mode),
        )
        for charger in self.chargers:
            if not (charger.is_off or charger.is_cut):
                charger.obey(order)

    def _share(self, rules: Rules, now: Instant) -> Amps:
        chargers = self.house.chargers(now)
        house_a = [
            Amps(reading.current_a - chargers[phase] / reading.voltage_v)
            for phase, reading in enumerate(self.readings())
            if reading.voltage_v > 0
        ]
        cars = sum(1 for charger in self.chargers if charger.wants_current)
        return share(rules, house_a, cars, Amps(MOST_CURRENT))

    def _rules(self) -> Rules:
        settings = self.settings
        return Rules(
            mode=Mode(settings.number("load_balancing_mode")),
            breaker_a=Amps(settings.number("breaker_rating")),
            hybrid_a=Amps(settings.number("lb_hybrid_current")),
            pv_minimum_a=Amps(settings.number("lb_pv_minimum_current")),
            car_minimum_a=Amps(settings.number("car_minimum_current")),
        )

    def _forces_single_phase(self, mode: Mode) -> bool:
        match mode:
            case Mode.GREEN:
                return self.settings.flag("green_forced_single_phase")
            case Mode.HYBRID:
                return self.settings.flag("hybrid_forced_single_phase")
            case _:
                return False
