"""The shape of a document: where its main text lies, its title, its thread, and what stands out inside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from tasks.clean.segments.bare import add_remark
from tasks.clean.segments.chat import find_chat
from tasks.clean.segments.evidence import weigh_heads
from tasks.clean.segments.features import Features
from tasks.clean.segments.feet import find_feet
from tasks.clean.segments.foot_posts import is_timed
from tasks.clean.segments.heads import NAMED, OPENERS, Head, find_heads
from tasks.clean.segments.hints import find_hints
from tasks.clean.segments.inline import find_inline_thread
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.markup import find_region, read_markup
from tasks.clean.segments.posts import NO_THREAD, Thread
from tasks.clean.segments.repeats import COST, is_template
from tasks.clean.segments.sections import find_sections
from tasks.clean.segments.tags import Tags
from tasks.clean.segments.threads import find_thread
from tasks.clean.segments.titles import find_title
from tasks.clean.segments.vocabulary import phrase_words

WEIGHTS = {
    "related": -30.0,
    "comments": -40.0,
    "comment_form": -30.0,
    "legal": -20.0,
    "about": -20.0,
    "share": -6.0,
    "controls": -8.0,
    "navigation": -6.0,
    "card": -8.0,
    "rank": -6.0,
    "time": -4.0,
    "stamp": -4.0,
    "name": -3.0,
    "number": -2.0,
    "separator": -1.0,
    "plain": -1.5,
}
"""What a line that is no prose costs the run of main text that holds it, in words of prose."""

INLINE = frozenset({"caption", "pullquote"})
"""Roles that stand in the midst of main text and do not end a run of it."""

LONGEST_WEIGHT = 80.0
"""One endless paragraph is worth no more than this many words."""

FEWEST_POSTS, CERTAIN_POSTS = 3, 4.0
"""Posts, and the evidence for them, that can move the main run above them."""

BETWEEN, LINES_OF_A_POST = 4, 12
"""Lines from a head to the run of its post, and lines of prose that no post exceeds on average."""

LONGEST_HEAD = 6
"""Lines from a heading of comments to the text of the first post."""

FEWEST_WORDS = 12.0
"""Words of prose above the posts that make what they answer."""

ASIDE = 0.15
"""What a paragraph in a section of links or of the author is worth."""

INSIDE, OUTSIDE = 0.25, 0.3
"""How much of its cost a line keeps inside the element of the main content, and of its worth outside."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the whole document says about its lines.

    `core` is the densest run of prose `[first, last]` in line numbers, `(-1, -1)` where there is none; `title` is a
    line number or -1; `hints` has for each line the role that the structure gives away, or "".
    """

    core: tuple[int, int]
    title: int
    thread: Thread
    hints: list[str]


def lay_out(lines: Lines, features: Features, title: str | None = None) -> Layout:
    """Read the structure of one document; `title` is what is known of its title from elsewhere."""
    if not len(lines):
        return Layout((-1, -1), -1, NO_THREAD, [])
    markup = read_markup(lines, features)
    sections = find_sections(lines, features, markup)
    weights = weigh(lines, features, markup, sections)
    core = find_core(weights, len(lines))
    if core[0] < 0 and lines.repeated_by_source is not None:
        # Nothing but what the source repeats: its title stands where it would stand above a text.
        weights = weigh(replace(lines, repeated_by_source=None), features, markup, sections)
        core = find_core(weights, len(lines))
    known = find_chat(lines)
    if not known.posts:
        known = find_inline_thread(lines, features)
    if not known.posts and not _marks_posts(features, markup):
        known = find_feet(lines, features, markup)
    if known.posts:
        markup = ["navigation" if role == "comment" else role for role in markup]
    if known.opening is not None:
        core = known.opening
    elif known.posts:
        core = find_core(weights, known.start)
    else:
        core = _above_posts(lines, features, weights, core)
    heading = find_title(lines, features, core, title)
    core = _below_title(weights, core, heading)
    opening = _opening(lines, features, core, heading)
    thread = find_thread(lines, features, opening, markup) if opening >= 0 and not known.posts else known
    if thread.posts and thread.opening is None:
        core = find_core(weights, thread.start, core[0] if core[0] < thread.start else 0)
        core = _below_title(weights, core, heading)
    hints = find_hints(lines, features, markup, sections, core, heading, thread)
    thread = add_remark(lines, features, thread, hints, core[0])
    for index, role in thread.roles.items():
        hints[index] = role
    if heading >= 0:
        hints[heading] = "title"
    return Layout(core, heading, thread, hints)


def _marks_posts(features: Features, markup: list[str]) -> bool:
    """Whether the markup names lines comments that say when they were written: else it may be the form for them."""
    looks = features.looks
    return any(role == "comment" and is_timed(looks[index]) for index, role in enumerate(markup))


def _above_posts(lines: Lines, features: Features, weights: list[float], core: tuple[int, int]) -> tuple[int, int]:
    """The main run above the posts, where the longest run lies among them: posts can outweigh what they answer.

    Where nothing stands above the posts, the page is a forum's, and the first post is the main text.
    """
    heads = find_heads(lines, features.looks, features.column("prose"), -1)
    if (heading := _find_announcement(lines, features, heads, core)) >= 0:
        above = find_core(weights, heading)
        if sum(weight for weight in weights[above[0] : above[1] + 1] if weight > 0) >= FEWEST_WORDS:
            return above
    if core[0] < 0 or len(heads) < FEWEST_POSTS or weigh_heads(lines, features.looks, heads) < CERTAIN_POSTS:
        return core
    ((kinds, _),) = Counter(map(_form_of, heads)).most_common(1)
    opened = Counter(head.kinds & OPENERS for head in heads)
    leaders = [head for head in heads if _form_of(head) == kinds and opened[head.kinds & OPENERS] >= FEWEST_POSTS]
    if len(leaders) < FEWEST_POSTS or core[0] < leaders[0].start or not _is_between(features, leaders, core):
        return core
    above = find_core(weights, leaders[0].start)
    if sum(weight for weight in weights[above[0] : above[1] + 1] if weight > 0) >= FEWEST_WORDS:
        return above
    first = find_core(weights, leaders[1].start, leaders[0].end)
    return first if first[0] >= 0 else (leaders[0].end, leaders[1].start - 1)


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
    counted = [at for at in range(core[1] + 1) if looks[at].kind == "comments" and any(map(str.isdigit, texts[at]))]
    if not counted or counted[-1] >= core[0]:
        return -1
    among = sum(counted[-1] < head.start < core[0] for head in heads)
    far = core[0] - counted[-1]
    all_the_way = len(counted) == 1 and among >= FEWEST_POSTS and far <= LINES_OF_A_POST * among
    return counted[-1] if all_the_way or (among and far < LONGEST_HEAD) else -1


def _is_between(features: Features, leaders: list[Head], core: tuple[int, int]) -> bool:
    """Whether the main run found stands close between heads, as a long post does.

    An article below a list of dates does not, nor one above a heading that announces comments.
    """
    below = next((head.start for head in leaders if head.start > core[0]), core[0])
    if any(features.looks[index].kind == "comments" for index in range(core[0], below)):
        return False
    before = any(0 <= core[0] - head.end <= BETWEEN for head in leaders)
    after = sum(core[0] < head.start <= core[1] + BETWEEN for head in leaders)
    return before and after >= max(1, (core[1] - core[0]) // LINES_OF_A_POST)


def _below_title(weights: list[float], core: tuple[int, int], title: int) -> tuple[int, int]:
    """The main run without what stands above its title, where most of the run is below: a blurb, teasers."""
    first, last = core
    if not first <= title < last:
        return core
    below = sum(weight for weight in weights[title + 1 : last + 1] if weight > 0)
    above = sum(weight for weight in weights[first:title] if weight > 0)
    return (title + 1, last) if below > 0.5 * above else core


def weigh(lines: Lines, features: Features, markup: list[str], sections: list[str]) -> list[float]:
    """What each line adds to a run of main text: prose its words, all else its cost (`WEIGHTS`)."""
    prose = features.column("prose")
    words = features.column("words")
    tags = lines.tags
    region = find_region(lines, features, markup)
    weights: list[float] = []
    for index, look in enumerate(features.looks):
        if markup[index] and markup[index] not in INLINE:
            weight = -12.0 if markup[index] == "comment" else -5.0
        elif prose[index]:
            weight = min(words[index], LONGEST_WEIGHT) * (ASIDE if sections[index] else 1.0)
        else:
            weight = WEIGHTS.get(look.kind, -3.0)
        if is_template(lines, index):
            weight = min(weight, -COST)
        if tags is not None:
            weight = _weigh_tags(weight, tags[index], region, marked=markup[index] != "")
        weights.append(weight)
    return weights


def _weigh_tags(weight: float, tags: Tags, region: int, *, marked: bool) -> float:
    """A line's weight with its markup: links cost, headings do not, and the content element forgives."""
    if weight < 0 and not marked:
        weight = -0.5 if tags.heading else weight - 3 * (tags.link > 0.8)
    elif tags.link > 0.6:
        weight = min(weight, -4.0)
    if region:
        inside = tags.marks & region
        weight *= (INSIDE if weight < 0 else 1.0) if inside else (1.0 if weight < 0 else OUTSIDE)
    return weight


def find_core(weights: list[float], end: int, start: int = 0) -> tuple[int, int]:
    """The run of lines in `[start, end)` with the greatest sum of weights (maximum subarray, Kadane)."""
    best, total = 0.0, 0.0
    core, since = (-1, -1), start
    for index in range(start, end):
        if total <= 0:
            total, since = 0.0, index
        total += weights[index]
        if total > best:
            best, core = total, (since, index)
    return core


def _opening(lines: Lines, features: Features, core: tuple[int, int], title: int) -> int:
    """The line where the main text is certain to have begun: posts are looked for after it."""
    first = max(core[0], title + 1)
    prose = features.column("prose")
    said = phrase_words(lines.texts[title]) if title >= 0 else []
    for index in range(max(first, 0), len(prose)):
        # The title said again above the opening post reads like a sentence too.
        if prose[index] and phrase_words(lines.texts[index][:400])[-len(said) :] != said:
            return index
    return title
