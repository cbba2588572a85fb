"""The line classifier: boosted trees in two stages, the second of which sees what the first thinks of the lines around.

Offers and lists are put before trees of their own, too, beside those of the second stage.

Plain text and pages of HTML are classified alike, by trees of their own: markup says too much to do without, and what
it says must not be missed in plain text.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np

from tasks.clean.rounding import round_all
from tasks.clean.segments.learned.boxes import Boxes, box_columns, number_boxes
from tasks.clean.segments.learned.case import (
    EVERY,
    Batch,
    Case,
    Column,
    Whole,
    lay_side_by_side,
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
from tasks.clean.segments.weighing.below import doubt_below
from tasks.clean.segments.weighing.beside import judge_boxes
from tasks.clean.segments.weighing.code_blocks import CODE, follow_paragraphs
from tasks.clean.segments.weighing.decision import decide, leave_copies
from tasks.clean.segments.weighing.few_lines import keep_few_lines
from tasks.clean.segments.weighing.homes import find_homes, heed_homes
from tasks.clean.segments.weighing.outside import OUTSIDE, doubt_outside
from tasks.clean.segments.weighing.runs import find_runs
from tasks.clean.segments.weighing.second_opinion import heed_rules
from tasks.clean.segments.weighing.second_texts import leave_second_texts
from tasks.clean.segments.weighing.side_columns import SIDES, doubt_side_columns
from tasks.clean.segments.weighing.unlike import ASKED, doubt_controls, liken_entries

NETWORK = {"text": 2, "html": 3}
"""In so many parts the network's word is one, the others are the trees'. Markup says more to questions one by one."""

WORTH = {"text": 1.0, "html": 0.5}
"""How much what a line is worth to the main text counts at least, beside its likeliest label (see `decide`)."""


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
    is_home = homes.inside if kind == "html" else find_runs(likely, cases, words, batch)
    heeded = heed_rules(likely, cases, batch, unlike_text, is_home)
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
        heeded = doubt_side_columns(heeded, columns, cases, words, batch)
    labels = decide(heeded, unlike_text, offered, columns["hint_title"] > 0, words, batch, WORTH[kind])
    if kind == "html":
        leave_copies(labels, [case.lines for case in cases], unlike_text, words)
        leave_second_texts(labels, cases, words)
    else:
        keep_few_lines(labels, cases)
    found, scores = labels.tolist(), round_all(heeded[np.arange(len(batch)), labels]).tolist()
    ends = [0, *accumulate(batch.sizes)]
    return [Classified(found[first:last], scores[first:last]) for first, last in pairwise(ends)]


@cache
def asked_columns(kind: str) -> frozenset[str]:
    """The columns that are read for documents of a kind: two thirds of those that there are."""
    forests = [load_trees(f"{kind}_{stage}").names for stage in ("first", "second", "offers")]
    of_lines = chain(*forests, load_network(f"{kind}_network").names)
    of_documents = (name.removeprefix(MEAN).removeprefix(HEAVY) for name in load_trees(f"{kind}_kinds").names)
    return frozenset((*of_lines, *of_documents, *((*ASKED, *OUTSIDE, *SIDES, CODE) if kind == "html" else ())))


def first_columns(
    cases: Sequence[Case], batch: Batch, words: Whole, boxes: Boxes, asked: Container[str] = EVERY
) -> dict[str, Column]:
    """The table that the first trees read: at least what is `asked` for."""
    own = own_columns(cases, batch, asked)
    own |= box_columns(cases, boxes, batch)
    own |= thread_columns(cases, batch)
    own |= topic_columns(cases, batch, own["core"] > 0, own["prose"] > 0)
    return own | surrounding_columns(own, words, batch, asked)
