"""What a report tells beyond the record of its run: examples, and figures too many for a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.publish.reading import WholeDocument
from tasks.tally import DayTally

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    """A line that was removed from several documents of a source; dates and numbers in it do not matter."""

    text: str
    role: str
    documents: int


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed from the documents of a source: from so many of them that were looked at.

    `roles` counts characters, the most first.
    """

    source: str
    documents: int
    segments: int
    roles: Mapping[str, int]
    lines: tuple[RepeatedLine, ...]

    @property
    def shares(self) -> list[tuple[str, float]]:
        """The share of each role in the characters that were removed, the largest first."""
        total = max(1, sum(self.roles.values()))
        return [(role, count / total) for role, count in self.roles.items()]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that documents of the run joined, the canonical not counted among them.

    `joined` of them did in this run, `documents` are in it in all. `relations` counts those that joined. `example` is
    the canonical if the run brought it, else one that joined: `document_id`, `raw_path`, `raw_record`, `url`, `title`,
    `source`.
    """

    canonical_id: str
    joined: int
    documents: int
    relations: Mapping[str, int]
    example: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A document with its first pieces, and the length of all of them in characters."""

    whole: WholeDocument
    characters: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found in the shards of a run. All of it is empty for a run without any.

    `encodings` counts documents by encoding and by how that was chosen, `fixes` by repair. `rejected` are examples, a
    few for each reason; `reasons_held` counts what is rejected among the records of held sources, by source. `days`
    has the records of the run by source and day, those of held sources too; `held_again` those of them that are held
    and come from files of which an earlier reading is published: that stays.
    """

    encodings: Mapping[tuple[str, str], int] = field(default_factory=dict)
    fixes: Mapping[str, int] = field(default_factory=dict)
    removed: tuple[Removed, ...] = ()
    rejected: tuple[Row, ...] = ()
    reasons_held: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    clusters: tuple[Cluster, ...] = ()
    documents: tuple[Sample, ...] = ()
    days: tuple[DayTally, ...] = ()
    held: frozenset[str] = frozenset()
    held_again: tuple[DayTally, ...] = ()

    def by_encoding(self) -> dict[str, int]:
        """Documents by encoding, however it was chosen, the most first."""
        counts: Counter[str] = Counter()
        for (encoding, _), count in self.encodings.items():
            counts[encoding] += count
        return dict(counts.most_common())


Keep = Callable[[Gathered], None]
"""Takes what was gathered, and keeps it until the report is written."""
