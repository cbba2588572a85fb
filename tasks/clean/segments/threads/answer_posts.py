"""Answers to a question, each signed at its foot: a verb and a time, "answered Jan 3 at 10:11", and the name below.

The question has such a foot too, above the heading of the answers. Readers remark on both: within a line, or with the
name and the time of which a renderer made lines.
"""

from __future__ import annotations

from tasks.clean.segments.dates import read_time
from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.authors import read_name
from tasks.clean.segments.threads.foot_posts import end_of_card, is_timed, start_of_foot
from tasks.clean.segments.threads.heads import is_text
from tasks.clean.segments.threads.posts import NO_THREAD, Post, Thread, body_role
from tasks.clean.segments.threads.remarks import cut_signature, find_signature, read_remark
from tasks.clean.segments.vocabulary import BIT, load_vocabulary, phrase_words

LONGEST_FOOT = 60
"""Characters of a foot."""

LONGEST_REMARK = 24
"""Lines of a remark."""

_BESIDE = frozenset({"number", "controls", "navigation", "share", "separator"})
"""Kinds of lines between remarks: how many readers liked one, and buttons."""


def find_answers(lines: Lines, features: Features) -> Thread:
    """The answers below their heading, with the remarks on them and on the question; none where no foot is above it."""
    looks = features.looks
    if not features.kinds >= {"comments", "stamp", "name"}:
        return NO_THREAD
    feet = [index for index, look in enumerate(looks[:-1]) if look.kind == "stamp" and _is_foot(lines, looks, index)]
    if len(feet) < 2:
        return NO_THREAD
    heading = next((at for at in range(feet[0], feet[1]) if looks[at].kind == "comments"), -1)
    if heading < 0:
        return NO_THREAD
    reader = _Reader(lines, looks)
    for index in range(feet[0], reader.add_foot(feet[0], heading)):
        reader.roles[index] = "date" if index == feet[0] else "user_card"
    reader.read_remarks(end_of_card(lines, looks, feet[0], heading), heading, None)
    start = heading + 1
    for foot, following in zip(feet[1:], [*feet[2:], len(looks)], strict=True):
        start = reader.add_answer(start, foot, following)
    posts = tuple(reader.posts)
    cuts = {post.start: cut_signature(lines.texts[post.start]) for post in posts if post.is_signed}
    opener, _ = read_name(lines.texts[feet[0] + 1])
    return Thread(posts[0].start, start, posts, reader.roles, cuts, opener, is_certain=True)


def _is_foot(lines: Lines, looks: list[Look], index: int) -> bool:
    """Whether a line is a verb and a time, with a name below it."""
    text = lines.texts[index]
    if len(text) > LONGEST_FOOT or not is_timed(looks[index]) or looks[index + 1].kind != "name":
        return False
    known = load_vocabulary()
    first, *rest = phrase_words(text)
    return first in known.says and len(rest) > 0 and known.time.issuperset(rest)


class _Reader:
    """Posts and the roles of their lines, as they are read."""

    def __init__(self, lines: Lines, looks: list[Look]) -> None:
        self.lines = lines
        self.looks = looks
        self.posts: list[Post] = []
        self.roles: dict[int, str] = {}

    def add_foot(self, foot: int, stop: int) -> int:
        """Give the lines of a foot their roles; the line behind it."""
        end = end_of_card(self.lines, self.looks, foot, stop)
        self.roles |= dict.fromkeys((foot, foot + 1), "comment_meta") | dict.fromkeys(range(foot + 2, end), "user_card")
        return end

    def add_answer(self, start: int, foot: int, stop: int) -> int:
        """Read an answer that begins behind line `start`, and the remarks on it; the line where the next begins."""
        lines, looks = self.lines, self.looks
        first = next((at for at in range(start, foot) if is_text(looks[at], lines.texts[at])), foot)
        # Who edited it stands above who wrote it, in a card of the same form.
        edited = next((at for at in range(foot - 1, first, -1) if _is_edited(looks[at], lines.texts[at])), foot)
        self.roles |= dict.fromkeys(range(start, first), "navigation")
        self.roles |= {at: body_role(looks[at]) for at in range(first, edited)}
        self.roles |= dict.fromkeys(range(edited, foot), "user_card")
        end = self.add_foot(foot, stop)
        author, _ = read_name(lines.texts[foot + 1])
        self.posts.append(Post(first, first, end, author, read_time(lines.texts[foot])))
        return self.read_remarks(end, stop, len(self.posts) - 1)

    def read_remarks(self, start: int, stop: int, parent: int | None) -> int:
        """Add the remarks from line `start` on, each on post number `parent`; the line behind the last of them."""
        lines, looks = self.lines, self.looks
        end = at = start
        while at < stop:
            if looks[at].kind in _BESIDE:
                at += 1
                continue
            if find_signature(lines.texts[at]):
                self.posts.append(read_remark(lines.texts[at], at, parent))
                foot = at
                self.roles[at] = "comment"
            else:
                foot = self._find_foot(at, stop)
                if foot < 0:
                    break
                signed = start_of_foot(lines, looks, foot, at)
                author, _ = read_name(lines.texts[signed].lstrip("–—- "))
                self.roles |= {index: body_role(looks[index]) for index in range(at, signed)}
                self.roles |= dict.fromkeys(range(signed, foot + 1), "comment_meta")
                self.posts.append(Post(at, at, foot + 1, author, read_time(lines.texts[foot]), parent))
            self.roles |= dict.fromkeys(range(end, at), "navigation")
            end = at = foot + 1
        return end

    def _find_foot(self, start: int, stop: int) -> int:
        """The last line of a remark that begins at line `start`: its time, below a dash and the name, or -1."""
        for index in range(start, min(stop, start + LONGEST_REMARK)):
            kind = self.looks[index].kind
            if kind in {"comment_form", "comments"}:
                return -1
            following = self.looks[index + 1].kind if index + 1 < stop else ""
            if is_timed(self.looks[index]) and following != "time" and not _is_comment(following, index, self):
                return index if start < start_of_foot(self.lines, self.looks, index, start) < index else -1
        return -1


def _is_comment(following: str, index: int, reader: _Reader) -> bool:
    """Whether the same time stands once more in the next line, behind a verb: "Commented May 2 at 1:00"."""
    return following == "stamp" and reader.looks[index].kind == "time" and is_timed(reader.looks[index + 1])


def _is_edited(look: Look, text: str) -> bool:
    """Whether a line is "edited" and a time."""
    first = phrase_words(text[:LONGEST_FOOT])[:1]
    return is_timed(look) and bool(first) and bool(load_vocabulary().phrases.get(first[0], 0) & BIT["edited"])
