"""The file about the server: what helps is in it, and what is nobody's business is not."""

from pathlib import Path

from tests.support.api import api_client
from tests.support.server import running_server


async def test_an_owner_takes_diagnostics_without_secrets(tmp_path: Path) -> None:
    secret = "horse-battery-staple"
    settings = {"smtp_url": "smtp://ada@127.0.0.1:9", "smtp_from": "ada@example.com", "smtp_password": secret}
    with running_server(tmp_path, **settings) as server:
        async with api_client(server.url, server.token()) as api:
            password = await api.add_device("garage-of-ada")
            await api.post("/api/cards", {"id_tag": "04SECRET", "label": "Ada"})
            answer = await api.client.get("/api/diagnostics")
            assert answer.headers["content-disposition"].startswith('attachment; filename="chargedeck-')
            found = answer.json()
        async with api_client(server.url, server.token("operator")) as operator:
            assert (await operator.client.get("/api/diagnostics")).status_code == 403
    assert found["server"]["settings"]["smtp_password"] == "(hidden)"
    assert found["checks"] == {"storage": "ok", "ocpp": "ok"}
    assert found["devices"][0]["driver"] == "ocpp16"
    assert any("OCPP listens on" in line for line in found["log"])
    for kept in (secret, password, "ada@example.com", "04SECRET", "garage-of-ada"):
        assert kept not in answer.text
