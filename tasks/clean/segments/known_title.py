"""Where a page says the title that is known of it."""

from __future__ import annotations

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.repeats import share_of
from tasks.clean.segments.vocabulary import phrase_words

CANDIDATES = 60
"""Lines above the main text that can be its title; menus are longer, but the title is never far from the text."""

MOST_MARKS = 30
"""Characters that a line has beside its words at most, to be looked at: marks, and all but one of each number."""

_MENU = TAG_BIT["nav"] | TAG_BIT["header"] | TAG_BIT["class_navigation"]
_HIDDEN = TAG_BIT["hidden"]


def find_known_title(lines: Lines, hint: str, first: int) -> int:
    """The line that says the known title, not far below line `first`; or -1.

    Best a heading, outside menus, with all of its words. Where one heading says a part of it and another below says
    the rest, the upper one names the site. What is hidden is no title (`is_hidden`).
    """
    wanted = " ".join(phrase_words(hint))
    if not wanted:
        return -1
    best, best_score = -1, 0.0
    ends = _ends(wanted)
    for index in range(min(len(lines), max(0, first) + CANDIDATES)):
        text = lines.texts[index]
        if len(text) > 400 or (ends and not _has_one(text.casefold(), ends)):
            continue
        words = phrase_words(text)
        said = " ".join(words)
        score = 0.0
        if said == wanted:
            score = 2.0
        elif len(words) >= 3 and len(said) > len(wanted) // 3:
            if wanted.startswith(said + " ") or wanted.endswith(" " + said):
                score = len(said) / len(wanted)
            elif said.startswith(wanted + " ") and len(said) < len(wanted) + 30:
                score = 0.5
        if score and lines.tags is not None:
            if is_hidden(lines, index, first):
                continue
            tags = lines.tags[index]
            score += (tags.heading > 0) - 0.5 * (tags.marks & _MENU > 0)
        score *= 1.0 - 0.9 * share_of(lines, index)
        if score > best_score:
            best, best_score = index, score
    return _find_rest(lines, best, wanted)


def is_hidden(lines: Lines, index: int, first: int) -> bool:
    """Whether a line is hidden, and line `first`, with which the text begins, is not.

    Where a picture shows the name of the site, it is hidden beside it. But some pages hide all until scripts have run.
    """
    tags = lines.tags
    if tags is None or not tags[index].marks & _HIDDEN:
        return False
    return not 0 <= first < len(tags) or not tags[first].marks & _HIDDEN


def _find_rest(lines: Lines, found: int, wanted: str) -> int:
    """The heading that says the words of a title which heading `found` above it lacks, or else that one.

    Not if they are said above it, too: then they are the site's name, and below it is said once more.
    """
    tags = lines.tags
    if found < 0 or tags is None or not tags[found].heading:
        return found
    said = " ".join(phrase_words(lines.texts[found]))
    rest = wanted[len(said) :] if wanted.startswith(said) else wanted.removesuffix(said)
    if not rest.strip() or rest == wanted:
        return found
    alike = [at for at, text in enumerate(lines.texts) if len(text) < len(rest) + MOST_MARKS]
    says = [at for at in alike if " ".join(phrase_words(lines.texts[at])) == rest.strip()]
    headings = [at for at in says if tags[at].heading and not tags[at].marks & _MENU]
    return headings[0] if headings and says[0] > found else found


def _ends(wanted: str) -> tuple[str, str] | None:
    """The first and the last word of a title, one of which any line has that says it or a part; None if a number is."""
    words = wanted.split()
    return None if "0" in (words[0], words[-1]) else (words[0], words[-1])


def _has_one(folded: str, words: tuple[str, str]) -> bool:
    return words[0] in folded or words[1] in folded
