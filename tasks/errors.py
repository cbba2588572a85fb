"""What can go wrong, named by consequence.

`SourceError`: this source stops. `RecordError`: this record is rejected. `GateClosed`: nothing is published.
`StorageError`: try again. `ClusterError`: the workers of a cluster are out of reach, or do not fit. Every error carries
its fields, says what to do, and survives pickling.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(eq=False)
class WinnowError(Exception):
    """The root of all errors that Winnow raises on purpose: what happened, and the way out."""

    problem: str
    hint: str = ""

    def __str__(self) -> str:
        """One line: where it happened, the problem, and the hint in brackets."""
        place = ":".join(str(p) for p in (getattr(self, "path", None), getattr(self, "line", None)) if p is not None)
        text = f"{place}: {self.problem}" if place else self.problem
        return f"{text} ({self.hint})" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the fields: `Exception` would pickle `args`, which a dataclass does not fill."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))


@dataclass(eq=False)
class UsageError(WinnowError):
    """The command was called in a way that cannot work; exit status 2."""


@dataclass(eq=False)
class SourceError(WinnowError):
    """This source stops; the others go on."""

    path: str | None = None
    line: int | None = None


@dataclass(eq=False)
class StorageError(WinnowError):
    """Reading or writing failed in a way that may pass: try again."""

    path: str | None = None


@dataclass(eq=False)
class ClusterError(WinnowError):
    """The workers on other hosts are out of reach, or do not fit: the run ends, and finished shards are kept."""


@dataclass(eq=False)
class GateClosed(WinnowError):
    """The run is not fit to publish: nothing is published."""


@dataclass(eq=False)
class LockHeld(WinnowError):
    """Another run is writing to the same `curated/`."""


@dataclass(eq=False)
class RecordError(WinnowError):
    """This record is rejected, the others go on.

    `reason` is a code from the contract, `byte_offset` counts in the decompressed content, `sample` is at most 200
    characters from there.
    """

    reason: str = "unreadable"
    byte_offset: int | None = None
    sample: str = ""


@dataclass(eq=False)
class UndecodableBytes(RecordError):
    """The bytes are no text: an image, an archive, a program."""

    reason: str = "binary"
