import bz2
import gzip
import lzma
import os
import pickle
import shutil
import time

import pyarrow as pa
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.acquire.compression import BZIP2, COMPRESSIONS, GZIP, XZ, ZSTD
from tasks.acquire.inventory import RawFile, list_files
from tasks.acquire.ledger import HashedFile, compare
from tasks.acquire.shards import MANY_PIECES, MAX_FILES, Piece, plan_shards
from tasks.acquire.source import SourceSettings, parse_source
from tasks.acquire.stamps import dump_stamps, load_stamps, settled_looks

COMPRESS = {GZIP: gzip.compress, BZIP2: bz2.compress, XZ: lzma.compress, ZSTD: zstandard.compress}
PLAIN = {"news": "plain", "forum": "plain"}


def ledger_of(difference, status="published", fingerprint="plain"):
    items = sorted(
        (item for part in ("new", "changed", "stale", "held", "unchanged") for item in getattr(difference, part)),
        key=lambda item: item.file.raw_path,
    )
    rows = [
        {
            "raw_path": item.file.raw_path,
            "bytes": item.file.bytes,
            "sha256": item.sha256,
            "settings": fingerprint,
            "status": status,
        }
        for item in items
    ]
    return pa.Table.from_pylist(rows)


def names(items):
    return [item.file.raw_path for item in items]


@pytest.fixture
def first(raw):
    for path in ("news/a.txt", "news/b.txt", "forum/c.txt"):
        raw.put(path, f"content of {path}")
    return compare(list_files(raw.root), None, PLAIN)


def test_in_the_first_run_everything_is_new(first):
    assert names(first.new) == ["forum/c.txt", "news/a.txt", "news/b.txt"]
    assert not first.is_empty


def test_then_nothing_is(raw, first):
    again = compare(list_files(raw.root), ledger_of(first), PLAIN, stamps=first.stamps)
    assert again.is_empty
    assert names(again.unchanged) == ["forum/c.txt", "news/a.txt", "news/b.txt"]
    assert again.stamps == first.stamps


def test_changes_are_told_apart(raw, first):
    raw.put("news/a.txt", "other content")
    (raw.root / "news" / "b.txt").unlink()
    raw.put("news/d.txt", "more")
    found = compare(list_files(raw.root), ledger_of(first), PLAIN, stamps=first.stamps)
    assert names(found.changed) == ["news/a.txt"]
    assert names(found.new) == ["news/d.txt"]
    assert names(found.unchanged) == ["forum/c.txt"]
    assert found.gone == ("news/b.txt",)
    assert found.moved == ()


def test_a_copied_or_touched_file_is_the_same_file(raw, first):
    path = raw.root / "news" / "a.txt"
    shutil.copy(path, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)
    os.utime(path, ns=(5, 5))
    assert compare(list_files(raw.root), ledger_of(first), PLAIN, stamps=first.stamps).is_empty
    assert compare(list_files(raw.root), ledger_of(first), PLAIN).is_empty


def test_a_change_that_keeps_size_and_time_is_seen(raw, first):
    path = raw.root / "news" / "a.txt"
    before = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = compare(list_files(raw.root), ledger_of(first), PLAIN, stamps=first.stamps)
    assert names(found.changed) == ["news/a.txt"]


def test_a_moved_file_is_gone_and_new_and_told(raw, first):
    (raw.root / "news" / "a.txt").rename(raw.root / "news" / "z.txt")
    found = compare(list_files(raw.root), ledger_of(first), PLAIN, retained=["news"])
    assert found.moved == (("news/a.txt", "news/z.txt"),)
    assert (found.gone, names(found.new)) == (("news/a.txt",), ["news/z.txt"])


@pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda one: one.name)
def test_a_file_that_is_compressed_where_it_lies_has_moved(raw, first, compression):
    packed = COMPRESS[compression](b"content of news/a.txt")
    for content, moved in ((packed, True), (packed[:-5], False), (COMPRESS[compression](b"other"), False)):
        (raw.root / "news" / "a.txt").unlink(missing_ok=True)
        raw.put(f"news/a.txt{compression.suffix}", content)
        found = compare(list_files(raw.root), ledger_of(first), PLAIN, retained=["news"])
        assert found.moved == ((("news/a.txt", f"news/a.txt{compression.suffix}"),) if moved else ())
        assert found.retained == (() if moved else ("news/a.txt",))


def test_a_source_may_keep_the_documents_of_files_that_are_gone(raw, first):
    (raw.root / "news" / "a.txt").unlink()
    (raw.root / "forum" / "c.txt").unlink()
    found = compare(list_files(raw.root), ledger_of(first), PLAIN, retained=["news"])
    assert (found.gone, found.retained) == (("forum/c.txt",), ("news/a.txt",))


