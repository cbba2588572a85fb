"""What a reader is: it knows its format by the content, and gives the records of a stream one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from tasks.acquire.fields import pick_fields
from tasks.acquire.reasons import STAGE
from tasks.acquire.source import SourceSettings
from tasks.acquire.stream import Damage, Stream
from tasks.document import NO_DAY, Record, Rejected, escape_sample
from tasks.errors import RecordError

HEAD_BYTES = 64 * 1024
"""How much of a stream the readers see to recognise it."""


class Context(NamedTuple):
    """Where a stream lies and how its source is to be read: what all of its records share."""

    source: str
    raw_path: str
    raw_sha256: str
    day: str | None
    settings: SourceSettings

    def record(self, content: bytes | str, **values: Any) -> Record:
        """A record of this stream; `values` are further fields of `Record`."""
        return Record(
            source=self.source,
            raw_path=self.raw_path,
            raw_record=values.pop("raw_record", ""),
            raw_sha256=self.raw_sha256,
            content=content,
            day=self.day,
            **values,
        )

    def record_of(self, row: Mapping[str, Any], raw_record: str, byte_offset: int = 0) -> Record:
        """A record of the fields of a row. `RecordError` where they hold no text, or more than the limit."""
        picked = pick_fields(row, self.settings.fields)
        limit = self.settings.limits.record_bytes
        if len(picked.content) > limit:
            detail = f"the text holds {len(picked.content)} bytes, limits.record_bytes allows {limit}"
            raise RecordError(detail, reason="too_large")
        return self.record(
            picked.content,
            raw_record=raw_record,
            byte_offset=byte_offset,
            kind=picked.kind,
            declared=self.settings.encoding if isinstance(picked.content, bytes) else None,
            url=picked.url,
            title=picked.title,
            author=picked.author,
            published_at=picked.published_at,
            fetched_at=picked.fetched_at,
        )

    def reject(
        self,
        reason: str,
        detail: str,
        *,
        raw_record: str = "",
        byte_offset: int | None = None,
        sample: bytes | str = b"",
        fetched_at: datetime | None = None,
    ) -> Rejected:
        """A record of this stream that failed; `reason` is a code of `REASONS`."""
        day = self.day or (fetched_at.date().isoformat() if fetched_at is not None else NO_DAY)
        return Rejected(
            source=self.source,
            day=day,
            raw_path=self.raw_path,
            raw_record=raw_record,
            stage=STAGE,
            reason=reason,
            # what a library says of broken data may quote it
            detail=detail.encode("utf-8", "backslashreplace").decode("utf-8"),
            byte_offset=byte_offset,
            sample=escape_sample(sample),
        )

    def reject_damages(self, stream: Stream) -> Iterator[Rejected]:
        """Tell of each damage of a stream that no rejected record has told of yet."""
        while stream.damages:
            yield self.reject_damage(stream.damages.pop(0))

    def reject_damage(self, damage: Damage) -> Rejected:
        """A rejected record for what is missing in the data, named by the place."""
        return self.reject(
            damage.reason, damage.detail, raw_record=f"offset:{damage.offset}", byte_offset=damage.offset
        )


class Reader(Protocol):
    """One format. A reader is a module with these three names."""

    NAME: str
    """What `reader` in `source.toml` calls it."""

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether this is the format of a stream with this head (at most `HEAD_BYTES`) and this file name.

        The content decides; the name is a hint where the content leaves it open.
        """
        ...

    def read(self, stream: Stream, context: Context) -> Iterator[Record | Rejected]:
        """Give the records in their order; one that fails is a `Rejected` and costs itself only.

        A function of the bytes and the context alone. Holds one record at a time, of at most
        `context.settings.limits.record_bytes`. May stop before the end of the stream.
        """
        ...
