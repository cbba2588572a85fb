"""Which threads of the rules to believe, going by what the trees think of what their posts say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.authors import read_author
from tasks.clean.segments.learned.case import Case, whole_words
from tasks.clean.segments.tags import TAG_BIT
from tasks.clean.segments.verdict import LABELS
from tasks.document import ROLES

AGREED = 0.5
"""The average chance of a comment, over the words of the posts that the rules found, from which they are believed."""

AGREED_ON_MANY = ((12, 0.1), (6, 0.3))
"""The same where so many posts below a heading of comments have a name and a time of their own: few lists do."""

HEADER_GAP = 12
"""Lines from that heading to the first post."""

FEW_PEOPLE = 2
"""So many posts to one person are a conversation still; more are one person's entries."""


class Belief(NamedTuple):
    """What becomes of the lines of threads: they are believed, the rules have no say on them, or theirs is the last."""

    agreed: npt.NDArray[np.bool_]
    doubted: npt.NDArray[np.bool_]
    certain: npt.NDArray[np.bool_]


def weigh_threads(probabilities: npt.NDArray[np.float64], cases: Sequence[Case]) -> Belief:
    """Which lines of threads to believe: of those whose structure is certain, all.

    What posts say is believed where the trees find comments in most of it, or in some of it where the posts are many
    and regular: a line between two comments is none of the page's own, however much it looks like a heading. Where
    neither holds, and no markup names them comments, the trees alone decide.
    """
    agreed, doubted, certain = (np.zeros(len(probabilities), np.bool_) for _ in range(3))
    at = 0
    for case in cases:
        thread = case.layout.thread
        said = [index for index, role in thread.roles.items() if role == "comment"]
        if thread.is_certain:
            certain[[at + index for index, role in thread.roles.items() if ROLES[role] == "comment"]] = True
            agreed[[at + index for index in thread.roles]] = True
        elif said:
            words = whole_words([case])[said]
            chance = probabilities[at : at + len(case.lines)][said, LABELS.index("comment")]
            share = math.fsum((words * chance).tolist()) / max(1, int(words.sum()))
            posts = [at + index for index, role in thread.roles.items() if ROLES[role] == "comment"]
            if share >= AGREED or share >= _needed(case):
                agreed[posts] = True
            elif not _is_marked(case, said):
                doubted[posts] = True
        at += len(case.lines)
    return Belief(agreed, doubted, certain)


def _is_marked(case: Case, said: list[int]) -> bool:
    """Whether the markup names what posts say, lines number `said`, comments."""
    tags = case.lines.tags
    return tags is not None and all(tags[index].marks & TAG_BIT["class_comment"] for index in said)


def _needed(case: Case) -> float:
    """How much of a thread the trees must find to be comments, by how many regular posts stand below a heading of them.

    Lists of articles with author and time have none.
    """
    lines, looks, thread = case.lines, case.features.looks, case.layout.thread
    above = looks[max(0, thread.start - HEADER_GAP) : thread.start]
    if not any(look.kind == "comments" for look in above):
        return AGREED
    roles = case.layout.hints
    authors: list[str] = []
    for post in thread.posts:
        author, _ = read_author(lines, looks, roles, post)
        meta = (looks[index] for index in range(post.start, post.end) if roles[index] == "comment_meta")
        if author and (post.posted_at or any(look.has_ago or look.has_clock or look.has_date for look in meta)):
            authors.append(author)
    regular = min(len(authors), FEW_PEOPLE * len(set(authors)))
    if 2 * regular < len(thread.posts):
        return AGREED
    return next((share for count, share in AGREED_ON_MANY if regular >= count), AGREED)
