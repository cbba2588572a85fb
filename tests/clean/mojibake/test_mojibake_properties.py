"""What holds for any text, above all that the gate in front of ftfy never lies."""

from dataclasses import replace
from importlib import import_module

import ftfy
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.clean.mojibake import FIXES, FOR_HTML, Options, Repaired, repair, repair_and_settle, settle
from tasks.clean.mojibake.gate import is_sound

# What mojibake is made of, what natural text is made of, and what the fixes act on.
PIECES = st.sampled_from(
    [
        *"aezÃÂÄÅâ€™œŒžŠšœ©®°±²³´¹º»¼½¾éàüößñçøåæíóúýþðõû",
        *"РСВГДТрсиѓЉЂљџёіїґ",
        *"ΒΓΞΟΠαβ΄Άώ",
        *"ДеноИя",
        *"谩茅鈥檛銆锛的是不我",
        *"ﾃ｡ﾅｾかな카나",
        *"\x80\x85\x92\x9d\xa0\xad\x00\x08\x1b\r\n\t \u2028\ufeff\ufffd\u200b",
        "&amp;",
        "&eacute;",
        "&#8217;",
        "<b>",
        "< ",
        "â€™",
        "Ã©",
        "РџСЂ",
        "вЂ™",
        "à¸",
        "Âµ ",
        "\nÃ ",
        "\x1b[31m",
        "word ",
        "l’été ",
        "😀",
        "é😀",
        "fi",
        "ﬁ",
        "Ａ",
        "“",
    ],
)
TEXTS = st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text(max_size=30))
BROKEN = st.tuples(
    st.text(alphabet="abc éàüčřžшыяжλωφ漢字かな한\n.’“", max_size=25),
    st.sampled_from(["latin-1", "sloppy-windows-1252", "sloppy-windows-1251", "macroman", "gb18030", "cp932"]),
).map(lambda pair: pair[0].encode().decode(pair[1], "replace"))
OURS = Options(repair_legacy=False, repair_utf8_as_other=False)


@settings(max_examples=500, deadline=None)
@example("ßº")
@example("ﬁª")
@given(TEXTS)
@example("a\nÃ b")
@example("x Ã y")
@example("é😀Ã ")
def test_what_the_gate_lets_pass_ftfy_leaves_alone(text):
    if is_sound(text, OURS):
        config = ftfy.TextFixerConfig(**{**OURS.for_ftfy(), "explain": False})
        assert ftfy.fix_text(text, config) == text


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_gate_knows_the_options(text):
    everything = replace(
        OURS,
        unescape_html=True,
        uncurl_quotes=True,
        fix_latin_ligatures=True,
        fix_character_width=True,
        fix_line_breaks=True,
        normalization="NFC",
    )
    if is_sound(text, everything):
        assert ftfy.fix_text(text, unescape_html=True) == text


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(TEXTS, BROKEN), st.sampled_from([Options(), FOR_HTML, Options(repair_habits=True, normalization="NFC")])
)
def test_repairing_again_changes_nothing(text, options):
    repaired = repair(text, options)

    assert repair(repaired.text, options).text == repaired.text
    assert (repaired.fixes == ()) == (repaired.text == text)
    assert set(repaired.fixes) <= FIXES.keys()
    assert list(repaired.fixes) == [code for code in FIXES if code in repaired.fixes]


CONTROLS = st.sampled_from(["\x00", "\x08", "\x1f", "\x7f", "\u206a", "\ufeff", "\ufffc", "\x1b[31m"])


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.one_of(TEXTS, BROKEN, CONTROLS), min_size=1, max_size=6).map("".join),
    st.sampled_from([OURS, replace(OURS, unescape_html=False), replace(OURS, normalization="NFC")]),
)
@example("Ã\ufeff©", OURS)
@example("\ufeffl’été", OURS)
def test_controls_that_are_dropped_at_once_are_dropped_as_ever(text, options):
    at_once = repair(text, options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("tasks.clean.mojibake.repair"), "drop_controls", lambda *_: None)
        assert at_once == repair(text, options)


@settings(max_examples=300, deadline=None)
@given(st.one_of(TEXTS, BROKEN))
def test_what_is_published_is_at_rest(text):
    published = repair_and_settle(text)

    assert repair_and_settle(published.text) == Repaired(published.text)
    assert settle(published.text) == (published.text, ())
    assert published.text.encode("utf-8", "strict") is not None
    assert (published.fixes == ()) == (published.text == text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="&"), max_size=80))
def test_ascii_comes_back_as_the_same_object(text):
    assert repair(text).text is text
