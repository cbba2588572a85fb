"""The user's own rules, which go before all that is found."""

from __future__ import annotations

import re

from tasks.acquire.patterns import matches_line
from tasks.clean.segments.features import Features
from tasks.clean.segments.layout import Layout
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.threads.finding import force_thread
from tasks.document import ROLES


def apply_rules(
    lines: Lines,
    features: Features,
    layout: Layout,
    rules: tuple[tuple[str, ...], tuple[str, ...]],
    roles: list[str],
    scores: list[float],
) -> Layout:
    """Put the user's rules over what was found: roles and scores change in place, the thread with the layout.

    `rules` are the patterns of boilerplate lines, and those of the line above the comments.
    """
    boilerplate_lines, comments_start = rules
    if not (boilerplate_lines or comments_start):
        return layout
    if start := _first_match(lines, comments_start):
        roles[start - 1], scores[start - 1] = "navigation", 1.0
        layout = layout._replace(thread=force_thread(lines, features, start))
        for index, role in layout.thread.roles.items():
            roles[index], scores[index] = role, 1.0
    patterns = tuple(map(re.compile, boilerplate_lines))
    for index, text in enumerate(lines.texts if patterns else ()):
        if matches_line(patterns, text):
            roles[index] = roles[index] if ROLES[roles[index]] == "boilerplate" else "navigation"
            scores[index] = 1.0
    return layout


def _first_match(lines: Lines, patterns: tuple[str, ...]) -> int:
    """The number of the line after the first one in which a pattern is found, or 0."""
    compiled = tuple(map(re.compile, patterns))
    for index, text in enumerate(lines.texts if compiled else ()):
        if matches_line(compiled, text):
            return index + 1
    return 0
