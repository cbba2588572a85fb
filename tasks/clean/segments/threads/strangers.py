"""Heads that are no posts': dates beside links, of teasers, of the page itself, in a menu or a side column."""

from __future__ import annotations

import re
from itertools import pairwise

from tasks.clean.segments.dates import read_time
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import SHORT, Look
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.threads.authors import read_name
from tasks.clean.segments.threads.heads import CARD, NAMED, OPENERS, Head
from tasks.clean.segments.threads.posts import FRAME
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words

_BAR = re.compile(r"[|•·]")

ELLIPSES = ("...", "…")

FEWEST_BY_ONE, COUNTED = 4, 12
"""Entries by one person, and heads that are looked at."""

ALL_LINK, LONGEST_LINK = 0.8, 25
"""The share of a line's characters that make it nothing but a link, and words of one, the title of an article."""

FEWEST_CUT = 3
"""Posts that break off, in a list of the latest comments."""

FEWEST_ALIKE, FAR = 5, 20
"""Heads that are alike behind one that is not, and lines from that one to them: it is the article's own."""

FEWEST_ABOVE_FORM = 3
"""Posts from which the form below them ends the thread."""

FEWEST_DATED = 4
"""Heads with a time from which their order says something."""

FEWEST_ROWS = 3
"""Titles with their dates, one right below the other."""

LONGEST_USER = 5
"""Words of a user's name and place at most, without a verb and the time."""

_CARD, _BYLINE = TAG_BIT["class_card"], TAG_BIT["class_byline"]


def count_strangers(looks: list[Look], heads: list[Head], opening: int) -> int:
    """How many of the first heads are no posts': dates in a list of links, or one without a name among named ones."""
    named = [bool(head.kinds & NAMED) or "name" in head.kinds for head in heads]
    left = sum(named)
    alike = _longest_alike(looks, heads)
    if len(heads) > FEWEST_ALIKE and heads[1].start - heads[0].end > FAR:
        own = heads[0].kinds & OPENERS
        if not any(head.kinds & OPENERS == own for head in heads[1 : 1 + FEWEST_ALIKE]):
            return 1
    for number, head in enumerate(heads):
        odd = not named[number] and 2 * left > len(heads) - number
        if not odd and (number in alike or not _is_listing(looks, head, opening)):
            return number
        left -= named[number]
    return len(heads)


def without_first_strangers(heads: list[Head]) -> list[Head]:
    """The heads below a heading without the first ones, times without names where nearly all others have names."""
    named = [bool(head.kinds & NAMED) or "name" in head.kinds for head in heads]
    first = 0
    while len(heads) - first > FEWEST_ALIKE and not named[first] and 4 * sum(named[first:]) > 3 * (len(heads) - first):
        first += 1
    return heads[first:]


def without_last_strangers(looks: list[Look], heads: list[Head]) -> list[Head]:
    """The heads without the last ones that are days alone where all before have names: dates of the page."""
    named = [bool(head.kinds & NAMED) or "name" in head.kinds for head in heads]
    last = len(heads)
    while last and heads[last - 1].kinds == {"time"} and not _has_hour(looks, heads[last - 1]):
        last -= 1
    return heads[:last] if last > len(heads) - last and all(named[:last]) else heads


def without_those_behind(looks: list[Look], heads: list[Head]) -> list[Head]:
    """The heads up to the form for a comment, where the next one is far behind it or tells its time in another way.

    Such are lists in a side column: the archive, the latest entries of other blogs.
    """
    for number, (head, after) in enumerate(pairwise(heads), 1):
        forms = [at for at in range(head.end, after.start) if looks[at].kind == "comment_form"]
        if number < FEWEST_ABOVE_FORM or not forms:
            continue
        if after.start - forms[0] > FAR or _tells_ago(looks, head) != _tells_ago(looks, after):
            return heads[:number]
    return heads


def _tells_ago(looks: list[Look], head: Head) -> bool:
    return any(looks[at].has_ago for at in range(head.start, head.end))


def without_furniture(heads: list[Head], looks: list[Look], markup: list[str]) -> list[Head]:
    """The heads that do not stand in a menu, a side column or a footer, without the lines of such at their ends.

    Who liked the post before stands above a head like the labels of a card.
    """
    kept: list[Head] = []
    for head in heads:
        start, end = head.start, head.end
        while start < end and markup[start] in FRAME:
            start += 1
        while end > start and markup[end - 1] in FRAME:
            end -= 1
        if (start, end) == (head.start, head.end):
            kept.append(head)
            continue
        kinds = frozenset(looks[at].kind for at in range(start, end))
        if start > head.start and head.end == end and kinds & OPENERS and "name" in kinds:
            kept.append(Head(start, end, kinds, not kinds.isdisjoint(CARD)))
    return kept


