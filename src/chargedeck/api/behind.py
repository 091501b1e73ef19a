"""What every request brings along: so the routes need no state of their own, and no globals."""

from dataclasses import dataclass

from litestar.types import HTTPScope, Scope

from chargedeck.api.docs_page import Document
from chargedeck.api.metrics import HttpMetrics
from chargedeck.api.readiness import Readiness
from chargedeck.api.services import Services

_KEY = "chargedeck"


@dataclass(frozen=True, slots=True)
class Behind:
    """Everything behind the routes of one application."""

    services: Services
    readiness: Readiness
    document: Document
    metrics: HttpMetrics


def put_behind(scope: HTTPScope, behind: Behind) -> None:
    """Send it along with a request."""
    scope.setdefault("state", {})[_KEY] = behind


def behind_of(scope: Scope) -> Behind:
    """What came along."""
    behind: Behind = scope["state"][_KEY]
    return behind
