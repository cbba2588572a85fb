"""Where the text begins, as the title of the page says: renderers print it first, "The mill | Towers and lamps"."""

from __future__ import annotations

import re

from tasks.clean.segments.cores import find_core
from tasks.clean.segments.entry import Entry
from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines

LONGEST, FEWEST_WORDS, LEAST_SHARE = 200, 3, 0.5
"""Characters of a page's title, and the words and the share of it that a heading has: the name of a site is shorter."""

NEAR, FEWEST_PROSE = 12, 30.0
"""Lines from the heading to the first sentence of its text, and words of prose in that."""

_DELIMITER = re.compile(r"\s(?:[-–—|»«·:•]|::)\s|[|»:]\s")


def find_below_heading(lines: Lines, features: Features, weights: list[float], core: tuple[int, int]) -> Entry | None:
    """The text of a plain text below the one heading inside the densest prose `core` that the first line says as well.

    What stands above that heading is beside the text: who writes there, what else there is. `weights` are those of
    lines for the core.
    """
    if lines.tags is not None or core[0] < 0:
        return None
    parts = _read_parts(lines.texts[0])
    if not parts:
        return None
    folded = [text.casefold() if len(text) <= LONGEST else "" for text in lines.texts[: core[1] + 1]]
    heading = next((index for index, text in enumerate(folded) if index > 0 and text in parts), -1)
    if heading <= core[0] or any(folded[heading] in text for text in folded[1:heading]):
        return None
    prose, words = features.prose, features.word_counts
    below = range(heading + 1, core[1] + 1)
    is_near = any(prose[index] for index in below[:NEAR])
    if not is_near or sum(words[index] for index in below if prose[index]) < FEWEST_PROSE:
        return None
    found = find_core(weights, len(lines), heading + 1)
    return Entry(heading, found, (heading, len(lines) - 1), is_told=False) if found[0] >= 0 else None


def _read_parts(title: str) -> set[str]:
    """The greater parts of a page's title, up to and from each of its delimiters, in small letters."""
    if len(title) > LONGEST:
        return set()
    marks = list(_DELIMITER.finditer(title))
    parts = (part.casefold() for mark in marks for part in (title[: mark.start()], title[mark.end() :]))
    return {part for part in parts if len(part) >= LEAST_SHARE * len(title) and len(part.split()) >= FEWEST_WORDS}
