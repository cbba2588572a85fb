import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tasks.clean.segments
from tasks.clean.segments.looks import look_at
from tasks.clean.segments.vocabulary import BIT, CUES, has_mark, load_vocabulary, phrase_words

LISTS = sorted((Path(tasks.clean.segments.__file__).parent / "vocabulary").glob("*.json"))
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "el", "ar", "he", "hi", "th", "zh", "ja",
             "ko")  # fmt: skip


def test_every_language_has_its_lists():
    assert sorted(path.stem for path in LISTS) == sorted(LANGUAGES)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_no_rule_without_its_words_in_every_language(path):
    lists = json.loads(path.read_text(encoding="utf-8"))
    of_consent = {"cookie", "consent", *(f"consent_{name}" for name in ("site", "use", "choices", "ways", "parts"))}
    other = {"stop", "months", "weekdays", "ago", "caption_marks", "says", "answers", "one", "namesakes"}
    assert set(lists) == {*CUES, *other, *of_consent}
    assert len(lists["months"]) == 12
    assert len(lists["weekdays"]) == 7
    assert set(lists["namesakes"]) <= set(lists["rank"])
    for name, phrases in lists.items():
        assert phrases or name == "stop", name
        if name in CUES:
            assert len(phrases) == len(set(phrases)), name
        if name in CUES or name in of_consent:
            assert all(phrases), name
            assert all(phrase_words(phrase) for phrase in phrases if phrase != "©"), name


def test_phrases_are_found_whatever_case_and_punctuation():
    phrases = load_vocabulary().phrases
    assert phrases[" ".join(phrase_words("— 12 COMMENTS —"))] & BIT["comments"]
    assert phrases[" ".join(phrase_words("Das könnte Sie auch interessieren:"))] & BIT["related"]
    assert "" not in phrases


@given(st.text(st.one_of(st.sampled_from("aZ09 .,:_'"), st.characters(max_codepoint=127)), max_size=40))
@example("Page 1,234: at 12:30:07.5s")
def test_ascii_gives_the_words_that_it_has_beside_other_letters(text):
    assert [*phrase_words(text), "é"] == phrase_words(text + " É")


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_what_software_says_below_entries_and_in_forms_is_known_in_every_language(path):
    lists = json.loads(path.read_text(encoding="utf-8"))
    for phrase in lists["notice"]:
        assert look_at(f"{phrase} 12 ...").kind == "notice", phrase
        if " " in phrase:
            assert look_at(f"{phrase} 12, {'of the lamps and the harbour ' * 12}".strip()).kind == "notice", phrase
    for phrase in lists["filed"]:
        assert look_at(f"{phrase}{' ' if ' ' in phrase else ': '}Lamps, Q").kind == "filed", phrase


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("This entry was posted in Lamps and tagged brass. Bookmark the permalink.", "notice"),
        ("Tagged with lamp, harbour", "filed"),
        ("Posted in the hall, the notice was soon forgotten.", "plain"),
        ("Tags were what the porters called the brass discs.", "plain"),
        ("This entry was posted in Lamps. " + "The keeper oiled the lens and went down to the boat. " * 20, "plain"),
    ],
)
def test_looks_of_what_stands_below_an_entry(text, kind):
    assert look_at(text.strip()).kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("* Beeswax or oil? ( Score: 5 , Insightful)", "subject"),
        ("Re: Beeswax (Score:2)", "subject"),
        ("We won (the score was 3)", "plain"),
        ("Noch keine Kommentare vorhanden", "comment_form"),
        ("This article does not have any comments yet", "comment_form"),
        ("Commentaires des lecteurs", "comments"),
    ],
)
def test_looks_of_lines_of_threads(text, kind):
    assert look_at(text).kind == kind


def test_every_mark_of_a_caption_is_found_by_its_sign_and_nothing_else_is():
    known = load_vocabulary()
    for path in LISTS:
        for mark in json.loads(path.read_text(encoding="utf-8"))["caption_marks"]:
            assert has_mark(f"The harbour {mark.upper() if mark.isascii() else mark} seen", known), mark
    assert not has_mark("The harbour (seen from the hill), at 9:30 / 10.30 = late.", known)
