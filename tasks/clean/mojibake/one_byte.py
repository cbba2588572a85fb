"""UTF-8 that was read as an encoding of one byte a character, where ftfy does not dare: `SГЎnchez` for `Sánchez`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from tasks.clean.encoding import letters
from tasks.clean.mojibake.characters import is_sign, is_usual_punctuation, sloppy_characters
from tasks.clean.mojibake.fixes import READ_AS_ONE_BYTE

_RUN = re.compile("[^\x00-\x7f]+")
_LEAST_GAIN = 3.0
"""Nats by which the repaired text must read better."""
_SCORED, _GLANCE = 20_000, 400
"""Characters on which encodings are compared, and at which they are looked at first; the choice holds for all."""

# The UTF-8 of Chinese and Korean, in which bytes 0xA0 became spaces.
_SPACED = re.compile(rb"[\xe4-\xef](?:[\x80-\xbf] | [\x80-\xbf]|  )")
_SEQUENCES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")
_ENOUGH = 4


def _write_pattern(reads: Sequence[str]) -> re.Pattern[str]:
    """Compile the pattern of a UTF-8 sequence as encodings show it, given the characters they have for 0x80 to 0xFF.

    Letters after letters are natural in some language or other, and so is punctuation after a letter. So a sequence
    needs a sign as its tail, or neighbours: others like it, a small ASCII letter before its capital, or any before a
    capital of another alphabet.
    """

    def characters(first: int, last: int, keep: Callable[[str], bool] = bool) -> str:
        return "".join(sorted({re.escape(c) for read in reads for c in read[first:last] if keep(c)}))

    tail, sign = characters(0, 0x40), characters(0, 0x40, is_sign)
    two, three = characters(0x42, 0x60), characters(0x60, 0x70)
    four = characters(0x70, 0x71)  # emoji; longer ones are not assigned
    sure = characters(0x42, 0x60, lambda c: not is_usual_punctuation(c))
    foreign = characters(0x42, 0x60, lambda c: c.isalpha() and letters.script_of(c) != "latin") or "\0"
    return re.compile(
        f"[{sure}][{sign}]"
        f"|(?:[{two}][{tail}]){{3}}"
        f"|(?<=[a-z])[{sure}][{tail}]"
        f"|(?<=[A-Za-z])[{foreign}][{tail}]"
        f"|[{three}](?:[{sign}][{tail}]|[{tail}][{sign}])"
        f"|(?:[{three}][{tail}]{{2}}){{2}}"
        f"|[{four}][{tail}]{{3}}",
    )


@cache
def _pattern(encoding: str) -> re.Pattern[str]:
    return _write_pattern([sloppy_characters(encoding)])


@cache
def sequence() -> re.Pattern[str]:
    """Match what may be a UTF-8 sequence as any of the encodings shows it; a match proves nothing."""
    return _write_pattern([sloppy_characters(encoding) for encoding in READ_AS_ONE_BYTE])


def _undo(text: str, encoding: str) -> tuple[str, int]:
    """Undo the reading in each run of characters beyond ASCII that decodes; give the text and how many did."""
    undone = 0

    def undo(run: re.Match[str]) -> str:
        nonlocal undone
        try:
            decoded = run[0].encode(encoding).decode("utf-8")
        except UnicodeError:
            return run[0]
        undone += 1
        return decoded

    return _RUN.sub(undo, text), undone


def is_utf8_read_as_one_byte(line: str) -> bool:
    """Tell a line of which every run beyond ASCII is UTF-8 by one of the encodings, and not only by accident."""
    if not sequence().search(line):
        return False
    runs = _RUN.findall(line)
    for encoding in READ_AS_ONE_BYTE:
        text, undone = _undo(line, encoding)
        if undone == len(runs) and len(line) - len(text) > 1:
            return True
    return False


def repair_one_byte(text: str, *, completely: bool) -> tuple[str, str] | None:
    """Undo the reading that makes the text most plausible; None when none makes it more so than it is.

    With `completely` only a reading counts that explains all that is beyond ASCII. Gives the text and the encoding it
    had been read as.
    """
    others = [line for line in text.split("\n") if not line.isascii()]  # ASCII has no sequence
    suspects = "\n".join(filter(sequence().search, others))[:_SCORED]
    if not suspects:
        return None
    # What must be explained completely is judged by all lines, else by those that look broken.
    sample = "\n".join(others)[:_SCORED] if completely else suspects
    head = sample[:_GLANCE]
    model = letters.load()
    best, found = None, ""
    for encoding in READ_AS_ONE_BYTE:
        if not _pattern(encoding).search(suspects) or (completely and not _explains(head, encoding)):
            continue
        fixed, undone = _undo(sample, encoding)
        if fixed == sample or (completely and undone < len(_RUN.findall(sample))) or _is_accident(sample, fixed):
            continue
        best = float(model.score_text(sample).max()) + _LEAST_GAIN if best is None else best
        score = float(model.score_text(fixed).max())
        if score > best:
            best, found = score, encoding
    return (_undo(text, found)[0], READ_AS_ONE_BYTE[found]) if found else None


def _explains(head: str, encoding: str) -> bool:
    """Tell that all runs of the head decode, but for the last, which may be cut."""
    runs = _RUN.findall(head)[:-1]
    return _undo("\n".join(runs), encoding)[1] == len(runs)


def _is_accident(text: str, fixed: str) -> bool:
    """Tell a change that may be chance, because it made one or two characters that nobody writes there.

    That is, no letter of an alphabet that legacy encodings have, and no general punctuation: `plášť` has the bytes of
    an Ogham letter, `Β΄` those of an acute accent.
    """
    made = Counter(c for c in fixed if c > "\x7f") - Counter(text)
    if made.total() > 2:
        return False
    return not any(
        "\u2010" <= c <= "\u2122" or (letters.is_letter(c) and letters.script_of(c) not in ("any", "other"))
        for c in made
    )


def restore_spaces(line: str) -> str | None:
    """Decode East Asian UTF-8 read as windows-1252 in which no-break spaces became spaces; None when it is not.

    ftfy does this for scripts whose sequences begin with 0xE0 to 0xE3. Here the whole line must decode.
    """
    for encoding in ("latin-1", "sloppy-windows-1252"):
        try:
            data = line.encode(encoding)
        except UnicodeEncodeError:
            continue
        fixed, spaces = _SPACED.subn(lambda found: found[0].replace(b" ", b"\xa0"), data)
        if not spaces or len(_SEQUENCES.findall(data)) < _ENOUGH * spaces:
            continue
        try:
            return fixed.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None