def are_teasers(lines: Lines, looks: list[Look], heads: list[Head]) -> bool:
    """Whether most blocks hold a heading that is a link, or nothing but links: a list of articles, and no posts.

    Where a link holds paragraphs, it is an anchor that nobody has closed.
    """
    tags = lines.tags
    if tags is None:
        return False
    titled = linked = longest = 0
    for number, head in enumerate(heads):
        limit = heads[number + 1].start if number + 1 < len(heads) else min(len(lines), head.end + 8)
        # Boards set the name on a user's card, or of who posted, as a heading that links to the user.
        is_card = head.card or any(tags[index].marks & _CARD for index in range(head.start, head.end))
        first = head.end if is_card else head.start
        is_titled = any(
            tags[index].heading
            and tags[index].link > 0.5
            and not (tags[index].marks & _BYLINE and looks[index].kind in {"name", "stamp"})
            for index in range(first, limit)
        )
        below = range(head.end, limit)
        is_linked = len(below) > 0 and all(tags[index].link > ALL_LINK for index in below)
        titled += is_titled
        linked += is_titled or is_linked
        longest = max([longest, *(looks[index].words for index in below if is_linked)])
    return 2 * titled >= len(heads) or (2 * linked >= len(heads) and longest <= LONGEST_LINK)


def are_titles(lines: Lines, looks: list[Look], heads: list[Head]) -> bool:
    """Whether most heads are a title with its date, of a list of articles: too long for names."""
    time = load_vocabulary().time
    titles = 0
    for head in heads:
        look = looks[head.start]
        if look.kind == "stamp" and not look.opens & (BIT["byline"] | BIT["date"]):
            titles += sum(word not in time for word in phrase_words(lines.texts[head.start])) > LONGEST_USER
    return 2 * titles > len(heads)


def are_cut_short(lines: Lines, heads: list[Head]) -> bool:
    """Whether most posts are one line that breaks off, "I never thought...": a list of the site's latest comments."""
    if len(heads) < FEWEST_CUT:
        return False
    edges = [head.start for head in heads[1:]] + [min(len(lines), heads[-1].end + 1)]
    cut = sum(
        after - head.end == 1 and lines.texts[head.end].endswith(ELLIPSES)
        for head, after in zip(heads, edges, strict=True)
    )
    return 2 * cut > len(heads)


def are_by_one(lines: Lines, looks: list[Look], heads: list[Head]) -> bool:
    """Whether all heads name the same person: these are the entries of a blog, not posts of several people."""
    names: list[str | None] = []
    for head in heads[:COUNTED]:
        at = next((at for at in range(head.start, head.end) if looks[at].kind in NAMED or looks[at].kind == "name"), -1)
        names.append(read_name(lines.texts[at])[0] if at >= 0 else None)
    return len(names) >= FEWEST_BY_ONE and None not in names and len(set(names)) == 1


def are_latest(lines: Lines, looks: list[Look], heads: list[Head]) -> bool:
    """Whether heads are times without names, newest first, as lists of news have them: posts name their writers."""
    if 2 * sum(head.kinds == {"time"} for head in heads) <= len(heads):
        return False
    moments = [
        moment
        for head in heads[:COUNTED]
        if looks[head.start].kind == "time" and (moment := read_time(lines.texts[head.start]))
    ]
    newest_first = sum(after < before for before, after in pairwise(moments))
    return len(moments) >= FEWEST_DATED and 4 * newest_first >= 3 * (len(moments) - 1)


def are_rows(looks: list[Look], heads: list[Head]) -> bool:
    """Whether titles with their dates stand right below each other, more of them than heads have something below."""
    rows = sum(looks[at].kind == looks[at + 1].kind == "stamp" for at in range(heads[0].start, heads[-1].start))
    return rows >= max(FEWEST_ROWS, len(heads))


def are_entries(lines: Lines, heads: list[Head]) -> bool:
    """Whether most heads end with a number of comments, "Ada at 9:15 | Comments (3)": so do the entries of a blog."""
    phrases = load_vocabulary().phrases
    counted = 0
    for head in heads:
        parts = (part for index in range(head.start, head.end) for part in _BAR.split(lines.texts[index][:SHORT])[1:])
        counted += any(phrases.get(" ".join(phrase_words(part)), 0) & BIT["comments"] for part in parts)
    return 2 * counted > len(heads)


def _is_listing(looks: list[Look], head: Head, opening: int) -> bool:
    """Whether the last heading before a head announces links, not posts."""
    return any(looks[index].kind == "related" for index in range(max(opening, head.start - 12) + 1, head.start))


def _longest_alike(looks: list[Look], heads: list[Head]) -> range:
    """The numbers of the heads in a row that are one line with a name and an hour each, where there are many.

    A list of links has titles and days; so whatever is announced above, these are posts.
    """
    start = next((number for number, head in enumerate(heads) if head.kinds == {"stamp"}), len(heads))
    end = start
    while end < len(heads) and heads[end].kinds == {"stamp"} and _has_hour(looks, heads[end]):
        end += 1
    return range(start, end) if end - start > FEWEST_ALIKE else range(0)


def _has_hour(looks: list[Look], head: Head) -> bool:
    return any(looks[index].has_ago or looks[index].has_clock for index in range(head.start, head.end))
