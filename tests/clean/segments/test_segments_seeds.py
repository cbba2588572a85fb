"""The five seed pages beside the checkout: titles, comments and what must be boilerplate."""

from pathlib import Path

import pytest

from tasks.clean.segments import Reading, read_texts

SEEDS = Path(__file__).parents[3] / "../shared/seeds"
TITLES = {
    "000": "Jihadis Applaud London Jihadi Attack After ISIS Claims Responsibility",
    "001": "London Attacker Links To ISIS Or Al-Qaeda Untrue",
    "002": "Remote control terror’ Why ISIS claims over Khalid Masood murders pose biggest threat yet",
    "003": "ISIS claims responsibility for London Bridge attack involving Pak-linked attacker",
    "004": "ISIS recruiter who radicalised London Bridge attackers was protected by MI5",
}
BOILERPLATE = {
    "000": ["- Advertisement -", "Related Articles", "Latest Articles"],
    "002": ["PA1 of 43", "Back To Top", "skip to Main Content"],
    "003": ["Advertisement", "READ| Spy stole", "READ| With Abu Bakr"],
    "004": [
        "Latest posts",
        "Zibago",
        "ELITE MEMBER",
        "Feb 21, 2012",
        "37,006",
        "Pakistan",
        "His work has been published",
    ],
}

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed pages are not beside the checkout")


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    paths = sorted(SEEDS.glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return dict(zip([path.name[:3] for path in paths], read_texts(texts), strict=True))


def main_of(reading: Reading) -> str:
    return "".join(reading.text[s.start : s.end] for s in reading.segments if s.label == "main")


@pytest.mark.parametrize("seed", TITLES)
def test_title(readings, seed):
    assert readings[seed].title == TITLES[seed]
    titles = [s for s in readings[seed].segments if s.role == "title"]
    assert [readings[seed].text[s.start : s.end].strip() for s in titles] == [TITLES[seed]]


@pytest.mark.parametrize("seed", BOILERPLATE)
def test_furniture_is_boilerplate(readings, seed):
    reading = readings[seed]
    for piece in BOILERPLATE[seed]:
        at = reading.text.replace("\xa0", " ").index(piece)
        segment = next(s for s in reading.segments if s.start <= at < s.end)
        assert segment.label == "boilerplate", piece


def test_three_replies_in_the_thread_and_none_elsewhere(readings):
    assert {seed: len(reading.comments) for seed, reading in readings.items()} == {
        "000": 0, "001": 0, "002": 0, "003": 0, "004": 3,
    }  # fmt: skip
    reading = readings["004"]
    said = [reading.text[comment.start : comment.end] for comment in reading.comments]
    assert said[0] == "They are the Arab spring good jihadis no :D"
    assert said[1].startswith("Is that an isis militant")
    assert said[1].endswith("I was not aware of this.")
    assert said[2].startswith("Question? Do we have")
    assert said[2].endswith(":azn:")
    assert reading.comments[0].author == "Zibago"


def test_glued_headline_is_cut_out_of_the_end_of_its_line(readings):
    reading = readings["000"]
    repeated = [s for s in reading.segments if s.role == "repeated_title"]
    assert len(repeated) == 2
    glued = repeated[0]
    assert reading.text[glued.start : glued.end].strip().startswith(TITLES["000"])
    assert "\n" not in reading.text[glued.start : glued.end]
    main = main_of(reading)
    assert main.count(TITLES["000"]) == 1
    assert "\n\nMeanwhile, Supporters of ISIS celebrated" in main


def test_author_and_time(readings):
    assert readings["003"].author == "Aishwaria Sonavane"
    assert str(readings["003"].published_at) == "2019-12-01 03:57:00+00:00"
    assert str(readings["002"].published_at) == "2017-03-25 19:16:00+00:00"
    assert readings["000"].published_at is None
    assert readings["004"].author == "Nafeez Ahmed"
