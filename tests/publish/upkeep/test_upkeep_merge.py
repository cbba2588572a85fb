"""Merged parts hold the rows of the parts before, in the order of the dataset, and as many as is worth it."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.errors import StorageError
from tasks.parts import Part, PlacedPart, read_part, write_part
from tasks.publish.upkeep import merge
from tasks.publish.upkeep.merge import MOST_ROWS, merge_parts, plan_merge
from tasks.publish.upkeep.options import UpkeepOptions
from tasks.schema import BOILERPLATE, REJECTED

MB = 1024 * 1024


def part(name: str, size: int, rows: int = 10, dataset: str = "documents", day: str = "2026-11-20") -> Part:
    return Part(dataset, "news", day, name, rows, size, "")


def plan(parts, **options) -> list[list[str]]:
    return [sorted(part.path for part in group) for group in plan_merge(parts, UpkeepOptions(**options))]


def test_many_small_parts_of_one_partition_become_one() -> None:
    assert plan([part(name, MB) for name in "abcd"]) == [["a", "b", "c", "d"]]


def test_few_small_parts_stay_as_they_are() -> None:
    assert plan([part(name, MB) for name in "abc"]) == []
    assert plan([part(name, MB) for name in "abc"], merge_parts=3) == [["a", "b", "c"]]


def test_partitions_and_datasets_stay_apart() -> None:
    several = [part(name, MB, dataset=name, day=day) for name in ("documents", "comments") for day in ("1", "2")]
    assert plan(several) == []


def test_large_parts_stay_and_no_merged_part_is_too_large() -> None:
    parts = [part("large", 80 * MB), *(part(f"p{number}", 50 * MB) for number in range(5))]
    assert plan(parts) == [["p0", "p1"], ["p2", "p3"]]


def test_rows_are_bounded_too() -> None:
    parts = [part(f"p{number}", MB, rows=MOST_ROWS // 2 - 1) for number in range(5)]
    assert plan(parts) == [["p0", "p1"], ["p2", "p3"]]
    assert plan([part(name, MB, rows=MOST_ROWS // 2) for name in "abcde"]) == []


def test_a_part_without_rows_is_no_part_to_merge() -> None:
    assert plan([part(name, 1000, rows=0) for name in "abcde"]) == []


@given(st.lists(st.integers(1, 90), max_size=60), st.integers(2, 6))
def test_merging_again_and_again_ends(sizes: list[int], least: int) -> None:
    options = UpkeepOptions(merge_parts=least)
    parts = {part(f"p{number}", size * MB, rows=size) for number, size in enumerate(sizes)}
    rows = sum(one.rows for one in parts)
    for turn in range(len(sizes) + 1):
        groups = plan_merge(parts, options)
        for number, group in enumerate(groups):
            parts -= set(group)
            size = sum(one.bytes for one in group)
            assert size <= options.part_bytes
            parts.add(part(f"m{turn}-{number}", size * 9 // 10, sum(one.rows for one in group)))
        assert sum(one.rows for one in parts) == rows
        if not groups:
            break
    small = [one for one in parts if 2 * one.bytes < options.part_bytes]
    assert not groups
    assert len(small) < max(least, 2)


def boilerplate(ids: list[tuple[str, int]], text: str = "") -> pa.Table:
    rows = [
        {
            "document_id": name,
            "position": at,
            "start": at,
            "end": at + 1,
            "role": "date",
            "score": 0.5,
            "text": text or name,
        }
        for name, at in ids
    ]
    return pa.Table.from_pylist(rows, schema=BOILERPLATE.schema)


def merged(root, tables, dataset=BOILERPLATE) -> tuple[Part, pa.Table, list[PlacedPart]]:
    parts = [
        PlacedPart(write_part(root / str(number), dataset, "news", "2026-11-20", table), root / str(number))
        for number, table in enumerate(tables)
    ]
    part = merge_parts(parts, root / "merged", root / "aside")
    return part, read_part(root / "merged", part), parts


keys = st.tuples(st.sampled_from("abcdef"), st.integers(0, 3))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tables=st.lists(st.lists(keys, min_size=1, max_size=12), min_size=1, max_size=7),
    steps=st.integers(1, 9),
    fan_in=st.integers(2, 4),
    group_bytes=st.sampled_from([1, 400, 10**6]),
)
def test_a_merged_part_holds_all_rows_in_order(
    tmp_path_factory, monkeypatch, tables, steps, fan_in, group_bytes
) -> None:
    monkeypatch.setattr(merge, "_STEP_ROWS", steps)
    monkeypatch.setattr(merge, "FAN_IN", fan_in)
    monkeypatch.setattr(merge, "ROW_GROUP_BYTES", group_bytes)
    root = tmp_path_factory.mktemp("merge")
    tables = [boilerplate(ids, text=f"from {number}") for number, ids in enumerate(tables)]
    part, rows, parts = merged(root, tables)
    together = pa.concat_tables([read_part(item.root, item.part) for item in parts])
    expected = together.sort_by([(name, "ascending") for name in BOILERPLATE.sort])
    assert rows.to_pylist() == expected.to_pylist()
    assert (part.rows, part.bytes) == (len(rows), (root / "merged" / part.path).stat().st_size)
    assert pq.read_schema(root / "merged" / part.path).equals(BOILERPLATE.schema)
    assert not (root / "aside").exists()
    assert len(list((root / "merged").rglob("*"))) == 4  # three folders and the part


def test_rows_without_a_value_to_sort_by_come_last_as_in_any_part(tmp_path) -> None:
    row = {"raw_path": "a", "raw_record": "", "stage": "s", "reason": "r", "detail": "d", "sample": ""}
    tables = [
        pa.Table.from_pylist([row | {"byte_offset": at} for at in offsets], schema=REJECTED.schema)
        for offsets in ([5, None], [None, 1])
    ]
    _, rows, _ = merged(tmp_path, tables, REJECTED)
    whole = write_part(tmp_path / "whole", REJECTED, "news", "2026-11-20", pa.concat_tables(tables))
    assert rows["byte_offset"].to_pylist() == [1, 5, None, None]
    assert rows.equals(read_part(tmp_path / "whole", whole))


@pytest.mark.parametrize(
    "damage", [lambda data: data[:200], lambda data: data[:300] + b"\0" * 400 + data[700:], lambda _: b""]
)
def test_a_damaged_part_is_named_and_nothing_is_left(tmp_path, damage) -> None:
    tables = [boilerplate([(f"{number:04}", 0) for number in range(300)]), boilerplate([("b", 1)])]
    parts = [
        PlacedPart(write_part(tmp_path / str(n), BOILERPLATE, "news", "2026-11-20", table), tmp_path / str(n))
        for n, table in enumerate(tables)
    ]
    path = tmp_path / "0" / parts[0].part.path
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(StorageError, match=path.name) as caught:
        merge_parts(parts, tmp_path / "merged", tmp_path / "aside")
    assert "winnow verify" in caught.value.hint or "current" in caught.value.hint
    assert not [path for path in (tmp_path / "merged").rglob("*") if path.is_file()]
