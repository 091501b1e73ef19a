"""What a method of a device is, and a table of them; knows none by name but that every device has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from chargedeck.simulator.lektrico.device import Device
from chargedeck.simulator.lektrico.params import Params

D = TypeVar("D", bound=Device)
D_contra = TypeVar("D_contra", bound=Device, contravariant=True)


@dataclass(frozen=True, slots=True)
class Method(Generic[D_contra]):
    """One method; its name counts without case."""

    name: str
    do: Callable[[D_contra, Params], Any]
    changes: bool = False
    """Whether it changes anything."""


Methods: TypeAlias = Mapping[str, Method[D]]


def table(*methods: Method[D]) -> Methods[D]:
    """The methods that a device has, beside those of every device."""
    every: tuple[Method[D], ...] = (*_EVERYWHERE, *methods)
    return {method.name.casefold(): method for method in every}


def _device_id(device: Device, _params: Params) -> dict[str, str]:
    return {"device_id": device.plate.device_id}


def _sw_version(device: Device, _params: Params) -> dict[str, str]:
    return {"fw_version": device.firmware}


_EVERYWHERE = (Method("Device_id.Get", _device_id), Method("Sw_version.Get", _sw_version))
