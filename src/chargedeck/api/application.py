"""Puts the API together: routes, gate, problems and the document, behind the shield."""

import functools
from typing import Any

from litestar import Litestar
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin

from chargedeck.api.behind import Behind
from chargedeck.api.deeds import note_deed
from chargedeck.api.docs_page import Document
from chargedeck.api.gate import gate
from chargedeck.api.metrics import register
from chargedeck.api.problems import HANDLERS
from chargedeck.api.readiness import Readiness
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes import all_routes
from chargedeck.api.services import Services
from chargedeck.api.shield import Front, Shield

LARGEST_BODY = 64 * 1024


class Routes(Litestar):
    """Without the plugins for models that are not ours: pydantic alone takes 11 MiB and 0.2 s."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def create_app(services: Services, front: Front | None = None) -> Shield:
    """The ASGI application; `front` serves the app's own files, everything that is not the API."""
    behind = Behind(
        services,
        Readiness(services.checks),
        Document(lambda: _described(services.settings.version)),
        register(services.metrics, services.fleet, services.board),
    )
    return Shield(_routes(), front, behind)


@functools.cache
def _routes() -> Routes:
    """The routes; they have no state, so one of them does for every application of the process."""
    return Routes(
        route_handlers=[*all_routes()],
        guards=[gate],
        before_send=[note_deed],
        request_class=ApiRequest,
        exception_handlers=HANDLERS,
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def _described(version: str) -> dict[str, Any]:
    """The document; what makes it is loaded when somebody first asks, so that the server starts sooner."""
    from chargedeck.api.document import openapi_document  # noqa: PLC0415

    return openapi_document(all_routes(), version)
