"""The report of a run in a browser."""

import pytest

from tasks.publish.runs import read_records, report_path
from tests.browser import PHONE, Seen, launched

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE])
def test_everyone_can_read_it(browser, samples, scheme: str, viewport) -> None:
    path = report_path(samples.curated, read_records(samples.curated, 1)[0].run_id)
    options = {"viewport": viewport} if viewport else {}
    seen = Seen(browser, path, color_scheme=scheme, **options)
    assert seen.overflow() == 0
    assert seen.violations() == []
    shown = seen.page.evaluate("[...document.querySelectorAll('.flow')].map(chart => getComputedStyle(chart).display)")
    assert shown == (["none", "block"] if viewport else ["block", "none"])
    assert (seen.complaints, seen.foreign) == ([], [])


def test_a_finding_is_read_before_all_else(browser, house) -> None:
    house.put("bad/2026-11-20/a.txt", "")
    house.put("bad/source.toml", "[expect]\nrejected = 0.5\n")
    record = house.ingest(workers=1)
    seen = Seen(browser, report_path(house.curated, record.run_id))
    first = seen.page.evaluate("document.querySelector('.note, svg, table').className")
    assert first == "note held"
    assert seen.violations() == []
    assert seen.overflow() == 0


def test_on_paper_it_is_light_and_nothing_is_cut(browser, samples) -> None:
    path = report_path(samples.curated, read_records(samples.curated, 1)[0].run_id)
    seen = Seen(browser, path, color_scheme="dark")
    seen.page.check("#theme-dark")
    seen.page.emulate_media(media="print", color_scheme="dark")
    assert seen.background() == "rgb(255, 255, 255)"
    assert seen.page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(32, 36, 42)"
    assert seen.page.evaluate("getComputedStyle(document.querySelector('.theme')).display") == "none"
    assert len(seen.page.pdf()) > 10_000
