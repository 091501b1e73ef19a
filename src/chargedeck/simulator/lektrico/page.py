"""The page that a device shows to a browser: read-only, one table; takes no input."""

from html import escape

from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.charger_methods import charger_info
from chargedeck.simulator.lektrico.module import Module
from chargedeck.simulator.lektrico.module_methods import meter_info
from chargedeck.simulator.lektrico.nameplate import Nameplate
from chargedeck.simulator.lektrico.params import Params

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><title>{name}</title><style>
body{{margin:2rem auto;max-width:26rem;background:#111;color:#eee;font:1rem/1.6 system-ui}}
table{{width:100%;border-collapse:collapse}}td{{padding:.35rem 0;border-bottom:1px solid #333}}
td+td{{text-align:right;font-variant-numeric:tabular-nums}}</style></head>
<body><h1>{name}</h1><table>{rows}</table></body></html>
"""


def page(device: Charger | Module) -> bytes:
    """The page as it is now."""
    rows = _charger_rows(device) if isinstance(device, Charger) else _module_rows(device)
    cells = "".join(f"<tr><td>{escape(label)}</td><td>{escape(value)}</td></tr>" for label, value in rows)
    return _PAGE.format(name=escape(_name(device.plate)), rows=cells).encode()


def _name(plate: Nameplate) -> str:
    return f"{plate.kind.upper()} {plate.serial}"


def _charger_rows(charger: Charger) -> tuple[tuple[str, str], ...]:
    info = charger_info(charger, Params())
    minutes, seconds = divmod(info["charging_time"], 60)
    return (
        ("Charger state", info["extended_charger_state"]),
        ("Session energy", f"{info['session_energy'] / 1000:.3f} kWh"),
        ("Total charged energy", f"{info['total_charged_energy']:.3f} kWh"),
        ("Charging time", f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"),
        ("Instant power", f"{info['instant_power'] / 1000:.2f} kW"),
        ("Current", f"{info['current']:.2f} A"),
        ("Voltage", f"{info['voltage']:.1f} V"),
        ("Temperature", f"{info['temperature']:.1f} °C"),
    )


def _module_rows(module: Module) -> tuple[tuple[str, str], ...]:
    meter = meter_info(module, Params())
    phases = range(module.plate.wires)
    return (
        *((f"Voltage L{phase + 1}", f"{meter['voltage'][phase]:.1f} V") for phase in phases),
        *((f"Current L{phase + 1}", f"{meter['current'][phase]:.2f} A") for phase in phases),
        ("Power", f"{meter['total_active_power'] / 1000:.2f} kW"),
    )
