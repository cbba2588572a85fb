"""WARC and WET: every page of a crawl is a record.

Read by hand. FastWARC 2.0 is four times as fast (2.0 against 0.4 GB/s, both far above what cleaning takes), but one
wrong length ends its reading of a file, and that of warcio 1.8, where here it costs one record. Layout: ISO 28500, WARC
1.1. Responses and resources that are pages, and conversions (WET), are records. Errors, redirects and what is no text
are rejected as `not_a_page`. What only describes a crawl (`warcinfo`, `request`, `metadata`, `revisit`, look-ups of
names) is no record; what is of another type, `continuation` among them, is rejected as `unsupported`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tasks.acquire.fields import read_label
from tasks.acquire.reader import Context
from tasks.acquire.responses import read_resource, read_response
from tasks.acquire.stream import CHUNK_BYTES, Damage, Stream
from tasks.acquire.times import parse_time
from tasks.document import Record, Rejected
from tasks.errors import RecordError

NAME = "warc"

_SUFFIXES = (".warc", ".wet")
_PAGE_TYPES = ("response", "resource", "conversion")
_OTHER_TYPES = ("warcinfo", "request", "metadata", "revisit")
_TYPES = (*_PAGE_TYPES, *_OTHER_TYPES, "continuation")
_VERSION = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
_NEXT = re.compile(rb"WARC/\d\.\d[ \t]*\r?\n(?:WARC|Content)-")
_HEADER_END = re.compile(rb"\r?\n\r?\n")

_HEADER_BYTES = 64 * 1024
"""The longest header that is read. Those of crawlers have 1 or 2 kB."""

_MARK_BYTES = 64
"""More than the blank lines between two records and a version line."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record of the WARC: where it starts, its header by lower-case name, the length that it claims."""

    offset: int
    header: Mapping[str, str]
    length: int

    @property
    def kind(self) -> str:
        return self.header.get("warc-type", "").lower()

    @property
    def is_about_crawl(self) -> bool:
        """Whether it is no page, but about the crawl or about names."""
        return self.kind in _OTHER_TYPES or self.header.get("content-type", "").lower().startswith("text/dns")

    @property
    def fetched_at(self) -> datetime | None:
        return parse_time(self.header.get("warc-date"))


