"""Numbers, sizes and times in words, for people."""

from __future__ import annotations

KILOBYTE = 1_000
MEGABYTE = 1_000_000


def count_of(number: int, word: str, words: str = "") -> str:
    """A number and what it counts.

    >>> count_of(1, "file"), count_of(3, "file"), count_of(0, "breach", "breaches")
    ('1 file', '3 files', '0 breaches')
    """
    return f"{number} {word}" if number == 1 else f"{number} {words or word + 's'}"


def format_bytes(number: int) -> str:
    """A size for people.

    >>> format_bytes(184_000), format_bytes(2_500_000_000)
    ('184 kB', '2.5 GB')
    """
    if number < MEGABYTE:
        return f"{number / KILOBYTE:.0f} kB" if number >= KILOBYTE else f"{number} bytes"
    return f"{number / MEGABYTE:.1f} MB" if number < 1000 * MEGABYTE else f"{number / (1000 * MEGABYTE):.1f} GB"


def kilobytes(size: int) -> int:
    """How far a bar goes for so many bytes: at least one, so that small things are seen to be done.

    >>> kilobytes(184_999), kilobytes(12)
    (184, 1)
    """
    return max(1, size // KILOBYTE)


def format_seconds(seconds: float) -> str:
    """A time for people.

    >>> format_seconds(12.3), format_seconds(200), format_seconds(9000)
    ('12 s', '3 min', '2.5 h')
    """
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
