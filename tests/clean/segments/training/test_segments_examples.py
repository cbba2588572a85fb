import json
import random
from dataclasses import replace

import numpy as np
import pytest

from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.markup.tags import TAG_BIT
from tasks.clean.segments.reading import survey
from tasks.clean.segments.training.ageing import age, flatten
from tasks.clean.segments.training.entries import lay_bare, shorten, write_journal
from tasks.clean.segments.training.examples import BOILERPLATE, COMMENT, MAIN, Example, read_examples
from tasks.clean.segments.training.forums import write_forum
from tasks.clean.segments.training.marked import find_marked, label_comments
from tasks.clean.segments.training.pasting import gather, paste
from tasks.clean.segments.training.repetition import pretend_profile
from tasks.clean.segments.training.tables import fold_of, tabulate

PAGE = """<body><nav><a href="/">Home</a></nav><main><h1>The well under the school</h1>
<p>When the builders lifted the floor, they found a well of eleven metres with clean water in it.</p>
<p>Nobody in the village remembers it, and the oldest map on which it is drawn is from 1790.</p>
<p>The school will keep it, with a pane of glass over it and a lamp inside.</p>
<p>It is open on Sundays, and the children show it to whoever asks them for it.</p></main>
<div class="comments-area"><h2>2 Comments</h2>
<div class="comment-body"><b>Runa</b><p>I always heard water there, and nobody would believe me!</p><a>Reply</a></div>
<div class="comment-body"><b>Odd</b><p>Mind the lamp, it will get warm in the summer months.</p><a>Reply</a></div></div>
<footer>About the paper</footer></body>"""
GOLD = "\n".join(line.partition("<p>")[2].partition("</p>")[0] for line in PAGE.splitlines() if line.startswith("<p>"))


def records(tmp_path):
    page = {"id": "1", "site": "valley.example", "page_type": "article", "html": PAGE, "gold_main": GOLD, "train": True}
    other = page | {"id": "2", "site": "other.example", "train": False}
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, (page, other))))
    text = {"id": "1", "site": "valley.example", "render": "some", "lines": ["Home", "", *GOLD.split("\n")],
            "labels": [0, -1, 1, 1, 1, 1], "train": True}  # fmt: skip
    (tmp_path / "texts.jsonl").write_text(json.dumps(text))
    hand = tmp_path / "hand"
    hand.mkdir()
    (hand / "documents.jsonl").write_text(json.dumps({"id": "h", "text": "Title\n\nText of it.\nAda says:\nYes."}))
    labels = [(1, "main"), (3, "main"), (4, "comment"), (5, "comment")]
    (hand / "lines.jsonl").write_text(
        "\n".join(json.dumps({"id": "h", "line_no": number, "label": label}) for number, label in labels)
    )
    return tmp_path / "pages.jsonl", [tmp_path / "texts.jsonl"], hand


def example_of(html: str) -> Example:
    lines = render(parse_page(html))
    found = find_marked(html, forum=False)
    labels = np.array([MAIN if len(text) > 60 else BOILERPLATE for text in lines.texts])
    labels = np.where([text in GOLD for text in lines.texts], labels, BOILERPLATE)
    return Example(
        "valley.example", "page", "html", lines, None, label_comments(lines.texts, labels, found, forum=False)
    )


def test_only_what_may_be_trained_on_is_read(tmp_path):
    examples = list(read_examples(*records(tmp_path)))
    assert {example.site for example in examples} == {"valley.example", "h"}
    assert {(example.kind, example.origin) for example in examples} >= {
        ("html", "page"),
        ("text", "some"),
        ("text", "hand"),
    }
    hand = next(example for example in examples if example.origin == "hand")
    assert hand.labels.tolist() == [MAIN, MAIN, COMMENT, COMMENT]
    assert all(len(example.labels) == len(example.lines) for example in examples)


def test_markup_gives_comments_without_their_buttons():
    example = example_of(PAGE)
    said = [text for text, label in zip(example.lines.texts, example.labels, strict=True) if label == COMMENT]
    assert said == ["Runa", "I always heard water there, and nobody would believe me!", "Odd",
                    "Mind the lamp, it will get warm in the summer months."]  # fmt: skip


def test_of_a_forum_the_first_post_is_main_and_short_lines_between_posts_are_unknown():
    posts = ["How deep was the well that was found under the school?", "It was eleven metres deep, they say so.",
             "And the water in it was quite clean."]  # fmt: skip
    html = "<h1>A question of depth</h1>" + "".join(
        f"<div><b>{name}</b><div class=postbody>{post}</div></div>"
        for name, post in zip(("Ida", "Runa", "Odd"), posts, strict=True)
    )
    lines = render(parse_page(html))
    labels = label_comments(lines.texts, np.full(len(lines), BOILERPLATE), find_marked(html, forum=True), forum=True)
    told = dict(zip(lines.texts, labels.tolist(), strict=True))
    assert [told[post] for post in posts] == [MAIN, COMMENT, COMMENT]
    assert told["Runa"] == -1


def test_a_forum_without_posts_teaches_nothing():
    html = "<p>Text that stands alone on its page.</p>"
    assert label_comments([html], np.array([1]), find_marked(html, forum=True), forum=True) is None


@pytest.mark.parametrize("seed", range(12))
def test_pasted_threads_keep_lines_labels_and_blocks_together(seed):
    chance = random.Random(seed)
    donors = gather([example_of(PAGE)])
    host = example_of(PAGE.partition('<div class="comments-area">')[0])
    pasted = paste(host, donors, chance)
    assert pasted is not None
    assert (pasted.labels == COMMENT).any()
    check_whole(pasted)


