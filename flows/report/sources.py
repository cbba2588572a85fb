"""Each source of a run against its history: its days, what is usual, and what became of its records before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.accounts import OUTCOMES
from flows.pages.day_chart import DayChart, draw_days
from flows.report.gathered import Gathered
from flows.words import count_of
from tasks.document import NO_DAY
from tasks.gate.history import LEAST_DAYS, days_to_compare, nine_in_ten, one_in_ten
from tasks.publish.runs import RunRecord
from tasks.tally import DayTally

Days = Mapping[str, Mapping[str, DayTally]]
"""What stands after the run, by source and day."""

_WORDS: Mapping[str, Callable[[int], str]] = {
    "documents": lambda number: count_of(number, "document"),
    "duplicates": lambda number: count_of(number, "duplicate"),
    "rejected": lambda number: f"{number} rejected",
    "held": lambda number: f"{number} held",
}

RUNS_BEFORE = 60
"""Records of earlier runs that are looked at."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as the report shows it; `facts` are sentences about it, `findings` how many the gate had."""

    name: str
    counts: Mapping[str, int]
    is_held: bool
    findings: int
    facts: tuple[str, ...]
    chart: DayChart | None
    chart_words: str


def view_sources(
    record: RunRecord, gathered: Gathered, standing: Days, before: Sequence[RunRecord]
) -> list[SourceView]:
    """The sources of the run, those that want a look first: held, then with findings, then by their records."""
    now, again = _by_source(gathered.days), _by_source(gathered.held_again)
    findings = Counter(finding["source"] for finding in record.findings if finding.get("source"))
    held = {finding["source"] for finding in record.findings if finding["consequence"] == "held"}
    views = [
        _view(name, counts, name in held, findings[name], now[name], again[name], standing.get(name, {}), before)
        for name, counts in record.sources.items()
    ]
    return sorted(views, key=lambda view: (not view.is_held, -view.findings, -view.counts["read"], view.name))


def _view(
    name: str,
    counts: Mapping[str, int],
    is_held: bool,  # noqa: FBT001 - a fact, no switch
    findings: int,
    now: Mapping[str, DayTally],
    again: Mapping[str, DayTally],
    standing: Mapping[str, DayTally],
    before: Sequence[RunRecord],
) -> SourceView:
    usual, usual_words = _usual(now, standing)
    parts = _parts(now, again, standing, is_held=is_held)
    chart = draw_days(parts, usual)
    ends = ", ".join(_WORDS[end](counts[end]) for end in OUTCOMES[1:] if counts.get(end))
    facts = [f"{count_of(counts['read'], 'record')} read: {ends}" if ends else "no records read"]
    read_again = sum(tally.ended for tally in again.values())
    if read_again:
        facts.append(f"{read_again} of those held are of files read before: what was published of these stays")
    facts += [words for words in (usual_words, _boilerplate(now), *_shares(name, counts, before)) if words]
    words = f"Records of {name} by day; {usual_words}" if usual_words else f"Records of {name} by day"
    return SourceView(name, counts, is_held, findings, tuple(facts), chart, words)


def _by_source(tallies: Iterable[DayTally]) -> defaultdict[str, dict[str, DayTally]]:
    found: defaultdict[str, dict[str, DayTally]] = defaultdict(dict)
    for tally in tallies:
        found[tally.source][tally.day] = tally
    return found


def _parts(
    now: Mapping[str, DayTally], again: Mapping[str, DayTally], standing: Mapping[str, DayTally], *, is_held: bool
) -> dict[str, list[tuple[str, int]]]:
    """The bar of each day: what was there before, what the run brought, and what of it is held or rejected.

    What is held and was read `again` is no more than what stands of the day, or only by what goes beyond that.
    """
    parts: dict[str, list[tuple[str, int]]] = {}
    for day in {*now, *standing} - {NO_DAY}:
        stands, comes = standing.get(day), now.get(day)
        published, rejected = (stands.cleaned, stands.rejected) if stands else (0, 0)
        fresh = comes.cleaned if comes else 0
        if is_held:
            old, stood = (tally.ended if tally else 0 for tally in (again.get(day), stands))
            held = (comes.ended if comes else 0) - min(old, stood)
            parts[day] = [("before", published), ("held", held), ("rejected", rejected)]
        else:
            fresh = min(fresh, published)
            parts[day] = [("before", published - fresh), ("now", fresh), ("rejected", rejected)]
    return {day: found for day, found in parts.items() if any(number for _, number in found)}


def _usual(now: Mapping[str, DayTally], standing: Mapping[str, DayTally]) -> tuple[tuple[float, float] | None, str]:
    """What nine in ten of the days around the last one of the run have, where there are enough of them."""
    last = max((day for day in now if day != NO_DAY), default=None)
    if last is None:
        return None, ""
    known = sorted(day for day, tally in standing.items() if day != NO_DAY and tally.ended)
    near = [standing[day].ended for day in days_to_compare(last, known)]
    if len(near) < LEAST_DAYS:
        return None, ""
    low, high = one_in_ten(near), nine_in_ten(near)
    return (float(low), float(high)), f"usual: {low:,} to {high:,} a day, by {len(near)} days around {last}"


def _boilerplate(now: Mapping[str, DayTally]) -> str:
    characters = sum(tally.characters for tally in now.values())
    removed = sum(tally.boilerplate_characters for tally in now.values())
    return f"{removed / characters:.0%} of the characters are boilerplate" if characters else ""


def _shares(name: str, counts: Mapping[str, int], before: Sequence[RunRecord]) -> list[str]:
    """What share of the records was rejected or repeats another, and what share was in the runs before."""
    runs = [record.sources[name] for record in before if record.sources.get(name, {}).get("read")]
    read = sum(run["read"] for run in runs)
    facts = []
    for end, words in (("rejected", "rejected"), ("duplicates", "duplicates")):
        then = sum(run.get(end, 0) for run in runs)
        if read and counts["read"] and (then or counts.get(end)):
            share = counts.get(end, 0) / counts["read"]
            facts.append(f"{share:.1%} {words}, {then / read:.1%} in {count_of(len(runs), 'run')} before")
    return facts
