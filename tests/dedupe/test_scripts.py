"""Copies are found in every script, and different texts are left apart."""

import random

import pytest

from tasks.dedupe import find_duplicates
from tests.dedupe.made_up import START

# First and last letter, letters of a word (0: no spaces between words), letters of a text.
SCRIPTS = {
    "Latin": ("a", "z", 6, 900),
    "accented": ("à", "ý", 6, 900),
    "Greek": ("α", "ω", 7, 900),
    "Cyrillic": ("а", "я", 7, 900),
    "Armenian": ("ա", "ֆ", 7, 900),
    "Hebrew": ("א", "ת", 5, 900),
    "Arabic": ("ع", "ي", 5, 900),
    "Devanagari": ("क", "ह", 4, 900),
    "Thai": ("ก", "ฮ", 0, 600),
    "Khmer": ("ក", "អ", 0, 600),
    "Burmese": ("က", "အ", 0, 600),
    "hiragana": ("ぁ", "ん", 0, 400),
    "ideographs": ("一", "丿", 0, 300),
    "Hangul": ("가", "갿", 3, 400),
    "emoji": ("\U0001f600", "\U0001f64f", 4, 400),
    "mathematical": ("\U0001d41a", "\U0001d433", 6, 400),
}


def write(script, seed):
    first, last, word, size = SCRIPTS[script]
    chosen = random.Random(f"{script}{seed}")
    letters = [chr(chosen.randint(ord(first), ord(last))) for _ in range(size)]
    return "".join(letter + (" " if word and chosen.random() < 1 / word else "") for letter in letters)


@pytest.mark.parametrize("script", SCRIPTS)
def test_copies_are_found_and_others_left_apart(script):
    first, last, _, _ = SCRIPTS[script]
    texts = {}
    for seed in range(20):
        text = write(script, seed)
        chosen = random.Random(seed)
        damaged = list(text)
        for at in chosen.sample(range(len(text)), len(text) // 33):
            damaged[at] = chr(chosen.randint(ord(first), ord(last)))
        texts[f"{seed:02}a"] = text
        texts[f"{seed:02}b"] = "".join(damaged)
        texts[f"{seed:02}c"] = text[: len(text) * 7 // 10]
    found = find_duplicates(list(texts), list(texts.values()), [START] * len(texts))
    assert found == {name: name[:2] + "a" for name in texts}
