"""Layers in which a site asks for consent, and texts that speak of such layers."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.segments import Options, read_pages, read_texts
from tasks.clean.segments.consent.layers import find_consent
from tasks.clean.segments.consent.words import load_consent_words, speaks_of_cookies, tell
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render

CASES = json.loads(Path(__file__).with_name("consent.json").read_text(encoding="utf-8"))

STORY = [
    "The ferry stayed in port",
    "The ferry stayed in port all week, because nobody could find the key of the chain that holds it to the quay.",
    "On Friday the harbour master cut the chain with a borrowed saw, and the first crossing left an hour later.",
    "The key was found on Saturday, in the pocket of a coat that had been sent to the cleaner's before the storm.",
]
"""A text below or above a layer."""

MENU = ["Home", "News", "Tides", "Contact"]
FOOT = ["Imprint", "Harbour Street 3", "The Quay Post"]


def labels(reading):
    """The label of each line by its words; of a line said twice that of the last."""
    return {
        line.strip(): segment.label
        for segment in reading.segments
        for line in reading.text[segment.start : segment.end].split("\n")
        if line.strip()
    }


def page(*parts):
    return f"<html><head><title>{STORY[0]}</title></head><body>{''.join(parts)}</body></html>"


def element(lines, opening="<div>"):
    tag = opening.strip("<>").split()[0]
    return f"{opening}{''.join(f'<p>{line}</p>' for line in lines)}</{tag}>"


def layer_id(case):
    return f"{case['language']}-{len(case['lines'])}"


layers = pytest.mark.parametrize("case", CASES["layers"], ids=layer_id)
texts = pytest.mark.parametrize("case", CASES["texts"], ids=lambda case: case["name"])


@layers
@pytest.mark.parametrize("is_above", [True, False], ids=["above", "below"])
def test_a_layer_is_boilerplate_in_plain_text(case, is_above):
    layer = case["lines"]
    parts = [MENU, layer, STORY, FOOT] if is_above else [MENU, STORY, FOOT, layer]
    text = "\n\n".join("\n".join(part) for part in parts)
    reading = read_texts([text])[0]
    found = labels(reading)
    assert {found[line] for line in layer} == {"boilerplate"}
    assert [found[line] for line in STORY] == ["main"] * len(STORY)
    assert reading.title == STORY[0]


@layers
@pytest.mark.parametrize("opening", ['<div class="cmp-banner">', '<div role="dialog">', "<dialog>", "<div>"])
def test_a_layer_is_boilerplate_in_html(case, opening):
    layer = case["lines"]
    reading = read_pages([page(element(STORY, "<div>"), element(layer, opening))])[0]
    found = labels(reading)
    assert {found[line] for line in layer} == {"boilerplate"}
    assert [found[line] for line in STORY] == ["main"] * len(STORY)


@layers
def test_every_line_of_a_layer_is_found_and_no_other(case):
    layer = case["lines"]
    below = split_lines("\n".join([*STORY, *layer]))
    assert find_consent(below) == list(range(len(STORY), len(below)))
    above = split_lines("\n".join([*layer, *STORY]))
    assert find_consent(above) == list(range(len(layer)))


@layers
def test_a_page_that_is_nothing_but_a_layer_has_no_text(case):
    text = "\n".join(case["lines"])
    (reading,) = read_texts([text])
    assert {segment.label for segment in reading.segments} == {"boilerplate"}
    assert reading.title is None


@pytest.mark.parametrize("case", [case for case in CASES["texts"] if case["is_main"]], ids=lambda case: case["name"])
@pytest.mark.parametrize("is_page", [False, True], ids=["text", "html"])
def test_articles_about_cookies_are_main_text(case, is_page):
    title, *said = case["lines"]
    if is_page:
        html = page(element(MENU, "<nav>"), f"<h1>{title}</h1>", element(said, '<div class="gdpr-guide">'))
        reading = read_pages([html.replace(STORY[0], title)])[0]
    else:
        reading = read_texts(["\n\n".join(case["lines"])])[0]
    found = labels(reading)
    assert {found[line] for line in said} == {"main"}


@texts
def test_no_line_of_a_text_about_cookies_is_set_aside(case):
    assert find_consent(split_lines("\n".join(case["lines"]))) == []
    assert find_consent(render(parse_page(page(element(case["lines"], "<article class='cookie-law'>"))))) == []


@texts
def test_a_text_about_cookies_stays_beside_a_layer(case):
    layer = CASES["layers"][2]["lines"]
    lines = split_lines("\n".join([*MENU, *layer, "", *case["lines"], *FOOT, *layer]))
    first, last = len(MENU), len(lines) - len(layer)
    assert find_consent(lines) == [*range(first, first + len(layer)), *range(last, len(lines))]


def test_code_that_shows_a_layer_is_part_of_a_manual():
    shown = (
        "&lt;p&gt;We use cookies to measure our website.&lt;/p&gt;\nWe use cookies to measure our website.\nAccept all"
    )
    html = page(element(STORY), f"<pre>{shown}</pre>", element(STORY[1:]))
    assert find_consent(render(parse_page(html))) == []


def test_a_wrapper_named_after_consent_is_no_layer():
    layer = element(CASES["layers"][0]["lines"])
    html = page(f'<div id="cookies-pending">{element(STORY)}{layer}</div>')
    lines = render(parse_page(html))
    assert [lines.texts[index] for index in find_consent(lines)] == CASES["layers"][0]["lines"]


def test_what_hides_a_text_is_left_out_while_that_is_read():
    long = CASES["layers"][2]["lines"]
    purposes = [
        line
        for number in range(30)
        for line in (
            f"Measure advertising performance {number} partners can use this purpose",
            f"Advertising shown to you on this service can be based on your profile, which the {number} partners keep.",
        )
    ]
    text = "\n".join([*long, *purposes, "Reject all", "", *STORY])
    alone = read_texts(["\n".join(STORY)])[0]
    reading = read_texts([text])[0]
    main = [reading.text[s.start : s.end] for s in reading.segments if s.label == "main"]
    assert "".join(main) == "".join(alone.text[s.start : s.end] for s in alone.segments if s.label == "main")
    assert reading.title == alone.title


def test_rules_of_the_user_go_before():
    layer = CASES["layers"][0]["lines"]
    text = "\n".join([*STORY, *layer])
    (reading,) = read_texts([text], Options(boilerplate_lines=("^We and our 84",)))
    assert {labels(reading)[line] for line in layer} == {"boilerplate"}
    (reading,) = read_texts([text], Options(comments_start=("^We and our 84",)))
    assert labels(reading)[layer[1]] == "boilerplate"
    assert labels(reading)[STORY[-1]] == "main"


ANY_LINE = st.sampled_from([*STORY, *MENU, *(line for case in CASES["layers"] for line in case["lines"])])


@given(st.lists(ANY_LINE, max_size=30), st.booleans())
def test_segments_tile_the_text_whatever_stands_beside_what(lines, is_page):
    text = "\n".join(lines)
    reading = read_pages([page(element(lines))])[0] if is_page else read_texts([text])[0]
    assert "".join(reading.text[s.start : s.end] for s in reading.segments) == reading.text
    assert all(left.end == right.start for left, right in pairwise(reading.segments))
    beside = (read_pages if is_page else read_texts)([page(element(STORY)), page(element(lines)) if is_page else text])
    assert beside[1] == reading


def test_words_for_cookies_are_found_in_every_script_and_case():
    for case in CASES["layers"]:
        text = " ".join(case["lines"])
        assert speaks_of_cookies(text), case["language"]
    assert speaks_of_cookies("Cookies")
    assert not speaks_of_cookies(" ".join(STORY))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Accept All", "choice"),
        ("ACCEPT ALL | REJECT ALL | Show purposes", "choice"),
        ("Show purposes", "way"),
        ("Statistics 12 Off", "part"),
        ("Statistics of the harbour", "other"),
        ("Measure advertising performance 92 partners can use this purpose", "part"),
        ("全部 接受", "choice"),
        ("The ferry accepts all", "other"),
        ("", "other"),
    ],
)
def test_kinds_of_lines(line, kind):
    assert tell(line) == kind


def test_no_answer_is_a_way_too():
    known = load_consent_words()
    assert not known.choices & known.ways
    assert not known.choices & known.parts
