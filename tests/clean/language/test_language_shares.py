from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.language import Share, detect_languages, detect_shares
from tasks.clean.language.cld2 import ask_cld2, read_at_length
from tasks.clean.language.pieces import cut_pieces, weigh_letters
from tasks.clean.language.shares import MOST_PIECES

CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
SENTENCES = CASES["languages"]

lines = st.one_of(st.sampled_from([*SENTENCES.values(), *CASES["undetermined"]]), st.text(max_size=60))
documents = st.lists(lines, max_size=12).map("\n".join)


def test_one_language_has_the_share_one():
    assert detect_shares([SENTENCES["fr"]]) == [[Share("fr", 1.0)]]


def test_no_language_has_no_shares():
    assert detect_shares(["", "12 | 34", "😀"]) == [[], [], []]


def test_lines_of_two_languages_are_told_apart():
    text = "\n".join([SENTENCES["de"], SENTENCES["ru"], SENTENCES["de"]])
    (shares,) = detect_shares([text])
    letters = {code: sum(map(str.isalpha, SENTENCES[code])) for code in ("de", "ru")}
    total = 2 * letters["de"] + letters["ru"]
    assert [share.code for share in shares] == ["de", "ru"]
    assert abs(shares[0].share - 2 * letters["de"] / total) < 0.001


def test_a_line_of_another_language_between_long_ones_is_found():
    english = " ".join([SENTENCES["en"]] * 12)
    assert english.isascii()
    shares = detect_shares(["\n".join([english, SENTENCES["nl"], english])])[0]
    assert {share.code for share in shares} == {"en", "nl"}


def test_of_a_text_of_one_long_line_its_pieces_are_read():
    text = " ".join([SENTENCES["en"]] * 20 + [SENTENCES["nl"]] * 6)
    assert {share.code for share in detect_shares([text])[0]} == {"en", "nl"}


def test_cld2_is_asked_once_about_a_long_text():
    long, short = " ".join([SENTENCES["de"]] * 8), SENTENCES["de"]
    answers = detect_languages([long, short, "12 | 34"])
    assert [answer.whole for answer in answers] == [ask_cld2(read_at_length(long)), None, None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.clean.language.shares.ask_cld2", lambda _: pytest.fail("asked again"))
        assert detect_shares([long], languages=answers[:1]) == [[Share("de", 1.0)]]


def test_a_paragraph_of_two_languages_is_cut_at_sentences():
    text = " ".join([SENTENCES["en"]] * 6 + [SENTENCES["es"]] * 6)
    assert {share.code for share in detect_shares([text])[0]} == {"en", "es"}


def test_a_chinese_letter_says_more_than_one_of_an_alphabet():
    assert weigh_letters("港口 port") == 2 * 2.5 + 4
    (shares,) = detect_shares([SENTENCES["zh-Hans"] + "\n" + SENTENCES["ru"]])
    assert [share.code for share in shares] == ["zh-Hans", "ru"]


def test_vowels_that_are_marks_count_as_letters():
    assert weigh_letters("นี้") == 3
    assert weigh_letters("की") == 2


def test_a_quoted_name_is_no_second_language():
    text = "\n".join([SENTENCES["en"]] * 8 + ["Café de la Gare"])
    assert detect_shares([text])[0] == [Share("en", 1.0)]


def test_answers_at_hand_are_used():
    texts = [SENTENCES["it"], SENTENCES["el"] + "\n" + SENTENCES["fi"]]
    assert detect_shares(texts, languages=detect_languages(texts)) == detect_shares(texts)


@settings(max_examples=80, deadline=None)
@given(st.lists(documents, min_size=1, max_size=4))
def test_shares_are_sorted_and_add_up_to_at_most_one(texts):
    found = detect_shares(texts)
    assert found == [detect_shares([text])[0] for text in texts]
    for shares in found:
        assert sum(round(share.share * 10_000) for share in shares) <= 10_000
        assert shares == sorted(shares, key=lambda share: (-share.share, share.code))
        assert len({share.code for share in shares}) == len(shares)


@settings(max_examples=200, deadline=None)
@given(documents)
def test_pieces_rebuild_the_text(text):
    pieces = cut_pieces(text)
    assert text.startswith("".join(pieces))
    assert not text[len("".join(pieces)) :].strip()


def test_a_book_is_cut_into_some_hundred_pieces():
    book = "Ein Satz mit einigen Wörtern darin.\n" * 20_000
    assert len(cut_pieces(book, len(book) // MOST_PIECES)) <= MOST_PIECES
    assert len(cut_pieces("1 2 3\n" * 20_000)) == 1
