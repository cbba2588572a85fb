"""Which threads of the rules to believe, going by what the trees think of what their posts say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Case, whole_words
from tasks.clean.segments.looks import SHORT
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.phrases import says_count
from tasks.clean.segments.threads.authors import read_author
from tasks.clean.segments.verdict import LABELS
from tasks.clean.segments.vocabulary import load_vocabulary
from tasks.document import ROLES

AGREED = 0.5
"""The average chance of a comment, over the words of the posts that the rules found, from which they are believed."""

AGREED_ON_MANY = ((12, 0.1), (6, 0.3))
"""The same where so many posts below a heading of comments have a name and a time of their own: few lists do."""

HEADER_GAP = 12
"""Lines from that heading to the first post, and from the last one to the form for the next."""

AGREED_ON_COUNTED = 0.1
"""The same where regular posts are as many as the heading says."""

AGREED_ON_NAMED, MANY_NAMED = 0.3, 12
"""The same where so many posts, or more, have a name each and none a time: lists that search machines are shown."""

AGREED_UNANNOUNCED = 0.9
"""The same where no heading of comments stands above, and most posts lack a name or a time, as chapters do."""

FEW_PEOPLE = 2
"""So many posts to one person are a conversation still; more are one person's entries."""


class Belief(NamedTuple):
    """What becomes of the lines of threads.

    They are believed (`agreed`), the rules have no say on them (`doubted`), they are taken for no comments (`denied`),
    or what the rules say is the last word (`certain`).
    """

    agreed: npt.NDArray[np.bool_]
    doubted: npt.NDArray[np.bool_]
    denied: npt.NDArray[np.bool_]
    certain: npt.NDArray[np.bool_]


def weigh_threads(probabilities: npt.NDArray[np.float64], cases: Sequence[Case]) -> Belief:
    """Which lines of threads to believe: of those whose structure is certain, all.

    What posts say is believed where the trees find comments in most of it, or in some of it where the posts are many
    and regular: a line between two comments is none of the page's own, however much it looks like a heading. Where
    neither holds, and no markup names them comments, the trees alone decide.
    """
    agreed, doubted, denied, certain = (np.zeros(len(probabilities), np.bool_) for _ in range(4))
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
            is_marked = _is_marked(case, said)
            needed = AGREED if share >= AGREED_UNANNOUNCED else _needed(case)
            if share >= needed or (is_marked and share >= AGREED):
                agreed[posts] = True
            elif not is_marked:
                doubted[posts] = True
                denied[posts] = needed > AGREED
        at += len(case.lines)
    return Belief(agreed, doubted, denied, certain)


def _is_marked(case: Case, said: list[int]) -> bool:
    """Whether the markup names what posts say, lines number `said`, comments."""
    tags = case.lines.tags
    return tags is not None and all(tags[index].marks & TAG_BIT["class_comment"] for index in said)


def _needed(case: Case) -> float:
    """How much of a thread the trees must find to be comments.

    Less, by how many regular posts there are, below a heading of comments or above a form for one: lists of articles
    with author and time have none. More where nothing announces posts and most lack a name or a time, unless all
    have names.
    """
    lines, looks, thread = case.lines, case.features.looks, case.layout.thread
    roles = case.layout.hints
    known = load_vocabulary()
    authors: list[str] = []
    timed = named = 0
    for post in thread.posts:
        author, _ = read_author(lines, looks, roles, post)
        meta = (looks[index] for index in range(post.start, post.end) if roles[index] == "comment_meta")
        has_time = post.posted_at is not None or any(look.has_ago or look.has_clock or look.has_date for look in meta)
        timed += has_time
        named += author is not None
        if author and has_time:
            authors.append(author)
    above = [at for at in range(max(0, thread.start - HEADER_GAP), thread.start) if looks[at].kind == "comments"]
    is_headed = len(above) > 0
    if not is_headed and 2 * min(timed, named) < len(thread.posts) and named < len(thread.posts):
        return AGREED_UNANNOUNCED
    if not timed and named == len(thread.posts) >= MANY_NAMED:
        return AGREED_ON_NAMED
    is_invited = any(look.kind == "comment_form" for look in looks[thread.end : thread.end + HEADER_GAP])
    regular = min(len(authors), FEW_PEOPLE * len(set(authors)))
    if not (is_headed or is_invited) or 2 * regular < len(thread.posts):
        return AGREED
    if len(authors) == len(thread.posts) and any(
        says_count(lines.texts[at][:SHORT], len(authors), known) for at in above
    ):
        return AGREED_ON_COUNTED
    return next((share for count, share in AGREED_ON_MANY if regular >= count), AGREED)