@pytest.mark.parametrize("seed", range(30))
def test_written_forums_have_an_opening_post_and_replies(seed):
    texts = [f"Somebody said something of note, number {number}." for number in range(60)]
    page = example_of(PAGE)
    frame = replace(page, kind="text", lines=split_lines(page.lines.text))
    forum = write_forum(frame, texts, random.Random(seed))
    labels = forum.labels.tolist()
    assert MAIN in labels
    assert labels.index(MAIN) < labels.index(COMMENT)
    assert len(labels) == len(forum.lines)
    assert len(survey([(forum.lines, None)])) == 1


def test_aged_pages_lose_names_or_elements():
    example = example_of(PAGE)
    for seed in range(10):
        marks = 0
        for tag in age(example, random.Random(seed)).lines.tags:
            marks |= tag.marks
        assert not (marks & TAG_BIT["class_comment"]) or not (marks & TAG_BIT["main"])
        assert marks & TAG_BIT["body"]


def test_pretended_profiles_know_more_of_boilerplate_than_of_text():
    example = example_of(PAGE)
    sums = {MAIN: 0.0, BOILERPLATE: 0.0}
    for seed in range(200):
        shares = pretend_profile(example, random.Random(seed)).lines.repeated_by_source
        for share, label in zip(shares or [], example.labels.tolist(), strict=False):
            assert 0 <= share <= 1
            if label in sums:
                sums[label] += share
    assert sums[BOILERPLATE] > 5 * sums[MAIN]


def test_a_site_is_always_in_the_same_part():
    assert [fold_of(site) for site in ("a.example", "b.example", "c.example")] == [2, 4, 2]  # in any process
    assert {fold_of(f"{number}.example") for number in range(60)} == set(range(5))


LONG_PAGE = "<div><a href=/>Home</a></div><h1>The lamp on the mole</h1><div>" + "".join(
    f"<p>On the {number} day nobody had counted the steps of the tower, and nobody wanted to, as the door was shut and "
    "the key lay in the lake.</p>"
    for number in ("first", "second", "third", "fourth", "fifth", "sixth")
) + "</div><h2>Most read</h2><a href=/x>The well under the school</a>"  # fmt: skip


def article_of() -> Example:
    lines = render(parse_page(LONG_PAGE))
    labels = np.array([MAIN if "lamp" in text or "tower" in text else BOILERPLATE for text in lines.texts])
    return Example("valley.example", "page", "html", lines, "The lamp on the mole", labels, 1.0, "article")


def check_whole(example: Example) -> None:
    lines = example.lines
    assert len(lines) == len(example.labels) == len(lines.tags)
    assert [lines.text[a:b] for a, b in zip(lines.starts, lines.ends, strict=True)] == lines.texts
    assert all(0 <= tag.block < len(lines.parents) for tag in lines.tags)
    assert all(above <= block for block, above in enumerate(lines.parents))
    assert tabulate([example]).values.shape[0] == len(lines)


@pytest.mark.parametrize("seed", range(8))
def test_short_entries_keep_the_frame_of_their_page(seed):
    whole = article_of()
    short = shorten(whole, random.Random(seed))
    check_whole(short)
    assert 2 <= (short.labels == MAIN).sum() <= 5
    assert (short.labels == BOILERPLATE).sum() == (whole.labels == BOILERPLATE).sum()
    assert shorten(short, random.Random(seed)) is None


@pytest.mark.parametrize("seed", range(20))
def test_written_journals_have_entries_and_no_comments(seed):
    journal = write_journal(article_of(), [article_of()] * 10, random.Random(seed))
    check_whole(journal)
    assert not (journal.labels == COMMENT).any()
    assert journal.lines.texts[0] == "Home"
    assert journal.lines.texts[-1] == "The well under the school"
    said = [label for text, label in zip(journal.lines.texts, journal.labels, strict=True) if "tower" in text]
    assert len(said) >= 2
    assert set(said) == {MAIN}


@pytest.mark.parametrize("seed", range(4))
def test_long_texts_are_of_whole_articles(seed):
    article = article_of()
    text = write_journal(article, [article] * 10, random.Random(seed), whole=True)
    check_whole(text)
    count = (article.labels == MAIN).sum()
    assert (text.labels == MAIN).sum() in {3 * count, 5 * count, 8 * count, 12 * count}
    assert (text.labels == BOILERPLATE).sum() == (article.labels == BOILERPLATE).sum()


def test_flat_pages_keep_no_block_below_a_depth():
    example = article_of()
    parents = example.lines.parents
    for depth in range(3):
        flat = flatten(example.lines.tags, parents, depth, headings=False)
        assert {tag.heading for tag in flat} == {0}
        for before, after in zip(example.lines.tags, flat, strict=True):
            above, steps = after.block, 0
            while above:
                above, steps = parents[above], steps + 1
            assert steps <= depth
            inner = before.block
            while inner > after.block:
                inner = parents[inner]
            assert inner == after.block


@pytest.mark.parametrize("seed", range(8))
def test_bare_pages_are_their_text_and_little_else(seed):
    bare = lay_bare(article_of(), random.Random(seed))
    check_whole(bare)
    assert (bare.labels == MAIN).sum() == (article_of().labels == MAIN).sum()
    assert lay_bare(example_of(PAGE), random.Random(seed)) is None  # it has comments
