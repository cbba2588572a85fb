"""One shard, from raw files to parts: what a worker process does.

The finished shard is a folder of parts like that of a snapshot, with `shard.json` beside them. It gets its name when it
is whole, and its name is the key of its content: a run that was killed finds its finished shards again.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa

from tasks.acquire.inventory import RawFile
from tasks.acquire.paths import file_of
from tasks.acquire.shards import Shard
from tasks.acquire.withdrawals import REASON as WITHDRAWN
from tasks.acquire.withdrawals import Withdrawals
from tasks.clean.batches import FileChanged, in_batches, read_files
from tasks.clean.draft import Draft
from tasks.clean.rows import boilerplate_table, comment_table, document_table, rejected_table, signature_table
from tasks.clean.stages import STAGES
from tasks.clean.withdrawal import part_withdrawn
from tasks.document import Record, Rejected
from tasks.parts import Part, is_whole, split_partitions, write_part, write_whole
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, REJECTED, SIGNATURES, Dataset
from tasks.tally import DayTally, FileTally, sum_days

RESULT = "shard.json"


@dataclass(frozen=True, slots=True)
class ShardResult:
    """A finished shard: its folder, its parts, what became of each file, and where the time went.

    `skipped` names the raw files that changed or went while they were read: the next run sees them anew. `seconds` is
    wall time by stage. `reused` says that the shard was finished by an earlier run.
    """

    folder: str
    parts: tuple[Part, ...]
    files: tuple[FileTally, ...]
    skipped: tuple[str, ...]
    seconds: dict[str, float]
    reused: bool = False


@dataclass(frozen=True, slots=True)
class ShardOrder:
    """One shard to clean, where to put it, after how many bytes of content to write, and what is withdrawn."""

    shard: Shard
    folder: Path
    run_id: str
    flush_bytes: int
    withdrawals: Withdrawals = field(default_factory=Withdrawals)


def clean_shard(order: ShardOrder) -> ShardResult:
    """Read, clean and fingerprint the files of a shard, and write their rows as parts into its folder.

    Rows are written each time `flush_bytes` of content have come together, so that memory does not grow with the file.
    A shard that is there already is not made again. Records that fail are rows of `rejected`; `StorageError` where the
    disk fails.
    """
    shard, folder = order.shard, order.folder
    finished = load_result(folder)
    if finished is not None:
        return finished
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    files, skipped = list(shard.files), []
    while True:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            work = _Work(draft, order)
            work.read(shard, files)
            break
        except FileChanged as change:
            files.remove(change.file)
            skipped.append(change.file.raw_path)
    result = ShardResult(str(folder), tuple(work.parts), tuple(work.files), tuple(skipped), dict(work.seconds))
    write_whole(draft / RESULT, json.dumps(asdict(result)).encode())
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return result


def load_result(folder: Path) -> ShardResult | None:
    """The result of a shard that an earlier run finished, or None.

    Parts are not synced: after a power failure `shard.json` may be there and a part of it empty, so all are compared.
    """
    try:
        found = json.loads((folder / RESULT).read_bytes())
        result = ShardResult(
            folder=str(folder),
            parts=tuple(Part(**part) for part in found["parts"]),
            files=tuple(
                FileTally(file["source"], file["raw_path"], file["records"], tuple(DayTally(**d) for d in file["days"]))
                for file in found["files"]
            ),
            skipped=tuple(found["skipped"]),
            seconds=found["seconds"],
            reused=True,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none yet, or of another version: it is made again
    return result if all(is_whole(folder, part) for part in result.parts) else None


@dataclass
class _Work:
    """The shard in the making: rows that wait to be written, and what was written."""

    folder: Path
    order: ShardOrder
    parts: list[Part] = field(default_factory=list)
    files: list[FileTally] = field(default_factory=list)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    waiting: dict[str, list[pa.Table]] = field(default_factory=dict)
    waiting_bytes: int = 0

    def read(self, shard: Shard, files: Sequence[RawFile]) -> None:
        """Bring all records of the files through the stages and write their rows."""
        read: Counter[str] = Counter()
        ended: defaultdict[str, list[DayTally]] = defaultdict(list)
        for batch, size in in_batches(self._timed(read_files(files, shard, read))):
            for path, days in self.clean(batch, shard).items():
                ended[path] = sum_days([*ended[path], *days])
            self.waiting_bytes += size
            if self.waiting_bytes >= self.order.flush_bytes:
                self.flush()
        self.flush()
        for file in files:
            path = file.raw_path
            self.files.append(FileTally(file.source, path, read[path], tuple(ended[path])))

    def clean(self, batch: Sequence[Record | Rejected], shard: Shard) -> Mapping[str, list[DayTally]]:
        """Bring one batch through the stages, keep its rows for the next flush, and count what became of each file."""
        rejected = [item for item in batch if isinstance(item, Rejected)]
        drafts = [Draft(item) for item in batch if isinstance(item, Record)]
        for stage in STAGES:
            start = time.perf_counter()
            results = stage.apply(drafts, shard.settings)
            drafts = [item for item in results if isinstance(item, Draft)]
            rejected += [item for item in results if isinstance(item, Rejected)]
            self.seconds[stage.NAME] += time.perf_counter() - start
        start = time.perf_counter()
        drafts, rejected = part_withdrawn(drafts, rejected, self.order.withdrawals)
        for dataset, table in (
            (DOCUMENTS, document_table(drafts, self.order.run_id)),
            (COMMENTS, comment_table(drafts)),
            (BOILERPLATE, boilerplate_table(drafts)),
            (SIGNATURES, signature_table(drafts)),
            (REJECTED, rejected_table(rejected)),
        ):
            self.waiting.setdefault(dataset.name, []).append(table)
        self.seconds["fingerprint"] += time.perf_counter() - start
        days: defaultdict[str, list[DayTally]] = defaultdict(list)
        for draft in drafts:
            days[file_of(draft.record.raw_path)].append(_tally_draft(draft))
        for row in rejected:
            days[file_of(row.raw_path)].append(_tally_rejected(row))
        return days

    def flush(self) -> None:
        """Write the waiting rows, one part for each dataset and partition."""
        start = time.perf_counter()
        for dataset in _WRITTEN:
            tables = self.waiting.pop(dataset.name, [])
            if tables:
                for source, day, rows in split_partitions(pa.concat_tables(tables)):
                    self.parts.append(write_part(self.folder, dataset, source, day, rows))
        self.waiting_bytes = 0
        self.seconds["write"] += time.perf_counter() - start

    def _timed(self, items: Iterator[Record | Rejected]) -> Iterator[Record | Rejected]:
        while True:
            start = time.perf_counter()
            item = next(items, None)
            self.seconds["acquire"] += time.perf_counter() - start
            if item is None:
                return
            yield item


_WRITTEN: tuple[Dataset, ...] = (DOCUMENTS, COMMENTS, BOILERPLATE, REJECTED, SIGNATURES)


def _tally_draft(draft: Draft) -> DayTally:
    boilerplate = sum(s.end - s.start for s in draft.segments if s.label == "boilerplate")
    return DayTally(
        draft.record.source,
        draft.record.partition_day,
        cleaned=1,
        characters=len(draft.main) + boilerplate,
        boilerplate_characters=boilerplate,
    )


def _tally_rejected(row: Rejected) -> DayTally:
    return DayTally(row.source, row.day, rejected=1, withdrawn=int(row.reason == WITHDRAWN))
