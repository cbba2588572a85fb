import json
from pathlib import Path

import pytest

from tasks.clean.segments import read_pages, read_texts

CASES = json.loads(Path(__file__).with_name("authors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_author(case):
    assert read_texts([case["text"]])[0].author == case["author"]


@pytest.mark.parametrize(
    "tail", [" | The Perch", " | Kites | The Perch", " :: The Perch «Gable»", "｜風の便り", " » The Perch"]
)
def test_a_title_without_the_names_of_section_and_site(tail):
    page = f"<title>A kite that stays down{tail}</title><body><p>It has not once been higher than my hat.</p></body>"
    assert read_pages([page])[0].title == "A kite that stays down"
