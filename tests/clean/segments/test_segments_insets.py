"""What is set into the text: pull quotes, and subheads that are none."""

import pytest

from tasks.clean.segments import segment_pages, segment_texts
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.reading import survey
from tasks.clean.segments.weighing.last_word import find_left_to_trees

TITLE = "How a choir finds its next leader"
LOST = (
    "When a choir of amateurs loses the woman who has led it for twenty years, it loses more than a conductor, and "
    "most choirs need a year to find that out."
)
LEARNT = (
    "Nobody is born knowing how to rehearse, and training for the new choir leader is something that the county pays "
    "for, though few choirs ever ask. The courses take two weekends, and the second is spent in front of real singers."
)
WANTED = (
    "What the singers want is simple: they want to begin on time, to sing more than they listen, and to go home with a "
    "tune in their heads. A leader who manages this is forgiven nearly everything else."
)
FOUND = (
    "In the end it was the baritone who took over, a retired postman who had never read a score in his life, and who "
    "filled the hall within a year."
)
SUBHEAD, OTHER = "Training for the new choir leader", "What singers want"
ADVICE = "where to look for someone who can rehearse, when nobody in the choir itself wants to stand in front"


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (SUBHEAD, "main"),
        (f"“{SUBHEAD}”", "boilerplate"),
        (f"{SUBHEAD} is something that the county pays for", "boilerplate"),
    ],
    ids=["a subhead", "in quotation marks", "a sentence"],
)
def test_a_short_line_that_its_paragraph_says_again_is_a_subhead(line, label):
    paragraphs = [TITLE, FOUND, LOST, line, LEARNT, OTHER, WANTED]
    text = "\n\n".join(paragraphs)
    (segments,) = segment_texts([text])
    found = [each for each in segments if text[each.start : each.end].strip() == line]
    assert [each.label for each in found] == [label]


@pytest.mark.parametrize(
    ("markup", "label"),
    [
        (f"<h2>{SUBHEAD}</h2>", "main"),
        (f"<ul><li>{ADVICE}</li><li>{OTHER}</li></ul>", "main"),
        (f"<figure><img src='a.jpg'><figcaption>{SUBHEAD}</figcaption></figure>", "boilerplate"),
    ],
    ids=["a heading", "an entry that comes twice", "a caption by its element"],
)
def test_what_looks_set_into_a_page_is_main_text_where_the_trees_find_it_so(markup, label):
    paragraphs = [f"<p>{text}</p>" for text in (FOUND, LOST, WANTED)]
    again = f"<ul><li>{ADVICE}</li><li>Ask the county for its list of teachers</li></ul>"
    body = "".join([f"<h1>{TITLE}</h1>", *paragraphs, markup, f"<p>{LEARNT}</p>", again, *paragraphs[:1]])
    (page,) = segment_pages([f"<html><body><article>{body}</article></body></html>"])
    wanted = ADVICE if ADVICE in markup else SUBHEAD
    found = [each.label for each in page.segments if wanted in page.text[each.start : each.end]]
    assert found[0] == label


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["Photo: the hall at night", "Advice for choirs, teachers, singers and leaders"], [False, True]),
        (["Photo: the hall at night", "Advice for choirs, singers and leaders (photo: a friend)"], [False, False]),
        ([f"{TITLE} - The Singer"], [False]),
        ([TITLE.upper()], [True]),
        ([SUBHEAD], [True]),
        ([f"“{SUBHEAD}”"], [False]),
    ],
    ids=["below a caption", "with a credit", "the title again", "its words in capitals", "a subhead", "a pull quote"],
)
def test_what_only_stands_like_an_inset_is_left_to_the_trees(lines, left):
    for blank in ("\n", "\n\n"):
        text = blank.join([TITLE, FOUND, LOST, *lines, LEARNT, OTHER, WANTED])
        case, other = survey([(split_lines(text), None), (split_lines(f"{text}\n{WANTED}"), None)])
        wanted = [3 + index for index, is_left in enumerate(left) if is_left]
        assert all(case.layout.hints[3 : 3 + len(lines)])
        assert find_left_to_trees([case]) == wanted
        assert find_left_to_trees([other, case]) == [*wanted, *(len(other.lines) + index for index in wanted)]


def test_words_about_the_author_are_not_left_to_the_trees():
    about = "Runa Berg has led three choirs in her county, and has written of them in The Lamp for twelve years."
    lines = [TITLE, "By Runa Berg", FOUND, LOST, LEARNT, WANTED, about, "Her first book is about the hall."]
    (case,) = survey([(split_lines("\n\n".join(lines)), None)])
    assert "about" in case.layout.hints
    assert find_left_to_trees([case]) == []
