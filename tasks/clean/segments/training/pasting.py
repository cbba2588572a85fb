"""Threads put below pages that have none: comments of other pages, and threads written by templates from their texts.

Labelled comments are scarce, and each site shows them in its own way. The templates write names, times, buttons and
forms as the usual programs do.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tasks.clean.segments.lines import join_lines
from tasks.clean.segments.markup.tags import TAG_BIT, Tags
from tasks.clean.segments.training.examples import BOILERPLATE, COMMENT, MAIN, Example

PHRASES = json.loads(Path(__file__).with_name("threads.json").read_text(encoding="utf-8"))
"""Names, months, and the headings, buttons and forms of the usual programs."""

COMMENT_MARKS = TAG_BIT["class_comment"]


FOREIGN = 1_000_000
"""What is added to the numbers of paths of pasted lines, so that they are no path of the page."""


class Row(NamedTuple):
    """A line to paste: its text, label and, from a page, its tags; `said` where it is what somebody says."""

    text: str
    label: int
    tags: Tags | None = None
    said: bool = False


@dataclass(frozen=True, slots=True)
class Donors:
    """Comments to paste: whole runs of lines, of pages and of plain texts, and single texts."""

    marked: list[tuple[list[Row], list[int]]]
    plain: list[list[Row]]
    texts: list[str]


def gather(examples: Iterable[Example]) -> Donors:
    """Collect the comments of examples: each from its first comment to its last."""
    donors = Donors([], [], [])
    for example in examples:
        hits = np.flatnonzero(example.labels == COMMENT)
        if len(hits) < 3:
            continue
        lines = example.lines
        span = range(hits[0], hits[-1] + 1)
        # The main text of a page does not come along.
        rows = [
            Row(lines.texts[at], int(example.labels[at]), lines.tags[at] if lines.tags else None)
            for at in span
            if example.labels[at] != MAIN
        ]
        if lines.tags is not None and lines.parents is not None:
            donors.marked.append((rows, lines.parents))
        else:
            donors.plain.append(rows)
        donors.texts.extend(
            lines.texts[at]
            for at in hits
            if len(lines.texts[at].split()) >= 6 and (lines.texts[at][-1] in '.!?)…"' or len(lines.texts[at]) > 90)
        )
    return donors


def paste(example: Example, donors: Donors, chance: random.Random) -> Example | None:
    """Put a thread below the main text of an example; None where there is no main text or no comment to paste."""
    main = np.flatnonzero(example.labels == MAIN)
    if len(main) < 4 or not donors.texts:
        return None
    lines = example.lines
    at = int(main[-1]) + 1
    if chance.random() < 0.5:
        at = min(len(lines), at + chance.randint(0, 6))
    title = lines.texts[int(main[0])][:60]
    parents = list(lines.parents) if lines.parents is not None else None
    if parents is not None and donors.marked and chance.random() < 0.6:
        rows, donor_parents = chance.choice(donors.marked)
        rows = _moved(_some(rows, chance), donor_parents, parents, chance)
    elif parents is None and donors.plain and chance.random() < 0.35:
        rows = _some(chance.choice(donors.plain), chance)
    else:
        rows = _thread(donors.texts, title, chance)
        if parents is not None:
            rows = _tagged(rows, parents, chance)
    labels = np.concatenate((example.labels[:at], [row.label for row in rows], example.labels[at:])).astype(np.int64)
    blank = chance.choice((0, 1, 1, 2))
    gaps = [chance.choice((0, blank)) for _ in rows]
    tags = lines.tags
    if tags is not None:
        tags = [*tags[:at], *(row.tags or tags[0] for row in rows), *tags[at:]]
    merged = join_lines(
        [*lines.texts[:at], *(row.text for row in rows), *lines.texts[at:]],
        [*lines.blanks[:at], *gaps, *lines.blanks[at:]],
        tags,
        parents,
    )
    return replace(example, lines=merged, labels=labels, origin="pasted", weight=0.6 * example.weight)


def _some(rows: list[Row], chance: random.Random) -> list[Row]:
    start = chance.randrange(max(1, len(rows) - 6)) if chance.random() < 0.5 else 0
    return rows[start : start + 4 + int(chance.expovariate(1 / 40))]


def _moved(rows: list[Row], donor_parents: list[int], parents: list[int], chance: random.Random) -> list[Row]:
    """The rows with their blocks numbered behind those of the page they go to, `parents`, which grows."""
    blocks = [row.tags.block for row in rows if row.tags is not None]
    low, high = min(blocks), max(blocks)
    base = len(parents)
    parents.extend(
        donor_parents[block] - low + base if donor_parents[block] >= low else 0 for block in range(low, high + 1)
    )
    named = chance.random() < 0.5
    moved = []
    for row in rows:
        assert row.tags is not None
        marks, own = row.tags.marks, row.tags.own
        if not named:
            marks, own = marks & ~COMMENT_MARKS, own & ~COMMENT_MARKS
        tags = row.tags._replace(marks=marks, own=own, block=row.tags.block - low + base, path=row.tags.path + FOREIGN)
        moved.append(row._replace(tags=tags))
    return moved


def _tagged(rows: list[Row], parents: list[int], chance: random.Random) -> list[Row]:
    """Give the lines of a written thread the markup of one of the usual programs."""
    around = TAG_BIT["body"] | (COMMENT_MARKS if chance.random() < 0.4 else 0)
    if chance.random() < 0.3:
        around |= TAG_BIT["item"]
    if chance.random() < 0.2:
        around |= TAG_BIT["article"]
    text = TAG_BIT["paragraph"] if chance.random() < 0.7 else 0
    parents.append(0)
    outer = len(parents) - 1
    tagged: list[Row] = []
    post = outer
    for index, row in enumerate(rows):
        if row.label == COMMENT and (not index or rows[index - 1].label != COMMENT):
            parents.append(outer)
            post = len(parents) - 1
        parents.append(post)
        is_text = len(row.text) > 60
        own = text if is_text else 0
        link = 1.0 if row.label == BOILERPLATE and len(row.text) < 30 and chance.random() < 0.7 else 0.0
        path = 2 * FOREIGN + 2 * (row.label == COMMENT) + is_text
        tagged.append(row._replace(tags=Tags(around | own, own, 0, link, len(parents) - 1, path)))
    return tagged


def draw_name(chance: random.Random) -> str:
    """Draw a name or a handle."""
    first: str = chance.choice(PHRASES["names"])
    last: str = chance.choice(PHRASES["surnames"])
    style = chance.randrange(10)
    if style < 4:
        return first
    if style < 7:
        return f"{first} {last}"
    if style < 8:
        return f"{first} {last[0]}."
    if style < 9:
        return f"{first.lower()}{chance.randint(1, 99)}"
    return f"{last.lower()}{chance.choice(('', '_', '-'))}{first.lower()}"


def draw_time(chance: random.Random) -> str:
    """Draw a time, as some program writes it."""
    month, day, year = chance.choice(PHRASES["months"]), chance.randint(1, 28), chance.randint(2004, 2026)
    hour, minute = chance.randint(1, 12), chance.randint(0, 59)
    number = PHRASES["months"].index(month) + 1
    half = chance.choice(("am", "pm"))
    return chance.choice(
        (
            f"{month} {day}, {year} at {hour}:{minute:02d} {half}",
            f"{month} {day}, {year}",
            f"{month[:3]} {day}, {year} {hour}:{minute:02d} {half.upper()}",
            f"{day} {month} {year}",
            f"{number}/{day}/{year} {hour}:{minute:02d}",
            f"{chance.randint(2, 23)} hours ago",
            f"{chance.randint(2, 11)} months ago",
            f"{day} {month} {year} at {hour}:{minute:02d}{half}",
            f"{year}-{number:02d}-{day:02d} {hour:02d}:{minute:02d}",
            f"{hour}:{minute:02d} {half.upper()} on {month} {day}, {year}",
            f"{day:02d}.{number:02d}.{year}, {hour + 8:02d}:{minute:02d}",
            f"{chance.randint(1, 20)}y",
        )
    )


def _thread(texts: list[str], title: str, chance: random.Random) -> list[Row]:
    """Write a thread: a heading, posts with name, time and buttons in one style, a form."""
    count = min(40, 1 + int(chance.expovariate(1 / 7)))
    rows: list[Row] = []
    if chance.random() < 0.75:
        rows.append(Row(chance.choice(PHRASES["headings"]).format(n=count, title=title), BOILERPLATE))
    if chance.random() < 0.3:
        rows.extend(Row(text, BOILERPLATE) for text in chance.choice(PHRASES["tops"]))
    style, buttons = chance.randrange(10), chance.choice(PHRASES["buttons"])
    place = chance.randrange(len(texts))
    for number in range(count):
        told = [
            Row(chance.choice(texts) if chance.random() < 0.5 else texts[(place + number + k) % len(texts)], COMMENT)
            for k in range(chance.choice((1, 1, 1, 2, 3)))
        ]
        rows.extend(_post(style, number + 1, told, buttons, chance))
    if chance.random() < 0.4:
        rows.extend(Row(text, BOILERPLATE) for text in PHRASES["form"][: chance.randint(1, len(PHRASES["form"]))])
    return rows


def _post(style: int, number: int, told: list[Row], buttons: tuple[str, ...], chance: random.Random) -> list[Row]:
    name, time = draw_name(chance), draw_time(chance)
    heads: tuple[tuple[str, ...], ...] = (
        (f"{name} says:", time),
        (name, time),
        (f"{number}. {name} says:", time),
        (f"{name} on {time}",),
        (f"{name} said...",),
        (),
        (name, time, str(chance.randint(0, 40))),
        (f"{name} - {time}", chance.choice((f"#{number}", "said:"))),
        (f"Comment by {name} — {time}",),
        (f"{name} • {time}",),
    )
    head = [Row(text, COMMENT) for text in heads[style]]
    tail = [Row(text, BOILERPLATE) for text in buttons]
    if style == 4:
        return [*head, *told, Row(time, COMMENT), *tail]
    if style == 5:
        return [*told, Row(f"Posted by: {name} | {time}", COMMENT), *tail]
    return [*head, *told, *tail]
