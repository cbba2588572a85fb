"""The link `current`: does it lead to a snapshot?"""

from __future__ import annotations

from pathlib import Path

from tasks.publish.snapshot import CURRENT, SNAPSHOTS
from tasks.publish.verify.finding import Finding


def check_link(curated: Path) -> Finding | None:
    """What is wrong with the link; None where it leads to a folder of `snapshots/`."""
    link = curated / CURRENT
    if not link.is_symlink():
        if link.exists():
            problem = "this is no link but a file or folder: move it away first"
            return Finding("link", CURRENT, problem, "restore")
        return Finding("link", CURRENT, "the link is missing: readers find nothing", "restore")
    target = link.readlink()
    if not link.exists():
        return Finding("link", CURRENT, f"the link leads to {target}, which is not there", "restore")
    if link.resolve().parent != (curated / SNAPSHOTS).resolve() or not link.is_dir():
        return Finding("link", CURRENT, f"the link leads to {target}, which is no folder of {SNAPSHOTS}/", "restore")
    return None
