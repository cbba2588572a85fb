"""Copies are found in every script, and different texts are left apart."""

import random

import pytest

from tasks.dedupe import find_duplicates
from tests.dedupe.made_up import SCRIPTS, START, write_in


@pytest.mark.parametrize("script", SCRIPTS)
def test_copies_are_found_and_others_left_apart(script):
    first, last, _, _ = SCRIPTS[script]
    texts = {}
    for seed in range(20):
        text = write_in(script, seed)
        chosen = random.Random(seed)
        damaged = list(text)
        for at in chosen.sample(range(len(text)), len(text) // 33):
            damaged[at] = chr(chosen.randint(ord(first), ord(last)))
        texts[f"{seed:02}a"] = text
        texts[f"{seed:02}b"] = "".join(damaged)
        texts[f"{seed:02}c"] = text[: len(text) * 7 // 10]
    found = find_duplicates(list(texts), list(texts.values()), [START] * len(texts))
    assert found == {name: name[:2] + "a" for name in texts}