def test_other_settings_make_files_stale(raw, first):
    found = compare(list_files(raw.root), ledger_of(first), PLAIN | {"news": "other"})
    assert names(found.stale) == ["news/a.txt", "news/b.txt"]
    assert names(found.unchanged) == ["forum/c.txt"]


def test_held_files_stay_held_until_something_changes(raw, first):
    held = ledger_of(first, status="held")
    assert len(compare(list_files(raw.root), held, PLAIN).held) == 3
    raw.put("news/a.txt", "other content")
    assert names(compare(list_files(raw.root), held, PLAIN).changed) == ["news/a.txt"]


def test_nothing_is_concluded_where_nothing_can_be_seen(raw, first):
    ledger = ledger_of(first)
    shutil.rmtree(raw.root / "news")
    assert compare(list_files(raw.root), ledger, PLAIN).gone == ("news/a.txt", "news/b.txt")
    assert compare(list_files(raw.root), ledger, {"forum": "plain"}).is_empty


def test_a_file_that_waits_to_settle_is_not_gone(raw, first):
    inventory = list_files(raw.root, {"news": 1e6}, 1)
    assert len(inventory.waiting) == 2
    assert compare(inventory, ledger_of(first), PLAIN).is_empty


def test_a_file_that_goes_before_it_is_hashed_is_gone(raw, first):
    inventory = list_files(raw.root)
    (raw.root / "news" / "a.txt").unlink()
    assert compare(inventory, ledger_of(first), PLAIN).gone == ("news/a.txt",)


def test_a_file_that_cannot_be_read_now_stays_as_it_was(raw, first):
    inventory = list_files(raw.root)
    (raw.root / "news" / "a.txt").unlink()
    (raw.root / "news" / "a.txt").mkdir()
    found = compare(inventory, ledger_of(first), PLAIN)
    assert found.is_empty
    assert [finding.raw_path for finding in found.findings] == ["news/a.txt"]


def test_files_without_content_are_known_again(raw, first, tmp_path):
    (raw.root / "news" / "link").symlink_to(tmp_path / "nowhere")
    second = compare(list_files(raw.root), ledger_of(first), PLAIN)
    assert names(second.new) == ["news/link"]
    assert compare(list_files(raw.root), ledger_of(second), PLAIN, stamps=second.stamps).is_empty


def test_stamps_survive_and_anything_else_is_an_empty_cache(first):
    assert load_stamps(dump_stamps(first.stamps)) == first.stamps
    for data in (b"", b"[]", b"{", b"\xff", b'{"a": 1}', b'{"a": [1, 2]}', b'{"a": ["x", 1, 1, ""]}', b"[" * 100_000):
        assert load_stamps(data).num_rows == 0


def test_a_file_that_changed_just_now_gets_no_stamp(raw, first):
    newest = max(first.stamps["modified_ns"].to_pylist())
    assert compare(list_files(raw.root), None, PLAIN, now_ns=newest + 1).stamps.num_rows == 0
    assert compare(list_files(raw.root), None, PLAIN, now_ns=newest + 10**10).stamps.num_rows == 3


def with_sources(ledger):
    sources = [path.partition("/")[0] for path in ledger["raw_path"].to_pylist()]
    return ledger.append_column("source", pa.array(sources))


def paths_of(looks):
    return set(looks["raw_path"].to_pylist())


def test_what_looks_as_it_should_is_passed_over(raw, first):
    ledger = with_sources(ledger_of(first))
    looks = settled_looks(first.stamps, ledger, PLAIN)
    assert looks.sort_by("raw_path") == first.stamps.drop_columns("sha256").sort_by("raw_path")
    inventory = list_files(raw.root, looks=looks)
    assert (inventory.files, sorted(inventory.untouched.to_pylist())) == ((), sorted(paths_of(looks)))
    found = compare(inventory, ledger, PLAIN, stamps=first.stamps)
    assert found.is_empty
    assert sorted(found.stamps.to_pylist(), key=str) == sorted(first.stamps.to_pylist(), key=str)

    raw.put("news/a.txt", "other content")
    (raw.root / "news" / "b.txt").unlink()
    raw.put("news/new.txt", "a new file")
    inventory = list_files(raw.root, looks=looks)
    assert inventory.untouched.to_pylist() == ["forum/c.txt"]
    found = compare(inventory, ledger, PLAIN, stamps=first.stamps)
    assert (names(found.changed), names(found.new), found.gone) == (["news/a.txt"], ["news/new.txt"], ("news/b.txt",))
    assert found.stamps.num_rows == 3


