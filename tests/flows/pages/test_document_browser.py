"""The page of a document in a browser."""

import pytest

from flows.document_facts import facts_of
from flows.pages.document import render_document
from tasks.publish.reading import find_document
from tests.browser import PHONE, Seen, launched
from tests.pages import HOSTILE

pytestmark = pytest.mark.xdist_group("browser")
LIGHT, DARK = "rgb(251, 250, 247)", "rgb(21, 23, 26)"
PATHS = ["workshop-forum/2026-11-14/hub-bearings.txt", "harbour-news/2026-11-19/maktaba-saffara.txt"]


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


@pytest.fixture
def page_at(samples, tmp_path):
    """Writes the page of a document of the samples."""

    def write(raw_path: str):
        whole = find_document(samples.snapshot, raw_path)
        path = tmp_path / "page.html"
        path.write_text(render_document(whole, facts_of(whole)))
        return path

    return write


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE])
@pytest.mark.parametrize("raw_path", PATHS)
def test_everyone_can_read_it(browser, page_at, raw_path: str, scheme: str, viewport) -> None:
    options = {"viewport": viewport} if viewport else {}
    seen = Seen(browser, page_at(raw_path), color_scheme=scheme, **options)
    assert seen.background() == (LIGHT if scheme == "light" else DARK)
    assert seen.overflow() == 0
    assert seen.violations() == []
    assert (seen.complaints, seen.foreign) == ([], [])


def test_the_theme_can_be_chosen_with_the_keyboard_alone(browser, page_at) -> None:
    seen = Seen(browser, page_at(PATHS[0]), color_scheme="light")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip"
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("ArrowLeft")
    assert seen.background() == DARK
    seen.page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert seen.page.evaluate("document.activeElement.id") == "theme-dark"


def test_a_script_is_shown_and_does_not_run(browser, tmp_path, house) -> None:
    house.put("notes/a.txt", f"A page of markup\n\n{HOSTILE}\n\n" + "The text goes on for a while after it. " * 20)
    assert house.ingest().status == "published"
    whole = find_document(house.snapshot, "notes/a.txt")
    path = tmp_path / "page.html"
    path.write_text(render_document(whole, facts_of(whole)))
    seen = Seen(browser, path)
    assert "<script>alert(1)</script>" in seen.page.inner_text("main")
    assert r"\u202egnp.exe\u202c" in seen.page.inner_text("main")
    assert (seen.complaints, seen.foreign) == ([], [])
