"""The datasets that readers get: every column with its type, unit and meaning.

This is the one place that says what is published. The writers take their Arrow schemas from here, the contract page is
made from here, and a test compares the two. A new column raises `VERSION` and says so in its `since`; it may be null,
so that what was published before it can be read as if it had it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from tasks.clean.quality import MEASURES

VERSION = 2
"""The version of the schema, in every document's `version`. Each one only adds columns, and these may be null."""

TIME = pa.timestamp("us", tz="UTC")
PASSAGE = pa.struct(
    [
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
    ]
)
SHARE = pa.struct([pa.field("code", pa.string(), nullable=False), pa.field("share", pa.float64(), nullable=False)])


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, whether it may be null, its unit ("" where it has none) and its meaning.

    `since` is the schema version that brought it.
    """

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    nullable: bool = False
    since: int = 1


@dataclass(frozen=True)
class Dataset:
    """One dataset: what a row is, its columns in order, and the column that names the row's document or raw file.

    `key` is what rows are removed by when a document or a raw file goes, and `sort` is the order of rows in a file.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: str
    sort: tuple[str, ...]

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the files, without `source` and `day`: these are in the path only."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    @property
    def since(self) -> int:
        """The schema version since which it is as it is now."""
        return max(column.since for column in self.columns)


def _list(kind: pa.DataType) -> pa.DataType:
    return pa.list_(pa.field("element", kind, nullable=False))


def _measure(name: str) -> Column:
    unit, meaning, source = MEASURES[name]
    kind = pa.int64() if name in ("characters", "words") else pa.float64()
    return Column(name, kind, f"{meaning}. {source}", unit, nullable=kind == pa.float64())


_DOCUMENT = (
    Column("document_id", pa.string(), "128-bit hash of source, raw path and record locator, in hexadecimal"),
    Column("url", pa.string(), "address of the page, where the record or its markup names it", nullable=True),
    Column("title", pa.string(), "headline, from the record's fields, else from the text", nullable=True),
    Column("author", pa.string(), "author, from the record's fields, else from the text", nullable=True),
    Column("published_at", TIME, "when the page says it was published", "UTC", nullable=True),
    Column("fetched_at", TIME, "when the scraper says it fetched the page", "UTC", nullable=True),
    Column("text", pa.string(), "the main segments of the repaired text, joined verbatim; LF line ends"),
    Column(
        "passages",
        _list(PASSAGE),
        "where each main segment lies in the repaired text, and its role",
        "code points, half open",
    ),
    Column("language", pa.string(), "main language of the text (BCP 47), `und` where it is none"),
    Column("language_confidence", pa.float64(), "probability that `language` is right", "share"),
    Column(
        "languages",
        _list(SHARE),
        "languages of the lines of the text with their shares, largest first",
        "share of letters",
    ),
    *(_measure(name) for name in MEASURES),
    Column("encoding", pa.string(), "encoding that the bytes were read in"),
    Column("encoding_method", pa.string(), "how that encoding was chosen"),
    Column("fixes", _list(pa.string()), "repairs made to the decoded text, in order; empty where nothing was touched"),
    Column("comment_count", pa.int32(), "comments found in the page", "comments"),
    Column("boilerplate_characters", pa.int64(), "characters of boilerplate, no `comment_meta`", "code points"),
    Column("raw_path", pa.string(), "raw file, relative to `raw/`, escaped; `!` before a member of an archive"),
    Column("raw_record", pa.string(), "record in that file: empty for the whole, else `line:N`, `row:N`, `offset:N`"),
    Column("raw_sha256", pa.string(), "SHA-256 of the raw file as it lies on disk, in hexadecimal"),
    Column("run_id", pa.string(), "run that cleaned the record"),
    Column("version", pa.int32(), "version of this schema"),
)

DOCUMENTS = Dataset("documents", "a canonical document", _DOCUMENT, "document_id", ("document_id",))

DUPLICATES = Dataset(
    "duplicates",
    "a document that repeats another, whole, so that nothing is lost when the canonical goes",
    (
        *_DOCUMENT,
        Column("canonical_id", pa.string(), "`document_id` of the canonical, which stands in `documents`"),
        Column(
            "relation",
            pa.string(),
            "`exact`, `near` or `contained` (one holds the whole of the other); older versions of a URL in a source "
            "are `near` whatever `similarity` says, unless they are one of the others (`winnow show`: `version`)",
        ),
        Column("similarity", pa.float64(), "resemblance to the canonical (Jaccard, estimated)", "share"),
        Column("containment", pa.float64(), "share of the smaller text found in the larger (estimated)", "share"),
    ),
    "document_id",
    ("document_id",),
)

