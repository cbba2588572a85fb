import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.beyond_ascii import beyond_ascii, in_ascii
from tasks.clean.language import cld2
from tasks.clean.segments import line_kinds, looks, vocabulary
from tasks.clean.segments.features import _spell_plainly
from tasks.clean.segments.vocabulary import load_vocabulary, phrase_words

SIGNS = st.sampled_from("aThe 09.,’“—\xa0\u2028…²ßΣİé湖①\x00\x7f\x85\ufffe\ud800ͅ")
TEXTS = st.one_of(st.text(SIGNS, max_size=30), st.text(max_size=30))


@given(TEXTS)
def test_what_is_not_ascii_is_found_and_replaced_in_its_place(text):
    assert beyond_ascii(text) == "".join(character for character in text if not character.isascii())
    assert in_ascii(text) == re.sub(r"[^\x00-\x7f]", "?", text)


@given(TEXTS)
def test_words_are_those_that_the_pattern_finds(text):
    found = vocabulary._TOKEN.findall(text.casefold())
    assert phrase_words(text) == ["0" if word[0].isdigit() else word for word in found]


@given(TEXTS)
def test_a_text_spelled_plainly_has_as_many_words_and_function_words(text):
    stop = load_vocabulary().stop
    plain, words = _spell_plainly(text).lower().split(), text.lower().split()
    assert len(plain) == len(words)
    assert [word in stop for word in plain] == [word in stop for word in words]


@given(TEXTS)
def test_nothing_but_what_is_unreadable_becomes_a_space(text):
    readable = cld2.read_at_length(text)
    readable = readable if isinstance(readable, str) else readable.decode()
    is_whole = any(map(str.isalnum, beyond_ascii(text)))
    assert readable == cld2.UNREADABLE.sub(" ", text if is_whole else cld2._skim(text))


LINES = (
    st.text(st.sampled_from('aRe: |»-–No.#12©(c)["“]@/h.jpg©İıK湖'), min_size=1, max_size=24)
    .map(str.strip)
    .filter(bool)
)


@given(LINES)
def test_a_line_looks_the_same_where_every_pattern_is_searched(text):
    look = looks._look_at_short.__wrapped__(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looks, "_DELIMITER_SIGN", re.compile(""))
        patch.setattr(line_kinds, "_may_say_rights", lambda _: True)
        assert looks._look_at_short.__wrapped__(text) == look
