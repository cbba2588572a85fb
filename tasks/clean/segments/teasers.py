"""Teasers of other pages: below the text, headlines in turn with a sentence or two each.

A renderer to plain text leaves nothing of their links. Sections of a text have paragraphs, not one short one each, and
the text goes on below them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, pairwise

from tasks.clean.segments.features import COUNTS, Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.sections import SHORT_PROSE, TEASER_WORDS
from tasks.clean.segments.threads.strangers import ELLIPSES

FEWEST, APART = 4, 2
"""Teasers that stand together, and lines between two of them: the name of a section, a date."""

HEADLINE, TEASER = range(3, 17), range(6, TEASER_WORDS + 1)
"""Words of a headline, and of what stands below it."""

MOST_ENDS = 1
"""Ends of sentences inside a teaser."""

FEWEST_PARAGRAPHS, FEWEST_WORDS = 3, 150
"""Paragraphs beside others above teasers, and their words: what they stand below is a text, and no list of teasers."""

FOLLOWED = 12
"""Lines below teasers in which a text that goes on would show."""

LINKED = 0.8
"""The share of a headline that is a link, where there is markup."""

LONGEST = 60
"""Words of a teaser among others, less than a paragraph has that is a text by itself."""

_AMONG = frozenset({"plain", "name", "number", "separator", "related", "navigation"})
"""Kinds of lines that stand among teasers: those of posts and forms do not."""

_UNCASED = "\u0e00"
"""From here on scripts have no capitals, and a short headline looks like a name."""

_QUOTES = "\"'“‘„«»‹「『(["
_ENUMERATED = re.compile(r"\d{1,3}[.)]\s")
_OPEN = tuple(":：;；,，、-–—")
_SENTENCES = COUNTS.index("sentences")


def find_teasers(lines: Lines, features: Features) -> list[range]:
    """The lines of each run of teasers below a text, in order. Where there is markup, their headlines are links."""
    if sum(features.prose) < FEWEST_PARAGRAPHS + FEWEST:
        return []
    found: list[range] = []
    runs = [
        heads
        for heads in _find_runs(lines, features)
        if len(heads) >= FEWEST and not _are_alike(lines, heads) and _may_be_links(lines, heads)
    ]
    paragraphs, words = _read_above(features) if runs else ([], [])
    for heads in runs:
        end = found[-1].stop if found else 0
        is_below_text = paragraphs[heads[0]] >= FEWEST_PARAGRAPHS and words[heads[0]] >= FEWEST_WORDS
        if heads[0] >= end and is_below_text and not _goes_on(features, heads[-1] + 2):
            found.append(_widen(lines, features, heads, end))
    return found


def _read_above(features: Features) -> tuple[list[int], list[float]]:
    """For each line how many paragraphs with another beside them stand above it, and their words."""
    words = features.word_counts
    pairs = [_are_paragraphs(features, index, index + 1) for index in range(len(words))]
    is_text = [below or above for below, above in zip(pairs, [False, *pairs], strict=False)]
    read = [count if here else 0.0 for here, count in zip(is_text, words, strict=True)]
    return [0, *accumulate(map(int, is_text))], [0.0, *accumulate(read)]


def _widen(lines: Lines, features: Features, heads: list[int], end: int) -> range:
    """A run with the teasers around it that are a little different: up to line `end` in pairs, down to a text.

    Among many a headline is a question, or long, or what stands below it is.
    """
    prose, words = features.prose, features.word_counts
    first, last = heads[0], heads[-1] + 1
    while (
        first >= end + 2
        and prose[first - 1]
        and words[first - 1] < LONGEST
        and _may_be_headline(lines, features, first - 2)
    ):
        first -= 2
    while last + 1 < len(lines) and features.looks[last + 1].kind in _AMONG:
        if _are_paragraphs(features, last + 1, last + 2) or words[last + 1] >= LONGEST:
            break
        last += 1
    return range(first, last + 1)


def _may_be_headline(lines: Lines, features: Features, index: int) -> bool:
    is_short = features.word_counts[index] < HEADLINE.stop and features.looks[index].kind in _AMONG
    return is_short and _begins(lines.texts[index])


def _find_runs(lines: Lines, features: Features) -> Iterator[list[int]]:
    """The headlines of each run of teasers; a paragraph of its own ends it."""
    prose = features.prose
    above_prose = [index for index, (this, below) in enumerate(pairwise(prose)) if below and not this]
    if len(above_prose) < FEWEST:
        return
    heads: list[int] = []
    for index in above_prose:
        is_pair = _is_headline(lines, features, index) and _is_teaser(lines, features, index + 1)
        between = range(heads[-1] + 2, index) if heads else range(0)
        if heads and (not is_pair or len(between) > APART or any(prose[at] for at in between)):
            yield heads
            heads = []
        if is_pair:
            heads.append(index)
    yield heads


def _is_headline(lines: Lines, features: Features, index: int) -> bool:
    text = lines.texts[index]
    return (
        (features.looks[index].kind == "plain" or (features.looks[index].kind == "name" and text > _UNCASED))
        and not features.prose[index]
        and not features.looks[index].ends_sentence
        and int(features.word_counts[index]) in HEADLINE
        and _begins(text)
        and not text.endswith(_OPEN)
        and not _ENUMERATED.match(text)
    )


def _is_teaser(lines: Lines, features: Features, index: int) -> bool:
    text = lines.texts[index]
    return bool(
        features.prose[index]
        and int(features.word_counts[index]) in TEASER
        and (features.looks[index].ends_sentence or text.endswith(ELLIPSES))
        and features.counts[index, _SENTENCES] <= MOST_ENDS
        and _begins(text)
        and not _are_paragraphs(features, index, index + 1)
    )


def _begins(text: str) -> bool:
    """Whether a line begins as a sentence does: what a renderer broke, and the items of lists, do not."""
    first = text.lstrip(_QUOTES)[:1]
    return first.isalnum() and not first.islower()


def _are_alike(lines: Lines, heads: list[int]) -> bool:
    """Whether headlines begin alike, "Step 1" and "Step 2": these are sections of a text."""
    first = Counter(lines.texts[index].split(None, 1)[0].casefold() for index in heads)
    return 2 * max(first.values()) >= len(heads)


def _may_be_links(lines: Lines, heads: list[int]) -> bool:
    """Whether headlines are links, or nothing is known of links."""
    tags = lines.tags
    return tags is None or all(tags[index].link > LINKED for index in heads)


def _goes_on(features: Features, index: int) -> bool:
    """Whether a text goes on below line `index`."""
    return any(_are_paragraphs(features, before, before + 1) for before in range(index, index + FOLLOWED - 1))


def _are_paragraphs(features: Features, index: int, after: int) -> bool:
    """Whether two lines are paragraphs of one text: a long headline ends in no full stop."""
    prose, words, looks = features.prose, features.word_counts, features.looks
    if after >= len(prose):
        return False
    return all(prose[at] and looks[at].ends_sentence and words[at] >= SHORT_PROSE for at in (index, after))
