"""A draft: a record on its way to becoming a document, and the stage that takes it one step further."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tasks.document import Comment, Record, Rejected, Segment, escape_sample
from tasks.errors import RecordError

if TYPE_CHECKING:
    from tasks.acquire.source import SourceSettings
    from tasks.clean.quality import Quality


class Draft(NamedTuple):
    """What is known of a document after the stages so far. Stages return new drafts, they change none.

    `text` is the decoded text, from the segments stage on the repaired and (of HTML) rendered one, into which all
    offsets point. `main` is its main segments joined verbatim. A tuple, since each stage copies it: `_replace` takes a
    quarter of the time of a dataclass.
    """

    record: Record
    text: str = ""
    encoding: str = ""
    encoding_method: str = ""
    fixes: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()
    main: str = ""
    url: str | None = None
    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    comments: tuple[Comment, ...] = ()
    language: str = "und"
    language_confidence: float = 0.0
    languages: tuple[tuple[str, float], ...] = ()
    comment_languages: tuple[tuple[str, float], ...] = ()
    quality: Quality | None = None

    def reject(self, stage: str, error: RecordError) -> Rejected:
        """The row that tells why this record could not become a document."""
        record = self.record
        return Rejected(
            source=record.source,
            day=record.partition_day,
            raw_path=record.raw_path,
            raw_record=record.raw_record,
            stage=stage,
            reason=error.reason,
            detail=error.problem,
            byte_offset=record.byte_offset if error.byte_offset is None else record.byte_offset + error.byte_offset,
            sample=error.sample or escape_sample(record.content),
        )


class Stage(Protocol):
    """One step of cleaning. A stage is a module with a name and this one function."""

    NAME: str
    """What the step is called in `rejected` and in the times of a run."""

    def apply(self, drafts: Sequence[Draft], settings: SourceSettings) -> list[Draft | Rejected]:
        """Take each draft one step further, or say why it cannot be. One result for each draft, in order.

        The result for a draft does not depend on the rest of the batch.
        """
        ...
