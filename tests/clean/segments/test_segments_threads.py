import json
from pathlib import Path

import pytest

from tasks.clean.segments import read_texts

CASES = json.loads(Path(__file__).with_name("threads.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_thread(case):
    text = case["text"]
    reading = read_texts([text])[0]
    assert reading.title == case["title"]
    found = [
        [text[c.start : c.end], c.author, c.posted_at.isoformat() if c.posted_at else None, c.in_reply_to]
        for c in reading.comments
    ]
    assert found == case["comments"]
    lines = text.split("\n")
    for piece in case["boilerplate"]:
        at = sum(len(line) + 1 for line in lines[: lines.index(piece)])
        label = next(s.label for s in reading.segments if s.start <= at < s.end)
        assert label == "boilerplate", piece


def test_two_posts_never_share_a_segment():
    text = CASES[2]["text"]
    reading = read_texts([text])[0]
    for left, right in zip(reading.comments, reading.comments[1:], strict=False):
        shared = [s for s in reading.segments if s.start < left.end and right.start < s.end]
        assert not shared
