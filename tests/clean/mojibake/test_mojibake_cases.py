"""What is broken in a known way comes back; what is not stays the same object."""

import json
from pathlib import Path

import pytest

from tasks.clean.mojibake import FIXES, Repaired, repair

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases.json").read_text("utf-8"))
KEPT = json.loads((HERE / "kept.json").read_text("utf-8"))
TEXTS = {
    language: text
    for language, (text, _) in json.loads((HERE.parent / "encoding" / "texts.json").read_text("utf-8")).items()
}

READ_AS_ONE_BYTE = {
    "latin-1": "latin-1",
    "sloppy-windows-1252": "windows-1252",
    "sloppy-windows-1251": "windows-1251",
    "sloppy-windows-1250": "windows-1250",
    "sloppy-windows-1253": "windows-1253",
    "sloppy-windows-1257": "windows-1257",
    "iso-8859-2": "iso-8859-2",
    "macroman": "mac-roman",
    "cp437": "cp437",
}
LEGACY = {
    "ru": ["windows-1251", "koi8-r", "iso-8859-5", "cp866"],
    "bg": ["windows-1251"],
    "el": ["windows-1253"],
    "he": ["windows-1255"],
    "ar": ["windows-1256"],
    "th": ["cp874"],
    "cs": ["windows-1250", "iso-8859-2"],
    "pl": ["windows-1250", "iso-8859-2"],
    "hr": ["windows-1250"],
    "lt": ["windows-1257"],
    "lv": ["windows-1257"],
    "fr": ["cp850", "mac-roman"],
    "sv": ["cp850", "mac-roman"],
    "ja": ["cp932", "euc-jp"],
    "ko": ["cp949"],
    "zh-hans": ["gb18030"],
    "zh-hant": ["big5hkscs"],
}


@pytest.mark.parametrize("case", CASES, ids=[case["clean"] for case in CASES])
def test_known_damage_is_undone_and_named(case):
    assert repair(case["broken"]) == Repaired(case["clean"], tuple(case["fixes"]))


@pytest.mark.parametrize("text", [*KEPT, *TEXTS.values()])
def test_right_text_is_the_same_object(text):
    repaired = repair(text)

    assert repaired.text is text
    assert repaired.fixes == ()


@pytest.mark.parametrize("encoding", READ_AS_ONE_BYTE)
@pytest.mark.parametrize("language", TEXTS)
def test_utf8_read_as_one_byte_a_character(language, encoding):
    broken = TEXTS[language].encode().decode(encoding)

    repaired = repair(broken)

    assert repaired.text == TEXTS[language]
    assert any(code.startswith(("utf-8-as-", "utf-8-in-parts")) for code in repaired.fixes)


@pytest.mark.parametrize("encoding", ["gb18030", "cp932", "cp949", "big5"])
@pytest.mark.parametrize("language", TEXTS)
def test_utf8_read_as_an_east_asian_encoding(language, encoding):
    try:
        broken = TEXTS[language].encode().decode(encoding)
    except UnicodeDecodeError:
        pytest.skip("bytes were lost on the way: nothing to repair from")

    assert repair(broken).text == TEXTS[language]


@pytest.mark.parametrize("read_as", ["latin-1", "sloppy-windows-1252"])
@pytest.mark.parametrize(("language", "encoding"), [(name, e) for name, many in LEGACY.items() for e in many])
def test_legacy_bytes_read_as_western(language, encoding, read_as):
    text = TEXTS[language]

    repaired = repair(text.encode(encoding).decode(read_as))

    assert repaired.text == text
    (code,) = repaired.fixes
    name = code.removesuffix("-as-windows-1252")
    assert text.encode(name) == text.encode(encoding)


def test_each_line_has_its_own_damage():
    lines = [TEXTS["fr"], TEXTS["de"].encode().decode("latin-1"), "Plain.", TEXTS["cs"]]

    assert repair("\n".join(lines)).text == "\n".join([TEXTS["fr"], TEXTS["de"], "Plain.", TEXTS["cs"]])


def test_a_legacy_line_among_right_ones_is_repaired_alone():
    broken = TEXTS["ru"].encode("windows-1251").decode("latin-1")

    assert repair(f"{TEXTS['el']}\n{broken}\n{TEXTS['ja']}").text == f"{TEXTS['el']}\n{TEXTS['ru']}\n{TEXTS['ja']}"


def test_a_list_of_foreign_names_is_no_damage():
    text = "Søren Müller, François Lefèvre, José Núñez, Łukasz Żak, Þórdís Jónsdóttir, Zoltán Kovács, Ģirts Bērziņš"

    assert repair(text).text is text


def test_every_code_has_its_sentence():
    assert all(sentence.endswith(".") for sentence in FIXES.values())
    assert {code for case in CASES for code in case["fixes"]} <= FIXES.keys()
