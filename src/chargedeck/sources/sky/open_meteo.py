"""Open-Meteo: free for non-commercial use, without a key; asked for what falls on each plane of panels."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from chargedeck.domain.sentences import said, wording
from chargedeck.domain.units import Watts
from chargedeck.energy.prices import QUARTER
from chargedeck.energy.sun import Plane, Roof
from chargedeck.http import Endpoint, Http, HttpError
from chargedeck.hub.solar_sites import SkyError

ADDRESS = "https://api.open-meteo.com"
PAST_DAYS = 7
FORECAST_DAYS = 3

_STANDARD = 1000.0
"""The irradiance that a panel's peak power is told for."""
_WHAT = "global_tilted_irradiance"


class OpenMeteo:
    """Implements the hub's Sky."""

    def __init__(self, address: str = ADDRESS) -> None:
        self._address = address

    async def expected(self, roof: Roof, now: datetime) -> Mapping[datetime, Watts]:  # noqa: ARG002  (its own clock)
        """The sum over all planes; raises SkyError."""
        http = self._http()
        try:
            planes = [_power(plane, await self._asked(http, roof, plane)) for plane in roof.planes]
        finally:
            http.close()
        common = set(planes[0]).intersection(*planes)
        return {start: Watts(sum(plane[start] for plane in planes)) for start in sorted(common)}

    def _http(self) -> Http:
        parts = urlsplit(self._address)
        host, is_secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_secure else 80)

        async def resolve() -> str:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return str(found[0][4][0])

        return Http(Endpoint(host, port, resolve, _trusting() if is_secure else None))

    async def _asked(self, http: Http, roof: Roof, plane: Plane) -> Any:
        query = {
            "latitude": f"{roof.latitude:.4f}",
            "longitude": f"{roof.longitude:.4f}",
            "minutely_15": _WHAT,
            "tilt": f"{plane.tilt:g}",
            "azimuth": f"{_from_south(plane.azimuth):g}",
            "past_days": PAST_DAYS,
            "forecast_days": FORECAST_DAYS,
            "timeformat": "unixtime",
        }
        try:
            answer = await http.get(f"/v1/forecast?{urlencode(query)}")
        except HttpError as error:
            raise SkyError(said("Open-Meteo {why}", why=wording(error))) from error
        if answer.status == 429:
            raise SkyError(said("Open-Meteo has been asked too often today"))
        if answer.status != 200:
            raise SkyError(said("Open-Meteo answers with HTTP status {status}", status=answer.status))
        try:
            return msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise SkyError(said("Open-Meteo does not answer in JSON")) from error


def _power(plane: Plane, answer: Any) -> dict[datetime, float]:
    """What the plane would bring, by the start of the quarter of an hour whose mean is told at its end."""
    try:
        series = answer["minutely_15"]
        pairs = list(zip(series["time"], series[_WHAT], strict=True))
        return {
            datetime.fromtimestamp(int(end), UTC) - QUARTER: plane.peak_w * max(0.0, float(value)) / _STANDARD
            for end, value in pairs
            if value is not None
        }
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise SkyError(said("Open-Meteo answers otherwise than it is documented")) from error


def _from_south(azimuth: float) -> float:
    """Its angle is from south by west; ours from north by east."""
    return (azimuth % 360) - 180


def _trusting() -> Any:
    import ssl  # noqa: PLC0415  (who asks nobody outside does not pay for loading the world's certificates)

    return ssl.create_default_context()
