"""Each liberty of ftfy is an option of ours, and does what it says."""

import pytest
from ftfy import TextFixerConfig

from tasks.clean.mojibake import FIXES, FOR_HTML, Options, repair, repair_and_settle, settle


def test_every_option_of_ftfy_is_there():
    assert set(TextFixerConfig._fields) - {"explain"} == Options().for_ftfy().keys()


@pytest.mark.parametrize(
    ("option", "value", "text", "off", "on"),
    [
        ("unescape_html", True, "<p>a &lt; b</p>", "<p>a &lt; b</p>", "<p>a < b</p>"),
        ("fix_latin_ligatures", True, "ﬁsh", "ﬁsh", "fish"),
        ("fix_character_width", True, "ＡＢ", "ＡＢ", "AB"),
        ("uncurl_quotes", True, "“a” ‘b’", "“a” ‘b’", "\"a\" 'b'"),
        ("fix_line_breaks", True, "a\r\nb\u2028c", "a\r\nb\u2028c", "a\nb\nc"),
        ("normalization", "NFC", "e\u0301", "e\u0301", "é"),
        ("normalization", "NFKC", "10³", "10³", "103"),
        ("unescape_html", False, "a &eacute;", "a é", "a &eacute;"),
        ("remove_terminal_escapes", False, "\x1b[1ma", "a", "[1ma"),
        ("fix_encoding", False, "schÃ¶n", "schön", "schÃ¶n"),
        ("remove_control_chars", False, "a\x08b", "ab", "a\x08b"),
        ("repair_legacy", False, "Ïðèâåò, êàê äåëà", "Привет, как дела", "Ïðèâåò, êàê äåëà"),
        ("repair_utf8_as_other", False, "We can鈥檛 wait", "We can’t wait", "We can鈥檛 wait"),
        (
            "repair_habits",
            True,
            "Az idõsebb nõk a fürdõbe mentek, a tûz égett",
            "Az idõsebb nõk a fürdõbe mentek, a tûz égett",
            "Az idősebb nők a fürdőbe mentek, a tűz égett",
        ),
    ],
)
def test_an_option_changes_what_it_names(option, value, text, off, on):
    assert repair(text).text == off
    assert repair(text, Options(**{option: value})).text == on


def test_references_are_left_alone_after_the_first_tag():
    text = "a &lt; b\n5 < 6 &amp; 7\n<b>c</b>\nd &lt; e"

    assert repair(text).text == "a < b\n5 < 6 & 7\n<b>c</b>\nd &lt; e"


def test_html_keeps_its_references():
    page = "<p>1 &lt; 2, schÃ¶n &amp; gut</p>"

    assert repair(page, FOR_HTML).text == "<p>1 &lt; 2, schön &amp; gut</p>"


def test_options_that_were_not_asked_for_keep_the_encoding_in_peace():
    # ftfy itself ignores its configuration here unless it is asked to explain.
    text = "voilÃ  le travail, Ã quel prix"
    careful = Options(restore_byte_a0=False, decode_inconsistent_utf8=False, repair_utf8_as_other=False)

    assert repair(text).text != text
    assert repair(text, careful).text == text


@pytest.mark.parametrize(
    ("text", "settled", "codes"),
    [
        ("a\r\nb\rc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf", ("line-ends",)),
        ("\ud83d\ude00 \ud83d \ude00", "😀 \ufffd \ufffd", ("surrogates",)),
        ("\ud800\r\n", "\ufffd\n", ("line-ends", "surrogates")),
        ("plain\ntext", "plain\ntext", ()),
    ],
)
def test_published_text_has_lf_and_no_surrogates(text, settled, codes):
    assert settle(text) == (settled, codes)
    assert set(codes) <= FIXES.keys()


def test_settled_text_is_the_same_object():
    for text in ("plain\n", "déjà vu\n"):
        assert settle(text)[0] is text


def test_line_ends_that_settling_makes_are_seen_by_the_next_repair():
    published = repair_and_settle("one\rÃ\xa0 two\r\nschÃ¶n")

    assert published.text == "one\nà two\nschön"
    assert published.fixes == ("line-ends", "utf-8-as-latin-1")
    assert repair_and_settle(published.text).fixes == ()
