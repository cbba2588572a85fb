"""The line classifier: boosted trees in two stages, the second of which sees what the first thinks of the lines around.

Offers and lists are put before trees of their own, too, beside those of the second stage.

Plain text and pages of HTML are classified alike, by trees of their own: markup says too much to do without, and what
it says must not be missed in plain text.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Container, Sequence
from functools import cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tasks.clean.rounding import round_all
from tasks.clean.segments.belief import weigh_threads
from tasks.clean.segments.below import doubt_below
from tasks.clean.segments.beside import judge_boxes
from tasks.clean.segments.code_blocks import CODE, follow_paragraphs
from tasks.clean.segments.decision import decide, deny, leave_copies
from tasks.clean.segments.heads import CARD, OPENERS
from tasks.clean.segments.homes import find_homes, heed_homes
from tasks.clean.segments.last_word import find_left_to_trees, find_settled
from tasks.clean.segments.learned.boxes import Boxes, box_columns, number_boxes
from tasks.clean.segments.learned.case import (
    EVERY,
    Batch,
    Case,
    Column,
    Whole,
    judged,
    lay_side_by_side,
    repeated_shares,
    whole_words,
)
from tasks.clean.segments.learned.columns import own_columns
from tasks.clean.segments.learned.kinds import HEAVY, MEAN, kind_columns
from tasks.clean.segments.learned.leanings import leaning_columns
from tasks.clean.segments.learned.network import heed_network, load_network
from tasks.clean.segments.learned.offers import ask_again, tell_offer_and_list, tell_unlike_text
from tasks.clean.segments.learned.stacking import stacked_columns
from tasks.clean.segments.learned.surroundings import surrounding_columns
from tasks.clean.segments.learned.threads import thread_columns
from tasks.clean.segments.learned.topic import topic_columns
from tasks.clean.segments.learned.trees import load_trees, to_probabilities
from tasks.clean.segments.outside import OUTSIDE, doubt_outside
from tasks.clean.segments.unlike import ASKED, doubt_controls, liken_entries
from tasks.clean.segments.verdict import LABELS

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

NETWORK = {"text": 2, "html": 3}
"""In so many parts the network's word is one, the others are the trees'. Markup says more to questions one by one."""

WORTH = {"text": 1.0, "html": 0.5}
"""How much what a line is worth to the main text counts at least, beside its likeliest label (see `decide`)."""

INSETS = frozenset({"title", "repeated_title", "user_card", "quotation", "subtitle", "body"})
"""Roles that the rules know by looking for them, and of which the trees have seen too few.

