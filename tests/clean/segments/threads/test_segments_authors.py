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


def test_a_menu_between_bars_is_no_title():
    text = (
        "ホーム｜村の知らせ｜お問い合わせ\n水車小屋の猫、今年も屋根で冬を越す\n"
        "川のそばの水車小屋に住む猫が、今年も屋根の上で冬を越すつもりらしい。村の人たちは毎朝、交代で魚の骨を持っていく。\n"
        "去年の冬は雪が深く、猫は煙突のかげから一歩も動かなかったという。今年は古い毛布が一枚、だれかの手で置かれている。"
    )
    assert read_texts([text])[0].title == "水車小屋の猫、今年も屋根で冬を越す"
