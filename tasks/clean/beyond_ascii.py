"""What of a text is not ASCII: most texts have but a few signs of it, and can be read as fast as those without."""

from __future__ import annotations

_ASCII = bytes(range(128))


def beyond_ascii(text: str) -> str:
    """The characters of a text that are not ASCII, in order."""
    if text.isascii():
        return ""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def in_ascii(text: str) -> str:
    """The text with a question mark for each character that is not ASCII."""
    return text.encode("ascii", "replace").decode("ascii")
