"""Finished shards: one that is there is left alone, a damaged one is made again, one of another host is awaited."""

import shutil
import threading
from dataclasses import replace

import pytest

from tasks.acquire.inventory import list_files
from tasks.acquire.ledger import HashedFile, hash_file
from tasks.acquire.shards import plan_shards
from tasks.acquire.source import SourceSettings
from tasks.clean.finished import RESULT, find_result, read_result
from tasks.clean.order import ShardOrder
from tasks.clean.shard import _put_in_place, clean_shard
from tasks.errors import StorageError


@pytest.fixture
def order(house) -> ShardOrder:
    house.put("notes/2026-11-20/heron.txt", "A note on a heron that stood in the river and caught nothing.\n")
    files = [HashedFile(file, hash_file(file)) for file in list_files(house.raw).files]
    (shard,) = plan_shards(files, {"notes": SourceSettings()}, 1 << 24, "")
    return ShardOrder(shard, house.root / "shards" / shard.key, "run", 1 << 24)


def test_a_shard_is_made_once(order) -> None:
    assert clean_shard(order) is False
    made = read_result(order.folder, reused=False)
    assert sum(file.cleaned for file in made.files) == 1
    assert find_result(order.folder) == replace(made, reused=True)
    assert clean_shard(order) is True
    assert [path.name for path in order.folder.parent.iterdir()] == [order.folder.name]


def test_workers_that_make_the_same_shard_do_not_disturb_each_other(order, pool) -> None:
    done = [pool(2).submit(clean_shard, order) for _ in range(6)]
    assert False in {one.result() for one in done}
    assert find_result(order.folder) is not None
    assert [path.name for path in order.folder.parent.iterdir()] == [order.folder.name]


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_finished_shard_gives_way_only_where_it_is_damaged(order, is_damaged: bool) -> None:
    clean_shard(order)
    draft = order.folder.with_name(".draft.part")
    shutil.copytree(order.folder, draft)
    if is_damaged:
        next(order.folder.rglob("*.parquet")).write_bytes(b"")
    before, new = order.folder.stat().st_ino, draft.stat().st_ino
    _put_in_place(draft, order.folder)
    assert order.folder.stat().st_ino == (new if is_damaged else before)
    assert find_result(order.folder) is not None
    assert not draft.exists()


def test_what_another_host_made_is_awaited(order) -> None:
    clean_shard(order)
    aside = order.folder.with_name("aside")
    order.folder.rename(aside)
    timer = threading.Timer(0.3, aside.rename, [order.folder])
    timer.start()
    assert read_result(order.folder, reused=True).reused
    timer.join()


def test_what_no_host_brings_ends_in_a_way_out(order) -> None:
    with pytest.raises(
        StorageError, match=r"a shard that was finished is not here.*same folder at this path"
    ) as raised:
        read_result(order.folder, reused=False, patience=0)
    assert raised.value.path == str(order.folder / RESULT)
    order.folder.mkdir(parents=True)
    (order.folder / RESULT).write_text("{}")
    assert find_result(order.folder) is None
