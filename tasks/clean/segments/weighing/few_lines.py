"""Plain texts of a line or a few: a message, a review, a title. What stands alone has no furniture around it.

The trees know pages, on which a short line is more often a menu's than the text's; of a text that is such a line they
would leave nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Case
from tasks.clean.segments.weighing.decision import MAIN

MOST_LINES = 3
"""Lines of such a text. Of more the trees know what to think: what is left of an empty page is as long."""

SAID = frozenset({"plain", "name", "number", "address", "subject", "quote", "stamp", "note", "initial", "numbered"})
"""Kinds of lines that say of themselves neither that they are furniture nor what they stand beside."""


def keep_few_lines(labels: npt.NDArray[np.int64], cases: Sequence[Case]) -> None:
    """Take texts of one line, or of a few with a sentence among them, for main text, in place.

    A text with a line that looks like furniture, a caption, a byline or a post is left as it is.
    """
    start = 0
    for case in cases:
        end = start + len(case.lines)
        if end - start <= MOST_LINES and _is_said(case):
            labels[start:end] = MAIN
        start = end


def _is_said(case: Case) -> bool:
    looks, layout = case.features.looks, case.layout
    if any(layout.hints) or layout.thread.posts or not SAID.issuperset(case.features.line_kinds):
        return False
    return len(looks) == 1 or any(look.ends_sentence for look in looks)
