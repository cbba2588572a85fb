"""The shape of a document: where its main text lies, its title, its thread, and what stands out inside."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from tasks.clean.segments.cores import find_core, weigh
from tasks.clean.segments.entry import find_above_form, find_entry, mark_below, mark_beside, mark_entry
from tasks.clean.segments.features import Features
from tasks.clean.segments.hints import find_hints
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.markup.given_away import read_markup
from tasks.clean.segments.page_titles import find_below_heading
from tasks.clean.segments.sections import find_sections
from tasks.clean.segments.teasers import find_teasers
from tasks.clean.segments.threads.above import find_above_posts
from tasks.clean.segments.threads.answer_posts import find_answers
from tasks.clean.segments.threads.bare import add_remark
from tasks.clean.segments.threads.chat import find_chat
from tasks.clean.segments.threads.feet import find_feet
from tasks.clean.segments.threads.finding import find_thread
from tasks.clean.segments.threads.foot_posts import is_timed
from tasks.clean.segments.threads.inline import find_inline_thread
from tasks.clean.segments.threads.posts import NO_THREAD, Thread
from tasks.clean.segments.threads.remarks import find_signature
from tasks.clean.segments.threads.told import find_told_thread
from tasks.clean.segments.titles import find_title
from tasks.clean.segments.vocabulary import phrase_words


class Layout(NamedTuple):
    """What the whole document says about its lines.

    `core` is the densest run of prose `[first, last]` in line numbers, `(-1, -1)` where there is none; `title` is a
    line number or -1; `hints` has for each line the role that the structure gives away, or "", and `sections` that of
    the heading above it alone.
    """

    core: tuple[int, int]
    title: int
    thread: Thread
    hints: list[str]
    sections: list[str]


def lay_out(lines: Lines, features: Features, title: str | None = None) -> Layout:
    """Read the structure of one document; `title` is what is known of its title from elsewhere."""
    if not len(lines):
        return Layout((-1, -1), -1, NO_THREAD, [], [])
    markup = read_markup(lines, features)
    sections = find_sections(lines, features, markup)
    for teasers in find_teasers(lines, features):
        sections[teasers.start : teasers.stop] = ["related"] * len(teasers)
    weights = weigh(lines, features, markup, sections)
    core = find_core(weights, len(lines))
    if core[0] < 0 and lines.repeated_by_source is not None:
        # Nothing but what the source repeats: its title stands where it would stand above a text.
        weights = weigh(replace(lines, repeated_by_source=None), features, markup, sections)
        core = find_core(weights, len(lines))
    known = find_chat(lines)
    if not known.posts:
        known = find_inline_thread(lines, features)
    if not known.posts:
        known = find_answers(lines, features)
    if not known.posts and not _marks_posts(lines, features, markup):
        known = find_feet(lines, features, markup)
        if not known.posts:
            known = find_told_thread(lines, features)
    if known.posts:
        markup = ["navigation" if role == "comment" else role for role in markup]
    heading_of_all = -1
    if known.opening is not None:
        core = known.opening
    elif known.posts:
        core = find_core(weights, known.start)
    else:
        core, heading_of_all = find_above_posts(lines, features, weights, core)
    entry = None
    if not known.posts:
        entry = find_entry(lines, features, core, title) or find_above_form(lines, features, weights, core)
        if entry is None and title is None:
            entry = find_below_heading(lines, features, weights, core)
    if entry is not None:
        core = entry.core
        mark_beside(sections, entry)
    heading = entry.title if entry is not None and entry.title >= 0 else find_title(lines, features, core, title)
    core = _below_title(weights, core, heading)
    opening = heading_of_all - 1 if heading_of_all > 0 else _opening(lines, features, core, heading)
    thread = find_thread(lines, features, opening, markup) if opening >= 0 and not known.posts else known
    if thread.posts and thread.opening is None:
        core = find_core(weights, thread.start, core[0] if 0 <= core[0] < thread.start else 0)
        core = _below_title(weights, core, heading)
    hints = find_hints(lines, features, markup, sections, core, heading, thread)
    if entry is not None:
        mark_entry(hints, entry, markup)
        mark_below(hints, features.line_kinds, entry)
    thread = add_remark(lines, features, thread, hints, core[0])
    for index, role in thread.roles.items():
        hints[index] = role
    if heading >= 0:
        hints[heading] = "title"
    return Layout(core, heading, thread, hints, sections)


def _marks_posts(lines: Lines, features: Features, markup: list[str]) -> bool:
    """Whether the markup names lines comments that say when they were written: else it may be the form for them.

    Remarks that are signed within their line stand below posts of their own.
    """
    looks = features.looks
    return "comment" in markup and any(
        role == "comment" and is_timed(looks[index]) and not find_signature(lines.texts[index])
        for index, role in enumerate(markup)
    )


def _below_title(weights: list[float], core: tuple[int, int], title: int) -> tuple[int, int]:
    """The main run without what stands above its title, where most of the run is below: a blurb, teasers."""
    first, last = core
    if not first <= title < last:
        return core
    below = sum(weight for weight in weights[title + 1 : last + 1] if weight > 0)
    above = sum(weight for weight in weights[first:title] if weight > 0)
    return (title + 1, last) if below > 0.5 * above else core


def _opening(lines: Lines, features: Features, core: tuple[int, int], title: int) -> int:
    """The line where the main text is certain to have begun: posts are looked for after it."""
    first = max(core[0], title + 1)
    prose = features.prose
    heading = lines.texts[title] if title >= 0 else ""
    for index in range(max(first, 0), len(prose)):
        # The title said again above the opening post reads like a sentence too.
        if prose[index] and not _ends_with(lines.texts[index][:400], heading):
            return index
    return title


def _ends_with(text: str, title: str) -> bool:
    """Whether the last words of a text are those of a title; most often its last one is not even a part of that."""
    last = phrase_words(text.rsplit(None, 1)[-1])
    if last and last[-1] != "0" and last[-1] not in title.casefold():
        return False
    said = phrase_words(title)
    if said and last and last[-1] != said[-1]:
        return False
    return phrase_words(text)[-len(said) :] == said
