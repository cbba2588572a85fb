"""The words of the house as types: record, document, segment, comment, rejected.

They pass from room to room and between processes, so they are frozen, small and plain.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

Label = Literal["main", "boilerplate", "comment"]
Kind = Literal["text", "html"]

# Every role and the label it belongs to. The order is that of the contract.
ROLES: dict[str, Label] = {
    "title": "main",
    "subtitle": "main",
    "subhead": "main",
    "body": "main",
    "quotation": "main",
    "note": "main",
    "date": "boilerplate",
    "byline": "boilerplate",
    "caption": "boilerplate",
    "pullquote": "boilerplate",
    "repeated_title": "boilerplate",
    "related": "boilerplate",
    "advertisement": "boilerplate",
    "navigation": "boilerplate",
    "about": "boilerplate",
    "widget": "boilerplate",
    "user_card": "boilerplate",
    "separator": "boilerplate",
    "comment": "comment",
    "comment_meta": "comment",
}

ROLE_MEANINGS: dict[str, str] = {
    "title": "the headline",
    "subtitle": "what stands under the headline: a standfirst, a summary",
    "subhead": "a heading inside the text",
    "body": "a paragraph, list or table of the text",
    "quotation": "a passage quoted from elsewhere",
    "note": "a correction, a footnote, an editor's remark on the text",
    "date": "when the page was published or updated",
    "byline": "who wrote it",
    "caption": "what belongs to a picture or a video: caption, credit, file name, counter",
    "pullquote": "a sentence of the text shown again in large letters",
    "repeated_title": "the headline once more",
    "related": "links to other pages: related, latest, most read",
    "advertisement": "advertising, and the word that announces it; calls to subscribe or register",
    "navigation": "menus, breadcrumbs, buttons (those of comments, too), share bars, page numbers, back to top",
    "about": "about the author, the site or its rights; the page's footer",
    "widget": "weather, clock, polls, tag clouds, search boxes, cookie notices",
    "user_card": "what a forum shows of a user: rank, joined, messages, place",
    "separator": "lines that only part one thing from another",
    "comment": "what a reader wrote: a comment, a reply, an answer",
    "comment_meta": "who wrote a comment and when, whom it answers, its number and its points",
}

NO_DAY = "1970-01-01"
"""The day of a record whose path and fields name none."""

SAMPLE_CHARACTERS = 200
"""How much of a rejected record is kept as its sample."""


class Segment(NamedTuple):
    """A run of characters of a document: `[start, end)` in code points, with one label and one role.

    `score` is how sure the segmenter is, in [0, 1]. A tuple, since pages have many and it is made in less time.
    """

    start: int
    end: int
    label: Label
    role: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment or reply: `[start, end)` in the document's text, without its author and time lines.

    `in_reply_to` is the index of the comment it answers, among the comments of the same document.
    """

    start: int
    end: int
    author: str | None = None
    posted_at: datetime | None = None
    in_reply_to: int | None = None


class Record(NamedTuple):
    """One document as it lies in a raw file, before anything is done to it.

    `content` is bytes where the format leaves the encoding open, text where it does not (a JSON string). `declared`
    is a charset that something outside the content claims. `byte_offset` is where the record starts in the
    decompressed file; `raw_sha256` is the hash of the raw file as it lies on disk. A tuple, as it is made in a third of
    the time.
    """

    source: str
    raw_path: str
    raw_record: str
    raw_sha256: str
    content: bytes | str
    kind: Kind = "text"
    byte_offset: int = 0
    day: str | None = None
    declared: str | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    fetched_at: datetime | None = None

    @property
    def document_id(self) -> str:
        """128 bits in hexadecimal, of source, raw path and record locator: never of arrival or content."""
        return _document_id(self.source, self.raw_path, self.raw_record)

    @property
    def partition_day(self) -> str:
        """The day of the path, else the UTC date of the fetch, else 1970-01-01."""
        if self.day is not None:
            return self.day
        return self.fetched_at.date().isoformat() if self.fetched_at is not None else NO_DAY


@lru_cache(maxsize=1 << 12)
def _document_id(source: str, raw_path: str, raw_record: str) -> str:
    """See `Record.document_id`: every table of a batch asks for it, some for each row."""
    key = f"{source}\0{raw_path}\0{raw_record}"
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not become a document: at which stage, why (a code of the contract), at which byte."""

    source: str
    day: str
    raw_path: str
    raw_record: str
    stage: str
    reason: str
    detail: str
    byte_offset: int | None = None
    sample: str = ""


def escape_sample(content: bytes | str) -> str:
    r"""Keep the head of a rejected record, safe to print: everything but printable ASCII is escaped.

    >>> print(escape_sample(b"caf\xe9\x1b[31m"))
    caf\xe9\x1b[31m
    """
    head = content[:SAMPLE_CHARACTERS]
    if isinstance(head, bytes):
        head = head.decode("latin-1")
    return head.encode("unicode_escape").decode("ascii")[:SAMPLE_CHARACTERS]
