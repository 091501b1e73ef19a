"""Puts the API together: routes, gate, problems and the document, behind the shield."""

from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp

from chargedeck.api.docs_page import Document
from chargedeck.api.document import openapi_document
from chargedeck.api.gate import gate
from chargedeck.api.metrics import register
from chargedeck.api.problems import HANDLERS
from chargedeck.api.readiness import Readiness
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes import all_routes
from chargedeck.api.services import Services
from chargedeck.api.shield import Shield

LARGEST_BODY = 64 * 1024


def create_app(services: Services, front: ASGIApp | None = None) -> Shield:
    """The ASGI application; `front` serves the app's own files, everything that is not the API."""
    routes = all_routes()
    state = State(
        {
            "services": services,
            "readiness": Readiness(services.checks),
            "document": Document(lambda: openapi_document(routes, services.settings.version)),
        }
    )
    api = Litestar(
        route_handlers=list(routes),
        guards=[gate],
        request_class=ApiRequest,
        exception_handlers=HANDLERS,
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        state=state,
        debug=False,
    )
    metrics = register(services.metrics, services.fleet, services.board)
    return Shield(api, front, services.settings, metrics)
