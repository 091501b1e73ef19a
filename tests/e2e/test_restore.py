"""A backup is taken in the app, and put back there: what has happened since is gone, but who was shut out."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from tests.e2e.test_first_day import add_charger, claim
from tests.e2e.window import DESKTOP, Window, window
from tests.support.server import Server, running_server

FIRST, SECOND = "teapot under a bridge", "kettle above a tunnel"
PASSPHRASE = "a phrase for this file"


def back_up(page: Page, server: Server, folder: Path) -> Path:
    """Sealed, so that the file alone tells nobody anything."""
    page.goto(f"{server.url}/about")
    page.get_by_label("Passphrase (optional)").fill(PASSPHRASE)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download a backup").click()
    file = folder / taken.value.suggested_filename
    taken.value.save_as(file)
    assert b"ana@example.org" not in file.read_bytes()
    return file


def change_password(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/profile")
    page.get_by_label("Current password", exact=True).fill(FIRST)
    page.get_by_label("New password", exact=True).fill(SECOND)
    page.get_by_label("Repeat the new password").fill(SECOND)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_test_id("toast")).to_be_visible()


def chargers(page: Page, server: Server) -> list[str]:
    return [one["id"] for one in page.request.get(f"{server.url}/api/chargers").json()["items"]]


def begin_restore(page: Page, passphrase: str) -> None:
    page.get_by_label("Passphrase of the backup").fill(passphrase)
    page.get_by_role("button", name="Replace everything").click()


def test_a_backup_is_put_back_from_the_app(browser: Browser, tmp_path: Path) -> None:
    with running_server(tmp_path) as server, window(browser, Window(DESKTOP, refused=True)) as page:
        claim(page, server)
        file = back_up(page, server, tmp_path)
        page.goto(f"{server.url}/devices/new")
        add_charger(page)
        change_password(page, server)
        assert chargers(page, server) == ["garage"]

        page.goto(f"{server.url}/about")
        page.locator("input[type=file]").set_input_files(file)
        expect(page.get_by_text("What is here now is kept on the server")).to_be_visible()
        begin_restore(page, "another phrase altogether")
        expect(page.get_by_role("alert").filter(has_text="Nothing has changed")).to_contain_text("passphrase")
        assert chargers(page, server) == ["garage"]

        # The server begins again on it. It knows this sign-in no more, and of the passwords the newer one.
        begin_restore(page, PASSPHRASE)
        page.get_by_label("E-mail").fill("ana@example.org")
        page.get_by_label("Password", exact=True).fill(FIRST)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Password", exact=True).fill(SECOND)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("navigation").first.wait_for()
        assert chargers(page, server) == []
        page.goto(f"{server.url}/about")
        expect(page.get_by_text("The backup is in place")).to_contain_text("chargedeck.db.before-restore-")
