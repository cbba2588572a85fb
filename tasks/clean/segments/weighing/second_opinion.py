"""What the rules say of the lines: a second opinion beside that of the trees."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from tasks.clean.segments.learned.case import Batch, Case, judged, repeated_shares
from tasks.clean.segments.threads.belief import weigh_threads
from tasks.clean.segments.threads.heads import CARD, OPENERS
from tasks.clean.segments.verdict import LABELS
from tasks.clean.segments.weighing.biographies import find_biographies
from tasks.clean.segments.weighing.decision import BOILERPLATE, COMMENT, MAIN, Flags, deny
from tasks.clean.segments.weighing.last_word import find_left_to_trees, find_settled

WEIGHT, INSET_WEIGHT, KEPT_WEIGHT = 0.4, 0.8, 4.0
"""What the opinion of the rules weighs against that of the trees, as a power: chosen on pages for development."""

UNNAMED = 0.3
"""What is left of that weight where the rules take a line for boilerplate and have no role for it.

Nothing is taken from what is said around a form for comments, which they know by its words.
"""

MARKED = 0.75
"""What is left of that weight where the trees see markup and the rules see no comment: there the trees know better."""

UNSEEN, BESIDE_POSTS, ABOVE_POSTS = 0.05, 0.01, 0.005
"""What is left of the chance of a comment where the rules see none, beside or below posts, and above all of them."""

SIGNS, UNSIGNED = OPENERS | CARD | {"comments", "comment_form", "controls", "edited"}, 0.005
"""Kinds of lines of which a text with comments has at least one, and what is left of the chance where it has none."""

LISTED = 0.005
"""The same for lines of lists of other pages: what readers said there is no comment on this one."""

INSETS = frozenset({"title", "repeated_title", "user_card", "quotation", "subtitle", "body"})
"""Roles that the rules know by looking for them, and of which the trees have seen too few.

So it is with lines that the source repeats and the rules keep, since they have asked where these stand: headings that
all texts of a source have.
"""


def heed_rules(
    probabilities: npt.NDArray[np.float64],
    cases: Sequence[Case],
    batch: Batch,
    unlike_text: npt.NDArray[np.float64],
    is_home: Flags,
) -> npt.NDArray[np.float64]:
    """Let the rules have their say once more, as a second opinion: shape (lines, 3), rows sum to 1.

    The trees have seen far more articles than threads, and hardly any language but English. The less a document is a
    text, the less weighs what the rules take for main text or boilerplate: they know main text by its prose, and take
    lists for links. Prose outside the home of the text (`is_home`) may be either, and is no comment. Comments they know
    by their posts, on any page. What tells of the author at the end of a plain text is no main text.
    """
    labels, sure = judged(cases, batch)
    hints = [hint for case in cases for hint in case.layout.hints]
    unnamed = _are_in({""}, hints)
    agreed, doubted, denied, certain = weigh_threads(probabilities, cases)
    left = find_left_to_trees(cases)
    inset = _are_in(INSETS, hints)
    doubted[left], inset[left] = True, False
    kept = certain | ((repeated_shares(cases, batch) > 0) & (labels == MAIN))
    usual = _usual_weights(cases, labels, unnamed, unlike_text, batch)
    weights = np.where(kept, KEPT_WEIGHT, np.where(inset | agreed, INSET_WEIGHT, np.where(doubted, 0.0, usual)))

    heeded = probabilities.copy()
    seen = (labels == COMMENT) & ~denied
    heeded[:, COMMENT] *= np.where(seen, 1.0, _left_of_comments(cases, hints, batch))
    said, other = _to_powers(sure, weights)
    either = (labels == MAIN) & unnamed & ~is_home
    for label in range(len(LABELS)):
        is_said = (labels == label) | (either & (label == BOILERPLATE))
        heeded[:, label] *= np.where(is_said, said, other)
    total = heeded[:, 0] + heeded[:, 1] + heeded[:, 2]
    heeded /= total[:, None]
    taken = np.zeros(len(batch))
    settled = find_settled(cases) + find_biographies(cases, probabilities)
    taken[settled] = heeded[settled, MAIN]
    return deny(heeded, taken)


def _usual_weights(
    cases: Sequence[Case],
    labels: npt.NDArray[np.int64],
    unnamed: Flags,
    unlike_text: npt.NDArray[np.float64],
    batch: Batch,
) -> npt.NDArray[np.float64]:
    """What the rules' opinion weighs on lines of which nothing in particular is known."""
    usual = np.where(_are_marked(cases, batch), MARKED * WEIGHT, WEIGHT) * (1 - unlike_text)
    is_form = _are_in({"comment_form"}, [kind for case in cases for kind in case.features.line_kinds])
    usual = np.where((labels == BOILERPLATE) & unnamed & ~is_form, UNNAMED * usual, usual)
    return np.where(labels == COMMENT, WEIGHT, usual)


def _left_of_comments(cases: Sequence[Case], hints: Sequence[str], batch: Batch) -> npt.NDArray[np.float64]:
    """What is left of the chance of a comment on each line, if the rules see none there."""
    has_posts = np.array([bool(case.layout.thread.posts) for case in cases], np.bool_)[batch.document]
    starts = np.array([case.layout.thread.start for case in cases], np.int64)[batch.document]
    above = np.arange(len(batch)) - batch.first < starts
    signed = np.array([not case.features.kinds.isdisjoint(SIGNS) for case in cases], np.bool_)[batch.document]
    alone = np.where(_are_marked(cases, batch) | signed, UNSEEN, UNSIGNED)
    unseen = np.where(has_posts, np.where(above, ABOVE_POSTS, BESIDE_POSTS), alone)
    return np.where(_are_in({"related"}, hints), LISTED, unseen)


def _to_powers(
    sure: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What the rules give the label that they say, and each of the others, as powers: there are few of either."""
    levels, level = np.unique(sure, return_inverse=True)
    powers, power = np.unique(weights, return_inverse=True)
    said, other = (
        np.array([[math.pow(value, exponent) for value in values] for exponent in powers.tolist()])[power, level]
        for values in (levels.tolist(), ((1 - levels) / 2).tolist())
    )
    return said, other


def _are_marked(cases: Sequence[Case], batch: Batch) -> Flags:
    """Which lines are of pages of HTML."""
    return np.array([case.lines.tags is not None for case in cases], np.bool_)[batch.document]


def _are_in(wanted: Collection[str], values: Sequence[str]) -> Flags:
    return np.fromiter(map(wanted.__contains__, values), np.bool_, len(values))
