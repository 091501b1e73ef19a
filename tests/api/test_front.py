"""The app's files: right types, kept for ever or asked for again, and its page for every deep link."""

import gzip
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.site import Site, served

from chargedeck.web.files import app_file
from chargedeck.web.front import Front, accepts_gzip

SCRIPT = "export const answer = 42;\n" * 200


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>ChargeDeck</title>")
    (folder / "index.de.html").write_text('<!doctype html><html lang="de"><title>ChargeDeck</title>')
    (folder / "embed.html").write_text("<!doctype html><title>A card</title>")
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (folder / ".vite" / "manifest.json").write_text("{}")
    return folder


@pytest.mark.parametrize(
    ("path", "media_type", "keep"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/chargers/garage", "text/html; charset=utf-8", "no-cache"),
        ("/chargers/cp.1", "text/html; charset=utf-8", "no-cache"),
        ("/icon.svg", "image/svg+xml", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/assets/app-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
    ],
)
async def test_files_and_deep_links(dist: Path, path: str, media_type: str, keep: str) -> None:
    async with served(Front(dist)) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        answer = await client.get(path)
        assert answer.status_code == 200
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == (media_type, keep)
        again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = await client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == answer.headers["content-length"]


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        pytest.param("", "", "en", id="nothing is said"),
        pytest.param("", "de-AT, en;q=0.7", "de", id="the browser asks for it"),
        pytest.param("", "fr, de;q=0.8, en;q=0.9", "en", id="the best of those there are"),
        pytest.param("", "de;q=0, en-GB;q=0.1", "en", id="one is refused"),
        pytest.param("", "pl", "en", id="none of those there are"),
        pytest.param("", "de;q=much", "en", id="nonsense"),
        pytest.param("", "de; level=1", "en", id="no weight"),
        pytest.param("a=1; chargedeck_language=de; b=2", "en", "de", id="what was chosen comes first"),
        pytest.param("chargedeck_language=de-AT", "en", "de", id="with a region"),
        pytest.param("chargedeck_language=../../x", "de", "de", id="a cookie that somebody has bent"),
        pytest.param("other_chargedeck_language=de", "en", "en", id="another cookie"),
    ],
)
async def test_the_page_speaks_the_language_of_its_reader(
    dist: Path, cookie: str, accepted: str, language: str
) -> None:
    headers = {"Cookie": cookie, "Accept-Language": accepted}
    async with served(Front(dist)) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        for path in ("/", "/index.html", "/chargers/garage"):
            answer = await client.get(path, headers=headers)
            assert ('lang="de"' in answer.text) is (language == "de"), path
            assert answer.headers["content-language"] == language
            assert "accept-language, cookie" in answer.headers["vary"]
        assert "vary" not in (await client.get("/icon.svg", headers=headers)).headers


async def test_a_page_that_was_kept_is_not_taken_for_another_language(dist: Path) -> None:
    async with served(Front(dist)) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        kept = {"If-None-Match": (await client.get("/")).headers["etag"]}
        assert (await client.get("/", headers=kept)).status_code == 304
        german = kept | {"Cookie": "chargedeck_language=de"}
        assert (await client.get("/", headers=german)).status_code == 200


async def test_another_build_may_take_the_place_of_one(dist: Path) -> None:
    async with served(Front(dist)) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        (dist / "assets" / "app-1a2b.js").rename(dist / "assets" / "app-3c4d.js")
        assert (await client.get("/assets/app-1a2b.js")).status_code == 404
        assert (await client.get("/assets/app-3c4d.js")).text == SCRIPT
        (dist / "index.html").write_text("<title>the next one</title>")
        assert "the next one" in (await client.get("/")).text


@pytest.mark.parametrize(
    "path", ["/assets/gone.js", "/assets/../index.html", "/assets/../../../etc/passwd", "/assets/"]
)
async def test_what_is_not_there(dist: Path, path: str) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError

    await Front(dist)({"type": "http", "method": "GET", "path": path, "headers": []}, receive, send)
    assert sent[0]["status"] == 404


async def test_hidden_files_are_none(dist: Path) -> None:
    async with served(Front(dist)) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        assert "ChargeDeck" in (await client.get("/.vite/manifest.json")).text


async def test_files_come_compressed_to_who_can_take_it(dist: Path) -> None:
    async with served(Front(dist)) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        for accept, coded in (
            ("gzip", True),
            ("br, gzip;q=0.5", True),
            ("identity", False),
            ("gzip;q=0", False),
        ):
            async with client.stream(
                "GET", "/assets/app-1a2b.js", headers={"Accept-Encoding": accept}
            ) as answer:
                raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            assert (answer.headers.get("content-encoding") == "gzip") is coded
            assert answer.headers["vary"] == "accept-encoding"
            assert (gzip.decompress(raw) if coded else raw).decode() == SCRIPT


@pytest.mark.parametrize(
    ("header", "accepts"),
    [("", False), ("*", True), ("GZIP", True), ("gzip; q=1.0", True), ("gzip;q=0.000", False), ("br", False)],
)
def test_who_takes_gzip(header: str, accepts: bool) -> None:
    assert accepts_gzip(header) is accepts


def test_what_would_not_shrink_is_left_as_it_is() -> None:
    assert app_file("/icon.svg", b"<svg/>").compressed is None
    assert app_file("/photo.png", b"x" * 5_000).compressed is None


async def test_without_the_app_a_page_says_how_to_build_it(site: Site, tmp_path: Path) -> None:
    client = await site.client()
    answer = await client.get("/chargers")
    assert answer.status_code == 503
    assert "make setup" in answer.text
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<title>built</title>")
    assert "built" in (await client.get("/chargers")).text


async def test_the_api_is_never_taken_for_the_app(site: Site, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<title>app</title>")
    client = await site.client()
    for path in ("/api", "/api/", "/api/nothing", "/docs/nothing", "/metrics/x"):
        answer = await client.get(path)
        assert answer.headers["content-type"] == "application/problem+json", path
    assert "app" in (await client.get("/apiary")).text


async def test_the_page_of_embedded_cards_is_its_own_and_is_never_kept(dist: Path) -> None:
    async with served(Front(dist)) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        answer = await client.get("/embed?theme=dark")
        assert (answer.status_code, answer.text) == (200, "<!doctype html><title>A card</title>")
        assert answer.headers["cache-control"] == "no-store"
        again = await client.get("/embed", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 200
        assert "ChargeDeck" in (await client.get("/embed/other")).text


async def test_the_app_is_never_served_in_the_place_of_a_card(dist: Path) -> None:
    (dist / "embed.html").unlink()
    async with served(Front(dist)) as url, httpx.AsyncClient(base_url=url, verify=False) as client:
        assert (await client.get("/embed")).status_code == 404
