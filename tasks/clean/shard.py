"""One shard, from raw files to parts: what a worker process does.

The finished shard is a folder of parts like that of a snapshot, with `shard.json` beside them. It gets its name when it
is whole, and its name is the key of its content: a run that was killed finds its finished shards again.
"""

from __future__ import annotations

import errno
import gc
import shutil
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from tasks.acquire.inventory import RawFile
from tasks.acquire.paths import file_of
from tasks.acquire.shards import Shard
from tasks.acquire.withdrawals import REASON as WITHDRAWN
from tasks.clean.batches import FileChanged, in_batches, read_files
from tasks.clean.draft import Draft
from tasks.clean.finished import RESULT, ShardResult, dump_result, find_result
from tasks.clean.order import ShardOrder
from tasks.clean.rows import boilerplate_table, comment_table, document_table, rejected_table, signature_table
from tasks.clean.stages import STAGES
from tasks.clean.withdrawal import part_withdrawn
from tasks.document import Record, Rejected
from tasks.garbage import collecting_later
from tasks.parts import Part, split_partitions, write_part, write_whole
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, REJECTED, SIGNATURES, Dataset
from tasks.tally import DayTally, FileTally, sum_days


def clean_shard(order: ShardOrder) -> bool:
    """Read, clean and fingerprint the files of a shard, and write their rows as parts into its folder.

    Rows are written each time `flush_bytes` of content have come together, so that memory does not grow with the file.
    A shard that is there already is not made again: True is what comes of that, the result lies in the folder (see
    `read_result`). Records that fail are rows of `rejected`; `StorageError` where the disk fails.
    """
    shard, folder = order.shard, order.folder
    if find_result(folder) is not None:
        return True
    # Unlike that of anybody else, on whatever host: of two that make the same shard neither disturbs the other.
    draft = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.part")
    files, skipped = list(shard.files), []
    while True:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            work = _Work(draft, order)
            with collecting_later():  # but once behind each batch: memory grows with the batch and no further
                work.read(shard, files)
            break
        except FileChanged as change:
            files.remove(change.file)
            skipped.append(change.file.raw_path)
    result = ShardResult(str(folder), tuple(work.parts), tuple(work.files), tuple(skipped), dict(work.seconds))
    write_whole(draft / RESULT, dump_result(result))
    _put_in_place(draft, folder)
    return False


def _put_in_place(draft: Path, folder: Path) -> None:
    """Give the finished shard its name, and leave one alone that is there: someone may be reading it."""
    try:
        draft.rename(folder)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        if find_result(folder) is not None:
            shutil.rmtree(draft, ignore_errors=True)
            return
        shutil.rmtree(folder, ignore_errors=True)  # damaged, or of another version
        draft.rename(folder)


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
            gc.collect(0)  # of the batch nothing is left but its tables
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
    boilerplate = sum([s.end - s.start for s in draft.segments if s.label == "boilerplate"])
    return DayTally(
        draft.record.source,
        draft.record.partition_day,
        cleaned=1,
        characters=len(draft.main) + boilerplate,
        boilerplate_characters=boilerplate,
    )


def _tally_rejected(row: Rejected) -> DayTally:
    return DayTally(row.source, row.day, rejected=1, withdrawn=int(row.reason == WITHDRAWN))
