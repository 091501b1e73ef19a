"""Who forecasts what the sky will be like."""

from chargedeck.sources.sky.open_meteo import OpenMeteo

__all__ = ["OpenMeteo"]
