"""The pieces of a file: together they are the file, and each record is in one of them."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.acquire.inventory import list_files
from tasks.acquire.ledger import HashedFile, hash_file
from tasks.acquire.shards import Piece, plan_shards
from tasks.acquire.source import SourceSettings
from tasks.clean import batches
from tasks.clean.batches import FileChanged, _take_piece, read_files
from tasks.document import Record


def record(number, size) -> Record:
    return Record(source="", raw_path="", raw_record=f"line:{number}", raw_sha256="", content="x" * size)


@given(st.lists(st.integers(0, 600_000), max_size=12), st.integers(1, 5))
def test_each_record_is_in_one_piece_and_none_in_two(sizes, of) -> None:
    items = [record(number, size) for number, size in enumerate(sizes)]
    pieces = [list(_take_piece(iter(items), Piece(number, of))) for number in range(of)]
    assert sorted(item.raw_record for piece in pieces for item in piece) == sorted(item.raw_record for item in items)
    assert all(piece == [item for item in items if item in piece] for piece in pieces)


def test_pieces_get_about_as_much() -> None:
    items = [record(number, 2_000) for number in range(3_000)]
    counts = [len(list(_take_piece(iter(items), Piece(number, 3)))) for number in range(3)]
    assert max(counts) < 1.1 * min(counts)


@pytest.fixture
def shards(house, monkeypatch):
    monkeypatch.setattr(batches, "BLOCK_BYTES", 1)
    lines = [*(f'{{"text": "The heron stood on weir {number}."}}\n' for number in range(30)), "{broken\n"]
    house.put("notes/2026-11-20/herons.jsonl", "".join(lines))
    files = [HashedFile(file, hash_file(file)) for file in list_files(house.raw).files]
    return plan_shards(files, {"notes": SourceSettings()}, 200, "", workers=3)


def test_the_pieces_of_a_file_are_what_is_in_it(shards) -> None:
    whole = replace(shards[0], piece=Piece())
    assert [shard.piece for shard in shards] == [Piece(0, 3), Piece(1, 3), Piece(2, 3)]
    read = [Counter() for _ in shards]
    items = [list(read_files(shard.files, shard, count)) for shard, count in zip(shards, read, strict=True)]
    assert [len(piece) for piece in items] == [11, 10, 10]
    assert [count.total() for count in read] == [11, 10, 10]
    expected = {item.raw_record: item for item in read_files(whole.files, whole, Counter())}
    assert {item.raw_record: item for piece in items for item in piece} == expected


def test_every_piece_sees_that_its_file_changed(shards) -> None:
    shards[0].files[0].path.write_text('{"text": "another"}\n')
    for shard in shards:
        with pytest.raises(FileChanged):
            list(read_files(shard.files, shard, Counter()))
