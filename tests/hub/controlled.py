"""The station control of a test's hub, with a planner whose chance is always the same."""

from chargedeck.hub.context import Context
from chargedeck.hub.fleet import Fleet
from chargedeck.hub.outlooks import StationOutlook
from chargedeck.hub.planner import Planner
from chargedeck.hub.station_control import OpenLog, StationControl

SEED = 1


def control_of(context: Context, fleet: Fleet, open_log: OpenLog | None = None) -> StationControl:
    return StationControl(context, fleet, Planner(context, fleet, StationOutlook(), SEED), open_log)
