"""Shelly meters of all generations, against a simulated one on a real socket."""

import base64
import logging
from typing import Any

import pytest
from tests.sources.meters.records import DIALER, read_of, record
from tests.support.shelly import Shelly, em, em1, emeter, pm1, shelly

from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import Ratio, Watts
from chargedeck.hub.meter_records import MeterFailedError, MeterKind, MeterTrouble
from chargedeck.sources.meters import Dialer

SECRET = "hunter2 is secret"

THREE_EM = Shelly(
    1,
    "SHEM-3",
    emeters=[emeter(power, current=abs(power) / 230, pf=1.0) for power in (100.0, -460.0, 0.0)],
)
EM = Shelly(1, "SHEM", emeters=[emeter(1150.0, reactive=3.0), emeter(-690.0, reactive=1.0)])
PRO_EM = Shelly(2, "ProEM", {"switch:0": {"id": 0, "output": False}, "em1:0": em1(100), "em1:1": em1(-7, 1)})
PLUG = Shelly(3, "PlugSG3", {"switch:0": pm1(55.5)})
PM_MINI = Shelly(3, "MiniPM", {"pm1:0": pm1(-321.5)})


async def read(device: Shelly, **more: Any) -> Any:
    async with shelly(device):
        line = DIALER.line(record(MeterKind.SHELLY, device.port, **more))
        try:
            return await line.read()
        finally:
            await line.close()


async def failed(device: Shelly, **more: Any) -> MeterFailedError:
    with pytest.raises(MeterFailedError) as found:
        await read(device, **more)
    return found.value


# -- what they say ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "channel", "powers", "model"),
    [
        pytest.param(THREE_EM, None, [100, -460, 0], "Shelly SHEM-3", id="3EM"),
        pytest.param(THREE_EM, 1, [-460], "Shelly SHEM-3, channel 1", id="one phase of a 3EM"),
        pytest.param(EM, None, [1150], "Shelly SHEM, channel 0", id="EM"),
        pytest.param(EM, 1, [-690], "Shelly SHEM, channel 1", id="second channel of an EM"),
        pytest.param(Shelly(), None, [100, 200, 300], "Shelly Pro3EM, em:0", id="Pro 3EM"),
        pytest.param(PRO_EM, None, [100], "Shelly ProEM, em1:0", id="Pro EM"),
        pytest.param(PRO_EM, 1, [-7], "Shelly ProEM, em1:1", id="second channel of a Pro EM"),
        pytest.param(PLUG, None, [55.5], "Shelly PlugSG3, switch:0", id="a plug"),
        pytest.param(PM_MINI, 0, [-321.5], "Shelly MiniPM, pm1:0", id="PM Mini"),
    ],
)
async def test_what_it_measures(device: Shelly, channel: int | None, powers: list[float], model: str) -> None:
    answered = await read(device, channel=channel)
    assert [phase.power_w for phase in answered.phases] == powers
    assert [phase.phase for phase in answered.phases] == list(range(1, len(powers) + 1))
    assert {phase.voltage_v for phase in answered.phases} == {230}
    assert answered.model == model


async def test_the_sum_is_the_meter_s_own() -> None:
    device = Shelly(parts={"em:0": em(100, 200, 300) | {"total_act_power": 601.5}})
    assert (await read(device)).power_w == Watts(601.5)


async def test_what_it_cannot_measure_stays_missing() -> None:
    answered = await read(Shelly(parts={"em:0": em(100, None, 300)}))
    assert answered.phases[1] == MeterPhase(2, answered.phases[1].voltage_v, power_factor_ratio=Ratio(1))


async def test_a_phase_that_it_calls_broken_is_no_phase_without_a_load() -> None:
    broken = {"b_current": None, "b_act_power": None, "b_errors": ["power_meter_failure"]}
    with pytest.raises(MeterFailedError, match="not valid"):
        await read(Shelly(parts={"em:0": em(100, 200, 300) | broken}))
    warned = {"b_errors": ["out_of_range:voltage"]}
    assert (await read(Shelly(parts={"em:0": em(100, 200, 300) | warned}))).phases[1].power_w == 200


async def test_it_is_asked_what_it_is_only_once() -> None:
    async with shelly(Shelly()) as device:
        line = DIALER.line(record(MeterKind.SHELLY, device.port))
        for power in (1, 2, 3):
            device.parts["em:0"] = em(power, 0, 0)
            assert (await read_of(line)).phases[0].power_w == power
        await line.close()
        assert device.asked == ["/shelly", "/rpc/Shelly.GetStatus", *["/rpc/EM.GetStatus?id=0"] * 3]
        assert device.connections == 1


