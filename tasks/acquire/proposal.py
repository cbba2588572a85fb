"""A proposal for the `source.toml` of a source, from a look at its files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tasks.acquire.entrance import read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.source import Fields, SourceSettings
from tasks.clean.encoding import decode
from tasks.document import Record, Rejected
from tasks.errors import UndecodableBytes

MOST_FILES = 50
MOST_RECORDS = 20
"""What is looked at: so many files, evenly spaced, and of each so many records."""

_SURE = 0.9
"""The share of the records from which what they have in common is proposed."""

_FEW = 5
"""Records from which a common encoding is no chance."""

_LONG = 60
"""Characters from which a string in the sample of a record without text may be its text: titles are shorter."""

_STRING_FIELD = re.compile(r'"([^"\\]+)"\s*:\s*"((?:[^"\\]|\\.)*)')


@dataclass
class _Seen:
    """What the look has found."""

    files: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    long_fields: Counter[str] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        return self.kinds.total() + self.reasons.total()


def propose_settings(source: str, files: Sequence[RawFile]) -> str:
    """The text of a `source.toml` for these files of one source, with what was seen in its comments.

    Reads at most `MOST_FILES` files and `MOST_RECORDS` records of each. Only what the files are sure of is set; the
    rest stands there as a comment. The text is valid as it is.
    """
    seen = _Seen()
    for file in files[:: max(1, -(-len(files) // MOST_FILES))]:
        seen.files += 1
        for item in islice(read_file(file, "", SourceSettings()), MOST_RECORDS):
            _look(item, seen)
    return "\n".join((*_head(source, files, seen), *_encoding(seen), *_fields(seen), *_expectations(seen))) + "\n"


def _look(item: Record | Rejected, seen: _Seen) -> None:
    if isinstance(item, Rejected):
        seen.reasons[item.reason] += 1
        if item.reason == "no_text":
            seen.long_fields.update(_long_fields(item.sample))
        return
    if isinstance(item.content, bytes):
        try:
            decoded = decode(item.content, item.declared)
        except UndecodableBytes as error:
            seen.reasons[error.reason] += 1
            return
        seen.encodings[decoded.encoding if decoded.method in ("detected", "fallback") else "known"] += 1
    seen.kinds[item.kind] += 1
    seen.fields.update(name for name in ("url", "title", "author", "published_at", "fetched_at") if getattr(item, name))


def _long_fields(sample: str) -> list[str]:
    """The names of the fields with long strings, in the head of a JSON object; also of one that the sample cuts."""
    return [name for name, value in _STRING_FIELD.findall(sample) if len(value) > _LONG]


def _head(source: str, files: Sequence[RawFile], seen: _Seen) -> Iterator[str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in seen.kinds.most_common()) or "none"
    days = sorted({file.day for file in files if file.day})
    yield f"# Proposed from {seen.files} of {len(files)} files: {seen.records} records looked at, of these {kinds}."
    yield f"# Days in the paths: {days[0]} to {days[-1]}." if days else "# No day in the paths: fetch dates count."
    yield f'title = "{source.replace("-", " ").replace("_", " ").title()}"'
    yield '# licence = "CC-BY-4.0"'


def _encoding(seen: _Seen) -> Iterator[str]:
    total = seen.kinds.total()
    for name, count in seen.encodings.most_common(1):
        if name != "known" and count >= max(_FEW, _SURE * total):
            yield f"# {count} of {total} records declare nothing and read best as this:"
            yield f'encoding = "{name}"'


def _fields(seen: _Seen) -> Iterator[str]:
    missing = seen.reasons["no_text"]
    if missing:
        names = [name for name, _ in seen.long_fields.most_common(3)]
        known = ", ".join(Fields().text)
        yield ""
        yield f"# {missing} records have none of the fields {known}. Name the one that holds the text:"
        yield "[fields]" if names else "# [fields]"
        yield f'text = "{names[0]}"' if names else '# text = "…"'
    elif seen.fields:
        yield f"# Fields found: {', '.join(f'{name} in {count}' for name, count in seen.fields.most_common())}."


def _expectations(seen: _Seen) -> Iterator[str]:
    share = seen.reasons.total() / max(seen.records, 1)
    reasons = ", ".join(f"{count} {reason}" for reason, count in seen.reasons.most_common())
    yield ""
    yield "# The gate holds a day that goes beyond these shares of records and characters, or without them beyond what"
    yield "# the source's own days make usual."
    yield "# [expect]"
    yield f"# rejected = {min(1.0, round(2 * share + 0.05, 2))}  # seen: {share:.3f}" + (
        f" ({reasons})" if reasons else ""
    )
    yield "# duplicate = 0.9"
    yield "# boilerplate = 0.95"
