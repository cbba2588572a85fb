"""Which post a post is set in below: by the elements of HTML, by their depths and margins, by the blanks of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from tasks.clean.segments.lines import Element, Lines
from tasks.clean.segments.threads.posts import Post

Parents = list[int | None]
"""For each post the number of the one that it answers."""

MOST_AROUND = 60
"""Elements around a post that are looked at: the time stays linear however deep a page is nested."""

LONGEST_CHAIN = 5
"""Posts in a row, each below the one before and none beside another, that are elements which nobody closed."""

MOST_ANSWERS = 4
"""Answers to one post that are more than half of the thread: then it is a frame around the others."""

LONGEST_DEPTH = 4
"""Digits of a depth are fewer."""

ITEMS = frozenset({"li", "dd", "article"})
"""Elements that hold a post without the name of a class, too."""

FEWEST_HELD = 3
"""Feet that are believed where elements say whose they are."""

_BELOW = frozenset({"children", "child", "replies", "indented", "nested", "subcomments", "thread-children"})
"""Classes of what holds the answers to the post above it."""

_DEPTH = re.compile(r"(?:^|[\s_-])(?:depth|level|lvl|indent|nest|nested|nesting)[_-]?(\d{1,2})(?=$|\s)", re.IGNORECASE)
_MARGIN = re.compile(r"(?:margin|padding)-left\s*:\s*(\d{1,4})(?:\.\d{1,9})?\s?(?:px|em|rem|%|pt)", re.IGNORECASE)


def find_parents(lines: Lines, posts: Sequence[Post]) -> Parents:
    """For each post the number of the one that it is set in below, None where nothing says so.

    A page is believed where its levels are regular: each post stands at most one step below another. Elements that
    nobody closed make one chain of all posts: that says nothing.
    """
    elements = lines.elements
    if elements is None or lines.parents is None or lines.tags is None:
        indents = [lines.starts[post.start] - lines.text.rfind("\n", 0, lines.starts[post.start]) for post in posts]
        return _by_steps(indents)
    chains = [
        _around(lines.parents, lines.tags[post.start].block, lines.tags[min(post.body, post.end - 1)].block)
        for post in posts
    ]
    around = {block for chain in chains for block in chain}
    below = {block: 1 for block in around if _holds_answers(elements[block])}
    kinds: tuple[Sequence[int | None], ...] = (
        _given_depths(lines, posts),
        _levels(elements, chains, around, _read_depth),
        [level or 0 for level in _levels(elements, chains, around, _read_margin)],
        [sum(block in below for block in chain) for chain in chains],
    )
    for levels in kinds:
        found = _by_steps(levels)
        if any(parent is not None for parent in found):
            return found
    return _by_elements(elements, chains)


def are_held_with_text(lines: Lines, feet: Sequence[int]) -> bool:
    """Whether elements hold each foot but the first with what stands above it, and part it from what stands below."""
    tags, parents = lines.tags, lines.parents
    if tags is None or parents is None or len(feet) < FEWEST_HELD:
        return False

    def held(one: int, other: int) -> int:
        return len(_around(parents, tags[one].block, tags[other].block))

    return all(held(before + 1, foot) > held(before, before + 1) for before, foot in pairwise(feet))


def _around(parents: list[int], head: int, said: int) -> list[int]:
    """The numbers of the elements around the head of a post and what it says, the innermost first."""
    held = set(_chain(parents, said))
    return [block for block in _chain(parents, head) if block in held]


def _chain(parents: list[int], block: int) -> list[int]:
    chain: list[int] = []
    while block and len(chain) < MOST_AROUND:
        chain.append(block)
        block = parents[block]
    return chain


def _by_steps(levels: Sequence[int | None]) -> Parents:
    """The latest post one step above each; none at all where a post is set in by more than a step.

    A post without a level answers none, and none below it answers one above it.
    """
    steps = {level: step for step, level in enumerate(sorted({level for level in levels if level is not None}))}
    found: Parents = []
    above: list[int] = []
    for number, level in enumerate(levels):
        step = 0 if level is None else steps[level]
        if step > len(above):
            return [None] * len(levels)
        del above[step:]
        found.append(above[-1] if above else None)
        if level is not None:
            above.append(number)
    return _if_credible(found)


def _if_credible(found: Parents) -> Parents:
    """No answers where they make one chain, or most posts answer one: what looks so is how the page is built."""
    is_chain = len(found) >= LONGEST_CHAIN and all(parent == at for at, parent in enumerate(found[1:]))
    counts = Counter(parent for parent in found if parent is not None)
    most = max(counts.values(), default=0)
    is_fan = most >= MOST_ANSWERS and 2 * most > len(found)
    return [None] * len(found) if is_chain or is_fan else found


def _given_depths(lines: Lines, posts: Sequence[Post]) -> list[int | None]:
    """The depth of each post by an attribute of an element that begins with its head, or right above it."""
    depths = lines.depths or {}
    ends = [-1, *(post.body - 1 for post in posts)]
    found = [
        next((depths[index] for index in range(post.start, end, -1) if index in depths), "")
        for post, end in zip(posts, ends, strict=False)
    ]
    return [int(depth) if depth.isdecimal() and len(depth) < LONGEST_DEPTH else None for depth in found]


def _levels(
    elements: list[Element], chains: list[list[int]], blocks: set[int], read: Callable[[Element], int | None]
) -> list[int | None]:
    """The level of each post by the innermost element around it that gives one."""
    levels = {block: level for block in blocks if (level := read(elements[block])) is not None}
    return [next((levels[block] for block in chain if block in levels), None) for chain in chains]


def _holds_answers(element: Element) -> bool:
    return len(element) > 1 and not _BELOW.isdisjoint((element[1] or "").lower().split())


def _read_depth(element: Element) -> int | None:
    match = _DEPTH.search(element[1] or "") if len(element) > 1 else None
    return int(match[1]) if match else None


def _read_margin(element: Element) -> int | None:
    match = _MARGIN.search(element[5] or "") if len(element) > 1 else None
    return int(match[1]) if match else None


def _by_elements(elements: list[Element], chains: list[list[int]]) -> Parents:
    """A post answers the one whose element holds its own, both of one kind: an item of a list in such an item.

    Of all elements of a kind around the answered post the innermost must hold the answer: others are the page's.
    """
    first: dict[int, int] = {}
    units: list[dict[tuple[str | None, str], int]] = []
    found: Parents = []
    for number, chain in enumerate(chains):
        own: dict[tuple[str | None, str], int] = {}
        parent = None
        for block in chain:
            holder = first.setdefault(block, number)
            if holder == number:
                for kind in _kinds(elements[block]):
                    own.setdefault(kind, block)
            elif any(kind in own and units[holder].get(kind) == block for kind in _kinds(elements[block])):
                parent = holder
                break
        units.append(own)
        found.append(parent)
    return _if_credible(found)


def _kinds(element: Element) -> list[tuple[str | None, str]]:
    """What an element is by its tag and each of its classes without numbers."""
    tag, *rest = element
    names = [name for name in (rest[0] or "").split() if not any(map(str.isdigit, name))] if rest else []
    return [(tag, name) for name in (*names, *([""] if tag in ITEMS else []))]
