"""What was removed most often from the documents of each source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from flows.report.gathered import Removed, RepeatedLine
from tasks.clean.segments.repeats import line_key
from tasks.parts import PlacedPart, read_part

MOST_SEGMENTS = 2_000
"""Segments of a source that are looked at: some hundred documents, enough to see what stands on a tenth of them."""

MOST_SOURCES = 40

LONGEST_SEGMENT = 5_000
"""Characters of a segment that are looked at."""

KEPT_LINES = 10
"""Lines of a source that are kept."""

EXAMPLE_CHARACTERS = 200


def find_removed(parts: Sequence[PlacedPart]) -> tuple[Removed, ...]:
    """What was removed, by source, those with the most removed segments first. `parts` are of `boilerplate`."""
    by_source: defaultdict[str, list[PlacedPart]] = defaultdict(list)
    for item in parts:
        by_source[item.part.source].append(item)
    rows = {source: sum(item.part.rows for item in items) for source, items in by_source.items()}
    chosen = sorted(by_source, key=lambda source: (-rows[source], source))[:MOST_SOURCES]
    return tuple(_look_at(source, by_source[source]) for source in chosen)


def _look_at(source: str, parts: Iterable[PlacedPart]) -> Removed:
    roles: Counter[str] = Counter()
    lines: dict[str, _Line] = {}
    documents: set[str] = set()
    segments = 0
    for document_id, role, text in _read(parts):
        segments += 1
        documents.add(document_id)
        roles[role] += len(text)
        for line in map(str.strip, text[:LONGEST_SEGMENT].split("\n")):
            if key := line_key(line):
                lines.setdefault(key, _Line(line[:EXAMPLE_CHARACTERS])).add(document_id, role)
    repeated = [(-line.documents, key) for key, line in lines.items() if line.documents > 1]
    most = [lines[key] for _, key in sorted(repeated)[:KEPT_LINES]]
    return Removed(
        source,
        len(documents),
        segments,
        dict(roles.most_common()),
        tuple(RepeatedLine(line.text, line.roles.most_common(1)[0][0], line.documents) for line in most),
    )


@dataclass
class _Line:
    """A line as it was first seen, and how many documents have it."""

    text: str
    documents: int = 0
    last: str = ""
    roles: Counter[str] = field(default_factory=Counter)

    def add(self, document_id: str, role: str) -> None:
        """Count the line for a document, once."""
        if document_id != self.last:
            self.last = document_id
            self.documents += 1
            self.roles[role] += 1


def _read(parts: Iterable[PlacedPart]) -> Iterator[tuple[str, str, str]]:
    """The first segments: document, role, text. Those of a document stand together."""
    left = MOST_SEGMENTS
    for item in parts:
        rows = read_part(item.root, item.part, ["document_id", "role", "text"]).slice(0, left)
        left -= len(rows)
        yield from zip(*(rows[name].to_pylist() for name in ("document_id", "role", "text")), strict=True)
        if left <= 0:
            return
