"""Do the datasets fit each other? Ids, canonicals, fingerprints and accounts, over all partitions at once.

Everything is asked of a DuckDB database that goes to disk beyond `MEMORY_MEGABYTES`, in a folder of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from tasks.parts import PlacedPart
from tasks.publish.snapshot import Snapshot
from tasks.publish.verify.finding import Finding, Partition, name_some

MEMORY_MEGABYTES = 1024

_COLUMNS = {
    "documents": ("document_id", "raw_path"),
    "duplicates": ("document_id", "raw_path", "canonical_id"),
    "rejected": ("raw_path",),
    "inputs": ("raw_path", "status", "records", "documents", "rejected"),
    "signatures": ("document_id",),
}
"""What is read of each dataset. `place` is added: the number of the partition."""

_QUESTIONS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    (
        "documents",
        "more than one document or duplicate with the id",
        """SELECT document_id AS name, min(place) AS place FROM ids GROUP BY name HAVING count(*) > 1""",
        frozenset(),
    ),
    (
        "duplicates",
        "duplicates name a canonical that is not in documents",
        """SELECT canonical_id AS name, min(coalesce(signatures.place, duplicates.place)) AS place
           FROM duplicates ANTI JOIN documents ON canonical_id = documents.document_id
           LEFT JOIN signatures ON canonical_id = signatures.document_id GROUP BY name""",
        frozenset({"documents"}),
    ),
    (
        "signatures",
        "documents or duplicates have no signature",
        "SELECT document_id AS name, place FROM ids ANTI JOIN signatures USING (document_id)",
        frozenset({"signatures"}),
    ),
    (
        "signatures",
        "signatures belong to no document or duplicate",
        "SELECT document_id AS name, place FROM signatures ANTI JOIN ids USING (document_id)",
        frozenset({"documents", "duplicates"}),
    ),
    (
        "inputs",
        "raw files have other numbers of documents and duplicates, or of rejected records, than the ledger says",
        """SELECT name, coalesce(ended.place, ledger.place) AS place FROM ledger FULL JOIN ended USING (name)
           WHERE (coalesce(ledger.cleaned, 0), coalesce(ledger.rejected, 0))
              <> (coalesce(ended.cleaned, 0), coalesce(ended.rejected, 0))""",
        frozenset({"documents", "duplicates", "rejected", "inputs"}),
    ),
    (
        "inputs",
        "raw files of which the ledger does not account for every record",
        "SELECT raw_path AS name, place FROM inputs WHERE status = 'published' AND records <> documents + rejected",
        frozenset(),
    ),
)
"""What is asked: of which dataset, what is wrong where there are answers, the query, and whose damage feigns them."""

_VIEWS = """
CREATE VIEW ids AS SELECT document_id, place FROM documents UNION ALL SELECT document_id, place FROM duplicates;
CREATE VIEW ended AS SELECT name, min(place) AS place, sum(cleaned) AS cleaned, sum(rejected) AS rejected FROM (
    SELECT split_part(raw_path, '!', 1) AS name, place, 1 AS cleaned, 0 AS rejected FROM documents
    UNION ALL SELECT split_part(raw_path, '!', 1), place, 1, 0 FROM duplicates
    UNION ALL SELECT split_part(raw_path, '!', 1), place, 0, 1 FROM rejected) GROUP BY name;
CREATE VIEW ledger AS SELECT raw_path AS name, min(place) AS place, sum(documents) AS cleaned, sum(rejected) AS rejected
    FROM inputs WHERE status = 'published' GROUP BY name;
