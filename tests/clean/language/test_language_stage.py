from __future__ import annotations

import json
from pathlib import Path

from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.language import Options, detect_languages
from tasks.clean.language.stage import apply
from tasks.document import Comment, Record

SENTENCES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))["languages"]


def draft_of(main: str, comments: tuple[str, ...]) -> Draft:
    text, places = main, []
    for comment in comments:
        places.append(Comment(len(text) + 1, len(text) + 1 + len(comment)))
        text += "\n" + comment
    return Draft(Record("forum", "2026-11-20/a.txt", "", "00", text), text=text, main=main, comments=tuple(places))


def test_each_comment_gets_its_own_language():
    codes = ("fr", "ru", "zh-Hant", "id", "nn")
    (draft,) = apply([draft_of(SENTENCES["de"], tuple(SENTENCES[code] for code in codes))], SourceSettings())
    assert draft.language == "de"
    assert draft.languages == (("de", 1.0),)
    assert tuple(code for code, _ in draft.comment_languages) == codes


def test_a_comment_gets_what_its_text_alone_would_get():
    comments = (SENTENCES["it"], "404", "", "ok")
    (draft,) = apply([draft_of("", comments)], SourceSettings())
    assert draft.language == "und"
    assert draft.languages == ()
    assert draft.comment_languages == tuple((found.code, found.confidence) for found in detect_languages(comments))


def test_documents_and_comments_stay_together():
    drafts = [draft_of(SENTENCES[code], (SENTENCES[code],) * number) for number, code in enumerate(("el", "fi", "tr"))]
    found = apply(drafts, SourceSettings())
    assert [draft.language for draft in found] == ["el", "fi", "tr"]
    assert [[code for code, _ in draft.comment_languages] for draft in found] == [[], ["fi"], ["tr", "tr"]]


def test_a_source_can_choose_stock_langdetect():
    texts = (SENTENCES["eu"], "Hei", "404")
    (draft,) = apply([draft_of(SENTENCES["de"], texts)], SourceSettings(language_detector="langdetect"))
    stock = detect_languages([SENTENCES["de"], *texts], Options(detector="langdetect"))
    assert (draft.language, draft.language_confidence) == (stock[0].code, stock[0].confidence)
    assert draft.comment_languages == tuple((found.code, found.confidence) for found in stock[1:])
    assert draft.comment_languages[0][0] != "eu"  # which it does not know


def test_a_mixed_document_lists_its_languages():
    main = "\n".join([SENTENCES["sv"]] * 3 + [SENTENCES["ja"]] * 2)
    (draft,) = apply([draft_of(main, ())], SourceSettings())
    assert draft.language == "sv"
    assert [code for code, _ in draft.languages] == ["sv", "ja"]
    assert sum(share for _, share in draft.languages) <= 1
