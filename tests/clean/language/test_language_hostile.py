from __future__ import annotations

import pytest

from tasks.clean.language import Options, detect_languages, detect_shares, known_languages
from tasks.clean.language.tables import base_of

HOSTILE = {
    "5 MB of one letter": ("a" * 5_000_000, "und"),
    "5 MB of one Chinese letter": ("的" * 1_700_000, "zh"),
    "5 MB of spaces": (" " * 5_000_000, "und"),
    "a million empty lines": ("\n" * 1_000_000, "und"),
    "a million lines": ("Ein Satz\n" * 1_000_000, "de"),
    "a million line numbers": ("1\n" * 1_000_000, "und"),
    "lone surrogates": ("\ud800\udfff" * 50_000, "und"),
    "a sentence with lone surrogates": ("Das ist ein \udc80 ganzer Satz. " * 900, "de"),
    "private use": ("\ue000\uf8ff\U0010fffd" * 50_000, "und"),
    "noncharacters": ("\uffff\ufffe\ufdd0\U0001ffff" * 50_000, "und"),
    "a sentence with noncharacters": ("Das ist ein \uffff ganzer Satz. " * 900, "de"),
    "NULs": ("\0" * 1_000_000, "und"),
    "NULs for spaces": ("Das\0ist\0ein\0ganzer\0Satz.\0" * 900, "de"),
    "only combining marks": ("\u0301\u0323" * 500_000, "und"),
    "only direction marks": ("\u202e\u202b\u200f" * 300_000, "und"),
    "a sentence with direction marks": ("\u202eשלום עולם טוב\u202c " * 9_000, "he"),
    "emoji": ("\U0001f600\ufe0f\u200d" * 200_000, "und"),
    "letters beyond the first plane": ("𐌰𐌱𐌲 𒀀𒀁 " * 50_000, "und"),
    "addresses without an end": ("www." * 400_000, "und"),
    "mentions of mentions": ("(@" * 400_000, "und"),
    "dots and an at": ("a." * 500_000 + "@", "und"),
    "open tags": ("<a " * 500_000, "und"),
    "nested tags": ("<a" * 500_000 + ">" * 500_000, "und"),
    "one endless word": ("x" * 47 + " " + "y" * 2_000_000, "und"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_get_an_answer(name):
    text, code = HOSTILE[name]
    (found,) = detect_languages([text])
    assert found.code == code
    (shares,) = detect_shares([text])
    assert [share.code for share in shares] == ([] if code == "und" else [code])


@pytest.mark.parametrize("name", ["lone surrogates", "noncharacters", "NULs", "private use", "emoji"])
def test_hostile_texts_get_an_answer_from_stock_langdetect_too(name):
    (found,) = detect_languages([HOSTILE[name][0][:2000]], Options(detector="langdetect"))
    assert found.code == "und"


def test_every_character_gets_an_answer():
    points = range(0, 0x110000, 37)
    texts = [chr(point) * 3 + " " + chr((point * 7919) % 0x110000) for point in points]
    known = {language.code for language in known_languages()} | {"und"}
    assert {base_of(found.code) for found in detect_languages(texts)} <= known
