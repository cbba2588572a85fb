"""The page of a document: all of its text, labelled in words, and no power to whatever stands in it."""

import pytest

from flows.document_facts import facts_of
from flows.pages.document import list_blocks, render_document
from tasks.publish.reading import Piece, WholeDocument, find_document
from tests.pages import HOSTILE, PLAIN_ROW, check_page


def document(pieces: list[tuple[str, str, str]], comments=(), **facts) -> WholeDocument:
    """A document of these pieces: label, role, text."""
    made, at = [], 0
    for label, role, text in pieces:
        made.append(Piece(at, at + len(text), label, role, text))
        at += len(text)
    return WholeDocument(PLAIN_ROW | facts, is_duplicate=False, comments=tuple(comments), pieces=tuple(made))


def page_of(whole: WholeDocument) -> str:
    return render_document(whole, facts_of(whole))


def test_the_page_has_the_whole_text_with_each_role_in_words(samples) -> None:
    for row in samples.rows("documents") + samples.rows("duplicates"):
        whole = find_document(samples.snapshot, row["document_id"])
        page = check_page(page_of(whole))
        said = "".join(page.texts)
        for piece in whole.pieces:
            assert piece.role in said
        shown = [facts["data-label"] for tag, facts in page.starts if tag == "div" and "data-label" in facts]
        assert shown == [piece.label for piece in whole.pieces]
        assert row["raw_path"] in said


def test_blocks_have_every_character_and_tell_where_a_line_is_cut(samples) -> None:
    for row in samples.rows("documents"):
        whole = find_document(samples.snapshot, row["document_id"])
        assert "".join(block.text for block in list_blocks(whole.pieces)) == whole.text
    cut = [
        block.is_glued
        for block in list_blocks(
            document([("main", "body", "a"), ("boilerplate", "caption", "b\n"), ("main", "body", "c\n")]).pieces
        )
    ]
    assert cut == [False, True, False]


def test_a_comment_has_its_author_and_time(samples) -> None:
    comment = next(row for row in samples.rows("comments") if row["author"] and row["posted_at"])
    whole = find_document(samples.snapshot, comment["document_id"])
    assert comment["author"] in [block.author for block in list_blocks(whole.pieces, whole.comments)]
    said = "".join(check_page(page_of(whole)).texts)
    assert f"{comment['author']} {comment['posted_at']:%Y-%m-%d %H:%M}" in said


@pytest.mark.parametrize("field", ["title", "author", "url", "raw_path", "encoding_method", "language"])
def test_data_are_text_wherever_they_stand(field: str) -> None:
    said = "".join(check_page(page_of(document([("main", "body", "b")], **{field: HOSTILE}))).texts)
    assert "<script>alert(1)</script>" in said
    assert r"\u202egnp.exe\u202c ␛[31m␇" in said
    assert "{{ 7 * 7 }} &amp;" in said


def test_a_text_full_of_power_is_text() -> None:
    pieces = [("main", "title", HOSTILE + "\n"), ("boilerplate", "about", HOSTILE), ("comment", "comment", HOSTILE)]
    comment = {"start": 2 * len(HOSTILE) + 1, "author": HOSTILE, "posted_at": None}
    page = check_page(page_of(document(pieces, [comment])))
    assert "".join(page.texts).count("<img src=x onerror=alert(2)>") == 4
    chips = [facts["title"] for tag, facts in page.starts if facts.get("class") == "hidden"]
    assert chips.count("U+202E right-to-left override") == chips.count("U+001B control character") == 4


def test_what_utf_8_cannot_hold_is_shown_by_its_number() -> None:
    page = page_of(document([("main", "body", "a\ud800b\x00c\ufffe")]))
    assert page.encode()
    assert r"\ud800" in "".join(check_page(page).texts)


def test_the_language_of_the_text_is_named_where_it_is_known() -> None:
    pieces = [("main", "body", "a\n"), ("comment", "comment", "b\n")]
    for language, expected in (("pl", ["en", "pl"]), ("und", ["en"]), ('x" onload="', ["en", 'x" onload="'])):
        page = check_page(page_of(document(pieces, language=language)))
        assert [facts["lang"] for _, facts in page.starts if "lang" in facts] == expected
