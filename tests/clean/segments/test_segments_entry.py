"""Short entries: what stands beside them says more, and is not what the page is about."""

import pytest

from tasks.clean.segments.features import measure
from tasks.clean.segments.layout import lay_out
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import read_pages, read_texts

BLURB = (
    "Hello and welcome! I draw, I bake and I mend old clocks in a small house by the river, and here I share what I"
    " find on my way. You can also follow me on the other networks, or write to me about anything you like."
)
MENU = "<div id='header'><h1><a href='/'>Clocks and cakes</a></h1><ul><li><a href='/about'>About</a></li></ul></div>"
SIDE = f"<div class='sidebar'><ul><li><h2>The one behind</h2><div class='textwidget'>{BLURB}</div></li></ul></div>"
FIELDS = "<p>Name (required)</p><p>Mail (will not be published)</p>"
FORM = f"<div id='respond'><h3>Leave a comment</h3><form>{FIELDS}</form></div>"


def page(entry: str, title: str = "A paper boat", *, side: str = SIDE) -> str:
    head = f"<head><title>{title} | Clocks and cakes</title><meta property='og:title' content='{title}'></head>"
    return f"<html>{head}<body><div id='wrap'>{MENU}<div id='content'>{entry}</div>{side}</div></body></html>"


def main_text(html: str) -> str:
    reading = read_pages([html])[0]
    return " ".join(
        " ".join(reading.text[part.start : part.end].split()) for part in reading.segments if part.label == "main"
    )


@pytest.mark.parametrize(
    "said",
    [
        "Folded by my niece out of a map of the river.",
        "A perfect song by the four from the harbour! Thanks to Runa for telling me.",
        "A small film about the keeper of the lock. Made by his brother.",
    ],
)
@pytest.mark.parametrize("below", [FORM, f"<p>3 Comments</p><p><a href='/feed'>Comments RSS</a></p>{FORM}"])
def test_a_short_entry_is_the_text_and_the_blurb_beside_it_is_not(said, below):
    entry = f"<div class='post'><h3>A paper boat</h3><p>March 4, 2021</p><p>{said}</p></div>{below}"
    assert main_text(page(entry)) == f"A paper boat {said}"


def test_the_column_beside_a_short_entry_is_none_of_it():
    said = "This is bad news for those who wait, and good news for everybody else. And it happens again every day."
    books = "".join(f"<p>Buy the book of number {n} now from these shops in town:</p>" for n in range(8))
    column = f"<div class='left'><table><tr><td>{books}</td></tr></table></div>"
    entry = f"<div class='entry'><h3>Yesterday is over</h3><p>{said}</p><p>Share</p>{FORM}</div>"
    assert main_text(page(entry, "Yesterday is over", side=column)) == f"Yesterday is over {said}"


def test_the_head_of_an_article_is_no_entry():
    text = (
        "The keeper of the lock has counted every boat since the spring, and there were more than in any year before."
    )
    body = f"<div class='body'><p>{text}</p><p>{text.replace('lock', 'bridge')}</p></div>"
    head = "<header><h1>A paper boat</h1><p>By Ida Holm</p><p>March 4, 2021</p><p>5 Comments</p></header>"
    assert text in main_text(page(f"<article>{head}{body}</article>{FORM}", side=""))


def test_a_long_text_is_the_text_wherever_its_title_stands():
    text = (
        "The keeper of the lock has counted every boat since the spring, and there were more than in any year before. "
    )
    side = f"<div class='body'><p>{text * 8}</p><p>{text.replace('lock', 'bridge') * 8}</p></div>"
    entry = f"<div class='post'><h1>A paper boat</h1><p>A look at the river.</p>{FORM}</div>"
    assert text.strip() in main_text(page(entry, side=side))


PLAIN_FORM = ("Leave a comment", "Name (required)", "Mail (will not be published)", "Website", "Submit comment")
SENTENCES = (
    "The keeper of the lock has counted every boat since the spring, and there were more than in any year before.",
    "Most of them come at night, when the mill is still and the water stands high enough for a loaded barge.",
    "He writes down their names with a pencil that he has on a string, and he has never lost the pencil or the string.",
)


def main_lines(*lines: str) -> list[str]:
    reading = read_texts(["\n\n".join(lines)])[0]
    main = [reading.text[part.start : part.end] for part in reading.segments if part.label == "main"]
    return [line for part in main for line in part.split("\n") if line]


@pytest.mark.parametrize(
    "said", ["Wonderful film about the keeper of the lock! Made by Ola Ness", "Simply beautiful! New work by the four"]
)
def test_in_plain_text_a_short_entry_stands_above_the_form(said):
    found = main_lines(
        "Home", "About", "The keeper", "March 4, 2021", said, "Comments (0)", *PLAIN_FORM, "The one behind", BLURB
    )
    assert said in found
    assert BLURB not in found


def test_a_link_to_the_form_is_none():
    found = main_lines("Home", "About", "The keeper", "March 4, 2021 | Leave a comment", *SENTENCES, *PLAIN_FORM)
    assert set(SENTENCES) <= set(found)


def test_a_text_behind_a_form_stays_where_it_is_long():
    text = [f"{sentence} {number}." for number in range(4) for sentence in SENTENCES]
    found = main_lines("Home", "Sign up", *PLAIN_FORM, "The keeper", *[f"{line} {line}" for line in text])
    assert len(found) >= len(text)


def test_furniture_behind_a_short_entry_is_no_part_of_it():
    feed = "<p>No comments yet.</p><p><a href='/feed'>RSS feed for comments on this post.</a></p>"
    entry = f"<div class='post'><h3>A paper boat</h3><p>Folded by my niece.</p></div>{feed}{FORM}"
    lines = render(parse_page(page(entry)))
    hints = lay_out(lines, measure([lines])[0], "A paper boat").hints
    behind = lines.texts.index("No comments yet.")
    assert hints[behind : behind + 2] == ["navigation"] * 2
    assert hints[behind - 1] == "body"
