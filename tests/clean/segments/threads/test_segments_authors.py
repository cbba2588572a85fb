import json
from pathlib import Path

import pytest

from tasks.clean.segments import read_pages, read_texts
from tasks.clean.segments.threads.authors import read_name

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


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("Jessamy Rudd Author 20 November 2026, 10:40", "Jessamy Rudd"),
        ("Ben Smith Moderator • 3 days ago", "Ben Smith"),
        ("Ben Smith Original Poster 2h ago", "Ben Smith"),
        ("Bo Lind Well-Known Member May 9, 2020", "Bo Lind"),
        ("Cyd Poe Author Staff 20 November 2026", "Cyd Poe"),
        ("Cyd Poe [Staff] 20 November 2026", "Cyd Poe"),
        ("Фома Ветров Модератор 9 май 2020, 10:05", "Фома Ветров"),
        ("老木匠 作者 2020-05-06", "老木匠"),
        ("Ada Low says: 20 November 2026, 11:00", "Ada Low"),
        ("Ada Low Author says: 20 November 2026, 11:00", "Ada Low"),
        ("Ada Low commented 8 hours ago", "Ada Low"),
    ],
)
def test_a_name_comes_without_the_badges_and_the_verb_behind_it(head, name):
    assert read_name(head)[0] == name


@pytest.mark.parametrize(
    "name",
    ["ruby user", "ada author", "Christopher Guest", "Kiln Master", "Guest Author", "Site Admin", "Moderator",
     "★ Moderator", "Edward Said", "snow dice"],
)  # fmt: skip
def test_a_name_keeps_its_own_words_that_look_like_a_badge_or_a_verb(name):
    assert read_name(f"{name} • 8 hours ago")[0] == name


BADGES = (("Jessamy Rudd", "Author"), ("Ben Smith", "Moderator"), ("Tinsnips", ""), ("Cyd Poe", "Staff"))
WORDS = (
    "Ours went missing in a gale in the nineties and was found in a pond, pointing east.",
    "Beaten, from two sheets of copper, with a seam down the back that you can feel but not see.",
    "I would have liked to read more about how it was made. Is it beaten or cast?",
    "The ferry stayed in port all week because nobody could find the key of its chain.",
)
STORY = (
    "<p>The old weathercock, which has been missing from the church since spring, was found on another on Monday.</p>"
    "<p>Nobody could say how it came there, and the vicar would rather not ask who had carried it.</p>"
)
TIME = '<time datetime="2026-11-20T09:14:00Z">20 November 2026, 09:14</time>'


@pytest.mark.parametrize(
    "head",
    [
        f"<p><b>NAME</b> <i>BADGE</i> {TIME}</p>",
        f"<p><b>NAME</b> <i>BADGE</i> <span>says:</span> {TIME}</p>",
        f'<div class="username">NAME <i>BADGE</i></div><div>{TIME}</div>',
        '<div class="username">NAME <i>BADGE</i></div><div>3</div>',
    ],
)
def test_badges_in_elements_of_their_own_are_no_part_of_the_author(head):
    posts = "".join(
        f"<li class='comment'>{head.replace('NAME', name).replace('BADGE', badge)}<div><p>{words}</p></div></li>"
        for (name, badge), words in zip(BADGES, WORDS, strict=True)
    )
    page = f"<body><article><h1>Found</h1>{STORY}</article><h2>4 Comments</h2><ol>{posts}</ol></body>"
    assert [comment.author for comment in read_pages([page])[0].comments] == [name for name, _ in BADGES]