async def test_after_it_was_lost_it_is_asked_anew_what_it_is() -> None:
    device = Shelly()
    async with shelly(device):
        line = DIALER.line(record(MeterKind.SHELLY, device.port))
        assert (await read_of(line)).power_w == 600
        await line.close()
    with pytest.raises(MeterFailedError, match="cannot be reached"):
        await line.read()
    other = Shelly(1, "SHEM", emeters=[emeter(5.0)], port=device.port)
    async with shelly(other):
        assert (await read_of(line)).power_w == 5
        await line.close()


# -- passwords -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "device",
    [
        pytest.param(Shelly(1, "SHEM", emeters=[emeter(600.0)], password=SECRET), id="first generation"),
        pytest.param(Shelly(password=SECRET), id="later ones"),
    ],
)
async def test_a_password_is_shown_where_it_is_wanted(device: Shelly) -> None:
    assert (await read(device, secret=SECRET)).power_w == 600
    for wrong in (None, "other"):
        error = await failed(device, secret=wrong)
        assert error.trouble is MeterTrouble.UNAUTHORIZED
        assert "enter the one that is set in the Shelly" in str(error)


async def test_another_user_of_the_first_generation() -> None:
    device = Shelly(1, "SHEM", emeters=[emeter(1.0)], user="house", password=SECRET)
    assert (await read(device, username="house", secret=SECRET)).power_w == 1
    assert (await failed(device, secret=SECRET)).trouble is MeterTrouble.UNAUTHORIZED


async def test_a_nonce_is_used_until_it_is_stale() -> None:
    async with shelly(Shelly(password=SECRET, nonce_lives_for=4)) as device:
        line = DIALER.line(record(MeterKind.SHELLY, device.port, secret=SECRET))
        for _ in range(9):
            assert (await read_of(line)).power_w == 600
        await line.close()
        assert device.refused == 3, "once at the start, and each time that a nonce had been used up"


async def test_a_password_is_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await read(Shelly(password=SECRET), secret=SECRET)
    await failed(Shelly(password="other"), secret=SECRET)
    await read(Shelly(1, "SHEM", emeters=[emeter(1.0)], password=SECRET), secret=SECRET)
    encoded = base64.b64encode(f"admin:{SECRET}".encode()).decode()
    assert SECRET not in caplog.text
    assert encoded not in caplog.text
    assert SECRET not in repr(record(MeterKind.SHELLY, 80, secret=SECRET))


# -- what goes wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "channel", "words"),
    [
        (Shelly(1, "SHEM", emeters=[emeter(1.0), emeter(2.0)]), 2, "no channel 2; choose one from 0 to 1"),
        (Shelly(1, "SHEM", emeters=[emeter(1.0, valid=False)]), None, "not valid; check its clamps"),
        (Shelly(1, "SHSW-1"), None, "has no meter"),
        (PRO_EM, 5, "no channel 5; choose one of 0, 1"),
        (Shelly(), 1, "three phases together; leave the channel out"),
        (Shelly(2, "Plus1", {"switch:0": {"id": 0, "output": True}}), None, "None of its parts measures"),
        (Shelly(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"), None, "not answer as a Shelly"),
        (Shelly(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), None, "not say which Shelly"),
        (Shelly(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<br>"), None, "not answer in JSON"),
        (Shelly(raw=b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), None, "status 302"),
    ],
)
async def test_what_is_no_meter_is_told_with_what_to_do(
    device: Shelly, channel: int | None, words: str
) -> None:
    error = await failed(device, channel=channel)
    assert error.trouble is MeterTrouble.NOT_UNDERSTOOD
    assert words in str(error)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "does not answer in HTTP", id="not HTTP"),
        pytest.param(b"", "closes the connection", id="hangs up"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400_000, "without an end", id="endless head"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + b" " * 400_000,
            "without an end",
            id="endless",
        ),
    ],
)
async def test_what_does_not_answer_properly(raw: bytes, words: str) -> None:
    error = await failed(Shelly(raw=raw))
    assert error.trouble is MeterTrouble.NOT_FOUND
    assert words in str(error)
    assert "check its power, its network and the address" in str(error)


async def test_nobody_outside_the_house_is_asked() -> None:
    async with shelly(Shelly()) as device:
        line = Dialer(()).line(record(MeterKind.SHELLY, device.port))
        with pytest.raises(MeterFailedError, match="CHARGEDECK_DEVICE_NETWORKS") as found:
            await line.read()
        assert found.value.trouble is MeterTrouble.NOT_ALLOWED
        assert device.connections == 0
