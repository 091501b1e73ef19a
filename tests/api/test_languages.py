"""Every refusal is told in the language of who asked: the app's cookie, else what the headers ask for."""

import pytest
from tests.api.site import Site

from chargedeck.hub.records import Role

STATIONS = "/api/stations"


@pytest.mark.parametrize(
    ("headers", "language", "detail"),
    [
        ({}, "en", "There is a station 'yard' already; choose another id"),
        ({"Accept-Language": "de-AT,de;q=0.9"}, "de", "Einen Standort „yard“ gibt es schon"),
        ({"Accept-Language": "de", "Cookie": "chargedeck_language=ro"}, "ro", "Există deja o locație „yard”"),
        ({"Accept-Language": "tlh"}, "en", "There is a station 'yard' already; choose another id"),
    ],
)
async def test_a_refusal(site: Site, headers: dict[str, str], language: str, detail: str) -> None:
    owner = await site.program(Role.OWNER)
    await site.add_station("yard")
    answer = await owner.post(STATIONS, json={"id": "yard", "name": "Yard"}, headers=headers)
    assert (answer.status_code, answer.headers["Content-Language"]) == (409, language)
    assert answer.json()["detail"].startswith(detail)


async def test_a_field(site: Site) -> None:
    owner = await site.program(Role.OWNER)
    french = {"Accept-Language": "fr"}
    answer = await owner.post(STATIONS, json={"id": "yard", "name": "x" * 100}, headers=french)
    (error,) = answer.json()["errors"]
    assert error == {"field": "name", "message": "doit avoir au plus 80 caractères"}
    assert answer.json()["detail"] == "name\u00a0: doit avoir au plus 80 caractères"
