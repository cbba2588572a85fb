"""The explorer in a browser: what a person does with it, with a mouse or the keyboard alone, on a desk or a phone."""

import re

import pytest

from tests.browser import PHONE, Seen, follow, launched
from tests.pages import HOSTILE

pytestmark = pytest.mark.xdist_group("browser")
LIGHT, DARK = "rgb(251, 250, 247)", "rgb(21, 23, 26)"
BODY = "The ferryman carried the lantern to the mill, and nobody saw him come back that day. " * 4


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser):
    """Opens pages; in the end none may have complained or asked anybody else for anything."""
    visits: list[tuple[Seen, str]] = []

    def open_page(client, path: str = "/", **options) -> Seen:
        origin = str(client.base_url).rstrip("/")
        seen = Seen(browser, origin + path, **options)
        visits.append((seen, origin))
        return seen

    yield open_page
    for seen, origin in visits:
        assert seen.complaints == []
        assert [url for url in seen.requests if not url.startswith((f"{origin}/", "data:"))] == []
        seen.context.close()


def test_a_person_searches_filters_and_opens_a_document(visit, client) -> None:
    page = visit(client).page
    page.get_by_role("searchbox").fill("bearing")
    follow(page.get_by_role("button", name="Search"))
    assert page.get_by_role("status").inner_text() == "1 found; all 64 documents were searched."
    assert page.locator("mark").first.inner_text() == "bearing"
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Source").select_option("harbour-news")
    page.get_by_label("Language").select_option("en")
    page.locator("[name=label]").select_option("boilerplate")
    page.get_by_label("Since").fill("2026-11-15")
    follow(page.get_by_role("button", name="Search"))
    facts = page.locator(".hits .quiet").all_inner_texts()
    assert facts
    assert all(re.match(r"harbour-news · 2026-11-(1[5-9]|2\d) · en ", fact) for fact in facts)
    title = page.locator(".hits a").first.inner_text()
    follow(page.locator(".hits a").first)
    assert page.locator("h1").inner_text() == title
    assert {"main", "boilerplate"} <= {
        piece.get_attribute("data-label") for piece in page.locator(".document .piece").all()
    }
    assert page.locator(".hex tr").count() > 1


def test_older_documents_are_a_click_away(visit, client) -> None:
    page = visit(client).page
    seen: list[str] = []
    while True:
        seen += [link.get_attribute("href") for link in page.locator(".hits a").all()]
        older = page.get_by_role("link", name="Older documents")
        if not older.count():
            break
        follow(older)
    assert len(seen) == len(set(seen)) == 64


def test_two_snapshots_are_compared_down_to_the_line(visit, house, serve) -> None:
    house.put("notes/2026-01-02/a.txt", f"A tale of the mill\n\n{BODY}")
    house.ingest()
    house.put("notes/2026-01-02/a.txt", f"A tale of the river\n\n{BODY}")
    house.ingest()
    page = visit(serve(house)).page
    follow(page.get_by_role("link", name="What changed"))
    names = page.get_by_label("From").locator("option").all_inner_texts()
    assert len(names) == 2
    page.get_by_label("From").select_option(names[0])
    page.get_by_label("To").select_option(names[0])
    follow(page.get_by_role("button", name="Compare"))
    assert page.get_by_role("status").inner_text() == "All rows are the same."
    page.get_by_label("From").select_option(names[1])
    follow(page.get_by_role("button", name="Compare"))
    assert page.get_by_role("status").inner_text() == "1 day of a source has other rows."
    follow(page.get_by_role("link", name="2026-01-02"))
    follow(page.locator("tbody a"))
    lines = {piece.get_attribute("data-sign"): piece.inner_text() for piece in page.locator(".piece").all()}
    assert "A tale of the mill" in lines["-"]
    assert "A tale of the river" in lines["+"]
    follow(page.get_by_role("link", name="as it was"))
    assert page.locator("h1").inner_text() == "A tale of the mill"
    assert "Another one is current now" in page.inner_text("main")


def test_the_theme_stays_from_page_to_page(visit, client) -> None:
    seen = visit(client, color_scheme="light")
    assert seen.background() == LIGHT
    seen.page.get_by_label("dark").check()
    assert seen.background() == DARK
    follow(seen.page.locator(".hits a").first)
    assert seen.background() == DARK
    assert seen.page.get_by_label("dark").is_checked()
    seen.page.get_by_label("system").check()
    seen.page.reload()
    assert seen.background() == LIGHT


def test_what_mends_a_piece_is_copied_with_a_click(visit, client) -> None:
    seen = visit(client, "/?text=bearing", permissions=["clipboard-read", "clipboard-write"])
    page = seen.page
    follow(page.locator(".hits a").first)
    follow(page.get_by_role("link", name="body").first)
    shown = page.locator("#mend .copy code").first.inner_text()
    assert shown.startswith('boilerplate_lines = ["^I spent Saturday')
    page.locator("#mend .copy button").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == shown


