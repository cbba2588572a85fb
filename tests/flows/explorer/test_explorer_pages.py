"""The pages of the explorer: all of a document, nothing but text of what is data, and links that stay in a snapshot."""

import json
import re
from urllib.parse import urlencode, urljoin

import pytest

from tasks.publish.snapshot import load_current
from tests.pages import HOSTILE, LOADING, PageChecker

OWN = ("/", "#")


def read(client, address: str, status: int = 200) -> PageChecker:
    """A page, read strictly: well-formed, with no power but the explorer's own two files."""
    answer = client.get(address)
    assert answer.status_code == status, address
    checker = PageChecker()
    checker.feed(answer.text)
    checker.close()
    assert checker.faults == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", answer.text)
    for tag, facts in checker.starts:
        assert not {name for name in facts if name.startswith("on") or name == "style"}, facts
        assert tag not in {"iframe", "object", "embed", "base", "img"}
        loaded = {facts[name] for name in LOADING & facts.keys()} - {None}
        assert loaded <= {"/explore.js", "/", "/changes"}, loaded
        link = facts.get("href") or "#"
        assert link.startswith(OWN) or link == "data:,", link
        assert not link.startswith("//")
    return checker


def said(page: PageChecker) -> str:
    return " ".join("".join(page.texts).split())


def links(page: PageChecker, start: str) -> list[str]:
    return [facts["href"] for tag, facts in page.starts if tag == "a" and (facts["href"] or "").startswith(start)]


def test_every_document_of_the_list_can_be_opened_with_all_of_its_text(client, samples) -> None:
    addresses: list[str] = []
    for of in ("documents", "duplicates"):
        address = f"/?of={of}"
        while address:
            page = read(client, address)
            addresses += links(page, "/document/")
            address = next((facts["href"] for _, facts in page.starts if facts.get("rel") == "next"), None)
    rows = samples.rows("documents") + samples.rows("duplicates")
    assert len(addresses) == len(set(addresses)) == len(rows)
    for row in rows:
        (address,) = [each for each in addresses if row["document_id"] in each]
        page = read(client, address)
        assert row["raw_path"] in said(page)
        assert row["encoding"] in said(page)
        for line in row["text"].split("\n")[:5]:
            assert " ".join(line.split()) in said(page)
        labels = [facts["data-label"] for tag, facts in page.starts if tag == "div" and "data-label" in facts]
        assert labels.count("main") == len(row["passages"])
        assert "hexadecimal" in said(page) or "the file" in said(page)


def test_a_cluster_is_listed_with_how_alike_its_members_are(client, samples) -> None:
    row = next(row for row in samples.rows("duplicates") if row["relation"] == "near")
    for address in (row, next(d for d in samples.rows("documents") if d["document_id"] == row["canonical_id"])):
        page = read(client, f"/document/{address['source']}/{address['day']}/{address['document_id']}")
        assert f"near{row['similarity']:.2f}" in said(page).replace(" ", "")
        assert any(row["document_id"] in link for link in links(page, "/document/"))
        assert any(row["canonical_id"] in link for link in links(page, "/document/"))


def test_a_search_marks_what_it_found_and_keeps_what_was_asked(client) -> None:
    answer = client.get("/", params={"text": "BEARING", "source": "workshop-forum", "label": "main"})
    assert "<mark>bearing</mark>" in answer.text
    assert 'value="BEARING"' in answer.text
    assert re.search(r'<option value="workshop-forum" selected', answer.text)
    assert re.search(r'<option value="main" selected', answer.text)


def test_an_id_that_is_looked_for_is_found(client, samples) -> None:
    for row in (samples.rows("documents")[0], samples.rows("duplicates")[0]):
        page = read(client, f"/?text={row['document_id']}")
        assert f"open {row['document_id']}" in said(page)
        read(client, links(page, "/document/")[0])
    assert "open" not in said(read(client, "/?text=" + "0" * 32))


def test_of_a_long_document_the_page_shows_the_start(house, serve, monkeypatch) -> None:
    house.put("notes/2026-01-02/a.txt", "\n\n".join(f"Line {n} of the ferryman's long tale." for n in range(90)))
    house.put("notes/source.toml", "boilerplate_lines = ['^Line 50 ']")
    house.ingest()
    client = serve(house)
    (address,) = links(read(client, "/"), "/document/")
    assert "prints all of it" not in said(read(client, address))
    monkeypatch.setattr("flows.explorer.views.MOST_CHARACTERS", 1000)
    page = read(client, address)
    assert "prints all of it" in said(page)
    assert "Line 3 " in said(page)
    assert "Line 80 " not in said(page)


