"""The main run above posts: together they can outweigh what they answer."""

from __future__ import annotations

import re
from collections import Counter

from tasks.clean.segments.cores import find_core
from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import SHORT, Look
from tasks.clean.segments.threads.evidence import weigh_heads
from tasks.clean.segments.threads.heads import NAMED, OPENERS, Head, find_heads, may_have_heads
from tasks.clean.segments.threads.stamps import with_stamps
from tasks.clean.segments.vocabulary import phrase_words

FEWEST_POSTS, CERTAIN_POSTS = 3, 4.0
"""Posts, and the evidence for them, that can move the main run above them."""

BETWEEN, LINES_OF_A_POST = 4, 12
"""Lines from a head to the run of its post, and lines of prose that no post exceeds on average."""

LONGEST_HEAD = 6
"""Lines from a heading of comments to the text of the first post."""

MOST_LOST = 0.8
"""How many of the heads that a heading speaks of are found, at least, to be all of them."""

FEWEST_WORDS = 12.0
"""Words of prose above the posts that make what they answer."""


def find_above_posts(
    lines: Lines, features: Features, weights: list[float], core: tuple[int, int]
) -> tuple[tuple[int, int], int]:
    """The main run above the posts, where the longest run lies among them: posts can outweigh what they answer.

    Where nothing stands above the posts, the page is a forum's, and the first post is the main text; but where as many
    heads as a heading says stand below it, all of them are comments, on a picture say, and there is no main run. Then
    the number of that heading comes along, else -1.
    """
    looks = with_stamps(lines, features)
    heads = find_heads(lines, looks, features.prose, -1) if may_have_heads(features) else []
    if (heading := _find_announcement(lines, features, heads, core)) >= 0:
        above = find_core(weights, heading)
        if _is_answered(weights, above):
            return above, -1
        if _are_all(lines, looks, heads, heading):
            return above, heading
    if core[0] < 0 or len(heads) < FEWEST_POSTS or weigh_heads(lines, looks, heads) < CERTAIN_POSTS:
        return core, -1
    ((kinds, _),) = Counter(map(_form_of, heads)).most_common(1)
    opened = Counter(head.kinds & OPENERS for head in heads)
    leaders = [head for head in heads if _form_of(head) == kinds and opened[head.kinds & OPENERS] >= FEWEST_POSTS]
    if len(leaders) < FEWEST_POSTS or core[0] < leaders[0].start or not _is_between(lines, looks, leaders, core):
        return core, -1
    above = find_core(weights, leaders[0].start)
    if _is_answered(weights, above):
        return above, -1
    first = find_core(weights, leaders[1].start, leaders[0].end)
    return (first if first[0] >= 0 else (leaders[0].end, leaders[1].start - 1)), -1


def _is_answered(weights: list[float], above: tuple[int, int]) -> bool:
    """Whether a run above the posts has the words to be what they answer."""
    return sum(weight for weight in weights[above[0] : above[1] + 1] if weight > 0) >= FEWEST_WORDS


def _are_all(lines: Lines, looks: list[Look], heads: list[Head], heading: int) -> bool:
    """Whether the heads below a heading of comments are as many as it says: an opening post would be one more."""
    number = next((int(digits) for digits in re.findall(r"\d{1,6}", lines.texts[heading][:SHORT])), 0)
    below = [head for head in heads if head.start > heading]
    form = below[0].kinds & (NAMED | {"name"})
    alike = [head for head in below if head.kinds & (NAMED | {"name"}) == form]
    timed = sum(any(looks[at].has_clock or looks[at].has_ago for at in range(head.start, head.end)) for head in alike)
    is_told = "says" in form or (len(form) > 0 and 2 * timed >= len(alike))
    return is_told and max(FEWEST_POSTS, MOST_LOST * number) <= len(alike) <= number


def _form_of(head: Head) -> frozenset[str]:
    """What opens a head. Of one program, heads with a name have a time in their line or none: "by Ada on May 9"."""
    kinds = head.kinds & OPENERS
    return NAMED if kinds & NAMED else kinds


def _find_announcement(lines: Lines, features: Features, heads: list[Head], core: tuple[int, int]) -> int:
    """The heading above the main run that gives a number of comments, with heads of posts below it; or -1.

    It stands right above the run, or is the only one of its kind and has posts all the way down to the run: on a page
    of many entries each has such a heading.
    """
    looks = features.looks
    texts = lines.texts
    if "comments" not in features.kinds:
        return -1
    counted = [at for at in range(core[1] + 1) if looks[at].kind == "comments" and any(map(str.isdigit, texts[at]))]
    if not counted or counted[-1] >= core[0]:
        return -1
    among = [head for head in heads if counted[-1] < head.start < core[0]]
    if not among:
        return -1
    all_the_way = (
        len(counted) == 1 and len(among) >= FEWEST_POSTS and core[0] - counted[-1] <= LINES_OF_A_POST * len(among)
    )
    # An article has its number of comments and its date above it too, but one head only.
    several = sum(head.start > counted[-1] for head in heads) >= FEWEST_POSTS
    below = several and among[0].start - counted[-1] < BETWEEN and core[0] - among[0].end < BETWEEN
    return counted[-1] if all_the_way or below or core[0] - counted[-1] < LONGEST_HEAD else -1


def _is_between(lines: Lines, looks: list[Look], leaders: list[Head], core: tuple[int, int]) -> bool:
    """Whether the main run found stands close between heads, as a long post does.

    An article below a list of dates does not, nor one above a heading that announces comments; what stands below many
    posts ("1 reply") is none.
    """
    below = next((head.start for head in leaders if head.start > core[0]), core[0])
    headings = [" ".join(phrase_words(lines.texts[at])) for at, look in enumerate(looks) if look.kind == "comments"]
    rare = {text for text, count in Counter(headings).items() if count < FEWEST_POSTS}
    if any(
        looks[at].kind == "comments" and " ".join(phrase_words(lines.texts[at])) in rare for at in range(core[0], below)
    ):
        return False
    before = any(0 <= core[0] - head.end <= BETWEEN for head in leaders)
    after = sum(core[0] < head.start <= core[1] + BETWEEN for head in leaders)
    return before and after >= max(1, (core[1] - core[0]) // LINES_OF_A_POST)
