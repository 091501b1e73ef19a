"""SunSpec meters and inverters, against a Modbus TCP device on a real socket with maps of the definitions."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.sources.meters.modbus_device import ModbusDevice, modbus
from tests.sources.meters.records import DIALER, read_of, record
from tests.sources.meters.sunspec_maps import laid_out, model

from chargedeck.hub.meter_records import MeterFailedError, MeterKind, MeterTrouble
from chargedeck.hub.station_meters import Source
from chargedeck.sources.meters import Dialer

SCALES = {"A_SF": -2, "V_SF": -1, "W_SF": 1}
AMPS = {"AphA": 100, "AphB": -200, "AphC": 300}
VOLTS = {"PhVphA": 2301, "PhVphB": 2312, "PhVphC": 2323}
WHOLE = {**SCALES, **AMPS, **VOLTS, "W": 46, "WphA": 23, "WphB": -46, "WphC": 69}
FLOATS = {
    "AphA": 1.0,
    "AphB": -2.0,
    "AphC": 3.0,
    "PhVphA": 230.1,
    "PhVphB": 231.2,
    "PhVphC": 232.3,
    "W": 460.0,
    "WphA": 230.0,
    "WphB": -460.0,
    "WphC": 690.0,
}


def first(values: Mapping[str, float]) -> dict[str, float]:
    """The same of a single phase."""
    return {name: value for name, value in values.items() if not name.endswith(("B", "C"))}


def inverter(values: Mapping[str, float]) -> dict[str, float]:
    """The same of an inverter, whose currents have no sign and whose power is one."""
    return {name: abs(value) if name.startswith("A") and "_" not in name else value
            for name, value in values.items() if not name.startswith("Wph")}  # fmt: skip


MODELS = {
    101: model(101, inverter(first(WHOLE))),
    102: model(102, inverter({name: v for name, v in WHOLE.items() if not name.endswith("C")})),
    103: model(103, inverter(WHOLE)),
    111: model(111, inverter(first(FLOATS))),
    113: model(113, inverter(FLOATS)),
    201: model(201, first(WHOLE)),
    202: model(202, {name: value for name, value in WHOLE.items() if not name.endswith("C")}),
    203: model(203, WHOLE),
    204: model(204, WHOLE),
    211: model(211, first(FLOATS)),
    213: model(213, FLOATS),
    214: model(214, FLOATS),
}


async def read(device: ModbusDevice, **more: Any) -> Any:
    async with modbus(device):
        line = DIALER.line(record(MeterKind.SUNSPEC, device.port, **more))
        try:
            return await line.read()
        finally:
            await line.close()


async def failed(device: ModbusDevice, **more: Any) -> MeterFailedError:
    with pytest.raises(MeterFailedError) as found:
        await read(device, **more)
    return found.value


# -- models ----------------------------------------------------------------------------------------


def test_the_maps_are_as_long_as_the_definitions_say() -> None:
    lengths = {number: len(body) for number, (_, body) in MODELS.items()}
    assert lengths == {
        **dict.fromkeys((101, 102, 103), 50),
        **dict.fromkeys((111, 113), 60),
        **dict.fromkeys((201, 202, 203, 204), 105),
        **dict.fromkeys((211, 213, 214), 124),
    }


@pytest.mark.parametrize("number", [203, 204, 213, 214])
async def test_a_meter_of_three_phases(number: int) -> None:
    answered = await read(ModbusDevice(laid_out([MODELS[number]])))
    assert answered.power_w == 460
    assert [phase.power_w for phase in answered.phases] == [230, -460, 690]
    assert [phase.current_a for phase in answered.phases] == [1, -2, 3]
    assert [phase.voltage_v for phase in answered.phases] == pytest.approx([230.1, 231.2, 232.3])
    assert answered.model == f"SunSpec model {number}"


@pytest.mark.parametrize("number", [103, 113])
async def test_an_inverter_of_three_phases(number: int) -> None:
    answered = await read(ModbusDevice(laid_out([MODELS[number]])), source=Source.SOLAR)
    assert answered.power_w == 460
    assert [phase.current_a for phase in answered.phases] == [1, 2, 3]
    assert [phase.voltage_v for phase in answered.phases] == pytest.approx([230.1, 231.2, 232.3])


@pytest.mark.parametrize("number", [201, 211, 101, 111])
async def test_one_of_a_single_phase(number: int) -> None:
    (phase,) = (await read(ModbusDevice(laid_out([MODELS[number]])))).phases
    assert (phase.phase, phase.current_a) == (1, 1)
    assert phase.power_w == (230 if number > 200 else 460), "of an inverter's one phase it is the whole"


@pytest.mark.parametrize("number", [102, 202])
async def test_one_of_a_split_phase(number: int) -> None:
    answered = await read(ModbusDevice(laid_out([MODELS[number]])))
    assert [phase.phase for phase in answered.phases] == [1, 2]


async def test_what_the_device_does_not_have_stays_missing() -> None:
    sparse = model(203, {"W": -12, "W_SF": 2, "AphA": 5, "A_SF": 0})
    answered = await read(ModbusDevice(laid_out([sparse])))
    assert answered.power_w == -1200
    (phase,) = answered.phases
    assert (phase.current_a, phase.voltage_v, phase.power_w) == (5, None, None)


async def test_a_float_that_is_no_number_stays_missing() -> None:
    answered = await read(ModbusDevice(laid_out([model(213, {"W": 5.5})])))
    assert (answered.power_w, answered.phases) == (5.5, ())


# -- maps ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [40_000, 50_000, 0])
async def test_a_map_is_found_wherever_it_may_begin(base: int) -> None:
    device = ModbusDevice(laid_out([MODELS[203]], base))
    assert (await read(device)).power_w == 460


@pytest.mark.parametrize(
    ("source", "channel", "number"),
    [
        (Source.GRID, None, 203),
        (Source.GRID, 1, 213),
        (Source.SOLAR, None, 103),
        (Source.SOLAR, 1, 101),
        (Source.BATTERY, None, 203),
    ],
)
async def test_the_part_that_fits_is_taken(source: Source, channel: int | None, number: int) -> None:
    device = ModbusDevice(laid_out([MODELS[103], MODELS[101], (120, [0] * 26), MODELS[203], MODELS[213]]))
    answered = await read(device, source=source, channel=channel, interval_s=5)
    assert answered.model == f"SunSpec model {number}"


async def test_a_meter_at_an_inverter_s_wire_measures_the_sun_as_well() -> None:
    assert (await read(ModbusDevice(laid_out([MODELS[201]])), source=Source.SOLAR)).power_w == 460


async def test_a_map_without_an_end_ends_where_the_registers_do() -> None:
    device = ModbusDevice(laid_out([MODELS[203]], end=False))
    assert (await read(device)).power_w == 460


async def test_the_map_is_looked_through_once() -> None:
    async with modbus(ModbusDevice(laid_out([MODELS[203]]))) as device:
        line = DIALER.line(record(MeterKind.SUNSPEC, device.port))
        await line.read()
        device.asked.clear()
        for _ in range(3):
            await line.read()
        assert len(device.asked) == 3
        assert device.connections == 1
        await line.close()


async def test_a_map_that_has_changed_is_looked_through_again() -> None:
    async with modbus(ModbusDevice(laid_out([MODELS[203]]))) as device:
        line = DIALER.line(record(MeterKind.SUNSPEC, device.port))
        await line.read()
        device.registers = laid_out([MODELS[103], MODELS[213]])
        with pytest.raises(MeterFailedError, match="another map than before"):
            await line.read()
        assert (await read_of(line)).model == "SunSpec model 213"
        await line.close()


async def test_a_device_that_comes_back_is_read_again() -> None:
    device = ModbusDevice(laid_out([MODELS[203]]))
    line = None
    async with modbus(device):
        line = DIALER.line(record(MeterKind.SUNSPEC, device.port))
        await line.read()
        device.cuts = True
        with pytest.raises(MeterFailedError, match="does not answer"):
            await line.read()
        await line.close()
    with pytest.raises(MeterFailedError, match="cannot be reached over Modbus TCP"):
        await line.read()
    await line.close()
    device.cuts = False
    async with modbus(device):
        assert (await read_of(line)).power_w == 460
        await line.close()


# -- what goes wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "more", "words"),
    [
        (ModbusDevice({0: 1, 1: 2}), {}, "no SunSpec map; switch SunSpec on"),
        (ModbusDevice(laid_out([(120, [0] * 26)])), {}, "neither a meter nor an inverter"),
        (ModbusDevice(laid_out([MODELS[203]])), {"channel": 1}, "no channel 1; choose one from 0 to 0"),
        (ModbusDevice(laid_out([]), unit=240, gateway=True), {}, "choose another unit id"),
    ],
)
async def test_what_cannot_be_read_is_told_with_what_to_do(
    device: ModbusDevice, more: dict[str, Any], words: str
) -> None:
    error = await failed(device, **more)
    assert error.trouble is MeterTrouble.NOT_UNDERSTOOD
    assert words in str(error)


async def test_a_meter_behind_a_gateway_has_a_unit_id() -> None:
    device = ModbusDevice(laid_out([MODELS[203]]), unit=240, gateway=True)
    assert (await read(device, unit_id=240)).power_w == 460


async def test_nobody_outside_the_house_is_asked() -> None:
    async with modbus(ModbusDevice(laid_out([MODELS[203]]))) as device:
        line = Dialer(()).line(record(MeterKind.SUNSPEC, device.port))
        with pytest.raises(MeterFailedError, match="CHARGEDECK_DEVICE_NETWORKS"):
            await line.read()
        await line.close()
        assert device.connections == 0
