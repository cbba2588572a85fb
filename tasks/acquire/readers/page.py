"""HTML: the file is the record."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.acquire.markup import has_tags, is_html
from tasks.acquire.reader import Context
from tasks.acquire.readers.text import read_whole
from tasks.acquire.stream import Stream
from tasks.document import Record, Rejected

NAME = "html"

_SUFFIXES = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".php", ".asp", ".aspx")


def sniff(head: bytes, name: str) -> bool:
    """A page or fragment of HTML; with the name of one, anything that holds a tag."""
    return b"<" in head and (is_html(head) or (name.lower().endswith(_SUFFIXES) and has_tags(head)))


def read(stream: Stream, context: Context) -> Iterator[Record | Rejected]:
    """Give the whole stream as one record of kind `html`."""
    yield read_whole(stream, context, "html")
