"""What a source repeats, learnt from a sample of its records: the lines that stand on many of its pages."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b

from tasks.acquire.entrance import read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.profile import MOST_LINES, Profile, RepeatedLine
from tasks.acquire.source import SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.repeats import count_lines, line_key
from tasks.clean.stages import STAGES
from tasks.dedupe import find_duplicates
from tasks.document import Record

_MEGABYTE = 1024 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TOGETHER = 32
"""Records that go through the stages together."""

COMMON = 0.2
"""The share of the pages from which a line tells nothing of one of them, and of a text that tells it from another."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is looked at, and from when on a line is repeated.

    - `most_pages`, `most_bytes`: the sample, in records and in bytes of their content; memory grows with both. With
      1,000 pages a share of 1 % is known to 0.3 points.
    - `largest_page`: records of more bytes are dumps, and are passed over.
    - `read_bytes`: of a source of more content than this, only files up to here are read, in an order that is as good
      as random. More is slower, and what the pages of a source repeat is on all of them.
    - `fewest_pages`: with fewer different pages nothing can be said.
    - `fewest_repeats`, `least_share`: pages on which a line stands, at least. Lower ones take phrases of the authors
      for the template's.
    """

    most_pages: int = 1_000
    most_bytes: int = 32 * _MEGABYTE
    largest_page: int = _MEGABYTE
    read_bytes: int = 256 * _MEGABYTE
    fewest_pages: int = 5
    fewest_repeats: int = 3
    least_share: float = 0.01


def learn_source(files: Sequence[RawFile], settings: SourceSettings, options: Options = Options()) -> Profile:
    """The profile of a source, from its raw files: a function of them, of its rules and of the options.

    What was learnt before does not count. A profile of fewer than `options.fewest_pages` pages has no lines.
    `StorageError` where the disk fails; files that went in the meantime are passed over.
    """
    settings = replace(settings, profile=None)
    records, seen = _draw_sample(files, settings, options)
    profile = learn_lines(_clean(records, settings), options)
    facts = {"files": len(files), "records": seen, "sampled": len(records), **profile.learnt_from}
    return Profile(profile.pages, profile.lines, facts)


def learn_lines(drafts: Sequence[Draft], options: Options = Options()) -> Profile:
    """The profile of these documents. Each different page counts once, and each line once a page.

    Copies are one page: versions of one URL, equal texts, and near duplicates that do not have different titles.
    """
    pages = _without_copies(drafts)
    counts, examples = count_lines([draft.text for draft in pages])
    least = max(options.fewest_repeats, options.least_share * len(pages))
    repeated = sorted(
        ((key, count) for key, count in counts.items() if count >= least), key=lambda item: (-item[1], item[0])
    )
    if len(pages) < options.fewest_pages:
        repeated = []
    lines = tuple(RepeatedLine(key, count, examples[key]) for key, count in repeated[:MOST_LINES])
    return Profile(len(pages), lines, {"copies": len(drafts) - len(pages)})


def _draw_sample(files: Sequence[RawFile], settings: SourceSettings, options: Options) -> tuple[list[Record], int]:
    """The records with the least document ids, as many as the options allow, and how many were read.

    Ids are hashes, so this is a sample as good as random, and nearly the same one when files come or go.
    """
    chosen: list[tuple[int, Record]] = []  # a heap with the greatest id on top
    size = read = seen = 0
    limit = 1 << 128
    for record in _read(files, settings):
        if read >= options.read_bytes:
            break
        seen += 1
        read += max(len(record.content), 100)
        rank = int(record.document_id, 16)
        if len(record.content) > options.largest_page or rank >= limit:
            continue
        heapq.heappush(chosen, (-rank, record))
        size += len(record.content)
        while len(chosen) > options.most_pages or size > options.most_bytes:
            # Nothing beyond an id that had no room is taken later: the sample does not depend on the order.
            negative, dropped = heapq.heappop(chosen)
            size -= len(dropped.content)
            limit = -negative
    return [record for _, record in sorted(chosen, key=lambda item: -item[0])], seen


def _read(files: Sequence[RawFile], settings: SourceSettings) -> Iterator[Record]:
    for file in sorted(files, key=lambda file: blake2b(file.raw_path.encode(), digest_size=8).digest()):
        try:
            yield from (item for item in read_file(file, "", settings) if isinstance(item, Record))
        except FileNotFoundError:
            continue


def _clean(records: Sequence[Record], settings: SourceSettings) -> list[Draft]:
    """The records as documents, up to their segments; those that are rejected on the way are left out."""
    stages = STAGES[: 1 + [stage.NAME for stage in STAGES].index("segments")]
    cleaned: list[Draft] = []
    for at in range(0, len(records), _TOGETHER):
        drafts = [Draft(record) for record in records[at : at + _TOGETHER]]
        for stage in stages:
            drafts = [item for item in stage.apply(drafts, settings) if isinstance(item, Draft)]
        cleaned += drafts
    return cleaned


def _without_copies(drafts: Sequence[Draft]) -> list[Draft]:
    """One draft for each different page, the one with the least id, in the order of the ids.

    Near duplicates may also be pages of one template of which too much was taken for main text. So they are two pages
    if their titles differ, or if enough of their text is on few pages, and that is no near duplicate.
    """
    pages = sorted(drafts, key=_id_of)
    pages = _first_of_each(pages, lambda draft: draft.url or _id_of(draft))
    pages = _first_of_each(pages, lambda draft: draft.text)
    counts, _ = count_lines([draft.text for draft in pages])
    common = {key for key, count in counts.items() if count > max(2, COMMON * len(pages))}
    rests = [_without_lines(draft.main, common) for draft in pages]
    whole, own = (_find_clusters(pages, texts) for texts in ([draft.main for draft in pages], rests))
    titles = {whole[_id_of(draft)]: line_key(draft.title) for draft in pages if draft.title}
    rest_of = {_id_of(draft): rest for draft, rest in zip(pages, rests, strict=True)}

    def name(draft: Draft) -> str:
        page = _id_of(draft)
        is_known = len(rest_of[page]) >= COMMON * len(draft.main)
        title = line_key(draft.title or "") or titles.get(whole[page])
        return f"{whole[page]} {own[page] if is_known else ''} {title}"

    return _first_of_each(pages, name)


def _find_clusters(pages: Sequence[Draft], texts: Sequence[str]) -> dict[str, str]:
    return find_duplicates([_id_of(draft) for draft in pages], texts, [_EPOCH] * len(pages))


def _without_lines(text: str, keys: AbstractSet[str]) -> str:
    return "\n".join(line for line in split_lines(text).texts if line_key(line) not in keys)


def _id_of(draft: Draft) -> str:
    return draft.record.document_id


def _first_of_each(drafts: Sequence[Draft], name: Callable[[Draft], str]) -> list[Draft]:
    """The drafts without those that have the name of an earlier one."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        first.setdefault(name(draft), draft)
    return list(first.values())