def test_what_is_to_be_done_or_unknown_is_never_passed_over(first):
    ledger = with_sources(ledger_of(first))
    assert paths_of(settled_looks(first.stamps, None, PLAIN)) == set()
    assert paths_of(settled_looks(first.stamps.slice(0, 0), ledger, PLAIN)) == set()
    assert paths_of(settled_looks(first.stamps, with_sources(ledger_of(first, "held")), PLAIN)) == set()
    assert paths_of(settled_looks(first.stamps, ledger, PLAIN | {"news": "other"})) == {"forum/c.txt"}
    assert paths_of(settled_looks(first.stamps, ledger, {"news": "plain"})) == {"news/a.txt", "news/b.txt"}
    other = ledger.set_column(2, "sha256", pa.array(["0"] * 3))
    assert paths_of(settled_looks(first.stamps, other, PLAIN)) == set()
    held_beside = pa.concat_tables([ledger, with_sources(ledger_of(first, "held")).slice(0, 1)])
    assert paths_of(settled_looks(first.stamps, held_beside, PLAIN)) == {"news/a.txt", "news/b.txt"}


def test_what_waits_to_settle_waits_though_it_is_as_it_was(raw, first):
    looks = settled_looks(first.stamps, with_sources(ledger_of(first)), PLAIN)
    inventory = list_files(raw.root, {"news": 1e6}, 1, looks)
    assert inventory.untouched.to_pylist() == ["forum/c.txt"]
    assert [file.raw_path for file in inventory.waiting] == ["news/a.txt", "news/b.txt"]


def test_a_name_written_with_escapes_is_not_taken_for_another(raw):
    """The name of one file is how the name of the other is written; they look alike in all else."""
    for name in ("a\n", r"a\x0a"):
        raw.put(f"news/{name}", "the same")
        os.utime(raw.root / "news" / name, ns=(10**18, 10**18))
    first = compare(list_files(raw.root), None, PLAIN)
    assert names(first.new) == [r"news/a\x0a", r"news/a\x5cx0a"]
    looks = settled_looks(first.stamps, with_sources(ledger_of(first)), PLAIN)
    changed_ns = (raw.root / "news" / r"a\x0a").stat().st_ctime_ns
    changed = looks.set_column(3, "changed_ns", pa.array([changed_ns] * len(looks)))
    (raw.root / "news" / "a\n").unlink()
    found = list_files(raw.root, looks=changed)
    assert {*(file.raw_path for file in found.files), *found.untouched.to_pylist()} == {r"news/a\x5cx0a"}


def test_a_time_beyond_all_clocks_is_looked_at_every_time(raw):
    """Such a time fits into no column of nanoseconds, and costs its own folder the short way only."""
    path = raw.put("news/a.txt", "of the year 2400")
    os.utime(path, (13_569_465_600, 13_569_465_600))
    if path.stat().st_mtime_ns != 13_569_465_600 * 10**9:
        pytest.skip("the file system here has no such times")
    raw.put("forum/c.txt", "of now")
    now_ns = time.time_ns() + 10**12
    first = compare(list_files(raw.root), None, PLAIN, now_ns=now_ns)
    assert names(first.new) == ["forum/c.txt", "news/a.txt"]
    assert paths_of(first.stamps) == {"forum/c.txt"}
    ledger = with_sources(ledger_of(first))
    inventory = list_files(raw.root, looks=settled_looks(first.stamps, ledger, PLAIN))
    assert inventory.untouched.to_pylist() == ["forum/c.txt"]
    second = compare(inventory, ledger, PLAIN, stamps=first.stamps, now_ns=now_ns)
    assert names(second.unchanged) == ["news/a.txt"]


@pytest.mark.parametrize("what", ["a folder", "a pipe", "a link that leads nowhere"])
def test_what_took_the_place_of_a_file_is_looked_at(raw, first, what):
    looks = settled_looks(first.stamps, with_sources(ledger_of(first)), PLAIN)
    path = raw.root / "news" / "a.txt"
    path.unlink()
    {"a folder": path.mkdir, "a pipe": lambda: os.mkfifo(path)}.get(what, lambda: path.symlink_to("nowhere"))()
    assert sorted(list_files(raw.root, looks=looks).untouched.to_pylist()) == ["forum/c.txt", "news/b.txt"]


def some_files(sizes):
    return [
        HashedFile(RawFile(source, f"{source}/{n:04}", "", None, size, 0, 0), f"hash {source} {n}")
        for n, (source, size) in enumerate(sizes)
    ]


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from(["news", "forum"]), st.integers(0, 50)), max_size=60),
    st.integers(1, 100),
    st.randoms(use_true_random=False),
)
def test_shards_hold_every_file_once_and_do_not_depend_on_order(sizes, shard_bytes, random):
    chosen = {"news": SourceSettings(), "forum": parse_source("limits.depth = 1")}
    files = some_files(sizes)
    shards = plan_shards(files, chosen, shard_bytes, "1")
    random.shuffle(files)
    assert plan_shards(files, chosen, shard_bytes, "1") == shards
    found = [file.raw_path for shard in shards for file in shard.files]
    assert sorted(found) == sorted(item.file.raw_path for item in files)
    for shard in shards:
        assert shard.bytes <= shard_bytes or len(shard.files) == 1
        assert {file.source for file in shard.files} == {shard.source}
        assert [file.raw_path for file in shard.files] == sorted(shard.sha256)
    assert len({shard.key for shard in shards}) == len(shards)