def test_rejected_records_are_listed_by_reason(client, samples) -> None:
    rows = samples.rows("rejected")
    page = read(client, "/rejected")
    for row in rows:
        assert row["detail"] in said(page) or row["detail"] in "".join(page.texts)
        assert any(f"reason={row['reason']}" in link for link in links(page, "/rejected"))
    only = read(client, "/rejected?reason=empty")
    assert "winnow retry --reason empty" in said(only)
    assert "not_a_page" not in "".join(only.texts).partition("sample")[2]


def test_an_excerpt_says_where_the_text_goes_on(serve, house) -> None:
    many = "A heron stood in the river all morning and caught nothing. "
    house.put("notes/2026-01-02/long.txt", f"{many * 9}Then a pike came by. {many * 9}")
    house.put("notes/2026-01-02/short.txt", "The tide came in at noon, with the wind behind it for hours.")
    house.ingest()
    client = serve(house)
    shown = said(read(client, "/"))
    assert shown.count("…") == 1
    assert "behind it for hours." in shown
    for text, count in (("pike came", 2), ("tide", 0), ("A heron stood", 1)):
        assert said(read(client, f"/?text={text}")).count("…") == count, text


@pytest.mark.parametrize("field", ["title", "author", "url"])
def test_what_a_document_says_is_text(house, serve, field: str) -> None:
    words = "The text goes on for a while after it, and nothing of it is markup. " * 5
    house.put("notes/2026-01-02/a.jsonl", json.dumps({"text": f"{HOSTILE}\n\n{words}\n\n{HOSTILE}", field: HOSTILE}))
    house.put("notes/2026-01-02/<script>alert(3)</script>.txt", words * 2)
    assert house.ingest().status == "published"
    client = serve(house)
    page = read(client, "/?text=alert")
    for address in [*links(page, "/document/"), *links(read(client, "/"), "/document/")]:
        shown = read(client, address)
        for piece in links(shown, "/document/"):
            read(client, piece)
        assert "alert(" in said(shown)
        assert r"\u202e" in said(shown) or "script" in said(shown)


def test_what_is_typed_is_text(client) -> None:
    page = read(client, "/?" + urlencode({"text": HOSTILE}))
    assert any(facts.get("value", "").startswith("<script>") for tag, facts in page.starts if tag == "input")
    for name in ("label", "source", "snapshot", "after"):
        error = read(client, "/?" + urlencode({name: HOSTILE}), 404)
        assert "alert(1)" in said(error)


def test_a_page_stays_in_its_snapshot_when_another_becomes_current(house, serve) -> None:
    for number in range(30):
        house.put(f"notes/2026-01-0{number % 9 + 1}/{number}.txt", f"Letter {number} of the ferryman. " * 20)
    house.ingest()
    client = serve(house)
    first = read(client, "/?text=ferryman")
    (following,) = [facts["href"] for _, facts in first.starts if facts.get("rel") == "next"]
    house.put("notes/2026-01-01/0.txt", "Another text altogether, of a baker and her bread. " * 20)
    house.ingest()
    assert "This is snapshot" in said(read(client, following))
    old = {link.split("?")[0] for link in links(first, "/document/") + links(read(client, following), "/document/")}
    assert len(old) == 30
    for link in links(first, "/document/"):
        read(client, link)
    snapshot = load_current(house.curated)
    assert snapshot.id in said(read(client, "/"))
    assert links(read(client, "/?text=baker"), "/document/")


def test_a_snapshot_that_has_gone_is_said(client) -> None:
    page = read(client, "/?snapshot=20200101T000000Z-000000", 404)
    assert "may have expired" in said(page)
    assert links(page, "/")


def test_every_link_of_the_first_pages_leads_to_a_page(client) -> None:
    seen, waiting = set(), ["/", "/rejected", "/changes"]
    for _ in range(60):
        if not waiting:
            break
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        waiting += [urljoin(address, link).split("#")[0] for link in links(read(client, address), "/")]
