"""What a run noticed that would pay: said once, at the end, and no warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tasks.acquire.source import SourceSettings
from tasks.clean.segments.repeats import TEMPLATE, count_lines, line_key
from tasks.parts import PlacedPart, read_rows
from tasks.schema import DOCUMENTS

FEWEST_PAGES = 20
"""Documents of a source in the run from which it is looked at."""

LOOKED_AT = 200
"""Documents of a source that are looked at: enough to see what stands on a tenth of them."""

LEAST_SHARE = 0.02
"""The share of main text, by characters, that must be repeated lines: headings that all texts have are less."""

NAMED = 3
"""Sources that a hint names."""

_COLUMNS = ["document_id", "text"]


def hint_at_learning(
    fresh: Sequence[PlacedPart], settings: Mapping[str, SourceSettings], duplicates: pa.ChunkedArray, folders: str = ""
) -> list[str]:
    """Say of which sources the main text holds lines that many pages repeat, so that `winnow learn` would pay.

    Looks only at some documents of this run that are none of the `duplicates` (their ids), and only at sources without
    a profile. One hint for all of them, or none; `folders` are the options by which a command means this `raw/`.
    """
    parts: defaultdict[str, list[PlacedPart]] = defaultdict(list)
    for item in fresh:
        source = item.part.source
        if item.part.dataset == DOCUMENTS.name and source in settings and settings[source].profile is None:
            parts[source].append(item)
    rows = pa.concat_tables(map(_look, [[], *parts.values()]))
    rows = rows.filter(pc.invert(pc.is_in(rows["document_id"], value_set=duplicates)))
    found: list[tuple[float, str, str]] = []
    for source in parts:
        share, example = _repeated_share(rows.filter(pc.equal(rows["source"], source))["text"].to_pylist())
        if share >= LEAST_SHARE:
            found.append((share, source, example))
    if not found:
        return []
    found.sort(key=lambda item: (-item[0], item[1]))
    named = ", ".join(f"{source} ({share:.0%})" for share, source, _ in found[:NAMED])
    more = f" and {len(found) - NAMED} more sources" if len(found) > NAMED else ""
    _, first, example = found[0]
    where = f"the main text of {named}{more}"
    return [f"lines that many pages repeat are in {where}, such as {example!r}: see `winnow learn {first}{folders}`"]


def _look(items: Sequence[PlacedPart]) -> pa.Table:
    """The first documents of a source, if there are enough."""
    tables = [read_rows([], DOCUMENTS, _COLUMNS)]
    if sum(item.part.rows for item in items) >= FEWEST_PAGES:
        for item in items:
            tables.append(read_rows([item], DOCUMENTS, _COLUMNS).slice(0, LOOKED_AT))
            if sum(map(len, tables)) >= LOOKED_AT:
                break
    return pa.concat_tables(tables).slice(0, LOOKED_AT)


def _repeated_share(texts: Sequence[str]) -> tuple[float, str]:
    """The share of the characters in lines that stand on many of the texts, and one of these lines."""
    if len(texts) < FEWEST_PAGES:
        return 0.0, ""
    counts, examples = count_lines(texts)
    repeated = {key for key, count in counts.items() if count >= TEMPLATE * len(texts)}
    if not repeated:
        return 0.0, ""
    lines = [line for text in texts for line in text.split("\n")]
    held = sum(len(line) for line in lines if line_key(line.strip()) in repeated)
    most = max(repeated, key=lambda key: (counts[key] * len(key), key))
    return held / max(1, sum(map(len, lines))), examples[most][:60]
