from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean import listed
from tasks.clean.language import known_languages
from tasks.clean.quality import MEASURES, Quality, characters, measure
from tasks.clean.quality.characters import count_ascii, count_points
from tasks.clean.quality.measure import DATA, TOKEN
from tasks.schema import DOCUMENTS

measuring = importlib.import_module("tasks.clean.quality.measure")

CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
STOP_WORDS = json.loads(DATA.read_text("utf-8"))

SIGNS = [
    "the",
    "of",
    "and",
    "don’t",
    "it's",
    "€5",
    "™",
    "•",
    "›",
    "‹",
    "“",
    "”",
    "—",
    "…",
    "·",
    "«",
    "½",
    "\xa0",
    "\u2028",
    "\u200b",
    "́",
    "é",
    "，",
    "™the",
    "don•t",
    "\x01",
]

lines = st.lists(st.text(max_size=30), max_size=6).map("\n".join)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_measures_as_described(case):
    found = measure([case["text"]], [case["language"]])[0]._asdict()
    assert {name: found[name] for name in case["expected"]} == case["expected"]


def test_every_measure_is_described_in_order_and_is_a_column():
    assert tuple(MEASURES) == Quality._fields
    assert set(MEASURES) <= {column.name for column in DOCUMENTS.columns}
    assert all(unit and meaning and source for unit, meaning, source in MEASURES.values())


def test_many_languages_have_stop_words_and_are_known():
    assert len(STOP_WORDS) >= 20
    assert set(STOP_WORDS) <= {language.code for language in known_languages()}


@pytest.mark.parametrize("code", STOP_WORDS)
def test_stop_words_are_single_tokens_in_small_letters(code):
    words = STOP_WORDS[code].split()
    assert len(words) == len(set(words))
    assert all(word == word.lower() and TOKEN.findall(word) == [word] for word in words)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(lines, st.sampled_from(["en", "zh-Hant", "hi", "und"])), max_size=4))
def test_measures_are_in_range_and_do_not_depend_on_the_batch(pairs):
    found = measure([text for text, _ in pairs], [language for _, language in pairs])
    assert found == [measure([text], [language])[0] for text, language in pairs]
    for (text, _), quality in zip(pairs, found, strict=True):
        assert quality.characters == len(text)
        assert quality.words <= len(text)
        for name, value in quality._asdict().items():
            if name.endswith("_share") and value is not None:
                assert 0.0 <= value <= 1.0
                assert value == round(value, 4)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(st.one_of(st.sampled_from("aA1 '.\n"), st.characters(max_codepoint=127)), max_size=60)),
    st.integers(1, 99),
)
def test_ascii_is_counted_as_all_characters_are(texts, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(characters, "BLOCK", block)
        assert count_ascii([text.encode() for text in texts]) == [count_points(text) for text in texts]
    text = "".join(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "LONGEST", block)
        in_pieces = measure([text], ["en"])
    assert in_pieces == measure([text], ["en"])
    (quality,) = measure([text], ["en"])
    tokens = TOKEN.findall(text.lower())
    stops = sum(token in STOP_WORDS["en"].split() for token in tokens)
    assert quality.stop_word_share == (round(stops / len(tokens), 4) if tokens else None)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*SIGNS, " ", "\n"]), max_size=30).map("".join), st.sampled_from(["en", "fr"]))
def test_signs_beyond_ascii_count_as_they_do_one_by_one(text, language):
    found = measure([text], [language])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "_spell_plainly", lambda _: None)
        assert measure([text], [language]) == found


@settings(max_examples=60, deadline=None)
@given(lines)
def test_a_text_set_twice_repeats_its_lines(text):
    (quality,) = measure([text + "\n" + text], ["en"])
    assert quality.repeated_line_share is None or quality.repeated_line_share >= 0.5


def test_texts_and_languages_must_pair():
    with pytest.raises(ValueError, match="zip"):
        measure(["a", "b"], ["en"])


@pytest.mark.parametrize(
    ("sign", "name"),
    [("a", "letters"), ("\u0301", "marks"), ("7", "digits"), ("\u200d", "format characters"),
     ("\xad", "format characters"), (".", "punctuation"), (" ", "white space")],
)  # fmt: skip
def test_words_of_measures_name_every_kind_of_character_that_counts(sign, name):
    (one,) = measure([f"word{sign} w"], ["en"])
    assert one.symbol_share == 0
    assert name in MEASURES["symbol_share"][1]
    assert (one.mean_word_length == 3) == (name in MEASURES["mean_word_length"][1])
