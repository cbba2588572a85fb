"""The index: what is known of all live documents, so that a run looks only at what it changes.

The signatures beside the partitions are the truth; this is a cache, in a DuckDB file that names the snapshot it belongs
to and is built anew from them when it is missing, belongs to another snapshot, was made with other settings, or is
damaged. What it knows by key can be cut into ranges, in files that it names, for the workers of a cluster to join. What
it answers is what `tasks.dedupe.clusters.cluster` would answer for all live documents.
"""

from __future__ import annotations

from tasks.dedupe.index.database import Resources, State, inspect_index, look_at_index, open_index
from tasks.dedupe.index.ranges import ALONE, Crew
from tasks.dedupe.index.update import Changes, Index, TooMuchAtOnceError

__all__ = [
    "ALONE",
    "Changes",
    "Crew",
    "Index",
    "Resources",
    "State",
    "TooMuchAtOnceError",
    "inspect_index",
    "look_at_index",
    "open_index",
]
