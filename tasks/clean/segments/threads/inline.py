"""Posts of one line each, head and text together: "Ada, Whitby 5/9/2020 5:49 PM The lantern went out at nine."."""

from __future__ import annotations

import re

from tasks.clean.segments.dates import read_time
from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.threads.authors import read_name
from tasks.clean.segments.threads.posts import NO_THREAD, TAIL, Cuts, Post, Thread, body_role

FEWEST = 3
"""Posts that make a thread."""

FEWEST_WORDS = 5
"""Words behind the time in most of them: what is shorter may be the buttons of a head that is a line of its own."""

NEAR, LONGEST_POST = 6, 12
"""Lines from the heading of comments to the first post, and lines of one post at most."""

_CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\b\.?)?"
_DAY = (
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}\.?\s[^\W\d_]{3,12}\.?,?\s\d{4}|[^\W\d_]{3,12}\.?\s\d{1,2},?\s\d{4})"
)
_HEAD = re.compile(
    rf"(?:[•*·-]\s)?(?P<name>[^!?\s][^!?]{{0,60}}?)[\s,|(–-]+(?P<time>{_DAY}[\s,@|-]+(?:[^\W\d_]{{1,3}}\s)?{_CLOCK})"
    r"[\s:.,)|–-]+(?=\w)"
)


def find_inline_thread(lines: Lines, features: Features) -> Thread:
    """The posts below a heading of comments; none where fewer than `FEWEST` begin with a name and a time."""
    looks = features.looks
    if "comments" not in features.kinds:
        return NO_THREAD
    heading = next(at for at, look in enumerate(looks) if look.kind == "comments")
    heads: list[tuple[int, re.Match[str]]] = []
    for index in range(heading + 1, len(looks)):
        if heads and (looks[index].kind in TAIL or index - heads[-1][0] > LONGEST_POST):
            break
        near = range(max(0, index - NEAR), index)
        if not heads and not any(looks[at].kind == "comments" for at in near):
            continue
        match = _HEAD.match(lines.texts[index][:200])
        if match and match.end() < len(lines.texts[index]) and read_time(match["time"]) is not None:
            heads.append((index, match))
    said = sum(lines.texts[index].count(" ", match.end()) + 1 >= FEWEST_WORDS for index, match in heads)
    if said < FEWEST or 2 * said < len(heads):
        return NO_THREAD
    last = heads[-1][0]
    end = next((at for at in range(last + 1, len(looks)) if looks[at].kind != "plain"), len(looks))
    end = min(end, last + LONGEST_POST)
    roles: dict[int, str] = {index: body_role(looks[index]) for index in range(heads[0][0], end)}
    cuts: dict[int, Cuts] = {}
    posts: list[Post] = []
    for at, (index, match) in enumerate(heads):
        after = heads[at + 1][0] if at + 1 < len(heads) else end
        author = read_name(match["name"])[0]
        posts.append(Post(index, index, after, author, read_time(match["time"]), is_signed=True))
        roles[index] = "comment"
        cuts[index] = ((0, match.end(), "comment_meta"),)
    return Thread(heads[0][0], end, tuple(posts), roles, cuts)
