"""The names of the repairs, for people and for counting."""

from __future__ import annotations

from typing import NamedTuple

from tasks.clean.encoding.legacy import priors
from tasks.clean.encoding.names import MULTIBYTE, canonical

_OF_FTFY = {
    "unescape_html": ("entities", "Character references were turned into the characters they name."),
    "remove_terminal_escapes": ("terminal-escapes", "Colour codes of terminals were dropped."),
    "restore_byte_a0": (
        "spaces-restored",
        "Spaces in broken sequences were read as no-break spaces.",
    ),
    "replace_lossy_sequences": ("lossy-sequences", "Sequences with lost bytes were replaced by one U+FFFD each."),
    "decode_inconsistent_utf8": (
        "utf-8-in-parts",
        "Parts of a line were UTF-8 read as another encoding.",
    ),
    "fix_c1_controls": ("c1-controls", "Control characters were read as the windows-1252 characters of their number."),
    "fix_latin_ligatures": ("ligatures", "Ligatures were taken apart."),
    "fix_character_width": ("width", "Full-width and half-width characters were turned into the usual forms."),
    "uncurl_quotes": ("quotes", "Curly quotes were straightened."),
    "fix_line_breaks": ("line-ends", "Line ends were turned into LF."),
    "fix_surrogates": ("surrogates", "Surrogates were joined, single ones replaced by U+FFFD."),
    "remove_control_chars": ("controls", "Control characters that show nothing were dropped."),
}

# The order in which ftfy tries them, with its names.
READ_AS_ONE_BYTE = {
    "latin-1": "latin-1",
    "sloppy-windows-1252": "windows-1252",
    "sloppy-windows-1251": "windows-1251",
    "sloppy-windows-1250": "windows-1250",
    "sloppy-windows-1253": "windows-1253",
    "sloppy-windows-1254": "windows-1254",
    "sloppy-windows-1257": "windows-1257",
    "iso-8859-2": "iso-8859-2",
    "macroman": "mac-roman",
    "cp437": "cp437",
}
READ_AS_MULTIBYTE = ("gb18030", "cp932", "cp949", "big5hkscs")

FIXES: dict[str, str] = (
    dict(_OF_FTFY.values())
    | {"normalization": "The text was brought into a Unicode normal form."}
    | {"windows-1252-as-latin-1": "Text in windows-1252 had been read as Latin-1."}
    | {
        f"utf-8-as-{name}": f"UTF-8 had been read as {name}."
        for name in (*READ_AS_ONE_BYTE.values(), *READ_AS_MULTIBYTE)
    }
    | {
        f"{name}-as-windows-1252": f"Text in {name} had been read as windows-1252 or Latin-1."
        for name in (*priors(), *sorted(MULTIBYTE))
        if name != "windows-1252"
    }
)
"""Every code of `Repaired.fixes` with its sentence for the contract."""


class Repaired(NamedTuple):
    """The text, and which repairs it took: codes of FIXES in its order, each once, none where nothing changed."""

    text: str
    fixes: tuple[str, ...] = ()


def name_steps(steps: list[tuple[str, str]]) -> set[str]:
    """Translate what ftfy explains into codes."""
    codes = set()
    encoded = ""
    for action, parameter in steps:
        if parameter in _OF_FTFY:
            codes.add(_OF_FTFY[parameter][0])
        elif action == "encode":
            encoded = parameter
        elif action == "decode":
            name = READ_AS_ONE_BYTE.get(encoded) or canonical(encoded) or encoded
            codes.add(f"utf-8-as-{name}" if parameter.startswith("utf-8") else "windows-1252-as-latin-1")
        else:
            codes.add("normalization")
    return codes


def in_order(codes: set[str]) -> tuple[str, ...]:
    """Sort codes as FIXES has them."""
    return tuple(code for code in FIXES if code in codes) if codes else ()
