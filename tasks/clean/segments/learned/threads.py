"""How sure it is that the posts which the rules found are posts: what their heads have, and how alike they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tasks.clean.segments.learned.case import Batch, Case, Column
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.heads import CARD, NAMED
from tasks.clean.segments.threads.posts import Post

COUNTED = 60
"""Posts that are looked at: more of the same prove no more."""

NAMES = ("named", "clocked", "dated", "numbered", "carded", "buttoned", "headed", "alike", "wordy")


def thread_columns(cases: Sequence[Case], batch: Batch) -> dict[str, Column]:
    """For each line the shares of its document's posts that have a name, a clock time and so on, from 0 to 200."""
    per_document = np.array([_measure(case) for case in cases], np.uint8).reshape(-1, len(NAMES))
    return {f"posts_{name}": per_document[batch.document, at] for at, name in enumerate(NAMES)}


def _measure(case: Case) -> list[int]:
    posts = case.layout.thread.posts[:COUNTED]
    if not posts:
        return [0] * len(NAMES)
    looks = case.features.looks
    prose = case.features.prose
    rows = [_look_at_post(looks, prose, post) for post in posts]
    shapes = Counter(tuple(look.kind for look in looks[post.start : post.body][:6]) for post in posts)
    counts = [sum(row[at] for row in rows) for at in range(7)]
    values = [*counts, max(shapes.values()), sum(row[7] for row in rows)]
    return [200 * value // len(posts) for value in values]


def _look_at_post(looks: list[Look], prose: list[float], post: Post) -> list[bool]:
    head = looks[post.start : post.body]
    kinds = {look.kind for look in head}
    return [
        bool(kinds & NAMED) or "name" in kinds,
        any(look.has_clock or look.has_ago for look in head),
        any(look.has_date for look in head),
        "numbered" in kinds or any(look.has_number for look in head),
        bool(kinds & CARD),
        any(look.kind == "controls" for look in looks[post.start : post.end]),
        bool(head),
        any(prose[at] for at in range(post.body, post.end)),
    ]
