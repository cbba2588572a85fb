"""What is set into the text: captions of pictures and pull quotes."""

from __future__ import annotations

import re
from collections import Counter

from tasks.clean.segments.features import COLUMNS, Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.vocabulary import has_mark, load_vocabulary

# An agency or photographer in capitals, glued to the caption by a renderer: "GETTY • PAThe bridge on Monday".
_GLUED_CREDIT = re.compile(
    r"(?:[A-Z]{2,12}(?:\s?[•|/,]\s?|\s(?=[A-Z]{2}))){0,3}"
    r"(?:[A-Z]{2,9}(?=[A-Z][a-z]+\s)|(?:GETTY|AFP|REUTERS|ALAMY|EPA|REX|IMAGO|DPA|ANSA|EFE|TASS|PA|AP)(?=A\s[a-z]))"
)
_COUNTER = re.compile(r"[A-Z]{0,12}\s?\d{1,3}\s?(?:of|/|von|de|sur|di|из|z|van)\s?\d{1,3}")
_REPEATS = COLUMNS.index("repeats")
QUOTES = "\"'“”‘’«»„‹›「」『』"
_PLAIN = (*((quote, '"') for quote in "“”„«»"), *((quote, "'") for quote in "‘’"))

ABOVE = 8
"""Lines above the main run in which the caption of a leading picture stands."""

CANDIDATES = 60
"""Lines that are looked for in the rest of the text; more of them is no article with pull quotes."""

SEARCHED = 1_000_000
"""Characters of text in which a pull quote is looked for."""


def mark_captions(lines: Lines, features: Features, hints: list[str], core: tuple[int, int], last: int) -> None:
    """Mark the captions from a little above the main run to before line number `last`."""
    known = load_vocabulary()
    words = features.word_counts
    prose = features.prose
    looks, kinds, texts = features.looks, features.line_kinds, lines.texts
    for index in range(max(0, core[0] - ABOVE), min(len(texts), last)):
        look, kind, text = looks[index], kinds[index], texts[index]
        if hints[index] or len(text) > 500 or (look.ends_sentence and kind == "plain" and text[1:2].islower()):
            continue
        if kind in {"caption", "file"} or (text[-1].isdigit() and _COUNTER.fullmatch(text)):
            hints[index] = "caption"
        elif kind not in {"plain", "name"}:
            continue
        elif text[:2].isupper() and _GLUED_CREDIT.match(text):
            hints[index] = "caption"
            above = index - 1
            if above > core[0] and not hints[above] and words[above] <= 7 and not looks[above].ends_sentence:
                hints[above] = "caption"
        elif not look.ends_sentence and words[index] >= 6 and text[-1] not in ":;," and text[0] not in "•*-–":
            # Between captions and without an end: a line of the gallery, or a link set beside it.
            beside = index > core[0] and hints[index - 1] == "caption" and not prose[index]
            is_repeated = words[index] >= 12 and features.columns[index, _REPEATS] > 1
            if beside or is_repeated or has_mark(text, known):
                hints[index] = "caption"


def says_caption(text: str, kind: str) -> bool:
    """Whether a line of a kind says by itself that it is a caption: by its first word, a credit, a mark or a number."""
    return (
        kind in {"caption", "file"}
        or has_mark(text, load_vocabulary())
        or bool(_GLUED_CREDIT.match(text) or _COUNTER.fullmatch(text))
    )


def mark_pull_quotes(lines: Lines, features: Features, hints: list[str], core: tuple[int, int]) -> None:
    """Mark lines that say again, without a full stop, what a paragraph says; a name below one is its speaker."""
    words = features.word_counts
    prose = features.prose
    looks, kinds = features.looks, features.line_kinds
    candidates = [
        index
        for index in range(core[0] + 1, core[1] + 1)
        if kinds[index] == "plain"
        and (not looks[index].ends_sentence or lines.texts[index][0] in QUOTES)
        and not hints[index] and 4 <= words[index] <= 45 and len(lines.texts[index]) < 400
    ]  # fmt: skip
    if not candidates or len(candidates) > CANDIDATES:
        return
    paragraphs = [_plain_quotes(lines.texts[index].casefold()) for index in range(core[0], core[1] + 1) if prose[index]]
    own = Counter(paragraphs)
    whole = "\n".join(paragraphs)[:SEARCHED]
    for index in candidates:
        line = _plain_quotes(lines.texts[index].casefold())
        text = line.strip("\"' .")
        # A paragraph that is itself the candidate is found once, and is no proof.
        if len(text) > 20 and whole.count(text) > own[line]:
            hints[index] = "pullquote"
            below = index + 1
            if below < len(lines) and not hints[below] and kinds[below] == "name":
                hints[below] = "pullquote"


def _plain_quotes(text: str) -> str:
    if not text.isascii():
        for quote, plain in _PLAIN:  # seven quick scans take a tenth of the time of `translate`
            text = text.replace(quote, plain)
    return text
