from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import langdetect
import pytest

from tasks.clean.language import Options, detect_languages, groups, known_languages
from tasks.clean.language.tables import base_of, our_code

CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
KNOWN_TO_LANGDETECT = {our_code(path.name) for path in Path(langdetect.__file__).with_name("profiles").iterdir()}
LABELLED = Path(__file__).parents[3] / "../shared/data/dev/language/language.jsonl.gz"


@pytest.mark.parametrize("code", CASES["languages"])
def test_names_the_language_of_a_sentence(code):
    assert detect_languages([CASES["languages"][code]])[0].code == code


@pytest.mark.parametrize("text", CASES["undetermined"])
def test_calls_und_what_is_no_language(text):
    assert detect_languages([text])[0].code == "und"


def test_reads_headlines_in_capitals():
    assert [
        found.code for found in detect_languages(["FERRY STRANDED OFF THE HARBOUR", "FÄHRE VOR DEM HAFEN GESTRANDET"])
    ] == [
        "en",
        "de",
    ]


DECORATIONS = {
    "a post": "RT @the_best_of_all: {} https://t.example/Ab3dEf9 #love #instagood",
    "emoji": "😀😀 {} 👍🏽🔥",
    "markup": '<p class="content">{}</p>',
    "blank lines before": "\n \n" * 2000 + "{}",
    "a byte order mark": "\ufeff{}",
    "no-break spaces": "{}",
    "direction marks": "\u202b{}\u202c",
}


@pytest.mark.parametrize("decoration", DECORATIONS)
def test_what_stands_around_a_sentence_does_not_sway_the_answer(decoration):
    sentences = CASES["languages"]
    texts = [DECORATIONS[decoration].format(text) for text in sentences.values()]
    if decoration == "no-break spaces":
        texts = [text.replace(" ", "\xa0") for text in texts]
    assert [found.code for found in detect_languages(texts)] == list(sentences)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_form_of_accents_does_not_matter(form):
    sentences = CASES["languages"]
    texts = [unicodedata.normalize(form, text) for text in sentences.values()]
    assert [found.code for found in detect_languages(texts)] == list(sentences)


def test_capitals_do_not_matter():
    sentences = {code: text for code, text in CASES["languages"].items() if text.upper() != text and code != "el"}
    assert len(sentences) > 40
    assert [found.code for found in detect_languages([text.upper() for text in sentences.values()])] == list(sentences)


def test_a_long_quotation_does_not_outvote_the_lines_around_it():
    sentences = CASES["languages"]
    quotation = " ".join([sentences["fa"]] * 2)
    text = "\n".join(["یہ کتاب بہت اچھی ہے۔", sentences["ur"], quotation, sentences["ur"]])
    assert detect_languages([text])[0].code == "ur"


def test_a_language_that_no_line_is_in_is_not_the_answer():
    sentences = CASES["languages"]
    pairs = [("hr", "fa"), ("sv", "el"), ("da", "pl"), ("pt", "sk"), ("vi", "ta"), ("hu", "ar")]
    found = detect_languages([f"{sentences[one]} {sentences[one]}\n{sentences[two]}" for one, two in pairs])
    assert all(base_of(language.code) in pair for language, pair in zip(found, pairs, strict=True))


def test_addresses_and_identifiers_do_not_sway_the_answer():
    text = (
        "Näin laiva lähtee satamasta: https://example.com/the/great/harbour @harbour_of_all info@harbour.example #ferry"
    )
    assert detect_languages([text])[0].code == "fi"


def test_confidence_grows_with_the_evidence():
    short, long = detect_languages(["Hamn", CASES["languages"]["sv"]])
    assert short.confidence < long.confidence
    assert long.confidence > 0.9


def test_min_letters_calls_shorter_texts_und():
    text = "Guten Morgen"
    assert detect_languages([text], Options(min_letters=11))[0].code == "de"
    assert detect_languages([text], Options(min_letters=12))[0].code == "und"


def test_min_language_one_calls_everything_und():
    assert detect_languages([CASES["languages"]["de"]], Options(min_language=1.0))[0].code == "und"


def test_every_answer_is_a_known_language_or_und():
    known = {language.code for language in known_languages()} | {"und"}
    found = detect_languages([*CASES["languages"].values(), *CASES["undetermined"]])
    assert {base_of(language.code) for language in found} <= known


def test_groups_hold_known_languages():
    known = {language.code for language in known_languages()}
    assert all(set(codes) <= known for codes in groups().values())


def own_texts(kind):
    """Labelled texts of our own, of each kind that there is; of languages that stock langdetect knows."""
    sentences = {code: text for code, text in CASES["languages"].items() if base_of(code) in KNOWN_TO_LANGDETECT}
    if kind == "sentences":
        return [({base_of(code)}, text) for code, text in sentences.items()]
    if kind == "beginnings":
        return [({base_of(code)}, text[: max(len(text) // 2, 12)]) for code, text in sentences.items()]
    if kind == "capitals":
        return [({base_of(code)}, text.upper()) for code, text in sentences.items()]
    if kind == "posts":
        return [({base_of(code)}, DECORATIONS["a post"].format(text)) for code, text in sentences.items()]
    if kind == "mixed":
        others = [*list(sentences.items())[7:], *list(sentences.items())[:7]]
        pairs = zip(sentences.items(), others, strict=True)
        return [({base_of(one), base_of(two)}, f"{text}\n{other}") for (one, text), (two, other) in pairs]
    return [({"und"}, text) for text in CASES["undetermined"]]


@pytest.mark.parametrize("kind", ["sentences", "beginnings", "capitals", "posts", "mixed", "undetermined"])
def test_at_least_as_right_as_stock_langdetect_on_our_own_texts_of_every_kind(kind):
    truths, texts = zip(*own_texts(kind), strict=True)
    right = {}
    for detector in ("winnow", "langdetect"):
        found = detect_languages(texts, Options(detector=detector))
        right[detector] = sum(base_of(language.code) in truth for language, truth in zip(found, truths, strict=True))
    assert right["winnow"] >= right["langdetect"], right


def test_an_unknown_detector_is_an_error():
    with pytest.raises(ValueError, match="no detector 'lingua': one of winnow, langdetect"):
        Options(detector="lingua")


@pytest.mark.skipif(not LABELLED.exists(), reason="needs the labelled texts beside the checkout")
def test_at_least_as_right_as_stock_langdetect_in_every_kind():
    kinds = defaultdict(list)
    with gzip.open(LABELLED, "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["lang"] in KNOWN_TO_LANGDETECT:
                kinds[row["kind"]].append(row)
    shown = {}
    for kind, rows in kinds.items():
        sample = random.Random(4).sample(rows, min(len(rows), 200))
        texts = [row["text"] for row in sample]
        right = {}
        for detector in ("winnow", "langdetect"):
            found = detect_languages(texts, Options(detector=detector))
            right[detector] = sum(
                base_of(language.code) in {row["lang"], row.get("lang2")}
                for language, row in zip(found, sample, strict=True)
            )
        shown[kind] = right
    assert set(shown) == {"long", "para", "short", "tweet", "mixed"}
    assert all(right["winnow"] >= right["langdetect"] for right in shown.values()), shown


def test_the_page_on_languages_lists_every_code():
    page = (Path(__file__).parents[3] / "docs/languages.md").read_text("utf-8")
    listed = page.partition("codes\n")[2]
    assert re.findall(r"`([a-z-]+)`", listed.replace("\n", " ")) == [
        language.code for language in sorted(known_languages(), key=lambda language: language.name)
    ]
    assert all(f"`{name}`" in page for name in groups())
