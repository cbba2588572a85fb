"""Threads without heads: posts of which a renderer kept the text and lost who wrote it and when."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.threads.heads import CARD, is_text
from tasks.clean.segments.threads.posts import NO_THREAD, Post, Thread, body_role

ENDS = frozenset({"related", "comment_form", "legal", "comments", "share"})
"""Kinds of lines after which no post follows."""

CARD_GAP = 8
"""Lines from the last of a card to the post."""

CARD_LINES, FEWEST_CARDS = 3, 2
"""Lines of a user's card above the opening post that make a page a forum, and where its replies quote it."""

NEAR = 6
"""Lines from a heading to the first of its posts that reads like a sentence, and posts that a list may leave out."""

SHORT_HEADING, LONGEST_HEADING = 6, 30
"""Words of "12 comments" with what may stand beside it, and of "12 comments on", with the title behind it."""

FEWEST_ABOVE = 30.0
"""Words of prose above a heading below which posts without heads are looked for: what they comment on."""

MOST_TRIED = 8
"""Headings of comments that are tried: the time stays linear on a page of nothing but headings."""

FEWEST_ITEMS = 3
"""Items of a list of posts without numbers."""

_ITEM = re.compile(r"(?:(\d{1,4})[.)]|[•*·])\s")

OPENING_LINES = 12
"""Lines of an opening post in which its question is looked for."""

REMARK_LINES = 3
"""Lines at most that a poster adds below an article pasted into the opening post."""


def find_counted_thread(lines: Lines, features: Features, opening: int) -> Thread:
    """The posts below a heading that gives their number ("2 Answers"), or that are numbered, where they have no heads.

    A line with nothing but a number or buttons ends a post, an item of a list begins one, and a name alone in an item
    is its author.
    """
    looks = features.looks
    if "comments" not in features.kinds:
        return NO_THREAD
    prose = features.prose
    tried = 0
    for index in range(opening + 1, len(looks)):
        start = index + 1
        if looks[index].kind != "comments" or looks[index].words > LONGEST_HEADING:
            continue
        if _ITEM.match(lines.texts[index]):
            continue  # "4. Answer the prompt" is an item of an article
        if not any(prose[start : start + NEAR]):
            continue
        tried += 1
        if tried > MOST_TRIED:
            break
        inner = {at for at in range(start, len(looks)) if _announces_answers(looks[at], lines.texts[at])}
        end = next((at for at in range(start, len(looks)) if looks[at].kind in ENDS and at not in inner), len(looks))
        items = _find_items(lines, prose, start, end)
        near = range(start, min(end, start + NEAR))
        if (items or _is_counted(looks[index], lines.texts[index])) and any(prose[at] for at in near):
            bounds = {at for at in range(start, end) if looks[at].kind in {"number", "controls", "numbered"}}
            return _cut(lines, looks, start, end, sorted(bounds.union(items, (at for at in inner if at < end))))
    return NO_THREAD


def add_unheaded(lines: Lines, features: Features, thread: Thread, header: int, opening: int) -> Thread:
    """Add what stands between a heading that gives the number of comments and the first head found below it.

    A renderer keeps the heads of some posts and loses those of others: what was said there are posts all the same.
    """
    looks = features.looks
    prose = features.prose
    places = range(header + 1, thread.start)
    above = sum(features.word_counts[at] for at in range(max(0, opening), header) if prose[at])
    is_counted = any(map(str.isdigit, lines.texts[header]))
    if not is_counted or above < FEWEST_ABOVE or not any(prose[at] for at in places):
        return thread
    start = next(at for at in places if is_text(looks[at], lines.texts[at]))
    items = _find_items(lines, prose, start, thread.start)
    bounds = {at for at in places if looks[at].kind in {"number", "controls", "numbered"}}
    more = _cut(lines, looks, start, thread.start, sorted(bounds.union(items)))
    roles = more.roles | thread.roles
    return replace(thread, start=start, posts=(*more.posts, *thread.posts), roles=roles)


def _announces_answers(look: Look, text: str) -> bool:
    """Whether a line is the heading of the answers to one comment: "Replies", without their number."""
    word = _ITEM.sub("", text, count=1)
    return look.kind == "comments" and word.isalpha()


def _find_items(lines: Lines, prose: list[float], start: int, end: int) -> list[int]:
    """The lines that begin the items of a list of posts; none where the posts are no list.

    The first stands right below the heading. Numbers go up from 1; others may be lists inside a post. Answers to a
    numbered post are items without a number. Items without numbers that are no sentences are a menu.
    """
    items = [(at, int(match[1] or 0)) for at in range(start, end) if (match := _ITEM.match(lines.texts[at]))]
    if not items or items[0][0] > start + NEAR // 2:
        return []
    numbers = [0]
    kept: list[int] = []
    for at, number in items:
        if not number or 0 < number - numbers[-1] < (NEAR if numbers[-1] else 2):
            kept.append(at)
            numbers.append(number or numbers[-1])
    if any(number for _, number in items):
        return kept if max(numbers) > 1 else []
    return kept if len(kept) >= FEWEST_ITEMS and 2 * sum(prose[at] > 0 for at in kept) > len(kept) else []


