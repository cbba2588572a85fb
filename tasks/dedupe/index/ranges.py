"""What is known by key: in the file of the index, or cut into ranges, of which each is an order of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

import duckdb

from tasks.dedupe.index.files import quote, ranges_folder, read_ranges, write_ranges
from tasks.dedupe.index.steps import run_step
from tasks.dedupe.index.work import (
    FOUND,
    Joined,
    JoinOrder,
    SupportOrder,
    Wanting,
    count_support,
    join_range,
)
from tasks.dedupe.options import Options
from tasks.patience import await_file

Order = TypeVar("Order")
Answer = TypeVar("Answer")

_SUMS = {"met": 'SELECT "left", "right", sum(shared)::BIGINT AS shared FROM found GROUP BY ALL'}
"""How what is told of each range becomes what is known of all, where it is more than all of it together."""


@dataclass(frozen=True)
class Crew:
    """Who works on the ranges of an index, and into how many one is cut that is not: one is not cut.

    Changes nothing in the answers. Without an executor the ranges are worked on here, one after the other.
    """

    executor: Executor | None = None
    ranges: int = 1


ALONE = Crew()


class Keys(Protocol):
    """What is known by key. `are_whole`: all of it is in the file of the index."""

    are_whole: bool

    def join(self) -> None:
        """Bring it up to date with `changes`, `new_keys` and `forgotten`, and make the tables `FOUND`."""
        ...

    def support(self) -> None:
        """Make the table `support` of `old_pairs`."""
        ...


class Whole:
    """All keys in the file of the index itself."""

    are_whole = True

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute('CREATE OR REPLACE TEMP VIEW ranks AS SELECT text, rank, "first" FROM standing')

    def join(self) -> None:
        """See `Keys`."""
        for step in ("touch", "meet", "store"):
            run_step(self._connection, step)

    def support(self) -> None:
        """See `Keys`."""
        run_step(self._connection, "support")


class Ranges:
    """The keys in ranges, each an order of its own for the crew."""

    are_whole = False

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, options: Options, executor: Executor | None
    ) -> None:
        self._connection, self._folder, self._options, self._executor = connection, folder, options, executor

    def join(self) -> None:
        """See `Keys`."""
        stem = uuid.uuid4().hex
        ranges = read_ranges(self._connection)
        self._hand("changes", "FROM changes", stem)
        self._hand("forgotten", "FROM forgotten", stem)
        numbered = f"SELECT (key % {len(ranges)})::INTEGER AS number, key, text FROM new_keys ORDER BY number"  # noqa: S608
        self._hand("new_keys", numbered, stem)
        texts = self._count("texts")
        folder = str(self._folder)
        orders = [JoinOrder(folder, each, stem, texts, self._options) for each in ranges]
        joined = [] if self._is_idle() else self._join(orders)
        for name in FOUND:
            self._gather(name, [f"{each.stem}.{name}.parquet" for each in joined], _SUMS.get(name, "FROM found"))
        if joined:
            write_ranges(self._connection, [each.range for each in joined])

    def support(self) -> None:
        """See `Keys`."""
        names: list[str] = []
        if self._count("old_pairs"):
            pairs = self._hand("old_pairs", "FROM old_pairs", uuid.uuid4().hex)
            folder = str(self._folder)
            orders = [SupportOrder(folder, each, pairs, self._options) for each in read_ranges(self._connection)]
            names = self._carry_out(count_support, orders)
        self._gather("support", names, _SUMS["met"])

    def _is_idle(self) -> bool:
        return not any(map(self._count, ("changes", "new_keys", "forgotten")))

    def _join(self, orders: Sequence[JoinOrder]) -> list[Joined]:
        """Have all ranges brought up to date; those that want to know the ranks of some texts are told them."""
        joined: list[Joined] = []
        again: list[tuple[JoinOrder, Wanting]] = []
        for order, answer in zip(orders, self._carry_out(join_range, orders), strict=True):
            if isinstance(answer, Joined):
                joined.append(answer)
            else:
                again.append((order, answer))
        if again:
            wanted = self._read_all([f"{answer.stem}.unranked.parquet" for _, answer in again])
            query = f'SELECT text, rank, "first" FROM standing SEMI JOIN ({wanted}) USING (text)'  # noqa: S608
            ranks = self._hand("ranks", query, uuid.uuid4().hex)
            orders = [replace(order, draft=answer.stem, ranks=ranks) for order, answer in again]
            joined += [each for each in self._carry_out(join_range, orders) if isinstance(each, Joined)]
        return joined

    def _carry_out(self, work: Callable[[Order], Answer], orders: Sequence[Order]) -> list[Answer]:
        if self._executor is None:
            return list(map(work, orders))
        return [future.result() for future in [self._executor.submit(work, order) for order in orders]]

    def _hand(self, name: str, query: str, stem: str) -> str:
        """Write what orders are to read, and give the name of the file."""
        file = f"{stem}.{name}.parquet"
        self._connection.execute(f"COPY ({query}) TO {quote(self._folder / file)} (FORMAT parquet)")
        return file

    def _gather(self, name: str, files: Sequence[str], query: str) -> None:
        """Make a table of what was found in all ranges."""
        found = self._read_all(files) if files else f"{_EMPTY[name]} WHERE FALSE"
        self._connection.execute(f"CREATE TEMP TABLE {name} AS WITH found AS ({found}) {query}")

    def _read_all(self, files: Sequence[str]) -> str:
        paths = ", ".join(quote(await_file(self._folder / file)) for file in files)
        return f"FROM read_parquet([{paths}])"

    def _count(self, table: str) -> int:
        row = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        return 0 if row is None else int(row[0])


_PAIR = 'SELECT 0::INTEGER AS "left", 0::INTEGER AS "right", 0::BIGINT AS shared'
_EMPTY = {
    "met": _PAIR,
    "gained": "SELECT 0::INTEGER AS one, 0::INTEGER AS other",
    "crowded": "SELECT 0::UBIGINT AS key, 0::INTEGER AS text",
    "former_hubs": "SELECT 0::INTEGER AS text",
    "support": _PAIR,
}


def open_keys(connection: duckdb.DuckDBPyConnection, path: Path, options: Options, crew: Crew) -> Keys:
    """Give the keys of an index as they lie."""
    if read_ranges(connection):
        return Ranges(connection, ranges_folder(path), options, crew.executor)
    return Whole(connection)
