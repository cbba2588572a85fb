"""Legacy encodings are told apart by what reads as a language."""

import json
import unicodedata
from pathlib import Path

import pytest

from tasks.clean.encoding import decode
from tasks.clean.encoding.legacy import code_table, priors

TEXTS: dict[str, list] = json.loads(Path(__file__).with_name("texts.json").read_text("utf-8"))
CASES = {f"{name}-{encoding}": (text, encoding) for name, (text, encodings) in TEXTS.items() for encoding in encodings}


def bytes_of(text: str, encoding: str) -> bytes:
    if encoding == "windows-1258":  # has the tone marks apart
        return unicodedata.normalize("NFD", text).replace("đ", "đ").encode(encoding, "ignore")
    return text.encode(encoding, "ignore" if encoding.startswith("iso-8859-8") else "strict")


@pytest.mark.parametrize(("text", "encoding"), CASES.values(), ids=CASES)
def test_a_paragraph_is_read_by_its_encoding(text, encoding):
    data = bytes_of(text, encoding)

    decoded = decode(data)

    assert decoded.text == data.decode(encoding)
    assert decoded.method == ("escapes" if data.isascii() else "detected")


@pytest.mark.parametrize("language", ["cs", "ru", "el", "ja", "fr"])
def test_the_encoding_is_found_when_the_first_accent_comes_late(language):
    text, encodings = TEXTS[language]
    head = b"A plain line of ASCII.\n" * 20_000

    decoded = decode(head + text.encode(encodings[0]))

    assert decoded.text.endswith(text)
    assert decoded.guessed_bytes == len(text.encode(encodings[0]).translate(None, bytes(range(128))))


def test_markup_does_not_hide_the_language():
    page = '<html><body class="x">' + '<p class="entry"><a href="/about">'.join(TEXTS["pl"][0].split(". ")) + "</body>"

    assert decode(page.encode("iso-8859-2")).encoding == "iso-8859-2"


def test_undefined_bytes_of_windows_encodings_stay_recognisable():
    text, _ = TEXTS["fr"]

    assert decode(text.encode("windows-1252") + b" \x81").text == text + " \x81"


def test_every_candidate_reads_all_bytes():
    for encoding in priors():
        assert code_table(encoding).shape == (256,)
        assert bytes(range(32, 127)).decode(encoding).isascii()
