"""Beside the only entry of a page a side column that says more than it is doubted."""

import numpy as np
import pytest

from tasks.clean.segments.learned.case import EVERY, lay_side_by_side, whole_words
from tasks.clean.segments.learned.columns import own_columns
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import read_pages, survey
from tasks.clean.segments.weighing.side_columns import LEFT, SIDES, doubt_side_columns
from tests.stories import SAID, STORY

ENTRY = f'<div class="hentry"><h1>{STORY[0]}</h1><div class="entry-content"><p>{STORY[1]}</p></div></div>'
COLUMN = "".join(f"<p>{line}</p>" for line in (*STORY[2:], *SAID))
SIDE = f'<div class="sidebar">{COLUMN}</div>'
ABOUT = (
    "I have kept the light on the northern mole for eleven years, and before that I mended nets in the town below it.",
    "On these pages I write down what the boats bring in, what the weather does to the quay, and who came to see us.",
    "If you find a mistake in the names of the ships, send me a letter, and I shall gladly put it right the same week.",
)


def doubt(*pages: str, main: float = 0.6) -> list[dict[str, float]]:
    """By how much the odds of main text of each line of some pages were multiplied; all are as likely before."""
    cases = survey([(render(parse_page(page)), None) for page in pages])
    batch = lay_side_by_side([len(case.lines) for case in cases])
    before = np.tile([main, (1 - main) * 0.75, (1 - main) * 0.25], (len(batch), 1))
    columns = own_columns(cases, batch, EVERY)
    after = doubt_side_columns(before, {name: columns[name] for name in SIDES}, cases, whole_words(cases), batch)
    assert np.allclose(after.sum(axis=1), 1)
    assert np.array_equal(after[:, 2], before[:, 2])  # what a line loses is no comment
    odds = (after[:, 0] / (1 - after[:, 0])) / (main / (1 - main))
    ends = np.cumsum(batch.sizes)
    return [
        dict(zip(case.lines.texts, odds[end - len(case.lines) : end].tolist(), strict=True))
        for case, end in zip(cases, ends, strict=True)
    ]


@pytest.mark.parametrize("side", [SIDE, f"<aside>{COLUMN}</aside>", f'<div id="rightcol">{COLUMN}</div>'])
@pytest.mark.parametrize(
    "entry", [ENTRY, f'<div itemprop="articleBody"><p>{STORY[0]}</p><p>{STORY[1]}</p></div>'], ids=["class", "itemprop"]
)
def test_a_column_beside_the_only_entry_is_doubted(entry: str, side: str):
    (found,) = doubt(entry + side)
    assert found == pytest.approx({line: 1.0 if line in STORY[:2] else LEFT for line in (*STORY, *SAID)})


@pytest.mark.parametrize(
    "page",
    [
        f"<div><h1>{STORY[0]}</h1><p>{STORY[1]}</p></div>{SIDE}",
        ENTRY + SIDE + f'<div class="hentry"><p>{SAID[0]} Or so.</p></div>',
        f'<div class="sidebar">{ENTRY}{COLUMN}</div>',
        f'<div class="hentry"><h1>{STORY[0]}</h1>{COLUMN}</div><div class="sidebar"><p>{STORY[1]}</p></div>',
        ENTRY + f"<div>{COLUMN}</div>",
    ],
    ids=["none is named", "several", "the entry stands in it", "it says less", "it is none"],
)
def test_other_columns_are_left_to_the_trees(page: str):
    (found,) = doubt(page)
    assert found == pytest.approx(dict.fromkeys(found, 1.0))


def test_each_page_has_its_own_entry():
    pages = ENTRY + SIDE, SIDE, "", SIDE + ENTRY
    assert doubt(*pages) == [found for page in pages for found in (doubt(page) if page else [{}])]


def test_a_short_entry_of_a_blog_is_found_beside_its_columns():
    posts = f'<div class="widget Blog" id="Blog1"><div class="blog-posts hfeed">{ENTRY}</div></div>'
    said = "".join(f"<p>{line}</p>" for line in ABOUT)
    about = f'<div class="sidebar section"><div class="widget Text"><h2>About me</h2>{said}</div></div>'
    (reading,) = read_pages([f"<title>{STORY[0]}</title><body>{posts}{about}</body>"])
    main = "".join(reading.text[each.start : each.end] for each in reading.segments if each.label == "main")
    assert main.split() == " ".join(STORY[:2]).split()
