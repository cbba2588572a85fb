"""Which raw files lie in a scope."""

from datetime import date

import pyarrow as pa
import pytest

from tasks.acquire.inventory import RawFile
from tasks.acquire.ledger import Difference, HashedFile
from tasks.acquire.scope import Scope, count_outside, restrict

LEDGER = pa.table(
    {
        "raw_path": ["alpha/2026-11-19/a.txt", "alpha/feed.jsonl", "beta/2026-11-20/b.txt"],
        "days": pa.array([["2026-11-19"], ["2026-11-18", "2026-11-20"], []], pa.list_(pa.string())),
        "day": ["2026-11-19", "1970-01-01", "2026-11-20"],
    }
)


def item(raw_path: str) -> HashedFile:
    source, _, rest = raw_path.partition("/")
    day = rest[:10] if rest.startswith("2026") else None
    return HashedFile(RawFile(source, raw_path, raw_path, day, 1, 0, 0), "00")


def difference(**parts) -> Difference:
    kinds = ("new", "changed", "stale", "held", "unchanged", "gone", "retained", "moved", "findings")
    return Difference(**{kind: tuple(parts.get(kind, ())) for kind in kinds}, stamps={})


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), {"alpha/2026-11-19/a.txt", "alpha/feed.jsonl", "beta/2026-11-20/b.txt"}),
        (Scope(frozenset({"beta"})), {"beta/2026-11-20/b.txt"}),
        (Scope(since=date(2026, 11, 20)), {"alpha/feed.jsonl", "beta/2026-11-20/b.txt"}),
        (Scope(since=date(2026, 11, 19), until=date(2026, 11, 19)), {"alpha/2026-11-19/a.txt"}),
        (Scope(until=date(2026, 11, 18)), {"alpha/feed.jsonl"}),
        (Scope(since=date(2026, 11, 21)), set()),
        (Scope(only=frozenset({"alpha/feed.jsonl"})), {"alpha/feed.jsonl"}),
    ],
)
def test_files_as_they_were_are_stale_in_the_scope_and_left_alone_outside(scope: Scope, expected: set[str]) -> None:
    paths = LEDGER["raw_path"].to_pylist()
    whole = difference(unchanged=[item(path) for path in paths])
    inside = restrict(whole, LEDGER, scope)
    assert {one.file.raw_path for one in inside.stale} == expected
    assert {one.file.raw_path for one in inside.unchanged} == {*paths} - expected
    assert count_outside(whole, inside) == 0


def test_what_changed_outside_of_the_scope_waits() -> None:
    whole = difference(
        new=[item("alpha/2026-11-21/n.txt"), item("alpha/undated.txt")],
        changed=[item("beta/2026-11-20/b.txt")],
        gone=["alpha/2026-11-19/a.txt"],
    )
    inside = restrict(whole, LEDGER, Scope(frozenset({"alpha"}), since=date(2026, 11, 20)))
    assert [one.file.raw_path for one in inside.new] == ["alpha/2026-11-21/n.txt"]
    assert inside.changed == inside.gone == ()
    assert count_outside(whole, inside) == 3


def test_a_moved_file_is_inside_with_either_path() -> None:
    old, new = "alpha/2026-11-19/a.txt", "alpha/2026-11-22/a.txt"
    whole = difference(new=[item(new)], gone=[old], moved=[(old, new)])
    for day in (19, 22):
        inside = restrict(whole, LEDGER, Scope(since=date(2026, 11, day), until=date(2026, 11, day)))
        assert ([one.file.raw_path for one in inside.new], inside.gone) == ([new], (old,))
    outside = restrict(whole, LEDGER, Scope(since=date(2026, 11, 20), until=date(2026, 11, 21)))
    assert outside.is_empty