def test_all_of_it_works_with_the_keyboard_alone(visit, client) -> None:
    page = visit(client).page

    def press_until(selector: str, key: str = "Tab") -> None:
        for _ in range(60):
            page.keyboard.press(key)
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", selector
                return
        raise AssertionError(f"{selector} cannot be reached")

    press_until(".skip")
    press_until("input[name=text]")
    page.keyboard.type("bearing")
    page.keyboard.press("Enter")
    page.locator("mark").first.wait_for()
    press_until(".hits a")
    page.keyboard.press("Enter")
    page.locator(".document").wait_for()
    press_until(".piece a")
    page.keyboard.press("Enter")
    page.locator("#mend .copy").first.wait_for()
    press_until(".wide[tabindex]")
    press_until("#mend button")


def test_the_script_is_not_needed(visit, client) -> None:
    page = visit(client, java_script_enabled=False).page
    page.fill("input[name=text]", "bearing")
    follow(page.locator("form.search button"))
    follow(page.locator(".hits a").first)
    follow(page.locator(".piece a").first)
    assert page.locator("#mend code").count() > 3
    assert page.locator("#mend button:visible").count() == 0


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [
        ("desk", "light"),
        ("phone", "dark"),
        pytest.param("desk", "dark", marks=pytest.mark.torture),
        pytest.param("phone", "light", marks=pytest.mark.torture),
    ],
)
def test_everyone_can_use_every_page(visit, client, scheme: str, viewport: str) -> None:
    options = {"color_scheme": scheme, **({"viewport": PHONE} if viewport == "phone" else {})}
    seen = visit(client, "/?text=the", **options)
    document = seen.page.locator(".hits a").first.get_attribute("href")
    near = client.get("/?of=duplicates").text.partition('href="/document/')[2].partition('"')[0].replace("&amp;", "&")
    for path in ("/?text=the", "/?text=zxzx", document, f"/document/{near}&piece=0", "/rejected", "/changes"):
        seen.page.goto(str(client.base_url).rstrip("/") + path)
        assert seen.background() == (LIGHT if scheme == "light" else DARK)
        assert seen.overflow() == 0, path
        assert seen.violations() == [], path


def test_a_narrow_table_breaks_no_day_and_no_name(visit, client) -> None:
    near = client.get("/?of=duplicates").text.partition('href="/document/')[2].partition('"')[0].replace("&amp;", "&")
    page = visit(client, f"/document/{near}", viewport=PHONE).page
    heights = page.evaluate("""() => [...document.querySelectorAll("td.word")].map(cell => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getBoundingClientRect().height / parseFloat(getComputedStyle(cell).fontSize);
    })""")
    assert len(heights) >= 8
    assert max(heights) < 2, "more than one line"


def test_a_document_full_of_power_is_text(visit, house, serve) -> None:
    hidden = "".join(map(chr, [*range(1, 32), 127, 0x85, 0x200F, 0x202E, 0x2066]))
    house.put("notes/2026-01-02/a.txt", f"A page of markup\n\n{HOSTILE}\n\n{BODY}\n\nup{hidden}down\n\n{HOSTILE}")
    assert house.ingest().status == "published"
    client = serve(house)
    page = visit(client, "/?text=alert").page
    assert "<script>alert(1)</script>" in page.inner_text(".hits")
    follow(page.locator(".hits a").first)
    assert page.inner_text(".document").count("<script>alert(1)</script>") == 2
    assert r"\u202egnp.exe\u202c" in page.inner_text(".document")
    for link in [link.get_attribute("href") for link in page.locator(".piece a").all()]:
        page.goto(str(client.base_url).rstrip("/") + link)
    page.goto(str(client.base_url) + "?text=" + HOSTILE.replace("&", "%26").replace("#", "%23").replace("\x07", ""))
    assert page.locator("input[name=text]").input_value().startswith("<script>alert(1)")


def test_another_site_can_neither_read_nor_frame_it(browser, client, serve_elsewhere) -> None:
    """A page of another origin asks by fetch, by a frame and by a link."""
    address = str(client.base_url)
    seen = Seen(browser, serve_elsewhere(f'<a href="{address}">there</a><iframe src="{address}"></iframe>'))
    told = seen.page.evaluate(
        "address => fetch(address).then(answer => answer.text()).catch(error => String(error))", address
    )
    assert "Failed to fetch" in told
    assert all("Documents" not in (frame.content() or "") for frame in seen.page.frames[1:])
    follow(seen.page.get_by_role("link", name="there"))
    assert "comes from another site" in seen.page.inner_text("body")
    seen.context.close()


@pytest.fixture
def serve_elsewhere():
    """Serves one page at another port of this machine: another origin."""
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    content = {"page": ""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>elsewhere</title>{content['page']}".encode())

        def log_message(self, *_args) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(page: str) -> str:
        content["page"] = page
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    server.shutdown()
    server.server_close()