def sniff(head: bytes, name: str) -> bool:
    """A version line comes first; with the name of a WARC it may come behind damage."""
    if _VERSION.match(head.lstrip(b"\r\n")):
        return True
    return name.endswith(_SUFFIXES) and _NEXT.search(head) is not None


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give the pages. What has no valid header or a wrong length costs itself, up to the next version line."""
    is_empty = True
    while _skip_blank_lines(stream):
        offset = stream.offset
        sample = stream.peek(200)
        entry = _read_header(stream)
        content = _read_content(stream, entry, context) if isinstance(entry, _Entry) else entry
        if isinstance(entry, _Entry) and entry.is_about_crawl and not _is_broken(content):
            continue
        is_empty = False
        if isinstance(content, Damage):
            yield context.reject(
                content.reason,
                content.detail,
                raw_record=f"offset:{offset}",
                byte_offset=offset,
                sample=sample,
                fetched_at=entry.fetched_at if isinstance(entry, _Entry) else None,
            )
        elif isinstance(entry, _Entry):
            yield _read_page(entry, content, context)
    if is_empty and not stream.damages:
        yield context.reject("empty", "there are no pages in it", byte_offset=0)


def _read_page(entry: _Entry, content: bytes, context: Context) -> Record | Rejected:
    header = entry.header
    raw_record = f"offset:{entry.offset}"
    content_type = header.get("content-type", "")
    try:
        if entry.kind not in _PAGE_TYPES:
            raise RecordError(f"a WARC record of the type '{entry.kind[:40]}'", reason="unsupported")  # noqa: TRY301
        if content_type.lower().startswith("application/http") or entry.kind == "response":
            page = read_response(content, header.get("warc-identified-payload-type"), context.settings.limits)
        else:
            page = read_resource(content, content_type)
    except RecordError as error:
        return context.reject(
            error.reason,
            error.problem,
            raw_record=raw_record,
            byte_offset=entry.offset,
            sample=error.sample or content[:200],
            fetched_at=entry.fetched_at,
        )
    return context.record(
        page.content,
        raw_record=raw_record,
        byte_offset=entry.offset,
        kind=page.kind,
        declared=context.settings.encoding or page.charset,
        url=read_label(header.get("warc-target-uri", "").strip("<>")),  # some writers of WARC 1.0 left the brackets in
        fetched_at=entry.fetched_at,
    )


def _skip_blank_lines(stream: Stream) -> bool:
    """Move to the next byte that is no line end, and say whether there is one."""
    while stream.peek(1) in (b"\r", b"\n"):
        if not stream.skip_blank_lines():
            stream.skip(1)
    return bool(stream.peek(1))


def _read_header(stream: Stream) -> _Entry | Damage:
    """Read a header; where there is none, move to the next one and say what was wrong."""
    offset = stream.offset
    block = stream.peek(2048)
    end = _HEADER_END.search(block)
    if end is None:
        block = stream.peek(_HEADER_BYTES)
        end = _HEADER_END.search(block)
    if not _VERSION.match(block) or end is None:
        is_cut = end is None and len(block) < _HEADER_BYTES
        stream.skip(1)
        _find_next(stream)
        told = stream.claim(offset, stream.offset)
        if told is not None:
            return told
        if is_cut and not stream.peek(1):
            return Damage("truncated", "the WARC ends in the middle of a header")
        return Damage("broken_record", f"the {stream.offset - offset} bytes from here start with no WARC header")
    inside = _NEXT.search(block, 1, end.end())
    if inside is not None:
        stream.skip(inside.start())
        return stream.claim(offset, stream.offset) or Damage("broken_record", "another record starts within its header")
    header = _parse_header(block[: end.start()])
    length = header.get("content-length", "")
    if not header.get("warc-type"):  # every record must have one; what lost it may have a wrong length as well
        stream.skip(end.end())
        _find_next(stream)
        return Damage("broken_record", "there is no WARC-Type")
    if not (length.isascii() and length.isdigit()) or len(length) > 18:
        stream.skip(end.end())
        _find_next(stream)
        return Damage("broken_record", f"Content-Length is {length[:40]!r}" if length else "there is no Content-Length")
    stream.skip(end.end())
    return _Entry(offset, header, int(length))


def _parse_header(block: bytes) -> dict[str, str]:
    """Fields by lower-case name; the first of a name counts, and a line that starts with a blank goes on."""
    header: dict[str, str] = {}
    name = ""
    for line in re.split("\r?\n", block.decode("utf-8", "replace"))[1:]:
        if line[:1] in (" ", "\t") and name:
            header[name] += " " + line.strip()
            continue
        key, colon, value = line.partition(":")
        name = key.strip().lower()
        if colon and name not in header:
            header[name] = value.strip()
        else:
            name = ""
    return header


def _read_content(stream: Stream, entry: _Entry, context: Context) -> bytes | Damage:
    """Read the block of an entry, and move to the next one.

    The length is right if the end, a version line, or the two line ends behind a record follow: then the next one may
    be broken. If not, the next version line is looked for, inside the block first. A block beyond the limit is passed
    over in the same way: its length is as likely to be a lie. So is that of a record of no known type, by chance a
    right one for a record further down: what spoilt the type is near the length.
    """
    limit = context.settings.limits.record_bytes + _HEADER_BYTES
    start = stream.offset
    if entry.length > limit:
        _find_next(stream)
        found = stream.offset - start
        if found <= limit:
            return _tell(stream, entry, Damage("broken_record", f"it claims {entry.length} bytes and has {found}"))
        return Damage("too_large", f"{found} bytes, limits.record_bytes = {context.settings.limits.record_bytes}")
    content = stream.read(entry.length)
    is_whole = len(content) == entry.length and _is_at_end(stream)
    if is_whole and entry.kind in _TYPES:
        return content
    inside = _NEXT.search(content + stream.peek(_MARK_BYTES))
    if inside is not None and inside.start() < len(content):
        stream.unread(content[inside.start() :])
        problem = Damage("broken_record", f"it claims {entry.length} bytes, and another record starts within them")
    elif is_whole:
        return content
    elif len(content) < entry.length:
        problem = Damage("truncated", f"{entry.length - len(content)} of its {entry.length} bytes are missing")
    else:
        _find_next(stream)
        problem = Damage("broken_record", f"it claims {entry.length} bytes and has {stream.offset - start}")
    return _tell(stream, entry, problem)


def _tell(stream: Stream, entry: _Entry, problem: Damage) -> Damage:
    """The damage of the data under a record, if there is some, is the better explanation."""
    return stream.claim(entry.offset, stream.offset) or problem


def _is_at_end(stream: Stream) -> bool:
    mark = stream.peek(_MARK_BYTES)
    after = mark.lstrip(b"\r\n")
    return not after or _VERSION.match(after) is not None or mark.startswith(b"\r\n\r\n")


def _is_broken(content: bytes | Damage) -> bool:
    return isinstance(content, Damage) and content.reason != "too_large"


def _find_next(stream: Stream) -> None:
    """Move to the next version line that a field follows, or to the end."""
    while window := stream.peek(CHUNK_BYTES):
        found = _NEXT.search(window)
        if found is not None:
            stream.skip(found.start())
            return
        stream.skip(len(window) if len(window) < CHUNK_BYTES else CHUNK_BYTES - _MARK_BYTES)
