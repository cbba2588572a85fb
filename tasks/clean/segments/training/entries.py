"""Pages of which there are few among those to learn from, made of articles: blogs, journals, bare texts.

An article on a crowded page is cut down to the few paragraphs that an entry of a blog has, or several such entries
stand one below the other as on the front of a blog, each with its heading, its day, and who posted it when. What looks
like the head or the foot of a post there is none: all entries are the page's own text. And a page of its own, without
the frame that a program puts around it, is text from its first line to its last, however long.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tasks.clean.segments.lines import join_lines
from tasks.clean.segments.markup.tags import TAG_BIT, Tags
from tasks.clean.segments.training.examples import BOILERPLATE, COMMENT, MAIN, UNKNOWN, Example
from tasks.clean.segments.training.pasting import FOREIGN, Row, draw_name, draw_time

FEWEST_PARAGRAPHS, LEAST_WORDS = 4, 15
"""Paragraphs of an article that is worth cutting, and words of a line that is one."""

BRACKETED = 0.25
"""The share of journals whose days stand in brackets, with a link."""

_NUMBERS = ("No", "3", "12", "0", "25")


def paragraphs_of(example: Example) -> list[int]:
    """The numbers of the lines of main text that are paragraphs."""
    texts = example.lines.texts
    return [int(at) for at in np.flatnonzero(example.labels == MAIN) if len(texts[at].split()) >= LEAST_WORDS]


def shorten(example: Example, chance: random.Random) -> Example | None:
    """Cut an article down to its first paragraphs; None where it has few or readers' comments."""
    paragraphs = paragraphs_of(example)
    if len(paragraphs) < FEWEST_PARAGRAPHS or (example.labels == COMMENT).any():
        return None
    last = paragraphs[chance.choice((0, 0, 1, 1, 2, 3))]
    kept = [at for at in range(len(example.lines)) if at <= last or example.labels[at] != MAIN]
    return _take(example, kept, "short")


def lay_bare(example: Example, chance: random.Random) -> Example | None:
    """Take the frame from a page, but for a few lines next to its text; None where it has comments or little text."""
    main = np.flatnonzero(example.labels == MAIN)
    if len(main) < FEWEST_PARAGRAPHS or (example.labels == COMMENT).any():
        return None
    above, below = (chance.choice((0, 0, 1, 3, 8)) for _ in range(2))
    first, last = int(main[0]), int(main[-1])
    inside = [at for at in range(first, last + 1) if example.labels[at] != BOILERPLATE]
    kept = [*range(max(0, first - above), first), *inside, *range(last + 1, min(last + 1 + below, len(example.lines)))]
    return _take(example, kept, "bare")


def _take(example: Example, kept: list[int], origin: str) -> Example:
    lines = example.lines
    tags = None if lines.tags is None else [lines.tags[at] for at in kept]
    fewer = join_lines([lines.texts[at] for at in kept], [lines.blanks[at] for at in kept], tags, lines.parents)
    return replace(example, lines=fewer, labels=example.labels[kept], origin=origin)


def write_journal(
    frame: Example, others: Sequence[Example], chance: random.Random, *, whole: bool = False
) -> Example | None:
    """Put entries made of other articles in place of the main text of a page; None where there are too few.

    If `whole`, they are chapters of one long text: whole articles, with nothing between them but their titles.
    """
    main = np.flatnonzero(frame.labels == MAIN)
    told = [example for example in others if len(paragraphs_of(example)) >= FEWEST_PARAGRAPHS]
    if len(main) < FEWEST_PARAGRAPHS or len(told) < 10 or (frame.labels == COMMENT).any():
        return None
    lines = frame.lines
    first, last = int(main[0]), int(main[-1])
    around = [at for at in range(len(lines)) if frame.labels[at] != MAIN and not first < at < last]
    top = [at for at in around if at < first]
    parents = None if lines.parents is None else list(lines.parents)
    rows, blocks = _chapters(told, chance) if whole else _entries(told, chance)
    if parents is not None:
        rows = _tagged(rows, blocks, parents, chance)
    texts = [lines.texts[at] for at in top] + [row.text for row in rows]
    gap = chance.choice((0, 1, 1))
    blanks = [lines.blanks[at] for at in top] + [chance.choice((gap, 1)) for _ in rows]
    below = [at for at in around if at > last]
    texts += [lines.texts[at] for at in below]
    blanks += [lines.blanks[at] for at in below]
    tags = None
    if lines.tags is not None:
        tags = [lines.tags[at] for at in top] + [row.tags or lines.tags[0] for row in rows]
        tags += [lines.tags[at] for at in below]
    labels = [*frame.labels[top].tolist(), *(row.label for row in rows), *frame.labels[below].tolist()]
    return replace(
        frame, lines=join_lines(texts, blanks, tags, parents), labels=np.array(labels, np.int64), origin="journal"
    )


