"""UTF-16 and UTF-32 without a byte order mark."""

from __future__ import annotations

import numpy as np

from tasks.clean.encoding.binary import CONTROLS, sample, share

_FEWEST_CONTROLS = 0.004
"""The low bytes of CJK in UTF-16 are spread evenly, so some are control bytes, which legacy encodings never have."""

# Blocks whose characters make up texts, with their share in text that is not Latin; by hand, only the order matters.
_BLOCKS = (
    (0x0009, 0x000D, 0.01),
    (0x0020, 0x007E, 0.10),
    (0x00A0, 0x024F, 0.02),
    (0x0370, 0x052F, 0.15),
    (0x0590, 0x074F, 0.15),
    (0x0900, 0x0DFF, 0.15),
    (0x0E00, 0x0EFF, 0.08),
    (0x1000, 0x10FF, 0.08),
    (0x1E00, 0x1EFF, 0.03),
    (0x2010, 0x2040, 0.02),
    (0x3000, 0x3002, 0.08),
    (0x3003, 0x303F, 0.02),
    (0x3041, 0x30FF, 0.30),
    (0x4E00, 0x9FA5, 0.40),
    (0xAC00, 0xD7A3, 0.30),
    (0xD83C, 0xD83E, 0.001),
    (0xDC00, 0xDFFF, 0.001),
    (0xFF01, 0xFF65, 0.03),
)
_LEAST_IN_BLOCKS = 0.97
_LEAST_PUNCTUATION = 0.01
"""Spaces, line ends and full stops among all characters: without any, text cannot be told from noise."""


def detect_by_nuls(data: bytes) -> str | None:
    """Name the encoding when zero bytes lie where wide encodings put them; None when they do not.

    ASCII letters leave one zero byte in two or three in four, always on the same side.
    """
    part = data[: 1 << 13] if len(data) < 1 << 15 else sample(data)
    part = part[: len(part) // 4 * 4]
    if not part:
        return "utf-16-le" if len(data) in (2, 3) and data[1:2] == b"\0" and data[0] else None
    quarter = len(part) // 4
    zeros = [part[i::4].count(0) / quarter for i in range(4)]
    names = []
    if min(zeros) > 0.9:
        return None  # nothing but zeros
    if zeros[2] > 0.9 and zeros[3] > 0.9:
        names.append("utf-32-le")
    if zeros[0] > 0.9 and zeros[1] > 0.9:
        names.append("utf-32-be")
    low, high = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if high > 0.1 and high > 4 * low:
        names.append("utf-16-le")
    if low > 0.1 and low > 4 * high:
        names.append("utf-16-be")
    return next((name for name in names if _reads(data, name)), None)


def detect_by_blocks(data: bytes) -> str | None:
    """Name the byte order when the bytes are UTF-16 of a script without zeros (CJK above all); None when not.

    Called for bytes that are not UTF-8. Needs six characters.
    """
    if len(data) < 12 or len(data) % 2 or share(sample(data), CONTROLS) < _FEWEST_CONTROLS:
        return None
    part = data[: 1 << 14]
    scores: dict[str, float] = {}
    for name, dtype in (("utf-16-le", "<u2"), ("utf-16-be", ">u2")):
        if not _reads(data, name):
            continue
        units = np.frombuffer(part, dtype)
        in_blocks, likelihood = 0, 0.0
        for first, last, weight in _BLOCKS:
            count = int(np.count_nonzero((units >= first) & (units <= last)))
            in_blocks += count
            likelihood += count * float(np.log(weight / (last - first + 1)))
        stops = int(np.isin(units, (0x20, 0x0A, 0x0D, 0x3000, 0x3001, 0x3002, 0xFF0C, 0xFF1F, 0xFF01)).sum())
        if in_blocks >= _LEAST_IN_BLOCKS * len(units) and stops >= _LEAST_PUNCTUATION * len(units):
            scores[name] = likelihood
    return max(scores, key=lambda name: scores[name], default=None)


def _reads(data: bytes, name: str) -> bool:
    """Tell whether a head of the data decodes; a character cut at the end does not count."""
    width = 4 if "32" in name else 2
    head = data[: (min(len(data), 1 << 20) // width) * width]
    try:
        head.decode(name)
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 2 and bool(head)
    return bool(head)
