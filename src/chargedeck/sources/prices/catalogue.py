"""All sources of prices by their names in a tariff."""

from collections.abc import Mapping

from chargedeck.hub.price_ports import PriceFeed
from chargedeck.hub.tariff_terms import SourceKind
from chargedeck.sources.prices.awattar import Awattar
from chargedeck.sources.prices.energy_charts import EnergyCharts
from chargedeck.sources.prices.entsoe import Entsoe
from chargedeck.sources.prices.nord_pool import NordPool
from chargedeck.sources.prices.octopus import Octopus
from chargedeck.sources.prices.tibber import Tibber

PRICE_FEEDS: Mapping[SourceKind, PriceFeed] = {
    SourceKind.AWATTAR: Awattar(),
    SourceKind.ENERGY_CHARTS: EnergyCharts(),
    SourceKind.ENTSOE: Entsoe(),
    SourceKind.NORD_POOL: NordPool(),
    SourceKind.OCTOPUS: Octopus(),
    SourceKind.TIBBER: Tibber(),
}
