"""Characters that a person cannot see, or that steer whatever shows them: found, and given a picture.

Data come from anywhere: an escape sequence must not reach a terminal, nor a right-to-left override the words beside it.
"""

from __future__ import annotations

import re
import unicodedata

HIDDEN = re.compile(
    "["
    "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f"  # control characters, but for tab and line feed
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\u206a-\\u206f"  # what changes the direction of writing
    "\\u2028\\u2029\\ufeff\\ufff9-\\ufffb"  # what parts lines, marks of byte order and of annotations
    "\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff"  # no characters at all: neither UTF-8 nor HTML may hold them
    "\\U0001fffe\\U0001ffff\\U000e0000-\\U000e007f\\U0010fffe\\U0010ffff"  # the same, and tags
    "]"
)
"""What is shown by its picture in place of itself. What only joins or parts letters spells words in some languages."""


def picture(character: str) -> str:
    r"""What stands for a hidden character.

    >>> picture("\x1b"), picture("\u202e")
    ('␛', '\\u202e')
    """
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def name_of(character: str) -> str:
    r"""The number and the name of a hidden character.

    >>> name_of("\u202e"), name_of("\x1b")
    ('U+202E right-to-left override', 'U+001B control character')
    """
    code = ord(character)
    kind = "control character" if unicodedata.category(character) == "Cc" else "no character"
    return f"U+{code:04X} {unicodedata.name(character, kind).lower()}"


def visible(text: str) -> str:
    r"""The text with its hidden characters shown as such.

    >>> visible("a\x1b[31m")
    'a␛[31m'
    """
    if text.isascii() and text.isprintable():
        return text
    return HIDDEN.sub(lambda found: picture(found[0]), text)
