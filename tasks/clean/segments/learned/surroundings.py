"""The rest of the first table: what stands around each line, and what the whole document is like."""

from __future__ import annotations

from collections.abc import Container

import numpy as np

from tasks.clean.segments.learned.case import (
    EVERY,
    Batch,
    Column,
    Whole,
    beside,
    magnitude,
    ratio,
    running,
    since,
    until,
)
from tasks.clean.segments.learned.columns import HEADING

NEAR = (-2, -1, 1, 2)
"""Neighbours of which the most telling columns are repeated."""

TOLD = (
    "words", "stop_share", "ends_sentence", "prose", "upper_share", "capitalised", "link", "heading", "blanks",
    "is_plain", "is_name", "is_time", "is_stamp", "is_navigation", "is_controls", "is_related", "is_comments",
    "is_comment_form", "is_number", "has_date", "has_ago", "rules_main", "rules_comment", "path_lines", "sentences",
)  # fmt: skip

REACHES = (3, 8, 20)
"""Lines before and after over which sums are made."""

DISTANCES = (
    "is_comments", "is_related", "is_comment_form", "is_legal", "is_about", "is_share", "is_controls", "is_byline",
    "is_advertisement", "is_navigation", "is_card", "is_time", "is_stamp", "is_says", "is_caption", "prose",
    "heading", "hint_title", "rules_comment",
)  # fmt: skip
"""Columns from whose last and next line that is not 0 the distance is told."""


def surrounding_columns(
    own: dict[str, Column], words: Whole, batch: Batch, asked: Container[str] = EVERY
) -> dict[str, Column]:
    """Neighbours, sums before and after, distances, and measures of the document; `words` are whole numbers.

    Of neighbours, sums and distances only those that are `asked` for.
    """
    columns: dict[str, Column] = {}
    for offset in NEAR:
        told = [name for name in TOLD if f"{name}{offset:+d}" in asked]
        if told:
            values = beside(np.stack([own[name] for name in told]), offset, batch)
            columns |= zip((f"{name}{offset:+d}" for name in told), values, strict=True)
    for name in DISTANCES:
        for sign, measure in (("since", since), ("until", until)):
            if f"{sign}_{name}" in asked:
                columns[f"{sign}_{name}"] = measure(own[name] > 0, batch)
    if "since_h1" in asked:
        columns["since_h1"] = since((own[HEADING] > 0) & (own["heading"] == 1), batch)
    prose = np.where(own["prose"] > 0, words, 0)
    linked = words * own["link"].astype(np.int64)
    here = np.arange(len(batch))
    tallies = {
        "prose": running(prose),
        "rules_main": running(np.where(own["rules_main"] > 0, words, 0)),
        "short": running((words <= 6).astype(np.int64)),
    }
    all_words, all_links = running(words), running(linked)
    for reach in REACHES:
        low, high = np.maximum(batch.first, here - reach), np.minimum(batch.last, here + reach + 1)
        for name, sums in tallies.items():
            for side, first, last in (("before", low, here), ("after", here + 1, high)):
                key = f"{name}_{side}{reach}"
                if key in asked:
                    total = sums[last] - sums[first]
                    columns[key] = ratio(total, last - first) if name == "short" else magnitude(total)
        total = all_words[high] - all_words[low]
        columns[f"words_around{reach}"] = magnitude(total)
        if f"link_around{reach}" in asked:
            columns[f"link_around{reach}"] = ratio((all_links[high] - all_links[low]) // 200, total)
    sums = tallies["prose"]
    total = sums[batch.last] - sums[batch.first]
    columns["prose_passed"] = ratio(sums[here] - sums[batch.first], total)
    columns["document_prose"] = magnitude(total)
    everything = all_words[batch.last] - all_words[batch.first]
    columns["document_words"] = magnitude(everything)
    columns["document_prose_share"] = ratio(total, everything)
    columns["document_link_share"] = ratio((all_links[batch.last] - all_links[batch.first]) // 200, everything)
    count = batch.last - batch.first
    columns["document_lines"] = magnitude(count)
    columns["lines_before"], columns["lines_after"] = magnitude(here - batch.first), magnitude(batch.last - 1 - here)
    for name in ("is_comments", "is_time", "is_stamp", "is_controls", "rules_comment", "rules_main", "heading"):
        sums = running((own[name] > 0).astype(np.int64))
        columns[f"document_{name}"] = ratio(sums[batch.last] - sums[batch.first], count)
        if name in {"is_comments", "heading"}:
            columns[f"passed_{name}"] = magnitude(sums[here] - sums[batch.first])
    return columns
