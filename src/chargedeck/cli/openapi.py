"""`chargedeck openapi`: the API's document, without a running server."""

import typer

from chargedeck.api.document import openapi_json


def command() -> None:
    """Print the OpenAPI document."""
    typer.echo(openapi_json())
