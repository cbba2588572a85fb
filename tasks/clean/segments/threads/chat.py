"""Chat logs: each line is a message, with its speaker and mostly its time in front of what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from tasks.clean.segments.dates import read_time
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.threads.posts import NO_THREAD, Cuts, Post, Thread

FEWEST_MESSAGES = 4
"""Messages that make a log, of two speakers at least."""

LEAST_SHARE = 0.5
"""The share of messages among the lines from the first of them to the last: what is between goes on with one."""

_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\b\.?)?"
_DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
# A name before a colon is that of a message only behind a day and a time: a time alone stands before it in transcripts
# of talks, which are no chats. Angle brackets without a time are markup.
_MESSAGE = re.compile(
    rf"[\[(]?(?P<time>(?:{_DAY},?\s)?{_CLOCK})[\])]?\s?<\s?[@+%&~]?(?P<nick>[^<>\s][^<>]{{0,40}}?)\s?>\s*"
    rf"|[\[(]?(?P<moment>{_DAY},?\s{_CLOCK})[\])]?\s?(?:[-–]\s)?(?P<name>[^\s:<>*\[\]][^:<>*\[\]]{{0,40}}):\s"
)
# What the program says itself, or what a speaker does: "* ada waves", "--> ada has joined".
_EVENT = re.compile(
    rf"(?:[\[(]?(?:(?:{_DAY},?\s)?{_CLOCK})[\])]?\s?)?(?:[-–]?->?|<-+|=+>|[-*]{{2,}}|-!-|\*|→|←)\s"
    rf"|[\[(]?{_DAY},?\s{_CLOCK}[\])]?\s?[-–]\s"
)


class _Message(NamedTuple):
    """A message: its line, how many characters its head has, who speaks, and when."""

    line: int
    head: int
    speaker: str
    posted_at: datetime | None


def find_chat(lines: Lines) -> Thread:
    """The messages of a chat log but those it opens with, which are the opening post.

    What the first speaker says until another one answers is the opening post. Lines without a speaker go on with the
    message above them.
    """
    messages = list(_read_messages(lines))
    if len(messages) < FEWEST_MESSAGES or len({message.speaker for message in messages}) < 2:
        return NO_THREAD
    first, last = messages[0].line, messages[-1].line
    if len(messages) < LEAST_SHARE * (last + 1 - first):
        return NO_THREAD
    opening = next(at for at, message in enumerate(messages) if message.speaker != messages[0].speaker)
    roles: dict[int, str] = {}
    cuts: dict[int, Cuts] = {}
    posts: list[Post] = []
    bounds = [message.line for message in messages[1:]] + [last + 1]
    for at, (message, end) in enumerate(zip(messages, bounds, strict=True)):
        is_opening = at < opening
        for index in range(message.line, end):
            is_event = index > message.line and _EVENT.match(lines.texts[index]) is not None
            roles[index] = "widget" if is_event else "body" if is_opening else "comment"
        cuts[message.line] = ((0, message.head, "byline" if is_opening else "comment_meta"),)
        if not is_opening:
            posts.append(Post(message.line, message.line, end, message.speaker, message.posted_at, is_signed=True))
    for index in range(last + 1, len(lines)):
        if not _EVENT.match(lines.texts[index]):
            break
        roles[index] = "widget"
    start = posts[0].start
    return Thread(start, last + 1, tuple(posts), roles, cuts, messages[0].speaker, (first, start - 1), is_certain=True)


def _read_messages(lines: Lines) -> Iterator[_Message]:
    for index, text in enumerate(lines.texts):
        first = text[0]
        if first.isdigit() or first in "[(":
            match = _MESSAGE.match(text[:200])
            if match is not None and match.end() < len(text):
                speaker = match["nick"] or match["name"]
                yield _Message(index, match.end(), speaker, read_time(match["time"] or match["moment"]))
