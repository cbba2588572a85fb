"""What a change of `withdrawn.txt` means for what is published.

Documents are taken out where they are published, without their raw files. These may be gone and retained, held by the
gate, or of a source that is in trouble, and what has to go does not wait for that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.paths import file_of
from tasks.acquire.withdrawals import Withdrawals, withdrawn_record
from tasks.parts import PlacedPart, read_part, read_rows, split_rows
from tasks.publish.snapshot import Snapshot
from tasks.schema import DOCUMENTS, DUPLICATES, REJECTED, SIGNATURES

Partition = tuple[str, str]

_ROWS = REJECTED.schema.append(pa.field("source", pa.string())).append(pa.field("day", pa.string()))


@dataclass(frozen=True)
class Withdrawn:
    """What is taken out of a snapshot.

    `ids` are the documents that go, and `files` the raw files whose rows of `rejected` go, by partition. `rejected` are
    the rows that come for both, with `source` and `day`. `counts` has the number of documents that go by raw file,
    `texts` the `exact_hash`, in hexadecimal, of each document that an entry names by its id.
    """

    ids: Mapping[Partition, pa.Array] = field(default_factory=dict)
    files: Mapping[Partition, pa.Array] = field(default_factory=dict)
    rejected: pa.Table = field(default_factory=_ROWS.empty_table)
    counts: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def withdraw(snapshot: Snapshot, withdrawals: Withdrawals, leaving: Mapping[Partition, pa.Array]) -> Withdrawn:
    """What the entries name in a snapshot; without the rows of `leaving` raw files, which go in any case.

    Documents become rows of `rejected`. What was rejected for another reason does too, where its whole source is
    withdrawn: it has a sample.
    """
    if not (withdrawals.ids or withdrawals.urls or withdrawals.sources):
        return Withdrawn()
    leaves = {path for paths in leaving.values() for path in paths.to_pylist()}
    ids: dict[Partition, list[str]] = defaultdict(list)
    files: dict[Partition, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    by_id: dict[Partition, list[str]] = defaultdict(list)
    rows = []
    for row in _named_documents(snapshot, withdrawals):
        source, day, file = row["source"], row["day"], file_of(row["raw_path"])
        named = withdrawals.find(row["document_id"], row["url"], source)
        if named == "document_id":
            by_id[source, day].append(row["document_id"])
        if named is not None and file not in leaves:
            ids[source, day].append(row["document_id"])
            counts[file] += 1
            rows.append(asdict(withdrawn_record(source, day, row["raw_path"], row["raw_record"], named)))
    parts = [item for item in snapshot.parts_of(REJECTED.name) if item.part.source in withdrawals.sources]
    failed = [row for row in read_rows(parts, REJECTED).to_pylist() if file_of(row["raw_path"]) not in leaves]
    for row in failed:
        place = (row["source"], row["day"])
        files[place].add(file_of(row["raw_path"]))
        rows.append(asdict(withdrawn_record(*place, row["raw_path"], row["raw_record"], "source")))
    return Withdrawn(
        ids={partition: pa.array(each, pa.string()) for partition, each in ids.items()},
        files={partition: pa.array(sorted(each), pa.string()) for partition, each in files.items()},
        rejected=pa.Table.from_pylist(rows, schema=_ROWS),
        counts=counts,
        texts=_hashes_of(snapshot, by_id),
    )


def find_returned(
    fresh: Sequence[PlacedPart], standing: Sequence[PlacedPart], texts: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """By source the documents that have one of the withdrawn `texts`, and were not published with it so far.

    `fresh` and `standing` are parts of `signatures`. A `document_id` is made of a place: a file that moved, or came
    with other lines, has other ids for the same texts.
    """
    if not texts:
        return {}
    hashes = pa.array(sorted(map(bytes.fromhex, texts)), SIGNATURES.schema.field("exact_hash").type)

    def having(parts: Sequence[PlacedPart]) -> pa.Table:
        rows = read_rows(parts, SIGNATURES, ["document_id", "exact_hash"])
        return rows.filter(pc.is_in(rows["exact_hash"], value_set=hashes))

    rows = having(fresh)
    if not len(rows):
        return {}
    sources = set(rows["source"].unique().to_pylist())
    known = having([item for item in standing if item.part.source in sources])["document_id"].combine_chunks()
    rows = split_rows(rows, "document_id", known)[1]
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row["source"]].append(row["document_id"])
    return {source: tuple(sorted(ids)) for source, ids in sorted(found.items())}


def _hashes_of(snapshot: Snapshot, ids: Mapping[Partition, Sequence[str]]) -> dict[str, str]:
    """The hashes of the texts of documents, by their ids; a document without text has none."""
    parts = [item for item in snapshot.parts_of(SIGNATURES.name) if item.part.partition in ids]
    named = pa.array([each for some in ids.values() for each in some], pa.string())
    rows = split_rows(read_rows(parts, SIGNATURES, ["document_id", "exact_hash"]), "document_id", named)[0].to_pylist()
    return {row["document_id"]: row["exact_hash"].hex() for row in rows if row["exact_hash"] is not None}


def _named_documents(snapshot: Snapshot, withdrawals: Withdrawals) -> Iterable[dict[str, str]]:
    """The documents and duplicates that an entry names: their keys, `source` and `day`."""
    ids, urls = (pa.array(sorted(entries), pa.string()) for entries in (withdrawals.ids, withdrawals.urls))
    for item in (*snapshot.parts_of(DOCUMENTS.name), *snapshot.parts_of(DUPLICATES.name)):
        source, day = item.part.partition
        keys = read_part(item.root, item.part, ["document_id", "url", "raw_path", "raw_record"])
        if source not in withdrawals.sources:
            named = pc.or_(pc.is_in(keys["document_id"], value_set=ids), pc.is_in(keys["url"], value_set=urls))
            keys = keys.filter(named)
        for row in keys.to_pylist():
            yield {**row, "source": source, "day": day}
