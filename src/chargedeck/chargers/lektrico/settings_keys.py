"""Settings by the device's own keys: written one by one, and confirmed by reading them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chargedeck.chargers.lektrico import balancing, wire
from chargedeck.chargers.lektrico.troubles import NO_HINT, RANGE, TYPE, RefusedError, UnreachableError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.unit_settings import DeviceSettings, LoadBalancing, given

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from chargedeck.chargers.lektrico.rpc import Rpc
    from chargedeck.chargers.lektrico.wire import Payload

KEYS = {
    "plug_and_charge": "headless",
    "locked": "charger_locked",
    "installation_current_a": "install_current",
    "user_current_a": "user_current",
    "led_brightness_percent": "led_max_brightness",
    "led_dimming_delay_s": "led_dimming_delay",
    "auto_update": "auto_update",
}
"""Our names and the device's; single phase goes with the dynamic current, which has a method of its own."""


def written(settings: DeviceSettings | LoadBalancing) -> Iterator[tuple[str, Any]]:
    """The keys and values that a device is to be given."""
    for name, value in given(settings).items():
        if isinstance(settings, LoadBalancing):
            yield balancing.written(name, value)
        elif name in KEYS:
            yield KEYS[name], round(value) if isinstance(value, float) else value


class NotKeptError(RefusedError):
    """The device said yes, and still has what it had."""

    def __init__(self, method: str, kept: object) -> None:
        super().__init__(method, None)
        self.kept = kept

    @property
    def remedy(self) -> Sentence:
        """What to do, in words."""
        return said("it said yes and still has {kept}; try again, or update its firmware", kept=self.kept)


def is_same(kept: Any, wanted: Any) -> bool:
    """Whether what is read back is what was written, in whatever spelling."""
    if isinstance(wanted, bool):
        return wire.flag({"": kept}, "") is wanted
    if isinstance(wanted, int):
        return wire.as_number(kept) == wanted
    return bool(kept == wanted)


async def confirmed(
    rpc: Rpc, method: str, params: Payload, holds: Callable[[], Awaitable[tuple[bool, object]]]
) -> None:
    """Write, then look whether it holds; an answer that was lost is made up for by looking."""
    for attempt in (1, 2):
        lost: UnreachableError | None = None
        try:
            await rpc.write(method, params)
        except UnreachableError as error:
            lost = error
        is_kept, kept = await holds()
        if is_kept:
            return
        if lost is None:
            raise NotKeptError(method, kept)
        if attempt == 2:
            raise lost


async def set_key(rpc: Rpc, key: str, value: Any) -> Payload:
    """Give a device one setting; answers all of them as they then are."""
    config: Payload = wire.EMPTY

    async def holds() -> tuple[bool, object]:
        nonlocal config
        config = await rpc.read(wire.APP_CONFIG)
        return is_same(config.get(key), value), config.get(key)

    try:
        await confirmed(rpc, wire.APP_CONFIG_SET, {"config_key": key, "config_value": value}, holds)
    except RefusedError as refused:
        if refused.code != TYPE or not isinstance(value, bool | int):
            refused.method, refused.hint = key, _HINTS.get((key, refused.code), NO_HINT)
            raise
        # Old firmware takes everything as text.
        spelled = str(value).lower()
        await confirmed(rpc, wire.APP_CONFIG_SET, {"config_key": key, "config_value": spelled}, holds)
    return config


_HINTS: Mapping[tuple[str, int | None], Sentence] = {
    ("led_max_brightness", RANGE): said(": many take 10 to 100 % only")
}
