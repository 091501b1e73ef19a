"""The service worker of a page: what is pushed to it, and what it shows."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

_SHOWN = "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
_READ = "({ title, body, tag, data }) => [title, body, tag, data.url]"


def becomes(page: Page, truth: str) -> None:
    """Wait for something that only the browser can tell; its policy forbids Playwright's own way to wait."""
    for _ in range(100):
        if page.evaluate(truth):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"never true: {truth}")


def deliver_push(page: Page, text: str) -> None:
    """Hand a message to the worker as the browser does once it has decrypted it."""
    registrations: list[dict[str, Any]] = []
    chromium = page.context.new_cdp_session(page)
    chromium.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"])
    )
    chromium.send("ServiceWorker.enable")
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    for _ in range(100):
        found = [one["registrationId"] for one in registrations if one["scopeURL"].startswith(origin)]
        if found:
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("the browser tells of no worker")
    push = {"origin": origin, "registrationId": found[-1], "data": text}
    chromium.send("ServiceWorker.deliverPushMessage", push)


def notification(page: Page) -> list[str]:
    """Title, body, tag and path of the one notification that is shown."""
    becomes(page, f"{_SHOWN}.then((all) => all.length === 1)")
    ((told),) = page.evaluate(f"{_SHOWN}.then((all) => all.map({_READ}))")
    return list(told)


def click_notification(page: Page) -> None:
    """Let the worker hear of a click; no window of this browser shows a notification that could be clicked.

    What a script makes holds up no worker: the handler fails where it asks for that, after all that it does.
    """
    (worker,) = page.context.service_workers
    worker.evaluate(
        """async () => {
          const [notification] = await self.registration.getNotifications();
          self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
        }"""
    )
    becomes(page, f"{_SHOWN}.then((all) => all.length === 0)")