def _chapters(told: Sequence[Example], chance: random.Random) -> tuple[list[Row], list[int]]:
    """The rows of a long text, with the number of its chapter for each."""
    rows: list[Row] = []
    blocks: list[int] = []
    for number in range(chance.choice((3, 5, 8, 12))):
        source = chance.choice(told)
        texts = [source.lines.texts[at] for at in np.flatnonzero(source.labels == MAIN)]
        rows += [Row(text, MAIN, said=len(text.split()) >= LEAST_WORDS) for text in texts]
        blocks += [number] * len(texts)
    return rows, blocks


def _entries(told: Sequence[Example], chance: random.Random) -> tuple[list[Row], list[int]]:
    """The rows of some entries in one style, with the number of its entry for each."""
    author = draw_name(chance)
    style, dated, headed = chance.randrange(6), chance.randrange(4), chance.random() < 0.85
    bracketed = chance.random() < BRACKETED
    rows: list[Row] = []
    blocks: list[int] = []
    for number in range(chance.choice((chance.randint(2, 9), chance.randint(10, 25)))):
        source = chance.choice(told)
        words = paragraphs_of(source)
        start = chance.randrange(len(words) - 2)
        entry = _head(source, number, headed=headed, dated=dated, bracketed=bracketed, chance=chance)
        entry += [Row(source.lines.texts[at], MAIN, said=True) for at in words[start : start + chance.randint(1, 5)]]
        entry += _foot(author, style, chance)
        rows += entry
        blocks += [number] * len(entry)
    return rows, blocks


def _head(
    source: Example, number: int, *, headed: bool, dated: int, bracketed: bool, chance: random.Random
) -> list[Row]:
    """The heading of an entry, and its day above, below or nowhere; of a day alone nobody says what it is."""
    titles = [
        text for text in (source.title, source.lines.texts[int(np.flatnonzero(source.labels == MAIN)[0])]) if text
    ]
    title = Row(" ".join(titles[0].split()[:12]), MAIN)
    time = draw_time(chance)
    day = Row(f"({time} // link)" if bracketed else time, UNKNOWN)
    head = [title] if headed else []
    if dated == 0 or (dated == 1 and number % 2 == 0):
        return [day, *head]
    return [*head, day] if dated == 2 else head


def _foot(author: str, style: int, chance: random.Random) -> list[Row]:
    """The line below an entry, as the usual programs write it."""
    count = chance.choice(_NUMBERS)
    time = draw_time(chance)
    feet: tuple[tuple[str, ...], ...] = (
        (f"Posted by {author} at {time}", f"{count} comments"),
        (f"Posted by {author} on {time} | Permalink | Comments ({count})",),
        (f"{time} by {author}", f"Comments ({count})", "Permalink"),
        ("Read more", f"{count} comments"),
        (f"posted at {time} · {count} comments · link",),
        (),
    )
    return [Row(text, BOILERPLATE) for text in feet[style]]


def _tagged(rows: list[Row], entries: list[int], parents: list[int], chance: random.Random) -> list[Row]:
    """Give the rows the markup of a blog: a block an entry, its heading, its paragraphs, its foot."""
    around = TAG_BIT["body"] | (TAG_BIT["class_content"] if chance.random() < 0.4 else 0)
    around |= TAG_BIT["article"] if chance.random() < 0.3 else 0
    heading = chance.choice((2, 3, 3, 0))
    text = TAG_BIT["paragraph"] if chance.random() < 0.7 else 0
    named = chance.random() < 0.5
    parents.append(0)
    outer = block = len(parents) - 1
    tagged: list[Row] = []
    for index, (row, entry) in enumerate(zip(rows, entries, strict=True)):
        if not index or entry != entries[index - 1]:
            parents.append(outer)
            block = len(parents) - 1
        parents.append(block)
        is_title = row.label == MAIN and not row.said
        own = text if row.said else 0
        if is_title:
            own = (TAG_BIT["heading"] if heading else 0) | (TAG_BIT["class_title"] if named else 0)
        elif row.label == UNKNOWN and named:
            own = TAG_BIT["class_date"]
        link = chance.choice((0.0, 1.0)) if is_title or (row.label == BOILERPLATE and len(row.text) < 30) else 0.0
        path = 3 * FOREIGN + 3 * row.said + is_title
        tag = Tags(around | own, own, heading if is_title else 0, link, len(parents) - 1, path)
        tagged.append(row._replace(tags=tag))
    return tagged