"""


def check_relations(
    snapshot: Snapshot, damaged: Collection[str], report: Callable[[int, int], None] = lambda *_: None
) -> list[Finding]:
    """Ask all questions; `damaged` are the paths of parts that cannot be read.

    `report` is told how many of how many datasets are read.
    A question that damage would answer wrongly is not asked, and the last finding says so.
    """
    broken = {part.dataset for part in snapshot.parts if part.path in damaged}
    partitions = sorted({part.partition for part in snapshot.parts})
    findings: list[Finding] = []
    with _database() as database:
        for number, dataset in enumerate(_COLUMNS):
            report(number, len(_COLUMNS))
            items = [item for item in snapshot.parts_of(dataset) if item.part.path not in damaged]
            _load(database, dataset, items, partitions)
        report(len(_COLUMNS), len(_COLUMNS))
        database.execute(_VIEWS)
        for dataset, problem, query, feigned_by in _QUESTIONS:
            if not broken & feigned_by:
                findings += _ask(database, dataset, problem, query, partitions)
        if "inputs" not in broken:
            findings += _check_totals(database, snapshot)
    if broken:
        problem = (
            "what the datasets say of each other was checked only as far as the damage allows: verify again after it"
        )
        findings.append(Finding("unchecked", f"snapshots/{snapshot.id}", problem, is_damage=False))
    return findings


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="winnow-verify-") as folder:
        limit = f"{MEMORY_MEGABYTES}MB"
        path = str(Path(folder) / "relations.duckdb")
        with duckdb.connect(path, config={"memory_limit": limit, "threads": 2}) as database:
            yield database


def _load(
    database: duckdb.DuckDBPyConnection, dataset: str, items: Sequence[PlacedPart], partitions: Sequence[Partition]
) -> None:
    """Make a table of the columns of all parts, streamed."""
    columns = ", ".join(
        f"{name} {'BIGINT' if name in ('records', 'documents', 'rejected') else 'VARCHAR'}"
        for name in _COLUMNS[dataset]
    )
    database.execute(f"CREATE TABLE {dataset} ({columns}, place INTEGER)")
    numbers = {partition: number for number, partition in enumerate(partitions)}
    places = {str(item.root / item.part.path): numbers[item.part.partition] for item in items}
    database.register(
        "places",
        pa.table({"file": pa.array(places.keys(), pa.string()), "place": pa.array(places.values(), pa.int32())}),
    )
    if items:
        names = [*_COLUMNS[dataset], "__filename"]
        rows = ds.dataset([*places], format="parquet").scanner(columns=names).to_reader()
        database.register("rows", rows)
        chosen = ", ".join(_COLUMNS[dataset])
        query = f"SELECT {chosen}, place FROM rows JOIN places ON __filename = file"  # noqa: S608 - words of ours
        database.execute(f"INSERT INTO {dataset} {query}")
        database.unregister("rows")
    database.unregister("places")


def _ask(
    database: duckdb.DuckDBPyConnection, dataset: str, problem: str, query: str, partitions: Sequence[Partition]
) -> list[Finding]:
    examples = f"SELECT place, count(*), list(name ORDER BY name)[1:3] FROM ({query})"  # noqa: S608 - words of ours
    answers = database.execute(f"{examples} GROUP BY place ORDER BY place").fetchall()
    return [
        Finding(
            "accounts" if dataset == "inputs" else "documents",
            f"{dataset} of {partitions[place][0]}, {partitions[place][1]}",
            f"{problem}: {name_some(names, count)}",
            "backfill",
            partitions[place],
        )
        for place, count, names in answers
    ]


def _check_totals(database: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> list[Finding]:
    """The totals of the manifest against the rows, and the identity: `read = documents + duplicates + ...`."""
    row = database.execute("SELECT sum(records), sum(records) FILTER (status = 'held') FROM inputs").fetchone()
    read, held = (int(value or 0) for value in row or (0, 0))
    counted = {"read": read, "held": held}
    for part in snapshot.parts:
        counted[part.dataset] = counted.get(part.dataset, 0) + part.rows
    place = f"snapshots/{snapshot.id}/manifest.json"
    findings = [
        Finding("accounts", place, f"its totals say {said} {name}, the datasets have {counted.get(name, 0)}", "restore")
        for name, said in snapshot.totals.items()
        if counted.get(name, 0) != said
    ]
    ends = {name: counted.get(name, 0) for name in ("documents", "duplicates", "rejected", "held")}
    if read != sum(ends.values()):
        words = " + ".join(f"{count} {name}" for name, count in ends.items())
        problem = f"of {read} records that were read, the datasets account for {words}"
        findings.append(Finding("accounts", place, problem, "restore"))
    return findings
