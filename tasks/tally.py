"""Tallies: what became of records, counted by raw file, source and day.

`records` is counted where records are read, `cleaned` and `rejected` where they end, so that comparing the two finds a
record that got lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class DayTally(NamedTuple):
    """The records of one day of one source (or of one raw file of it).

    `cleaned` became documents or duplicates; `duplicates`, of these, is known only after dedupe. `withdrawn`, of those
    rejected, are named in `withdrawn.txt`. The two with characters count those of main text and
    boilerplate, comments aside, and those of boilerplate.
    """

    source: str
    day: str
    cleaned: int = 0
    rejected: int = 0
    duplicates: int = 0
    characters: int = 0
    boilerplate_characters: int = 0
    withdrawn: int = 0

    @property
    def ended(self) -> int:
        """Records that have come to an end, one way or the other."""
        return self.cleaned + self.rejected


class FileTally(NamedTuple):
    """One raw file: how many records were read from it, and what became of them by day.

    Most files have one day, and there may be a million of them: its numbers are not added up.
    """

    source: str
    raw_path: str
    records: int
    days: tuple[DayTally, ...]

    @property
    def cleaned(self) -> int:
        """Records that became documents or duplicates."""
        return self.days[0].cleaned if len(self.days) == 1 else sum([day.cleaned for day in self.days])

    @property
    def rejected(self) -> int:
        """Records that were rejected."""
        return self.days[0].rejected if len(self.days) == 1 else sum([day.rejected for day in self.days])

    @property
    def withdrawn(self) -> int:
        """Records that were rejected because `withdrawn.txt` names them."""
        return self.days[0].withdrawn if len(self.days) == 1 else sum([day.withdrawn for day in self.days])


def sum_files(tallies: Iterable[FileTally]) -> list[FileTally]:
    """One tally for each raw file, in the order of their first: a file may have been read in pieces."""
    files: dict[str, FileTally] = {}
    for tally in tallies:
        known = files.setdefault(tally.raw_path, tally)
        if known is not tally:
            files[tally.raw_path] = _add(known, tally)
    return list(files.values())


def _add(one: FileTally, other: FileTally) -> FileTally:
    days = tuple(sum_days([*one.days, *other.days]))
    return FileTally(one.source, one.raw_path, one.records + other.records, days)


def sum_days(tallies: Iterable[DayTally]) -> list[DayTally]:
    """One tally for each source and day, in their order."""
    several = list(tallies)
    if len(several) < 2:  # as of most raw files: one record each
        return several
    sums: dict[tuple[str, str], list[int]] = {}
    for tally in several:
        numbers = sums.setdefault((tally.source, tally.day), [0] * 6)
        numbers[0] += tally.cleaned
        numbers[1] += tally.rejected
        numbers[2] += tally.duplicates
        numbers[3] += tally.characters
        numbers[4] += tally.boilerplate_characters
        numbers[5] += tally.withdrawn
    return [DayTally(source, day, *numbers) for (source, day), numbers in sorted(sums.items())]