def _is_counted(look: Look, text: str) -> bool:
    """Whether a heading begins with a number of answers or comments above zero, or is short and holds one."""
    number = re.search(r"\d+" if look.words <= SHORT_HEADING else r"^\d+", text)
    return number is not None and int(number[0][:9]) > 0


def find_bare_thread(lines: Lines, features: Features, opening: int) -> Thread:
    """The replies of a forum's page that shows one user's card, the opening poster's, and then only text.

    Posts are divided by rows of dots, by "Last edited", by greetings; where there are none of these, a reply is known
    by quoting an earlier line. What stands below the notes and credits of an article that was pasted into the opening
    post is the poster's own remark.
    """
    looks = features.looks
    if features.kinds.isdisjoint(CARD):
        return NO_THREAD
    above = range(max(0, opening - 40), opening)
    cards = sum(looks[index].kind in CARD for index in above)
    if not any(looks[index].kind in CARD for index in above[-CARD_GAP:]):
        return NO_THREAD
    end = next((at for at in range(opening + 1, len(looks)) if looks[at].kind in ENDS), len(looks))
    while end > opening + 1 and looks[end - 1].kind == "navigation":
        end -= 1
    bounds = [at for at in range(opening + 1, end) if _divides(looks[at], lines.texts[at])]
    if bounds and cards >= CARD_LINES:
        return _cut(lines, looks, bounds[0], end, bounds)
    quote = _first_quote(lines, features, opening, end)
    if quote == end or cards < FEWEST_CARDS:
        return NO_THREAD
    # The opening post asks; between its last question and the first quotation stand other replies.
    asked = [at for at in range(opening, min(quote, opening + OPENING_LINES)) if lines.texts[at][-1] in "?？؟"]
    start = asked[-1] + 1 if asked else quote
    return _cut(lines, looks, start, end, [quote])


def add_remark(lines: Lines, features: Features, thread: Thread, hints: list[str], first: int) -> Thread:
    """Make a post of what a poster says below an article pasted into the opening post, which begins at line `first`.

    The article has ended where notes, links and the author's biography are; what follows, up to the first reply, is
    the poster's. Its author is the name on the card above.
    """
    if not thread.posts or thread.posts[0].start < thread.posts[0].body:
        return thread
    looks = features.looks
    start = thread.start
    while start > first and start > thread.start - REMARK_LINES - 1:
        above = start - 1
        if hints[above] in {"about", "related"} or looks[above].kind == "note":
            break
        start = above
    else:
        return thread
    body = [index for index in range(start, thread.start) if is_text(looks[index], lines.texts[index])]
    author = next((lines.texts[at] for at in range(first) if hints[at] == "user_card"), None)
    if author is None or not body or start < first + 4:
        return thread
    roles = thread.roles | {index: body_role(looks[index]) for index in range(start, thread.start)}
    remark = Post(start, start, thread.start, author)
    return Thread(start, thread.end, (remark, *thread.posts), roles)


def _divides(look: Look, text: str) -> bool:
    return look.kind in {"edited", "greeting"} or (look.kind == "separator" and "." in text)


def _first_quote(lines: Lines, features: Features, opening: int, end: int) -> int:
    """The first paragraph after the opening that a line before it says too, or the line that names whom it quotes."""
    looks = features.looks
    prose = features.prose
    seen: set[str] = set()
    for index in range(opening, end):
        text = lines.texts[index].casefold()
        if looks[index].kind in {"says", "quote"} or (prose[index] and text in seen):
            return index
        seen.add(text)
    return end


def _cut(lines: Lines, looks: list[Look], start: int, end: int, bounds: list[int]) -> Thread:
    """Posts between the bounds; a bound that is itself text (a greeting, an item) belongs to the post it opens."""
    roles = {index: body_role(looks[index]) for index in range(start, end)}
    posts: list[Post] = []
    edges = [start, *(bound for bound in bounds if bound > start), end]
    for first, last in pairwise(edges):
        said = [index for index in range(first, last) if is_text(looks[index], lines.texts[index])]
        if not said:
            continue
        is_named = len(said) > 1 and looks[first].kind == "name" and _ITEM.match(lines.texts[first]) is not None
        is_named = is_named or looks[first].kind == "stamp"
        if is_named:
            roles[first] = "comment_meta"
        posts.append(Post(first, first + is_named, last))
    return Thread(start, end, tuple(posts), roles) if posts else NO_THREAD
