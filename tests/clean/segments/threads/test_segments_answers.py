"""Which comment a post answers: each case names its comments with author, time and the number of the one it answers."""

import json
from pathlib import Path

import pytest

from tasks.clean.segments import read_pages, read_texts
from tasks.clean.segments.threads.answers import Answers
from tasks.clean.segments.threads.authors import read_name

HERE = Path(__file__).parent
CASES = json.loads((HERE / "replies.json").read_text(encoding="utf-8"))
LINES = json.loads((HERE / "answered.json").read_text(encoding="utf-8"))
NAMES = {
    "ada": "Ada Lovell", "taro": "タロウ", "zhou": "老周", "minsu": "민수", "noor": "نور", "noa": "נועה",
    "mira": "मीरा", "som": "สมชาย",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_who_answers_whom(case):
    (reading,) = read_pages([case["page"]]) if "page" in case else read_texts([case["text"]])
    found = [
        [reading.text[c.start : c.end], c.author, c.posted_at.isoformat() if c.posted_at else None, c.in_reply_to]
        for c in reading.comments
    ]
    assert found == case["comments"]


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in LINES.items() for line in lines])
def test_line_that_names_whom_it_answers(name, line):
    so_far = Answers([])
    for number, author in enumerate(NAMES.values()):
        so_far.add(number, author, number + 7, [])
    found = so_far.find_told(line, "Bo Lind")
    assert (None if found is None else list(NAMES)[found]) == (None if name == "nobody" else name)


def test_the_month_behind_the_name_of_who_asked_is_no_part_of_it():
    page = next(case["page"] for case in CASES if "<aside" in case.get("page", ""))
    assert read_pages([page])[0].author == "hedgerow"


@pytest.mark.parametrize(
    ("head", "name"), [("April says:", "April"), ("Dag wrote:", "Dag"), ("Replied said:", None), ("says:", None)]
)
def test_whoever_is_called_like_a_month_says_something_too(head, name):
    assert read_name(head) == (name, None)
