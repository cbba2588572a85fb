"""Sections below a heading that says they are no main text: related links, the author, cookies, a comment form."""

from __future__ import annotations

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.threads.feet import speaks_of_comments

SECTIONS = {
    "related": "related",
    "about": "about",
    "legal": "widget",
    "comments": "navigation",
    "comment_form": "navigation",
}
"""Kinds of headings, and the role of the lines below them."""

FORM_LINES = 3
"""Lines below a heading of comments that belong to its form."""

LONGEST_SECTION = 60
"""Lines after which a section is over, whatever comes."""

TEASER_WORDS = 45
"""A longer paragraph is the text going on, not the teaser of another."""

SHORT_PROSE = 12
"""Words of a paragraph that can end a section together with the one before it."""

BEFORE = 2
"""Paragraphs that must have been read before "Featured" or "About us" can be more than an entry of a menu."""

ABOUT_LINES = 8
"""Lines about an author at most."""


def find_sections(lines: Lines, features: Features, markup: list[str]) -> list[str]:
    """For each line the role of the section it stands in, or "".

    A section ends with the next heading (in markup, one that is no link), with a long paragraph, or with two
    paragraphs in a row: teasers alternate with headlines. Where `markup` gives the heading a role, its element ends
    the section, and nothing is concluded here.
    """
    if features.kinds.isdisjoint(SECTIONS):
        return [""] * len(lines)
    prose = features.prose
    words = features.word_counts
    looks = features.looks
    roles: list[str] = []
    tags = lines.tags
    section = ""
    length = paragraphs = 0
    for index, kind in enumerate(features.line_kinds):
        paragraphs += prose[index] > 0
        if not section and kind not in SECTIONS:
            roles.append("")
            continue
        length += 1
        opens = kind in SECTIONS and looks[index].words <= 12 and (kind == "legal" or paragraphs >= BEFORE)
        # A heading of the first rank is the page's own title, or that of a part that programs add below the text.
        is_title = tags is not None and tags[index].heading == 1 and kind not in {"comments", "comment_form"}
        if opens and (tags is None or not (is_title or markup[index])):
            section, length = SECTIONS[kind], 0
        elif section == "navigation" and length <= FORM_LINES and prose[index] and _are_terms(lines, index):
            pass
        elif section and (
            (prose[index] and section != "widget" and words[index] > TEASER_WORDS and section != "about")
            or length > (ABOUT_LINES if section == "about" else LONGEST_SECTION)
            or (section == "navigation" and (length > FORM_LINES or prose[index]))
            or (section != "about" and _in_a_row(prose, words, index))
            or (tags is not None and tags[index].heading and tags[index].link < 0.5)
        ):
            section = ""
        roles.append(section)
    return roles


def _are_terms(lines: Lines, index: int) -> bool:
    """Whether a paragraph right below a heading of comments says on what terms they are taken."""
    return speaks_of_comments(lines.texts[index])


def _in_a_row(prose: list[float], words: list[float], index: int) -> bool:
    """Whether this paragraph and the next stand together."""
    after = index + 1
    if after >= len(prose) or not (prose[index] and prose[after]):
        return False
    return min(words[index], words[after]) >= SHORT_PROSE
