"""Who holds a charger's current down, and to how much; knows neither outlet nor session."""

from chargedeck.domain.units import NO_CURRENT, Amps
from chargedeck.simulator.clock import Instant
from chargedeck.simulator.lektrico.alarms import Faults
from chargedeck.simulator.lektrico.keys import Settings
from chargedeck.simulator.lektrico.ladder import Reason, Rung
from chargedeck.simulator.lektrico.nameplate import MOST_CURRENT
from chargedeck.simulator.lektrico.orders import Order
from chargedeck.simulator.outlet import HOT_CURRENT


class Limits:
    """All but the settings and the errors, which the charger has anyway."""

    def __init__(self, settings: Settings, faults: Faults) -> None:
        self._settings = settings
        self._faults = faults
        self.dynamic_current = MOST_CURRENT
        self.is_paused = False
        """By charge.pause, which only old firmware has."""
        self.wants_single_phase = False
        self.imposed: dict[Reason, Amps] = {}
        """What a schedule or an OCPP central system holds it down to."""
        self.is_override = False
        """Whether the schedule counts for nothing until the session ends."""
        self.order: Order | None = None
        """The last word of the energy module."""

    @property
    def is_single_phase(self) -> bool:
        """Whether anybody forces it."""
        return self.wants_single_phase or (self.order is not None and self.order.single_phase)

    def lose_power(self) -> None:
        """Forget what is volatile."""
        self.dynamic_current, self.is_paused, self.wants_single_phase = MOST_CURRENT, False, False
        self.is_override, self.order = False, None

    def impose(self, by: Reason, amps: Amps | None) -> None:
        """A schedule or an OCPP central system holds it down, or lets go."""
        if amps is None:
            self.imposed.pop(by, None)
        else:
            self.imposed[by] = amps

    def obey(self, order: Order) -> bool:
        """The energy module has spoken; whether it said anything new."""
        before, self.order = self.order, order
        return (
            before is None
            or before.rung(order.heard_at) != order.rung(order.heard_at)
            or (before.single_phase != order.single_phase)
        )

    def next_edge(self, since: Instant) -> Instant | None:
        """When a limit will be another one by itself."""
        order = self.order
        return order.expires_at if order is not None and order.expires_at > since else None

    def rungs(self, now: Instant, *, switches: bool) -> tuple[Rung, ...]:
        """Every limit in force; `switches`: the number of phases is just being changed."""
        settings, imposed = self._settings, self.imposed
        rungs = [
            Rung(Amps(settings.number("install_current")), Reason.INSTALLATION),
            Rung(Amps(settings.number("user_current")), Reason.USER),
            Rung(NO_CURRENT if self.is_paused else Amps(self.dynamic_current), Reason.DYNAMIC),
        ]
        if Reason.SCHEDULE in imposed and not self.is_override:
            rungs.append(Rung(imposed[Reason.SCHEDULE], Reason.SCHEDULE))
        if self.order is not None:
            rungs.append(self.order.rung(now))
        if Reason.OCPP in imposed and not settings.flag("headless"):
            rungs.append(Rung(imposed[Reason.OCPP], Reason.OCPP))
        if self._faults.has("overtemp"):
            rungs.append(Rung(HOT_CURRENT, Reason.OVERTEMPERATURE))
        if switches:
            rungs.append(Rung(NO_CURRENT, Reason.SWITCHING_PHASES))
        return tuple(rungs)
