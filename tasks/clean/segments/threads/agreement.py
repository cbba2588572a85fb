"""Where the classifier finds comments that the rules did not: the posts among them."""

from __future__ import annotations

from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.threads.heads import find_heads
from tasks.clean.segments.threads.posts import Post, Thread, body_role, head_role
from tasks.document import ROLES, Label

KNOWN = 0.5
"""The share of the lines found to be comments that the rules' thread must hold to be kept."""

APART = 4
"""Lines of boilerplate between comments that do not part one post from the next."""


def follow_labels(lines: Lines, features: Features, layout: Layout, labels: list[Label]) -> Layout:
    """Make the thread fit the labels: where most comments lie outside it, a thread of their own is read from them.

    Heads among the comments part them into posts; where there are none, gaps do. The head of a post goes with its text:
    where that is a comment, the labels of its head become, in place, those that the rules gave it.
    """
    if "comment" not in labels:
        return layout
    for post in layout.thread.posts:
        if any(labels[index] == "comment" for index in range(post.body, post.end)):
            for index in range(post.start, post.end):
                if layout.hints[index] not in {"", "comment"}:
                    labels[index] = ROLES[layout.hints[index]]
    found = [index for index, label in enumerate(labels) if label == "comment"]
    thread = layout.thread
    held = sum(thread.start <= index < thread.end for index in found) if thread.posts else 0
    if held >= KNOWN * len(found):
        return layout
    looks = features.looks
    start, end = found[0], found[-1] + 1
    heads = [
        head for head in find_heads(lines, looks, features.prose, max(-1, start - 2))
        if head.end <= end and any(labels[index] == "comment" for index in range(head.start, min(end, head.end + 1)))
    ]  # fmt: skip
    roles: dict[int, str] = {}
    posts: list[Post] = []
    edges = [head.start for head in heads] + [end]
    if heads:
        if any(index < heads[0].start for index in found):
            posts.extend(_runs([index for index in found if index < heads[0].start]))
        for head, limit in zip(heads, edges[1:], strict=True):
            posts.append(Post(head.start, head.end, max(limit, head.end)))
            for index in range(head.start, head.end):
                roles[index] = head_role(looks[index], card=head.card, first=index == head.start)
    else:
        posts.extend(_runs(found))
    for index in found:
        roles.setdefault(index, body_role(looks[index]))
    hints = list(layout.hints)
    for index, role in roles.items():
        if ROLES[role] == labels[index]:
            hints[index] = role
    return layout._replace(thread=Thread(posts[0].start, end, tuple(posts), roles), hints=hints)


def _runs(found: list[int]) -> list[Post]:
    """Posts of lines that stand together."""
    posts: list[Post] = []
    start = found[0]
    for index, after in zip(found, [*found[1:], None], strict=True):
        if after is None or after - index > APART:
            posts.append(Post(start, start, index + 1))
            if after is not None:
                start = after
    return posts
