"""UTF-8 that was read as GBK, Shift-JIS, EUC-KR or Big5: `S谩nchez` for `Sánchez`, `銉°` for `メ`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.clean.encoding import letters
from tasks.clean.mojibake.fixes import READ_AS_MULTIBYTE

_PROBES, _PROBE_LENGTH = 8, 16
_RUN_START = re.compile(f"(?<![^\x00-\x7f])[^\x00-\x7f]{{1,{_PROBE_LENGTH}}}")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_AFTER_LETTER, _BEFORE_LETTER = re.compile("[A-Za-z][^\x00-\x7f]"), re.compile("[^\x00-\x7f][A-Za-z]")

# In nats. A Chinese character in GBK is a valid two-byte sequence once in seven, two of them a longer one once in a
# hundred; a letter of the alphabet beside one is rare in East Asian text. Enough is what chance gives once in a
# thousand texts.
_EVIDENCE_SHORT, _EVIDENCE_LONG, _EVIDENCE_LETTER = 2.0, 4.5, 2.5
_ENOUGH, _ENOUGH_AGAINST_ODDS = 7.0, 14.0


@dataclass(frozen=True, slots=True)
class _Undone:
    """What undoing one reading gives: the lines that decode, the evidence in them, and how they read."""

    encoding: str
    lines: dict[str, str]
    evidence: float
    score: float


def is_utf8_likely(text: str) -> bool:
    """Probe the starts of some runs beyond ASCII: UTF-8 read wrongly is valid there, natural text hardly ever.

    A sequence never contains ASCII, so it begins where a run does.
    """
    step = max(1, len(text) // _PROBES)
    position = 0
    for _ in range(_PROBES):
        match = _RUN_START.search(text, position)
        if match is None:
            return False
        if _is_telling(match, text) and any(_begins_valid(match[0], encoding) for encoding in READ_AS_MULTIBYTE):
            return True
        position = max(match.end(), position + step)
    return False


def _is_telling(run: re.Match[str], text: str) -> bool:
    """Leave out single characters between digits and signs: those of `2015年8月` are valid by chance."""
    if len(run[0]) > 2:
        return True
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    return before.isalpha() or (after.isascii() and after.isalpha())


def _begins_valid(run: str, encoding: str) -> bool:
    try:
        data = run.encode(encoding)
    except UnicodeEncodeError:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start > 0
    return True


def repair_east_asian(text: str) -> tuple[str, str] | None:
    """Undo the reading in the lines that are valid UTF-8 by it; None when there are none, or it may be chance.

    All lines are judged together. Gives the text and the encoding it had been read as.
    """
    lines = text.split("\n")
    foreign = [line for line in lines if not line.isascii()]
    found = [undone for encoding in READ_AS_MULTIBYTE if (undone := _undo(foreign, encoding))]
    if not found:
        return None
    best = max(found, key=lambda undone: (len(undone.lines), undone.score))
    own = sum(_count(line) for line in foreign if line in best.lines)
    others = sum(_count(line) for line in foreign if line not in best.lines)
    if best.evidence < (_ENOUGH if own > others else _ENOUGH_AGAINST_ODDS):
        return None
    return "\n".join([best.lines.get(line, line) for line in lines]), best.encoding


def _undo(foreign: list[str], encoding: str) -> _Undone | None:
    fixed: dict[str, str] = {}
    evidence = 0.0
    for line in dict.fromkeys(foreign):
        try:
            text = line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if text == line or any("\x80" <= c < "\xa0" or "\ue000" <= c <= "\uf8ff" for c in text):
            continue
        fixed[line] = text
        for character in _BEYOND_ASCII.findall(text):
            evidence += _EVIDENCE_SHORT if character < "\u0800" else _EVIDENCE_LONG
        evidence += _EVIDENCE_LETTER * (len(_AFTER_LETTER.findall(line)) + len(_BEFORE_LETTER.findall(line)))
    if not fixed:
        return None
    score = float(letters.load().score_text("\n".join(fixed.values())[:20_000]).max())
    return _Undone(encoding, fixed, evidence, score)


def _count(line: str) -> int:
    return len(line) - len(line.encode("ascii", "ignore"))
