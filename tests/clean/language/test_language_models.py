from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import eldc
import langdetect
import numpy as np
import pycld2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid import langid as reference

from tasks.clean.language import Options, detect_languages
from tasks.clean.language.build import TABLE, build_table
from tasks.clean.language.eld import load_eld, score_eld
from tasks.clean.language.evidence import gather_evidence
from tasks.clean.language.features import LANGUAGE_FEATURES, RIGHT_FEATURES
from tasks.clean.language.langid import find_features, load_langid, score_langid
from tasks.clean.language.lookalikes import count_words, load_lookalikes
from tasks.clean.language.pool import load_weights
from tasks.clean.language.profiles import load_profiles, score_profiles
from tasks.clean.language.samples import SAMPLE_CHARACTERS, take_sample, take_samples
from tasks.clean.language.tables import our_code, positions, script_names

CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
SENTENCES = list(CASES["languages"].values())


def test_the_shipped_table_is_that_of_the_installed_langdetect():
    built = build_table()
    with np.load(TABLE) as stored:
        assert set(stored) == set(built)
        assert all(np.array_equal(stored[name], built[name]) for name in built)


def test_every_key_of_the_profiles_is_found():
    table = load_profiles()
    with np.load(TABLE) as stored:
        keys = stored["keys"]
    from tasks.clean.language.profiles import _look_up

    assert np.array_equal(table.keys[_look_up(keys, table)], keys)
    assert (_look_up(keys + np.uint64(1 << 50), table) == -1).all()


def test_profiles_score_as_langdetect_would_over_all_n_grams():
    text = "harbour"
    scores = score_profiles(take_samples([text])).scores[0]
    grams = [" h", "h", "ha", " ha", "a", "har", "ar", "r", "rb", "arb", "b", "bo", "rbo", "o", "bou", "ou"]
    grams += ["u", "our", "ur", "r", "r ", "ur "]
    profiles = Path(langdetect.__file__).with_name("profiles")
    for code in ("en", "de", "sw"):
        profile = json.loads((profiles / code).read_text("utf-8"))
        shares = [profile["freq"].get(gram, 0) / profile["n_words"][len(gram) - 1] for gram in grams]
        expected = sum(np.log((0.5 / 10_000 + share) / (0.5 / 10_000)) for share in shares)
        assert scores[positions()[code]] == pytest.approx(expected, abs=len(grams) / 64)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=300)), min_size=1, max_size=6))
def test_windows_walk_the_automaton_as_py3langid_does(texts):
    samples = take_samples(texts)
    features, owners = find_features(np.frombuffer(samples.utf8, np.uint8), samples.owners(), load_langid())
    model = _reference_model()
    for row, part in enumerate(samples.parts()):
        walked = reference.visit_counts(model.tk_nextmove, model._rowbase, model.tk_output, part) or Counter()
        assert Counter(features[owners == row].tolist()) == walked


def test_one_byte_a_value_tells_languages_apart_as_py3langid_does():
    sentences = [text for code, text in CASES["languages"].items() if code not in {"zh-Hans", "zh-Hant", "hr", "sr"}]
    scores = score_langid(take_samples(sentences))
    theirs = [our_code(_reference_model().classify(part)[0]) for part in take_samples(sentences).parts()]
    assert [list(positions())[column] for column in scores.argmax(1)] == theirs


def test_eld_says_what_the_package_says():
    parts = take_samples(SENTENCES).parts()
    scores = score_eld(parts)
    eldc.init()
    known = np.flatnonzero([eldc.detect(part.decode()) in set(eldc.LANGUAGES) for part in parts])
    assert len(known) > 50
    own = list(set(load_eld().columns.values()))  # without stand-ins
    for row in known:
        assert own[int(scores[row, own].argmax())] == load_eld().columns[eldc.detect(parts[row].decode())]


def test_eld_settings_of_other_code_change_nothing():
    before = detect_languages(SENTENCES)
    eldc.init()
    eldc.set_languages(["en", "fr"])
    eldc.set_scores(1)
    eldc.set_scheme("iso639-2t")
    try:
        assert detect_languages(SENTENCES) == before
    finally:
        eldc.set_languages([])
        eldc.set_scores(3)
        eldc.set_scheme("iso639-1")


def test_others_are_asked_only_where_cld2_and_eld_leave_a_doubt():
    clear, doubtful = CASES["languages"]["fi"], CASES["languages"]["nn"]
    asked = gather_evidence([clear, doubtful, CASES["languages"]["el"]]).asked
    assert asked.tolist() == [False, True, False]


def test_words_of_look_alikes_are_counted_once_each():
    found = count_words("Ek weet nie, ek weet nie waar hulle is. Nooit.", ("dutch",))["dutch"]
    by_code = {list(positions())[column]: number for column, number in found.counts.items()}
    assert by_code == {"af": 3, "nl": 1}
    assert found.words == 4


MODELS: list[reference.LanguageIdentifier] = []


def _reference_model() -> reference.LanguageIdentifier:
    if not MODELS:
        MODELS.append(reference.LanguageIdentifier.from_model_file(reference.MODEL_FILE))
    return MODELS[0]


def test_stock_langdetect_is_the_package_with_seed_0():
    sentences = [text for code, text in CASES["languages"].items() if base_is_plain(code)]
    langdetect.DetectorFactory.seed = 0
    theirs = [langdetect.detect(text) for text in sentences]
    ours = [found.code for found in detect_languages(sentences, Options(detector="langdetect"))]
    assert ours == [{"no": "nb"}.get(code, code) for code in theirs]


def base_is_plain(code: str) -> bool:
    return code not in {"am", "hy", "ka", "km", "zh-Hans", "zh-Hant"}  # scripts it has no profile of; its own codes


def test_stock_langdetect_calls_texts_without_letters_und():
    assert detect_languages(["12 34"], Options(detector="langdetect"))[0].code == "und"


def test_the_fitted_numbers_match_their_features():
    weights = load_weights()
    assert len(weights.is_language) == len(LANGUAGE_FEATURES)
    assert len(weights.is_right) == len(RIGHT_FEATURES)


def test_lookalikes_speak_for_some_of_their_group_only():
    table = load_lookalikes()
    for group, columns in [hit for hits in [*table.words.values(), *table.stems.values()] for hit in hits]:
        assert set(columns) < set(table.members[group])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=60)), min_size=1, max_size=6))
def test_samples_count_the_letters_that_they_keep(texts):
    samples = take_samples(texts)
    assert len(samples) == len(samples.parts()) == len(texts)
    assert samples.scripts.shape == (len(texts), len(script_names()))
    assert (samples.scripts[:, 1:].sum(1) == samples.kept_letters).all()
    assert (samples.single_letters <= samples.kept_words).all()
    assert (samples.kept_words <= samples.kept_letters).all()


def test_a_long_text_is_sampled_at_both_ends():
    text = "anfang " + "mitte " * 2000 + "ende"
    sample = take_sample(text)
    assert sample.startswith("nfang mitte") or "mitte" in sample
    assert len(sample) <= SAMPLE_CHARACTERS + 10


def test_some_detector_knows_every_language():
    of_cld2 = {our_code(label) for _, label in pycld2.LANGUAGES}
    known = (load_profiles().source >= 0) | load_langid().covered | (load_eld().source >= 0)
    assert all(known[column] or code in of_cld2 for code, column in positions().items())