So it is with lines that the source repeats and the rules keep, since they have asked where these stand: headings that
all texts of a source have.
"""


class Classified(NamedTuple):
    """The number in `LABELS` of the label of each line of a document, and how likely it is, to four decimals."""

    labels: list[int]
    scores: list[float]


def classify(cases: Sequence[Case], kind: str) -> list[Classified]:
    """What each line of each document is, and how likely that is.

    `kind` is "text" or "html". The answer for a document does not depend on the others.
    """
    batch = lay_side_by_side([len(case.lines) for case in cases])
    if not len(batch):
        return [Classified([], []) for _ in cases]
    words, boxes = whole_words(cases), number_boxes(cases, batch)
    columns = first_columns(cases, batch, words, boxes, asked_columns(kind))
    if kind == "text":
        columns |= leaning_columns(cases, batch)
    columns |= kind_columns(load_trees(f"{kind}_kinds"), columns, words, batch)
    unlike_text = tell_unlike_text(columns["kind_prose"])
    columns |= stacked_columns(load_trees(f"{kind}_first").evaluate(columns), words, batch)
    sums = load_trees(f"{kind}_second").add_up(columns)
    sums = heed_network(sums, load_network(f"{kind}_network"), columns, batch, NETWORK[kind])
    likely = to_probabilities(ask_again(sums, load_trees(f"{kind}_offers"), columns, unlike_text))
    homes = find_homes(columns, words, boxes)
    heeded = heed_rules(likely, cases, batch, unlike_text, homes.inside)
    offered = np.zeros(len(batch))
    if kind == "html":
        heeded = heed_homes(heeded, homes, boxes, cases, unlike_text, words, batch)
        offered, listed = tell_offer_and_list(columns, unlike_text)
        heeded = judge_boxes(heeded, boxes, unlike_text, offered, words, batch)
        heeded = liken_entries(heeded, cases, listed, batch)
        heeded = doubt_controls(heeded, columns, unlike_text, words, batch)
        heeded = follow_paragraphs(heeded, columns, words, batch)
        heeded = doubt_below(heeded, cases, boxes, unlike_text, words, batch)
        heeded = doubt_outside(heeded, columns, words, batch)
    labels = decide(heeded, unlike_text, offered, columns["hint_title"] > 0, words, batch, WORTH[kind])
    if kind == "html":
        leave_copies(labels, [case.lines.texts for case in cases], unlike_text, words)
    found, scores = labels.tolist(), round_all(heeded[np.arange(len(batch)), labels]).tolist()
    ends = [0, *accumulate(batch.sizes)]
    return [Classified(found[first:last], scores[first:last]) for first, last in pairwise(ends)]


def heed_rules(
    probabilities: npt.NDArray[np.float64],
    cases: Sequence[Case],
    batch: Batch,
    unlike_text: npt.NDArray[np.float64],
    is_home: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """Let the rules have their say once more, as a second opinion: shape (lines, 3), rows sum to 1.

    The trees have seen far more articles than threads, and hardly any language but English. The less a document is a
    text, the less weighs what the rules take for main text or boilerplate: they know main text by its prose, and take
    lists for links. Prose outside the home of the text (`is_home`) may be either, and is no comment. Comments they know
    by their posts, on any page.
    """
    labels, sure = judged(cases, batch)
    levels, level = np.unique(sure, return_inverse=True)
    hints = [hint for case in cases for hint in case.layout.hints]
    inset = _are_in(INSETS, hints)
    kept = (repeated_shares(cases, batch) > 0) & (labels == LABELS.index("main"))
    heeded = probabilities.copy()
    agreed, doubted, denied, certain = weigh_threads(probabilities, cases)
    left = find_left_to_trees(cases)
    doubted[left], inset[left] = True, False
    inset |= agreed
    kept |= certain
    has_posts = np.array([bool(case.layout.thread.posts) for case in cases], np.bool_)[batch.document]
    starts = np.array([case.layout.thread.start for case in cases], np.int64)[batch.document]
    above = np.arange(len(batch)) - batch.first < starts
    marked = np.array([case.lines.tags is not None for case in cases], np.bool_)[batch.document]
    signed = np.array([not case.features.kinds.isdisjoint(SIGNS) for case in cases], np.bool_)[batch.document]
    alone = np.where(marked | signed, UNSEEN, UNSIGNED)
    unseen = np.where(has_posts, np.where(above, ABOVE_POSTS, BESIDE_POSTS), alone)
    unseen = np.where(_are_in({"related"}, hints), LISTED, unseen)
    seen = (labels == LABELS.index("comment")) & ~denied
    heeded[:, LABELS.index("comment")] *= np.where(seen, 1.0, unseen)
    usual = np.where(marked, MARKED * WEIGHT, WEIGHT) * (1 - unlike_text)
    unnamed = _are_in({""}, hints)
    is_form = _are_in({"comment_form"}, [kind for case in cases for kind in case.features.line_kinds])
    usual = np.where((labels == LABELS.index("boilerplate")) & unnamed & ~is_form, UNNAMED * usual, usual)
    either = (labels == LABELS.index("main")) & unnamed & ~is_home
    usual = np.where(labels == LABELS.index("comment"), WEIGHT, usual)
    weights = np.where(kept, KEPT_WEIGHT, np.where(inset, INSET_WEIGHT, np.where(doubted, 0.0, usual)))
    powers, power = np.unique(weights, return_inverse=True)
    said, other = (
        np.array([[math.pow(value, exponent) for value in values] for exponent in powers.tolist()])[power, level]
        for values in (levels.tolist(), ((1 - levels) / 2).tolist())
    )
    for label in range(len(LABELS)):
        is_said = (labels == label) | (either & (label == LABELS.index("boilerplate")))
        heeded[:, label] *= np.where(is_said, said, other)
    total = heeded[:, 0] + heeded[:, 1] + heeded[:, 2]
    heeded /= total[:, None]
    taken = np.zeros(len(batch))
    settled = find_settled(cases)
    taken[settled] = heeded[settled, LABELS.index("main")]
    return deny(heeded, taken)


def _are_in(roles: Collection[str], hints: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.fromiter(map(roles.__contains__, hints), np.bool_, len(hints))


@cache
def asked_columns(kind: str) -> frozenset[str]:
    """The columns that are read for documents of a kind: two thirds of those that there are."""
    forests = [load_trees(f"{kind}_{stage}").names for stage in ("first", "second", "offers")]
    of_lines = chain(*forests, load_network(f"{kind}_network").names)
    of_documents = (name.removeprefix(MEAN).removeprefix(HEAVY) for name in load_trees(f"{kind}_kinds").names)
    return frozenset((*of_lines, *of_documents, *((*ASKED, *OUTSIDE, CODE) if kind == "html" else ())))


def first_columns(
    cases: Sequence[Case], batch: Batch, words: Whole, boxes: Boxes, asked: Container[str] = EVERY
) -> dict[str, Column]:
    """The table that the first trees read: at least what is `asked` for."""
    own = own_columns(cases, batch, asked)
    own |= box_columns(cases, boxes, batch)
    own |= thread_columns(cases, batch)
    own |= topic_columns(cases, batch, own["core"] > 0, own["prose"] > 0)
    return own | surrounding_columns(own, words, batch, asked)
