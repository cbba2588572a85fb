"""A browser for the tests of pages: Debian's Chromium, headless; tests that need it skip where there is none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def launched() -> Iterator:
    """The browser; the test is skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def follow(link) -> None:
    """Click what leads to another page, and wait for it: a click alone returns while the old one still stands."""
    with link.page.expect_navigation():
        link.click()


class Seen:
    """A page that is open, what it complained of, and what it asked others for."""

    def __init__(self, browser, address: str | Path, **options) -> None:
        self.context = browser.new_context(**{"viewport": DESKTOP, **options})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.address = address.resolve().as_uri() if isinstance(address, Path) else address
        self.page.goto(self.address)

    @property
    def foreign(self) -> list[str]:
        """The requests for anything but the page itself."""
        return [url for url in self.requests if url != self.address and not url.startswith("data:")]

    def background(self) -> str:
        """The colour behind everything, as the browser paints it."""
        return self.page.evaluate("getComputedStyle(document.body).backgroundColor")

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def violations(self) -> list[str]:
        """What axe finds wrong."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options=RULES).response["violations"]
        return [f"{one['id']} ({one['impact']}): {node['html'][:200]}" for one in found for node in one["nodes"]]
