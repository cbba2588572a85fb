import random

import pytest

from tasks.acquire.inventory import list_files
from tasks.acquire.profile import Profile, RepeatedLine, dump_profile
from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.learning import Options, learn_lines, learn_source
from tasks.clean.segments import stage
from tasks.clean.segments.repeats import line_key, share_by_source
from tasks.document import Record

PAGES = 12
FOOTER = "set in lead at the old customs house"


def read(text: str, name: str, **facts) -> Draft:
    """A draft as it comes out of the segments."""
    (draft,) = stage.apply([Draft(Record("news", name, "", "", text, **facts), text=text)], SourceSettings())
    return draft


def count(profile: Profile, line: str) -> int:
    return {each.line: each.pages for each in profile.lines}.get(line, 0)


@pytest.fixture(scope="module")
def texts(pages_of_a_template):
    return pages_of_a_template(PAGES)


@pytest.fixture(scope="module")
def drafts(texts):
    return [read(text, f"news/{number}.txt", url=f"https://x.example/{number}") for number, text in enumerate(texts)]


def test_what_all_pages_have_is_learnt_and_nothing_else(drafts):
    profile = learn_lines(drafts)
    assert profile.pages == PAGES
    assert {each.line for each in profile.lines if each.pages == PAGES} == {
        "tides and timetables",
        "boats for hire",
        "ships in port 0",
        "put my name on the list",
        FOOTER,
        *(line_key(drafts[0].text.split("\n")[at]) for at in (3, 9)),
    }
    own = {line_key(line) for draft in drafts for line in draft.text.split("\n")[6:9]}
    assert not own & {each.line for each in profile.lines}


def test_the_profile_does_not_depend_on_the_order(drafts):
    shuffled = drafts.copy()
    random.Random(3).shuffle(shuffled)
    assert dump_profile(learn_lines(shuffled)) == dump_profile(learn_lines(drafts))


@pytest.mark.parametrize(
    "copy",
    [
        lambda draft, name: read(draft.text, name),
        lambda draft, name: read(draft.text + "\nOne reader more has written since.", name, url=draft.url),
        lambda draft, name: read(draft.text.replace(" carried ", " brought ", 1), name),
    ],
    ids=["the same text", "a version of one URL", "a near duplicate"],
)
def test_a_page_that_was_fetched_again_counts_once(drafts, copy):
    again = [copy(drafts[0], f"news/again{number}.txt") for number in range(20)]
    profile = learn_lines([*drafts, *again])
    assert profile.learnt_from["copies"] == 20
    assert profile.pages == PAGES
    assert count(profile, line_key(drafts[0].text.split("\n")[6])) == 0


@pytest.mark.parametrize("title", [None, "The Lantern", "title of its own"])
def test_pages_of_one_template_are_no_copies_of_each_other(drafts, title):
    """Too much of the template in the main text makes near duplicates of them."""
    heavy = []
    for draft in drafts:
        lines = draft.text.split("\n")
        own = lines[6:9] if title != "title of its own" else []
        main = "\n".join([*(f"{line} It was in the paper." for line in lines[:4] * 3), *own])
        text = f"{draft.text}\n{main}\nThe Lantern"
        heavy.append(draft._replace(text=text, main=main, title=lines[4] if not own else title))
    assert learn_lines(heavy).pages == PAGES


def test_a_few_pages_fetched_very_often_are_few(drafts):
    """Their lines stand on a third of all records, and yet are no template's."""
    again = [
        read(f"{draft.text}\nFetched by crawler {'abcdefghijklm'[number]}.", f"news/{draft.record.raw_path}-{number}")
        for draft in drafts[:3]
        for number in range(12)
    ]
    assert learn_lines(again).pages == 3
    assert learn_lines([*again, *drafts[3:]]).pages == PAGES


def test_too_few_pages_say_nothing(drafts):
    assert learn_lines(drafts[:4]) == Profile(4)
    assert learn_lines([]) == Profile(0)
    assert len(learn_lines(drafts[:5]).lines) > 5


def test_a_line_must_be_repeated_often_enough(drafts):
    odd = [read(draft.text + "\nThe gate is shut.", draft.record.raw_path + "x") for draft in drafts[:2]]
    assert count(learn_lines([*odd, *drafts[2:]]), "the gate is shut") == 0
    assert count(learn_lines([*odd, *drafts[2:]], Options(fewest_repeats=2)), "the gate is shut") == 2
    assert count(learn_lines([*odd, *drafts[2:]], Options(fewest_repeats=2, least_share=0.5)), "the gate is shut") == 0


def write_source(folder, texts):
    for number, text in enumerate(texts):
        path = folder / "news" / f"2026-11-{1 + number % 9:02}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list_files(folder).files


def test_a_source_is_learnt_from_its_files(tmp_path, texts, drafts):
    files = write_source(tmp_path, [*texts, ""])
    profile = learn_source(files, SourceSettings())
    assert [(each.line, each.pages) for each in profile.lines] == [
        (each.line, each.pages) for each in learn_lines(drafts).lines
    ]
    assert profile.learnt_from == {"files": PAGES + 1, "records": PAGES, "sampled": PAGES, "copies": 0}
    assert learn_source(files, SourceSettings(profile=Profile(9, (RepeatedLine("x", 9),)))) == profile
    assert dump_profile(learn_source(files[::-1], SourceSettings())) == dump_profile(profile)


@pytest.mark.parametrize("options", [Options(most_pages=7), Options(most_bytes=6500), Options(largest_page=975)])
def test_of_a_large_source_a_sample_is_learnt_from_whatever_the_order(tmp_path, texts, options):
    files = write_source(tmp_path, texts)
    learnt = [learn_source(each, SourceSettings(), options) for each in (files, files[::-1], files[4:] + files[:4])]
    assert len({dump_profile(profile) for profile in learnt}) == 1
    assert 5 <= learnt[0].learnt_from["sampled"] < PAGES
    assert count(learnt[0], FOOTER) == learnt[0].pages


def test_a_huge_source_is_read_only_so_far(tmp_path, texts):
    profile = learn_source(write_source(tmp_path, texts), SourceSettings(), Options(read_bytes=6 * len(texts[0])))
    assert 5 <= profile.learnt_from["records"] <= 8


def test_files_that_went_are_passed_over(tmp_path, texts):
    files = write_source(tmp_path, texts)
    files[0].path.unlink()
    assert learn_source(files, SourceSettings()).pages == PAGES - 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("12 Comments", "0 comments"),
        ("3 comments:", "0 comments"),
        ("Printed on Monday, 3 May 2021 at 10:15 am", "printed 0"),
        ("Напечатано 12 мая 2020, 10:05", "напечатано 0"),
        ("Posted on 3 May 2021", ""),
        ("第 12 頁", "第 0 頁"),
        ("Monday", "monday"),
        ("3/4", ""),
        ("12 May 2020", ""),
        ("— * —", ""),
        ("x" * 1001, ""),
    ],
)
def test_lines_are_compared_without_numbers_and_dates(text, key):
    assert line_key(text) == key
    assert line_key(key) == key


def test_a_share_is_that_of_the_pages():
    profile = Profile(8, (RepeatedLine("sign up", 6), RepeatedLine("0 comments", 2)))
    assert share_by_source(["Sign up!", "4 Comments", "A tale"], profile) == [0.75, 0.25, 0.0]
    assert share_by_source(["Sign up!"], None) is None
