"""SunSpec maps, built from the order and the types of the points in the Alliance's model definitions."""

import struct
from collections.abc import Iterable, Mapping
from math import nan

INT16, UINT16, SF, ACC32, FLOAT, ENUM, BITS32, PAD = (
    *("int16", "uint16", "sunssf", "acc32", "float32"),
    *("enum16", "bitfield32", "pad"),
)
Points = list[tuple[str, str]]


def _points(text: str, kind: str) -> Points:
    return [(name, kind) for name in text.split()]


_ENERGIES = " ".join(
    f"Tot{what}{way}{phase}"
    for what in ("Wh", "VAh")
    for way in ("Exp", "Imp")
    for phase in ("", "PhA", "PhB", "PhC")
)
_REACTIVE = " ".join(
    f"TotVArh{quadrant}{phase}"
    for quadrant in ("ImpQ1", "ImpQ2", "ExpQ3", "ExpQ4")
    for phase in ("", "PhA", "PhB", "PhC")
)

INVERTER: Points = [
    *_points("A AphA AphB AphC", UINT16),
    ("A_SF", SF),
    *_points("PPVphAB PPVphBC PPVphCA PhVphA PhVphB PhVphC", UINT16),
    ("V_SF", SF),
    ("W", INT16),
    ("W_SF", SF),
    ("Hz", UINT16),
    ("Hz_SF", SF),
    ("VA", INT16),
    ("VA_SF", SF),
    ("VAr", INT16),
    ("VAr_SF", SF),
    ("PF", INT16),
    ("PF_SF", SF),
    ("WH", ACC32),
    ("WH_SF", SF),
    ("DCA", UINT16),
    ("DCA_SF", SF),
    ("DCV", UINT16),
    ("DCV_SF", SF),
    ("DCW", INT16),
    ("DCW_SF", SF),
    *_points("TmpCab TmpSnk TmpTrns TmpOt", INT16),
    ("Tmp_SF", SF),
    *_points("St StVnd", ENUM),
    *_points("Evt1 Evt2 EvtVnd1 EvtVnd2 EvtVnd3 EvtVnd4", BITS32),
]
INVERTER_FLOAT: Points = [
    *_points("A AphA AphB AphC PPVphAB PPVphBC PPVphCA PhVphA PhVphB PhVphC W Hz VA VAr PF WH", FLOAT),
    *_points("DCA DCV DCW TmpCab TmpSnk TmpTrns TmpOt", FLOAT),
    *_points("St StVnd", ENUM),
    *_points("Evt1 Evt2 EvtVnd1 EvtVnd2 EvtVnd3 EvtVnd4", BITS32),
]
METER: Points = [
    *_points("A AphA AphB AphC", INT16),
    ("A_SF", SF),
    *_points("PhV PhVphA PhVphB PhVphC PPV PPVphAB PPVphBC PPVphCA", INT16),
    ("V_SF", SF),
    ("Hz", INT16),
    ("Hz_SF", SF),
    *_points("W WphA WphB WphC", INT16),
    ("W_SF", SF),
    *_points("VA VAphA VAphB VAphC", INT16),
    ("VA_SF", SF),
    *_points("VAR VARphA VARphB VARphC", INT16),
    ("VAR_SF", SF),
    *_points("PF PFphA PFphB PFphC", INT16),
    ("PF_SF", SF),
    *_points(" ".join(_ENERGIES.split()[:8]), ACC32),
    ("TotWh_SF", SF),
    *_points(" ".join(_ENERGIES.split()[8:]), ACC32),
    ("TotVAh_SF", SF),
    *_points(_REACTIVE, ACC32),
    ("TotVArh_SF", SF),
    ("Evt", BITS32),
]
METER_FLOAT: Points = [
    *_points("A AphA AphB AphC PhV PhVphA PhVphB PhVphC PPV PPVphAB PPVphBC PPVphCA Hz", FLOAT),
    *_points("W WphA WphB WphC VA VAphA VAphB VAphC VAR VARphA VARphB VARphC", FLOAT),
    *_points("PF PFphA PFphB PFphC", FLOAT),
    *_points(_ENERGIES, FLOAT),
    *_points(_REACTIVE, FLOAT),
    ("Evt", BITS32),
]
LAYOUTS = {
    **dict.fromkeys((101, 102, 103), INVERTER),
    **dict.fromkeys((111, 112, 113), INVERTER_FLOAT),
    **dict.fromkeys((201, 202, 203, 204), METER),
    **dict.fromkeys((211, 212, 213, 214), METER_FLOAT),
}
LENGTHS = {INVERTER[0]: 50}

NOT_THERE = {INT16: [0x8000], UINT16: [0xFFFF], SF: [0x8000], ACC32: [0, 0], ENUM: [0xFFFF], BITS32: [0, 0]}

COMMON = (1, [0] * 66)


def words(kind: str, value: float | None) -> list[int]:
    """A value as registers; None as what the type says for not there."""
    if kind == FLOAT:
        return list(struct.unpack(">HH", struct.pack(">f", nan if value is None else value)))
    if value is None:
        return NOT_THERE[kind]
    if kind in (ACC32, BITS32):
        return list(struct.unpack(">HH", struct.pack(">I", int(value))))
    return [int(value) & 0xFFFF]


def model(number: int, values: Mapping[str, float]) -> tuple[int, list[int]]:
    """A model with these values; what is not given is not there."""
    points = LAYOUTS[number]
    unknown = values.keys() - {name for name, _ in points}
    assert not unknown, unknown
    return number, [word for name, kind in points for word in words(kind, values.get(name))]


def laid_out(
    models: Iterable[tuple[int, list[int]]], base: int = 40_000, *, end: bool = True
) -> dict[int, int]:
    """A whole map: the mark, the common model, the others, the end."""
    flat = [0x5375, 0x6E53]
    for number, body in (COMMON, *models):
        flat += [number, len(body), *body]
    flat += [0xFFFF, 0] if end else []
    return dict(enumerate(flat, base))