def test_the_key_of_a_shard_follows_content_settings_and_code():
    files = some_files([("news", 5)])
    chosen = {"news": SourceSettings()}
    (shard,) = plan_shards(files, chosen, 10, "1")
    assert pickle.loads(pickle.dumps(shard)) == shard
    others = [
        plan_shards(files, chosen, 10, "2"),
        plan_shards(files, {"news": parse_source("limits.depth = 1")}, 10, "1"),
        plan_shards([HashedFile(files[0].file, "other")], chosen, 10, "1"),
        plan_shards(files, {"news": parse_source('title = "x"')}, 10, "1"),
    ]
    assert [other[0].key == shard.key for other in others] == [False, False, False, True]


@pytest.mark.parametrize(
    ("megabytes", "most", "expected"), [(3, 16, 1), (31, 16, 1), (32, 16, 2), (100, 16, 4), (900, 16, 16), (900, 8, 8)]
)
def test_shards_are_smaller_where_little_is_to_be_done(megabytes, most, expected):
    files = some_files([("news", 1 << 18)] * (4 * megabytes))
    shards = plan_shards(files, {"news": SourceSettings()}, most << 20, "1")
    assert shards[0].bytes == expected << 20
    assert len(shards) == -(-megabytes // expected)


@pytest.mark.parametrize(
    ("size", "workers", "pieces"), [(30, 1, 1), (30, 2, 2), (30, 4, 3), (19, 4, 1), (20, 4, 2), (900, 64, MANY_PIECES)]
)
def test_a_large_file_is_shared_by_the_workers(size, workers, pieces):
    files = some_files([("news", 5), ("news", size), ("news", 4)])
    shards = plan_shards(files, {"news": SourceSettings()}, 10, "1", workers)
    large = [shard for shard in shards if shard.files[0].bytes == size]
    assert [shard.piece for shard in large] == [Piece(number, pieces) for number in range(pieces)]
    assert len({shard.key for shard in shards}) == len(shards) == pieces + 2
    assert all(shard.bytes == size // pieces for shard in large)


def test_many_large_files_are_shared_by_nobody():
    shards = plan_shards(some_files([("news", 40)] * 30), {"news": SourceSettings()}, 10, "1", 3)
    assert [shard.piece for shard in shards] == [Piece()] * 30


def test_a_shard_holds_only_so_many_files():
    shards = plan_shards(some_files([("news", 0)] * (MAX_FILES + 1)), {"news": SourceSettings()}, 10, "1")
    assert [len(shard.files) for shard in shards] == [MAX_FILES, 1]


@pytest.mark.parametrize(
    ("kilobytes", "workers", "expected"),
    [
        (9 * 1024, 2, [1024] * 8 + [512] * 2),  # nine shards are no even number
        (8 * 1024, 2, [1024] * 8),
        (10 * 1024, 4, [1024] * 8 + [512] * 4),
        (11 * 1024, 4, [1024] * 11),  # hardly any worker waits
        (9 * 1024, 1, [1024] * 9),
        (200, 2, [200]),  # a smaller shard would cost more than it saves
        (300, 2, [150] * 2),
    ],
)
def test_the_last_shards_are_shared_out(kilobytes, workers, expected):
    files = some_files([("news", 2048)] * (kilobytes // 2))
    shards = plan_shards(files, {"news": SourceSettings()}, 64 << 20, "1", workers)
    assert [shard.bytes // 1024 for shard in shards] == pytest.approx(expected, abs=2)
    assert [file for shard in shards for file in shard.files] == [item.file for item in files]


@given(st.lists(st.tuples(st.sampled_from(["forum", "news"]), st.integers(0, 400_000)), max_size=40), st.integers(1, 9))
def test_no_worker_waits_longer_for_the_last_shards_that_are_shared_out(sizes, workers):
    chosen = {"news": SourceSettings(), "forum": SourceSettings()}
    files = some_files(sizes)
    alone, shared = (plan_shards(files, chosen, 1 << 20, "1", number) for number in (1, workers))
    assert [file for shard in shared for file in shard.files] == [file for shard in alone for file in shard.files]
    kept = len(alone) - len(alone) % workers
    assert shared[:kept] == alone[:kept]
    assert len(shared) - kept <= workers
    assert max((shard.bytes for shard in shared), default=0) <= max((shard.bytes for shard in alone), default=0)
