"""Push: a copy of a snapshot in object storage, where readers elsewhere find it.

    <target>/snapshots/<id>/<dataset>/source=…/day=…/part-….parquet
    <target>/snapshots/<id>/manifest.json
    <target>/current                          the text `snapshots/<id>`

It has the layout of `curated/`. Object storage has no links: `current` is a small object that says where the snapshot
lies. The parts come first, then the manifest, and then that object, which is replaced in one step: whoever reads it
finds a whole snapshot. Parts that the snapshot named there before has as well are copied from it on the server.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tasks.errors import StorageError
from tasks.objects import Address, connect, explained, failure, in_threads, list_below, read_whole, write_object
from tasks.parts import Part, is_whole
from tasks.publish.snapshot import CURRENT, MANIFEST, SNAPSHOTS, Snapshot

_PIECE_BYTES = 8 * 1024 * 1024
"""What each of the parts that are under way holds in memory."""

_POINTER = re.compile(rf"{SNAPSHOTS}/([\w.-]+)\s*", re.ASCII)
_POINTER_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Push:
    """What is to be done so that a snapshot is the current one of `target`.

    `there` parts lie in their place already, `copied` ones in the snapshot `before` that is current there now, `sent`
    ones nowhere. `has_manifest` tells whether the manifest lies in its place.
    """

    snapshot: Snapshot
    target: Address
    before: str | None
    there: tuple[Part, ...]
    copied: tuple[Part, ...]
    sent: tuple[Part, ...]
    has_manifest: bool

    @property
    def is_done(self) -> bool:
        """Whether the snapshot is the current one there, and whole: then there is nothing to do."""
        return self.before == self.snapshot.id and self.has_manifest and not (self.copied or self.sent)

    @property
    def place(self) -> Address:
        """Where the snapshot is to lie."""
        return self.target / SNAPSHOTS / self.snapshot.id


def read_pointer(target: Address) -> str | None:
    """The name of the snapshot that `current` names there, or None before the first one.

    `StorageError` where it is no object of ours, `OSError` where the storage fails.
    """
    place = target / CURRENT
    try:
        text = read_whole(place, _POINTER_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    found = _POINTER.fullmatch(text)
    if found is None:
        raise StorageError(
            problem=f"this object is none of Winnow's, it says {text[:60]!r}",
            hint="choose a prefix of its own for the snapshots",
            path=str(place),
        )
    return found[1]


def plan_push(snapshot: Snapshot, target: Address) -> Push:
    """Look what of a snapshot lies there. Nothing is written. `StorageError` where the storage fails."""
    try:
        here = _sizes(target / SNAPSHOTS / snapshot.id)
        before = read_pointer(target)
        other = _sizes(target / SNAPSHOTS / before) if before not in (None, snapshot.id) else {}
    except OSError as error:
        raise failure(error, "cannot push") from error
    there: list[Part] = []
    copied: list[Part] = []
    sent: list[Part] = []
    for part in sorted(snapshot.parts):
        has = there if here.get(part.path) == part.bytes else copied if other.get(part.path) == part.bytes else sent
        has.append(part)
    has_manifest = here.get(MANIFEST) == (snapshot.root / MANIFEST).stat().st_size
    return Push(snapshot, target, before, tuple(there), tuple(copied), tuple(sent), has_manifest)


def carry_out(push: Push, report: Callable[[Part], None] = lambda _: None) -> None:
    """Copy and send what is missing, then the manifest, then let `current` name the snapshot.

    `report` is told of each part that has arrived. `StorageError` where something fails: `current` is as it was then,
    and whatever has arrived need not be sent again.
    """
    try:
        for part in in_threads(partial(_copy, push), push.copied):
            report(part)
        for part in in_threads(partial(_send, push), push.sent):
            report(part)
        write_object(push.place / MANIFEST, (push.snapshot.root / MANIFEST).read_bytes())
        write_object(push.target / CURRENT, f"{SNAPSHOTS}/{push.snapshot.id}".encode())
    except OSError as error:
        raise failure(error, "the push did not come to its end") from error


def _sizes(place: Address) -> dict[str, int]:
    return {listed.name: listed.bytes for listed in list_below(place)}


def _copy(push: Push, part: Part) -> Part:
    """Let the server copy a part from the snapshot before; send it, where that has gone in the meantime."""
    source = push.target / SNAPSHOTS / str(push.before) / part.path
    try:
        with explained(source):
            connect().copy_file(source.path, (push.place / part.path).path)
    except FileNotFoundError:
        _send(push, part)
    return part


def _send(push: Push, part: Part) -> Part:
    """Send a part, if its file holds what it should: under a name that is a hash nothing else may ever lie."""
    file, place = push.snapshot.root / part.path, push.place / part.path
    if not is_whole(push.snapshot.root, part):
        raise StorageError(
            problem="this part of the snapshot is missing or damaged: nothing was made current there",
            hint="`winnow verify` says what is damaged, and the way out; where the snapshot has expired, push again",
            path=str(file),
        )
    with (
        file.open("rb") as content,
        explained(place),
        connect().open_output_stream(place.path, compression=None) as stream,
    ):
        shutil.copyfileobj(content, stream, _PIECE_BYTES)
    return part
