"""Search: the partitions of a snapshot, the newest first, until a page is full, everything is searched, or time is up.

Partitions are read in batches that grow, so that what is common is found at once and what is rare costs few queries.
Word lists say which parts can be passed over. Whatever the search did not come to is said, and where to go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from flows.explorer.catalog import Partition, parts_by_partition
from flows.explorer.database import Database, rows_of
from flows.explorer.matching import Looking, choose_lookings
from flows.explorer.question import Question, write_place
from flows.explorer.wordlists import WordLists
from tasks.parts import PlacedPart
from tasks.publish.snapshot import Snapshot

PAGE = 25

FIRST_BYTES, MOST_BYTES = 2_000_000, 64_000_000
"""What a batch reads, compressed: the first one takes some 20 ms, the largest some 200."""

FIRST_LISTS, MOST_LISTS = 32, 512
"""Partitions whose word lists are looked at together; those of 512 take some 60 ms."""

BUDGET_SECONDS = 1.2
"""When a page is shown with what was found by then."""

Parts = Mapping[Partition, Sequence[PlacedPart]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document in a list: its place, and what is shown of it. `label` is where the text was found, or empty."""

    document_id: str
    source: str
    day: str
    title: str | None
    language: str
    characters: int
    comment_count: int
    fixes: tuple[str, ...]
    excerpt: str
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of hits, and how far the search came.

    `searched` of `total` documents were searched or ruled out, those of the pages before among them. `after` is where
    the next page starts, empty where there is none. `is_cut` where time was up before the page was full.
    """

    hits: tuple[Hit, ...]
    searched: int
    total: int
    after: str = ""
    is_cut: bool = False


@dataclass(slots=True)
class _Batch:
    """Partitions to query together, for each way of looking those that may hold something."""

    lookings: Sequence[Looking]
    places: list[list[Partition]] = field(init=False)
    bytes: int = 0
    passed: int = 0
    next: Partition | None = None

    def __post_init__(self) -> None:
        self.places = [[] for _ in self.lookings]


def search(
    database: Database,
    snapshot: Snapshot,
    lists: WordLists,
    question: Question,
    *,
    budget_seconds: float = BUDGET_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Answer:
    """Find a page of what is asked for."""
    started = clock()
    lookings = choose_lookings(question)
    shown = parts_by_partition(snapshot, question.of)
    texts = [parts_by_partition(snapshot, looking.dataset(question)) for looking in lookings]
    wanted = [place for place in shown if question.wants(*place)]
    ahead = [place for place in wanted if question.is_ahead(*place)]
    total, searched = _count(shown, wanted), _count(shown, wanted) - _count(shown, ahead)
    hits: dict[str, Hit] = {}
    for batch in _batches(ahead, shown, lookings, texts, question, lists) if lookings else ():
        for looking, parts, places in zip(lookings, texts, batch.places, strict=True):
            if places:
                documents = list(chain.from_iterable(shown[place] for place in places))
                segments = list(chain.from_iterable(parts[place] for place in places))
                for row in rows_of(looking.look(database, documents, segments, question, PAGE + 1)):
                    hits.setdefault(row["document_id"], Hit(**row, label=looking.label))
        searched += batch.passed
        if len(hits) > PAGE:
            page = _in_order(hits.values())[:PAGE]
            last = page[-1]
            return Answer(page, searched, total, write_place(last.day, last.source, last.document_id))
        if batch.next is not None and clock() - started > budget_seconds:
            source, day = batch.next
            return Answer(_in_order(hits.values()), searched, total, write_place(day, source), is_cut=True)
    return Answer(_in_order(hits.values()), total, total)


def _batches(
    ahead: Sequence[Partition],
    shown: Parts,
    lookings: Sequence[Looking],
    texts: Sequence[Parts],
    question: Question,
    lists: WordLists,
) -> Iterator[_Batch]:
    """The partitions ahead, cut into batches; one ends at the latest where the word lists that were looked at end."""
    limit, at, size = FIRST_BYTES, 0, FIRST_LISTS
    while at < len(ahead):
        group = ahead[at : at + size]
        by_dataset = {
            looking.dataset(question): _choose(group, parts, question, lists)
            for looking, parts in zip(lookings, texts, strict=True)
        }
        batch = _Batch(lookings)
        for number, place in enumerate(group, at + 1):
            batch.passed += _count(shown, [place])
            for looking, places, parts in zip(lookings, batch.places, texts, strict=True):
                if place in by_dataset[looking.dataset(question)]:
                    places.append(place)
                    batch.bytes += sum(item.part.bytes for item in parts[place])
            if batch.bytes >= limit or number == at + len(group):
                batch.next = ahead[number] if number < len(ahead) else None
                yield batch
                batch, limit = _Batch(lookings), min(2 * limit, MOST_BYTES)
        at, size = at + len(group), min(2 * size, MOST_LISTS)


def _choose(group: Sequence[Partition], parts: Parts, question: Question, lists: WordLists) -> set[Partition]:
    """The partitions of which a part may match."""
    pattern = question.pattern
    if pattern is None:
        return {place for place in group if place in parts}
    placed = [(place, item.part) for place in group for item in parts.get(place, ())]
    may_match = lists.may_match([part for _, part in placed], pattern)
    return {place for (place, _), may in zip(placed, may_match, strict=True) if may}


def _count(parts: Parts, places: Sequence[Partition]) -> int:
    return sum(item.part.rows for place in places for item in parts[place])


def _in_order(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The newest day first, then by source and id."""
    by_place = sorted(hits, key=lambda hit: (hit.source, hit.document_id))
    return tuple(sorted(by_place, key=lambda hit: hit.day, reverse=True))
