"""What a profile makes of the lines of a document."""

import pytest

from tasks.acquire.profile import Profile, RepeatedLine
from tasks.clean.segments import Options, read_pages, read_texts
from tasks.clean.segments.repeats import line_key

PLAIN = Options()


@pytest.fixture(scope="module")
def page(pages_of_a_template):
    return pages_of_a_template(3)[0]


def profile_of(*lines: str, share: float = 1.0) -> Options:
    return Options(profile=Profile(100, tuple(RepeatedLine(line_key(line), int(100 * share)) for line in lines)))


def labels(text: str, options: Options = PLAIN) -> dict[str, tuple[str, str]]:
    (reading,) = read_texts([text], options)
    found = {}
    at = 0
    for line in text.split("\n"):
        segment = next(s for s in reading.segments if s.start <= at < s.end)
        found.setdefault(line, (segment.label, segment.role))
        at += len(line) + 1
    return found


def test_repeated_lines_leave_the_main_text_and_the_own_stay(page):
    lines = page.split("\n")
    letter, button, notice, footer = lines[9], lines[10], lines[3], lines[-1]
    before = labels(page)
    assert "main" in {before[letter][0], before[notice][0]}
    options = profile_of(notice, letter, button, footer, *lines[:3])
    after = labels(page, options)
    assert {after[line][0] for line in (notice, letter, button, footer, *lines[:3])} == {"boilerplate"}
    assert after[letter][1] == after[notice][1] == "about"
    assert after[lines[4]] == ("main", "title")
    assert {after[line] for line in (*lines[6:9], *lines[11:13])} == {("main", "body")}
    assert "".join(page[s.start : s.end] for s in read_texts([page], options)[0].segments) == page


def test_a_heading_that_all_texts_have_stays(page):
    lines = page.split("\n")
    text = "\n".join([*lines[4:8], "", "What you need", lines[8], lines[11], lines[12]])
    assert labels(text, profile_of("What you need"))["What you need"] == ("main", "subhead")


def test_what_few_pages_have_counts_for_nothing(page):
    letter = page.split("\n")[9]
    assert labels(page, profile_of(letter, share=0.02)) == labels(page)


def test_the_name_of_the_site_is_no_title():
    body = "\n\n".join(
        f"The {word} of the old mill turned again on Monday, and the miller said that it had never been so quiet."
        for word in ("wheel", "stone", "door")
    )
    text = f"A record of mills and their millers\n\nThe wheel turns again\n\n{body}"
    name, title = text.split("\n\n")[:2]
    assert labels(text, profile_of(name))[title] == ("main", "title")
    assert labels(text, profile_of(name))[name][0] == "boilerplate"


def test_a_page_of_nothing_else_keeps_its_title():
    notice = "Whatever we sell is packed by hand in the old mill."
    page = f"<title>Blue enamel pot</title><h1>Blue enamel pot</h1><p>{notice}</p>"
    (reading,) = read_pages([page], profile_of(notice))
    assert reading.title == "Blue enamel pot"
    assert "Blue enamel pot" in [reading.text[s.start : s.end].strip() for s in reading.segments if s.label == "main"]


def test_a_rule_of_the_user_goes_before_the_profile(page):
    lines = page.split("\n")
    options = Options(
        boilerplate_lines=(f"^{lines[6][:30]}",),
        comments_start=(f"^{lines[10]}$",),
        profile=profile_of(lines[9], lines[12]).profile,
    )
    (reading,) = read_texts([page], options)
    by_line = labels(page, options)
    assert by_line[lines[6]][0] == "boilerplate"
    assert by_line[lines[12]] == ("comment", "comment")
    assert {s.score for s in reading.segments if s.label == "comment"} == {1.0}
