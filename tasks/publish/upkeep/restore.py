"""Going back: an older snapshot becomes the current one."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.errors import UsageError
from tasks.publish.upkeep.history import Past


def choose_snapshot(history: Sequence[Past], wanted: str) -> Past:
    """The one snapshot whose name starts with `wanted`, of a history with the last published first.

    `UsageError` where there is none or more than one, or where it is current already; the hint names those there are.
    """
    whole = [past for past in history if past.lying.has_manifest and not past.lying.problem]
    found = [past for past in whole if past.id == wanted] or [past for past in whole if past.id.startswith(wanted)]
    if len(found) == 1 and found[0].fate != "current":
        return found[0]
    problem = f"no snapshot is named {wanted!r}"
    if len(found) == 1:
        problem = f"{found[0].id} is current already"
    elif found:
        also = ", the current one among them" if any(past.fate == "current" for past in found) else ""
        problem = f"{len(found)} snapshots have names that begin with {wanted!r}{also}"
    several = found if len(found) > 1 else whole
    others = ", ".join(past.id for past in several if past.fate != "current")
    raise UsageError(
        problem=problem, hint=f"one of: {others}" if others else "there is no other snapshot to go back to"
    )
