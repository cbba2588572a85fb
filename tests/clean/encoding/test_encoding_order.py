"""What proves an encoding comes before what suggests one."""

import json
from pathlib import Path

import pytest

from tasks.clean.encoding import METHODS, Decoded, decode

TEXTS = {
    language: text
    for language, (text, _) in json.loads(Path(__file__).with_name("texts.json").read_text("utf-8")).items()
}
LANGUAGES = sorted(TEXTS)


def test_nothing_is_utf8():
    assert decode(b"") == Decoded("", "utf-8", "utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_valid_utf8_needs_no_guess_whatever_was_declared(language):
    decoded = decode(TEXTS[language].encode(), "iso-8859-1")

    assert decoded == Decoded(TEXTS[language], "utf-8", "utf-8", 1.0, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", ["fr", "ru", "ja"])
def test_a_mark_names_the_encoding_and_is_dropped(encoding, language):
    decoded = decode(("\ufeff" + TEXTS[language]).encode(encoding))

    assert (decoded.text, decoded.encoding, decoded.method) == (TEXTS[language], encoding, "bom")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_wide_encodings_are_known_without_a_mark(encoding, language):
    decoded = decode(TEXTS[language].encode(encoding))

    assert (decoded.text, decoded.encoding) == (TEXTS[language], encoding)
    assert decoded.method in ("nul_pattern", "utf-16_pattern")


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name not in ("zh-hans", "zh-hant", "ja")])
def test_cut_characters_cost_themselves_only(language):
    text = TEXTS[language]
    data = text.encode()
    inside = [i for i in range(1, len(data)) if 0x80 <= data[i] < 0xC0][5:40:9]  # a single accent may end a legacy word

    for place in inside:
        for part in (data[:place], data[place:]):
            decoded = decode(part)
            assert (decoded.encoding, decoded.method) == ("utf-8", "utf-8-cut")
            assert decoded.text.strip("\ufffd") == part.decode("utf-8", "ignore")
            assert 1 <= decoded.guessed_bytes <= 3


def test_foreign_lines_in_utf8_are_read_in_the_language_of_the_others():
    lines = TEXTS["cs"].split(". ")
    data = lines[0].encode() + b"\n" + lines[1].encode("windows-1250") + b"\n" + lines[0].encode()

    decoded = decode(data)

    assert decoded.text == "\n".join([lines[0], lines[1], lines[0]])
    assert (decoded.encoding, decoded.method) == ("windows-1250", "mixed-lines")
    assert decoded.guessed_bytes == len(lines[1].encode("windows-1250").translate(None, bytes(range(128))))


@pytest.mark.parametrize(("language", "encoding"), [("ja", "cp932"), ("ko", "cp949"), ("zh-hans", "gb18030")])
def test_foreign_lines_may_be_east_asian(language, encoding):
    text = TEXTS[language]

    assert decode(f"{text}\n".encode() + text.encode(encoding)).text == f"{text}\n{text}"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"d\xc3\xa9j\xc3\xa0\xff vu", "déjà\ufffd vu"),
        (b"plain\xff text", "plain\ufffd text"),
        (b"\xe2\x80\x9cIt\x92s here\xe2\x80\x9d, d\xc3\xa9j\xc3\xa0", "“It’s here”, déjà"),
        ("Привет, ".encode() + b"\xc1" + " как дела".encode(), "Привет, \ufffd как дела"),
    ],
)
def test_stray_bytes_leave_the_rest_alone(data, text):
    decoded = decode(data)

    assert decoded.text == text
    assert decoded.method == "stray-bytes"
    assert decoded.guessed_bytes == 1


def test_a_stray_letter_of_latin_is_believed_beside_letters():
    assert decode(b"caf\xe9s et th" + "és déjà bus".encode()).text == "cafés et thés déjà bus"


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="{}">',
        '<meta http-equiv="Content-Type" content="text/html; charset={}">',
        '<?xml version="1.0" encoding="{}"?>',
        '@charset "{}";',
    ],
)
def test_a_declaration_inside_decides_between_readings_that_are_alike(head):
    page = head.format("ISO-8859-15") + "<p>Le cœur coûte 5 €</p>"

    decoded = decode(page.encode("iso-8859-15"))

    assert decoded.text == page
    assert (decoded.encoding, decoded.method) == ("iso-8859-15", "meta")


def test_a_declaration_from_outside_is_evidence():
    decoded = decode("Tschüß".encode("iso-8859-15"), "ISO-8859-15")

    assert (decoded.text, decoded.encoding, decoded.method) == ("Tschüß", "iso-8859-15", "declared")


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "klingon", "utf-8", "", "hex", "\0"])
def test_a_declaration_that_is_wrong_does_no_harm(declared):
    assert decode(TEXTS["ru"].encode("koi8-r"), declared).text == TEXTS["ru"]


@pytest.mark.parametrize(("label", "language"), [("Shift_JIS", "ja"), ("GBK", "zh-hans"), ("EUC-KR", "ko")])
def test_a_declared_east_asian_encoding_is_believed_when_it_decodes(label, language):
    decoded = decode(TEXTS[language].encode(label), label)

    assert (decoded.text, decoded.method) == (TEXTS[language], "declared")


def test_nuls_in_text_are_kept():
    assert decode(b"one\0\0two " * 20).text == "one\0\0two " * 20


def test_a_sparse_file_is_its_text():
    assert decode(b"\0" * 5000 + b"The rest of the log was written here.\n").text.endswith("written here.\n")


def test_ascii_with_tildes_and_escapes_is_no_east_asian_text():
    for data in (b"a ~{ b ~} c", b"\x1b[31mred\x1b[0m", b"100 ~{"):
        assert decode(data).text == data.decode()


def test_every_method_has_its_sentence():
    assert all(sentence.endswith(".") for sentence in METHODS.values())
