"""What encodings are called here, and which wider one stands in for a narrow one.

A name is in lower case and is one that `bytes.decode` takes. Where the web platform reads a narrow encoding by a wider
one that agrees with it on all text (WHATWG Encoding Standard), the wider one is used: real files overstep the narrow
one.
"""

from __future__ import annotations

import codecs
from functools import cache

# By the codec's own name in Python. An entry that maps to a wider codec is a superset in the sense above.
_CANONICAL = {
    "ascii": "utf-8",
    "utf_8_sig": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",  # without a mark the web says little-endian
    "utf-32": "utf-32-le",
    "iso8859-1": "windows-1252",
    "iso8859-9": "windows-1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "euc_jp": "euc-jp",
    "iso2022_jp": "iso-2022-jp",
    "iso2022_kr": "iso-2022-kr",
} | {f"cp125{n}": f"windows-125{n}" for n in range(9)}

# Labels of the web and of chardet that Python does not know.
_LABELS = {
    "windows-874": "cp874",
    "dos-874": "cp874",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc-jp",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "windows-949": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-mac-ce": "mac-latin2",
    "x-mac-greek": "mac-greek",
    "x-mac-turkish": "mac-turkish",
    "macroman": "mac-roman",
    "maccyrillic": "mac-cyrillic",
    "maclatin2": "mac-latin2",
    "macgreek": "mac-greek",
    "macturkish": "mac-turkish",
    "maciceland": "mac-iceland",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode20utf8": "utf-8",
    "x-cp1250": "windows-1250",
    "x-cp1251": "windows-1251",
    "x-cp1252": "windows-1252",
    "hz-gb-2312": "hz",
    "koi": "koi8-r",
}

# Codecs that turn bytes into something else than text, or that undo an escaping.
_NO_TEXT = {
    "charmap",
    "idna",
    "mbcs",
    "oem",
    "palmos",
    "punycode",
    "raw_unicode_escape",
    "undefined",
    "unicode_escape",
    "utf_7",
}

MULTIBYTE = frozenset(
    (
        "gb18030",
        "big5hkscs",
        "cp932",
        "cp949",
        "euc-jp",
        "euc_jis_2004",
        "euc_jisx0213",
        "johab",
        "shift_jis_2004",
        "shift_jisx0213",
    ),
)
"""Encodings in which a character beyond ASCII takes several bytes, none of them an escape."""


@cache
def canonical(label: str) -> str | None:
    """Give the name used here for any label of an encoding, None for an unknown one.

    >>> canonical("ISO-8859-1"), canonical("x-sjis"), canonical("KOI8-R"), canonical("klingon")
    ('windows-1252', 'cp932', 'koi8-r', None)
    """
    label = label.strip().strip("\"'").lower()
    if label in _LABELS:
        return _LABELS[label]
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):  # ValueError: a NUL, or not ASCII
        return None
    name = info.name
    if name.replace("-", "_") in _NO_TEXT or not info._is_text_encoding:  # noqa: SLF001 (the only place that tells)
        return None
    if name in _CANONICAL:
        return _CANONICAL[name]
    return name.replace("iso8859-", "iso-8859-").replace("_", "-" if name.startswith("mac") else "_")
