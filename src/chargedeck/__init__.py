"""ChargeDeck: the self-hosted dashboard and energy manager for EV chargers."""

from importlib.metadata import version

__version__ = version("chargedeck")
