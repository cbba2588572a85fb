"""Prose of a plain text is believed to be text where the trees find it: in a run of lines that are likely main text."""

import numpy as np
import pytest

from tasks.clean.segments import classify as classifier
from tasks.clean.segments.classify import classify
from tasks.clean.segments.learned.case import lay_side_by_side, whole_words
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tasks.clean.segments.weighing.runs import NEAR, find_runs
from tests.stories import SAID, STORY

TEXT = (
    *STORY[1:],
    "The saw went back to the carpenter on Monday, and the chain now hangs in the office of the harbour.",
    "On Tuesday the crew found the key under the seat of the second boat, where it had lain since spring.",
    "The harbour master has since had three copies made, of which one hangs in the kitchen of his sister in the town.",
)
NOTE = "1. It was the saw of his father."
LIKELY = {**dict.fromkeys(TEXT, 0.95), **dict.fromkeys((*SAID, NOTE), 0.3)}
"""How likely main text the trees take a line for."""


def find(*texts: tuple[str, ...], likely: dict[str, float] = LIKELY) -> list[list[bool]]:
    """For each line of each text whether it stands in the run."""
    cases = survey([(split_lines("\n\n".join(text)), None) for text in texts])
    batch = lay_side_by_side([len(case.lines) for case in cases])
    main = np.array([likely[line] for text in texts for line in text])
    inside = find_runs(np.stack([main, 1 - main, 0 * main], axis=1), cases, whole_words(cases), batch).tolist()
    ends = np.cumsum(batch.sizes).tolist()
    return [inside[end - size : end] for end, size in zip(ends, batch.sizes, strict=True)]


def test_what_stands_far_from_the_text_is_outside_but_for_notes():
    above, below = find((*SAID, *TEXT)), find((*TEXT, *SAID, NOTE))
    assert above == [[False] * (len(SAID) - NEAR) + [True] * (NEAR + len(TEXT))]
    assert below == [[True] * (len(TEXT) + NEAR) + [False] * (len(SAID) - NEAR) + [True]]


def test_a_doubtful_line_does_not_end_a_run():
    assert find((*TEXT, *SAID, *TEXT)) == [[True] * (2 * len(TEXT) + len(SAID))]


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ((*TEXT, *SAID), LIKELY | dict.fromkeys(TEXT, 0.75)),
        ((*TEXT[:1], *SAID), LIKELY),
        ((*TEXT, *SAID), dict.fromkeys(LIKELY, 0.3)),
    ],
    ids=["not sure", "less than the rest", "no run"],
)
def test_a_run_is_believed_where_it_is_sure_and_holds_most(text: tuple[str, ...], likely: dict[str, float]):
    assert find(text, likely=likely) == [[True] * len(text)]


def test_a_text_is_read_alone_as_beside_others():
    texts = (*TEXT, *SAID), (), (*SAID, *TEXT), (SAID[0],)
    assert find(*texts) == [each for text in texts for each in find(text)]


def test_the_rules_leave_open_what_stands_outside_in_plain_text_alone(monkeypatch: pytest.MonkeyPatch):
    text = survey([(split_lines("\n\n".join((*TEXT, *SAID))), None)])
    page = survey([(render(parse_page("".join(f"<p>{line}</p>" for line in (*TEXT, *SAID)))), None)])
    before = classify(text, "text"), classify(page, "html")
    monkeypatch.setattr(classifier, "find_runs", lambda *given: np.zeros(len(given[-1]), np.bool_))
    assert classify(text, "text")[0].scores < before[0][0].scores
    assert classify(page, "html") == before[1]