COMMENTS = Dataset(
    "comments",
    "one comment, of a document or a duplicate",
    (
        Column("comment_id", pa.string(), "128-bit hash of document and position, in hexadecimal"),
        Column("document_id", pa.string(), "the document under which the comment stands"),
        Column("position", pa.int32(), "order in the document, from 0"),
        Column("start", pa.int64(), "where the comment starts in the repaired text", "code points"),
        Column("end", pa.int64(), "where it ends, half open", "code points"),
        Column("author", pa.string(), "who wrote it, where the page shows it", nullable=True),
        Column("posted_at", TIME, "when, where the page shows it", "UTC", nullable=True),
        Column(
            "in_reply_to", pa.string(), "`comment_id` of the comment it answers, where the page shows it", nullable=True
        ),
        Column("text", pa.string(), "the comment, verbatim"),
        Column("language", pa.string(), "its language (BCP 47), `und` where it is none"),
        Column("language_confidence", pa.float64(), "probability that `language` is right", "share"),
    ),
    "document_id",
    ("document_id", "position"),
)

BOILERPLATE = Dataset(
    "boilerplate",
    "one removed segment, of a document or a duplicate: boilerplate, and who wrote a comment and when (`comment_meta`)",
    (
        Column("document_id", pa.string(), "the document that the segment was removed from"),
        Column("position", pa.int32(), "order in the document, from 0"),
        Column("start", pa.int64(), "where the segment starts in the repaired text", "code points"),
        Column("end", pa.int64(), "where it ends, half open", "code points"),
        Column("role", pa.string(), "what it is, see the table of roles"),
        Column("score", pa.float64(), "how sure the segmenter is of the label", "share"),
        Column("text", pa.string(), "the segment, verbatim"),
    ),
    "document_id",
    ("document_id", "position"),
)

REJECTED = Dataset(
    "rejected",
    "a record that could not become a document",
    (
        Column("raw_path", pa.string(), "raw file, relative to `raw/`, escaped; `!` before a member of an archive"),
        Column(
            "raw_record", pa.string(), "record in that file: empty for the whole, else `line:N`, `row:N`, `offset:N`"
        ),
        Column("byte_offset", pa.int64(), "where the trouble starts in the decompressed file", "bytes", nullable=True),
        Column("stage", pa.string(), "the stage that rejected it"),
        Column("reason", pa.string(), "a code, see the table of reasons"),
        Column("detail", pa.string(), "what was wrong, in words"),
        Column("sample", pa.string(), "the start of the record, escaped, at most 200 characters"),
    ),
    "raw_path",
    ("raw_path", "raw_record", "byte_offset"),
)

INPUTS = Dataset(
    "inputs",
    "a raw file that was read: the ledger",
    (
        Column("raw_path", pa.string(), "raw file, relative to `raw/`, escaped"),
        Column("bytes", pa.int64(), "its size on disk", "bytes"),
        Column("sha256", pa.string(), "SHA-256 of the file as it lies on disk, in hexadecimal"),
        Column("settings", pa.string(), "fingerprint of the settings that it was cleaned with"),
        Column(
            "days",
            pa.list_(pa.field("element", pa.string(), nullable=False)),
            "days of the partitions that hold its rows, in order",
        ),
        Column("records", pa.int64(), "records read", "records"),
        Column("documents", pa.int64(), "of these, documents and duplicates", "records"),
        Column("rejected", pa.int64(), "of these, rejected", "records"),
        Column("status", pa.string(), "`published`, or `held` by a closed gate: this reading is in no other dataset"),
        Column(
            "cleaned_with",
            pa.string(),
            "version of Winnow's code, and of the libraries that the rows depend on",
            nullable=True,
            since=2,
        ),
    ),
    "raw_path",
    ("raw_path", "status"),
)

SIGNATURES = Dataset(
    "signatures",
    "the fingerprint of a document or a duplicate, by which later runs find its duplicates",
    (
        Column("document_id", pa.string(), "the document"),
        Column("raw_path", pa.string(), "its raw file, relative to `raw/`, escaped"),
        Column("url", pa.string(), "address of the page", nullable=True),
        Column("seen_at", TIME, "published, else fetched, else the start of its day: the earliest is canonical", "UTC"),
        Column("version_at", TIME, "fetched, else published, else the start of its day: the newest of a URL", "UTC"),
        Column("characters", pa.int64(), "length of the main text", "code points"),
        Column("language", pa.string(), "main language of the text", nullable=True),
        Column(
            "exact_hash",
            pa.binary(16),
            "of the main text with white-space runs as one space; null where it is empty",
            nullable=True,
        ),
        Column("keys", _list(pa.uint64()), "sampled hashes of its runs of 24 letters"),
        Column("sketch", pa.binary(), "sampled hashes of its character grams with their places, three bytes each"),
        Column("shingles", pa.uint32(), "character grams that the sketch samples", "grams"),
        Column("numbers", _list(pa.uint64()), "hashes of the numbers in it"),
        Column("algorithm_version", pa.int16(), "version of the method: only equal ones can be compared"),
    ),
    "document_id",
    ("document_id",),
)

DATASETS: tuple[Dataset, ...] = (DOCUMENTS, DUPLICATES, COMMENTS, BOILERPLATE, REJECTED, INPUTS, SIGNATURES)
