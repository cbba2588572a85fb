"""The named points at which a run must bear to be killed."""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Change:
    """A change to the disk, as Python tells it before it happens: the event, and the names in it."""

    event: str
    names: re.Pattern[str]


@dataclass(frozen=True)
class Call:
    """A call of a function or method, by the module in which it is looked up."""

    module: str
    name: str


@dataclass(frozen=True)
class Point:
    """Before or after the change or call number `number`; `work` comes by, without an index where it `forgets` it.

    The work `ranges` is an ingest that cuts the index into ranges, if it is not.
    """

    name: str
    at: Change | Call
    is_after: bool = False
    number: int = 1
    work: Literal["ingest", "maintain", "ranges"] = "ingest"
    forgets: bool = False


def _rename(names: str) -> Change:
    return Change("os.rename", re.compile(names))


_COMMIT = Call("tasks.dedupe.index.update", "Index.commit")
_UPDATE = Call("tasks.dedupe.index.update", "Index.update")
_JOIN = Call("tasks.dedupe.index.ranges", "join_range")
_NAMED = Call("tasks.dedupe.index.ranges", "write_ranges")
_HOLDER = Call("tasks.publish.lock", "_write")
_STAGED = _rename(r"/\.staging-[^/]+/\S+/part-\w+\.parquet$")
_LEDGER = _rename(r"/\.staging-[^/]+/inputs/\S+/part-\w+\.parquet$")
_SNAPSHOT = _rename(r"/\.staging-\S+ \S+/snapshots/\w[^/]+$")
_LINK = _rename(r"/\.current\.\S+ \S+/current$")
_RECORD = _rename(r"/runs/\S+\.json$")
_REPORT = _rename(r"/runs/\S+\.html$")
_SHARD = _rename(r"/shards/ingest/\.\S+ \S+/shards/ingest/\w+$")
_STAMPS = _rename(r"/stamps\.\w+$")
_NEW_INDEX = _rename(r"/index\.duckdb\.new ")
_EXPIRED = _rename(r"/snapshots/\.expired-\S+$")

POINTS = (
    Point("lock: taken, its holder not named", _HOLDER),
    Point("lock: its holder written, not cut to its length", Call("tasks.publish.lock", "os.pwrite"), is_after=True),
    Point("lock: its holder named", _HOLDER, is_after=True),
    Point("lock: before it is let go", _HOLDER, number=2),
    Point("record: before that of the start", Call("flows.recorded", "new_run"), is_after=True),
    Point("record: before its rename", _RECORD),
    Point("record: after that of the start", Call("flows.recorded", "Timed")),
    Point("record: before that of the end", Call("flows.run", "Run._end"), is_after=True),
    Point("report: before its rename", _REPORT),
    Point("report: after its rename", Call("flows.report.write", "write_report"), is_after=True),
    Point("shard: its draft begun", Change("os.mkdir", re.compile(r"/shards/ingest/\.\w+\.\w+\.part$")), is_after=True),
    Point("shard: some parts written", _rename(r"/shards/ingest/\.\S+/part-\w+\.parquet$"), is_after=True, number=2),
    Point("shard: before its result", Change("open", re.compile(r"/\.shard\.json\.\d+\.part$"))),
    Point("shard: before its rename", _SHARD),
    Point("shard: after its rename", _SHARD, is_after=True),
    Point("index: before its update", _UPDATE),
    Point("index: updated, before its commit", _COMMIT),
    Point("index: after its commit", _COMMIT, is_after=True),
    Point("index: building begun", _UPDATE, is_after=True, forgets=True),
    Point("index: built in part", _COMMIT, is_after=True, forgets=True),
    Point("index: built, before its rename", _NEW_INDEX, forgets=True),
    Point("index: built, after its rename", _NEW_INDEX, is_after=True, forgets=True),
    Point("ranges: cut, and not named", Call("tasks.dedupe.index.files", "write_ranges"), work="ranges", forgets=True),
    Point("ranges: some of them written", _JOIN, is_after=True, number=2, work="ranges"),
    Point("ranges: written, and not named", _NAMED, work="ranges"),
    Point("ranges: named, before the commit", _COMMIT, work="ranges"),
    Point("ranges: after the commit", _COMMIT, is_after=True, work="ranges"),
    Point(
        "ranges: committed, before those of before are swept",
        Call("tasks.dedupe.index.update", "Index._sweep"),
        number=3,
        work="ranges",
    ),
    Point("publish: before the first part is staged", _STAGED),
    Point("publish: some parts staged", _STAGED, is_after=True, number=3),
    Point("publish: before the rename of the ledger", _LEDGER),
    Point("publish: after the rename of the ledger", _LEDGER, is_after=True),
    Point(
        "publish: a part of the snapshot before linked", Call("tasks.publish.snapshot", "link_or_copy"), is_after=True
    ),
    Point("publish: staged, before the sync", Call("tasks.publish.snapshot", "sync_filesystem")),
    Point("publish: staged, before the manifest", Change("open", re.compile(r"/\.manifest\.json\.\d+\.part$"))),
    Point("publish: before the rename of the manifest", _rename(r"/manifest\.json$")),
    Point("publish: before the rename of the snapshot", _SNAPSHOT),
    Point("publish: after the rename of the snapshot", _SNAPSHOT, is_after=True),
    Point("publish: before the rename of the link", _LINK),
    Point("publish: after the rename of the link", _LINK, is_after=True),
    Point("stamps: published, before shards are cleared", Change("shutil.rmtree", re.compile(r"/shards/ingest$"))),
    Point("stamps: before their rename", _STAMPS),
    Point("stamps: after their rename", _STAMPS, is_after=True),
    Point("upkeep: before a snapshot gets its hidden name", _EXPIRED, work="maintain"),
    Point("upkeep: after a snapshot got its hidden name", _EXPIRED, is_after=True, work="maintain"),
    Point(
        "upkeep: some files of it deleted", Change("os.remove", re.compile(r"^part-|/part-")), number=2, work="maintain"
    ),
    Point(
        "upkeep: merged, before the manifest",
        Change("open", re.compile(r"/\.manifest\.json\.\d+\.part$")),
        work="maintain",
    ),
    Point("upkeep: merged, before the rename of the link", _LINK, work="maintain"),
    Point("upkeep: merged, before the index is stamped", _COMMIT, work="maintain"),
)
