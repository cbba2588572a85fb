"""The segmenter: texts and pages to readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from tasks.acquire.profile import Profile
from tasks.clean.segments.characters import SAMPLE
from tasks.clean.segments.classify import Classified, classify
from tasks.clean.segments.columns import Placed, part_columns, place
from tasks.clean.segments.consent.aside import find_aside, hides_text, leave_out, mark_layer, put_back
from tasks.clean.segments.features import measure
from tasks.clean.segments.layout import Layout, lay_out
from tasks.clean.segments.learned.case import Case
from tasks.clean.segments.lines import Lines, split_lines
from tasks.clean.segments.markup.metadata import PageMetadata, read_page_metadata
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.metadata import find_author, find_published
from tasks.clean.segments.repeats import share_by_source
from tasks.clean.segments.roles import name_roles
from tasks.clean.segments.rules import apply_rules
from tasks.clean.segments.threads.agreement import follow_labels
from tasks.clean.segments.threads.buttons import mark_buttons
from tasks.clean.segments.threads.comments import find_comments
from tasks.clean.segments.threads.owners import Owners
from tasks.clean.segments.tiling import tile
from tasks.clean.segments.verdict import LABELS, judge
from tasks.document import Comment, Label, Segment
from tasks.garbage import collecting_later

BATCH_CHARACTERS, CHARACTERS_A_LINE = 2_000_000, 100
"""Documents are read together up to this size, so that memory does not grow with their number. A short line costs no
less than one of so many characters."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is known of the source; created without arguments it has no effect.

    `boilerplate_lines`: regular expressions; a line in which one of them is found is boilerplate, whatever else it
    looks like. A pattern that is too wide removes main text. `comments_start`: regular expressions; below the first
    line in which one of them is found, all text is comments (buttons, counters and users' cards stay boilerplate).
    Both are reported with score 1.0. Patterns see the head of the line, without white space at its start;
    `source.toml` takes none that may run forever. `profile`: the lines that the source repeats on its pages; they are
    evidence, and a rule goes before them.
    """

    boilerplate_lines: tuple[str, ...] = ()
    comments_start: tuple[str, ...] = ()
    profile: Profile | None = None


class Reading(NamedTuple):
    """A document read: its text, its segments, and what it says of itself.

    `url` is the canonical address that HTML gives, None for plain text. `published_at` is UTC.
    """

    text: str
    segments: tuple[Segment, ...]
    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML as text, with the segments of that text."""

    text: str
    segments: tuple[Segment, ...]


def segment_texts(texts: Sequence[str]) -> list[list[Segment]]:
    """The segments of each text, see `read_texts`."""
    return [list(reading.segments) for reading in read_texts(texts)]


def segment_pages(pages: Sequence[str]) -> list[Page]:
    """The text of each page and its segments, see `read_pages`."""
    return [Page(reading.text, reading.segments) for reading in read_pages(pages)]


def read_texts(
    texts: Sequence[str],
    options: Options = Options(),
    *,
    titles: Sequence[str | None] | None = None,
) -> list[Reading]:
    """Split each plain text into segments and find its title, author, time and comments.

    Segments tile the text: the first starts at 0, each starts where the one before ends, the last ends at its
    length; an empty text has none, one of white space only has one (boilerplate, separator). `titles` are titles
    known from elsewhere (a field of the record), None where unknown. A text is read alike alone and in any batch,
    in time linear in its length.
    """
    known = titles if titles is not None else [None] * len(texts)
    return _read_in_batches(
        zip((_with_shares(part_columns(split_lines(text)), options) for text in texts), known, strict=True),
        "text",
        options,
    )


def read_pages(
    pages: Sequence[str],
    options: Options = Options(),
    *,
    titles: Sequence[str | None] | None = None,
) -> list[Reading]:
    """Render each page of HTML to text and read that, with what the markup says of its lines (see `read_texts`)."""
    known = titles if titles is not None else [None] * len(pages)
    said: list[PageMetadata] = []

    def render_all() -> Iterator[tuple[Lines, str | None]]:
        for page, title in zip(pages, known, strict=True):
            tree = parse_page(page)
            said.append(read_page_metadata(tree))
            yield _with_shares(render(tree), options), title or said[-1].title

    readings = _read_in_batches(render_all(), "html", options)
    return [
        reading._replace(
            author=says.author or reading.author,
            published_at=says.published_at or reading.published_at or says.shown_at,
            url=says.url,
        )
        for reading, says in zip(readings, said, strict=True)
    ]


def _read_in_batches(documents: Iterable[tuple[Lines, str | None]], kind: str, options: Options) -> list[Reading]:
    """Read documents with the titles known of them, so many at once that numpy is worth its calls."""
    readings: list[Reading] = []
    batch: list[tuple[Lines, str | None]] = []
    size = 0
    with collecting_later():
        for lines, title in documents:
            batch.append((lines, title))
            size += min(len(lines.text), SAMPLE * len(lines)) + CHARACTERS_A_LINE * len(lines)
            if size > BATCH_CHARACTERS:
                readings.extend(_read_batch(batch, kind, options))
                batch, size = [], 0
        readings.extend(_read_batch(batch, kind, options))
        del batch  # before garbage is looked for again: that is among all objects that live
    return readings


def _with_shares(lines: Lines, options: Options) -> Lines:
    """The lines with what is known of them from the source's other pages."""
    shares = share_by_source(lines.texts, options.profile)
    return lines if shares is None else replace(lines, repeated_by_source=shares)


def survey(documents: Sequence[tuple[Lines, str | None]]) -> list[Case]:
    """Measure documents, read their structure and judge by the rules: all that the classifier is told."""
    cases: list[Case] = []
    measured = measure([lines for lines, _ in documents])
    for (lines, title), features in zip(documents, measured, strict=True):
        layout = lay_out(lines, features, title)
        cases.append(Case(lines, features, layout, judge(lines, features, layout)))
    return cases


def _read_batch(documents: Sequence[tuple[Lines, str | None]], kind: str, options: Options) -> list[Reading]:
    rules = (*options.boilerplate_lines, *options.comments_start)
    layers = [find_aside(lines, rules, title) for lines, title in documents]
    cases = survey(documents)
    found = classify(cases, kind)
    hiding = [number for number, layer in enumerate(layers) if hides_text(cases[number], found[number], layer)]
    rest = survey([(leave_out(documents[number][0], layers[number]), documents[number][1]) for number in hiding])
    for number, case, classified in zip(hiding, rest, classify(rest, kind), strict=True):
        cases[number], found[number] = case, classified
    return [
        _read(case, classified, options, title, (lines, layer))
        for case, classified, (lines, title), layer in zip(cases, found, documents, layers, strict=True)
    ]


def _read(
    case: Case,
    classified: Classified,
    options: Options,
    known_title: str | None,
    aside: tuple[Lines, list[int]],
) -> Reading:
    """Read one document; `aside` are all its lines, and the numbers of those that belong to layers for consent."""
    lines, features, layout = case.lines, case.features, case.layout
    labels: list[Label] = [LABELS[index] for index in classified.labels]
    scores = classified.scores
    if layout.title >= 0:
        labels[layout.title] = "main"
    layout = follow_labels(lines, features, layout, labels)
    roles = name_roles(lines, features, layout, labels)
    layout = apply_rules(lines, features, layout, (options.boilerplate_lines, options.comments_start), roles, scores)
    whole, layer = aside
    if len(lines) == len(whole):
        layout = mark_layer(layout, layer, roles, scores)
    title = lines.texts[layout.title] if layout.title >= 0 else None
    posts = _number_posts(layout)
    owners = Owners(lines, roles)
    owners.mark_heads(roles)
    mark_buttons(lines, roles, posts)
    placed = put_back(whole, layer, Placed(lines, roles, scores, posts, layout.thread.cuts))
    segments = tile(*place(*placed), title or known_title)
    return Reading(
        lines.text,
        segments,
        known_title or title,
        find_author(lines, features, layout, roles),
        find_published(lines, layout, roles),
        None,
        find_comments(lines, features, layout, roles, posts, owners),
    )


def _number_posts(layout: Layout) -> list[int]:
    """For each line the number of the post it belongs to (0: none)."""
    posts = [0] * len(layout.hints)
    for number, post in enumerate(layout.thread.posts, 1):
        posts[post.start : post.end] = [number] * (post.end - post.start)
    return posts
