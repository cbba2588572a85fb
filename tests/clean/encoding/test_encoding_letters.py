"""The letter statistics prefer text that reads as a language, whichever way it was broken."""

import json
from pathlib import Path

import numpy as np
import pytest

from tasks.clean.encoding import letters

TEXTS = {
    language: text
    for language, (text, _) in json.loads(Path(__file__).with_name("texts.json").read_text("utf-8")).items()
}
MODEL = letters.load()
KNOWN = sorted(set(TEXTS) & set(MODEL.languages))


def best(text):
    return float(MODEL.score_text(text).max())


@pytest.mark.parametrize("language", KNOWN)
def test_a_text_is_likeliest_in_its_own_language_or_its_twin(language):
    scores = MODEL.score_text(TEXTS[language])
    likeliest = MODEL.languages[scores.argmax()]

    assert likeliest == language or {likeliest, language} == {"es", "gl"}


@pytest.mark.parametrize("language", KNOWN)
def test_a_text_reads_better_than_its_mojibake(language):
    text = TEXTS[language]

    assert best(text) > best(text.encode().decode("latin-1")) + 50


def test_case_and_form_do_not_matter():
    assert best("příliš") == best("Příliš") == best("pr\u030ci\u0301lis\u030c")


def test_signs_in_words_controls_and_mixed_scripts_cost():
    for worse in ("wo¤rd", "wo\x81rd", "woрd", "woRd", "wo\ufffdrd"):
        assert best(worse) < best("word") - 2


def test_text_that_is_sure_tells_the_language_and_no_more():
    prior = MODEL.prior(TEXTS["cs"])

    assert prior.max() == 0
    assert MODEL.languages[prior.argmax()] == "cs"
    assert prior.min() == pytest.approx(-200)
    english = MODEL.prior("only English words and nothing else here", most=40.0)
    assert english[MODEL.languages.index("ru")] == 0
    assert -40 <= english.min() < -5


def test_nothing_scores_nothing():
    assert not MODEL.score(np.zeros(0, np.uint16)).any()
    assert len(MODEL.languages) == len(MODEL.score_text("")) == 61
