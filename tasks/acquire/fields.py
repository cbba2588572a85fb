"""Fields of a record of JSON Lines, CSV or Parquet: which one is the text, and what the others say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.acquire.markup import is_html
from tasks.acquire.source import Fields
from tasks.acquire.times import parse_time
from tasks.document import Kind
from tasks.errors import RecordError, UndecodableBytes

_BYTE_ESCAPES = re.compile("[\udc80-\udcff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NO_PAGE = re.compile(r"(?:javascript|data|about|blob|mailto|tel):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picked:
    """What was found in the fields of one record."""

    content: bytes | str
    kind: Kind
    url: str | None
    title: str | None
    author: str | None
    published_at: datetime | None
    fetched_at: datetime | None


def pick_fields(row: Mapping[str, Any], names: Fields) -> Picked:
    """Find the text and what is said of it. `RecordError` (`no_text` or `empty`) where there is none.

    Strings may hold bytes that are no UTF-8 as surrogate escapes (PEP 383). A text that holds some is given back as
    bytes, for the encoding room to read and explain; labels are read as the text is, since they are too short to tell
    their encoding by themselves. A field called `html` holds HTML, any other does if it starts like it.
    """
    named = _Named(row)
    name, content = _find_text(named, names.text)
    url, title, author = labels = [named.find_first(each) for each in (names.url, names.title, names.author)]
    encoding = _encoding_of(content) if any(map(_holds_escapes, labels)) else None
    head = content[:1024]
    markup = name.lower().endswith("html") or is_html(head if isinstance(head, bytes) else head.encode(errors="ignore"))
    return Picked(
        content=_restore_bytes(content) if isinstance(content, str) else content,
        kind="html" if markup else "text",
        url=read_address(url, encoding),
        title=read_label(title, encoding),
        author=read_label(author, encoding),
        published_at=parse_time(named.find_first(names.published_at)),
        fetched_at=parse_time(named.find_first(names.fetched_at)),
    )


class _Named:
    """The values of a row by the names of the settings: first an exact name, else one in other case or blanks."""

    __slots__ = ("_folded", "values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self._folded: dict[str, str] | None = None

    def find_name(self, name: str) -> str | None:
        """What the record calls the field of this name; None where it has none."""
        if name in self.values:
            return name
        if self._folded is None:
            self._folded = {there.strip().casefold(): there for there in reversed(list(self.values))}
        return self._folded.get(name.casefold())

    def find_value(self, name: str) -> Any:
        """The value of the field of this name, else None. Dots lead into nested objects, if no field is called so."""
        there = self.find_name(name)
        if there is not None:
            return self.values[there]
        first, dot, rest = name.partition(".")
        inner = self.find_value(first) if dot else None
        return _Named(inner).find_value(rest) if isinstance(inner, Mapping) else None

    def find_first(self, names: Sequence[str]) -> Any:
        """The value of the first name that is there and not null, else None."""
        return next((value for name in names if (value := self.find_value(name)) is not None), None)


def _find_text(named: _Named, names: Sequence[str]) -> tuple[str, bytes | str]:
    null = empty = other = None
    for name in names:
        value = named.find_value(name)
        if value is None:
            null = null or named.find_name(name)
        elif isinstance(value, bytes | str):
            if value.strip():
                return name, value
            empty = empty or name
        else:
            other = other or (name, name_kind(value))
    if empty:
        raise RecordError(f"the field '{empty}' is empty", reason="empty")
    if other:
        raise RecordError(f"the field '{other[0]}' holds no text but {other[1]}", reason="no_text")
    if null:
        raise RecordError(f"the field '{null}' is null", reason="no_text")
    there = ", ".join(sorted(map(str, named.values))[:10])[:200]
    raise RecordError(f"none of {', '.join(names)} among the fields: {there or 'there are none'}", reason="no_text")


def name_kind(value: Any) -> str:
    """What a value is, in the words of JSON.

    >>> name_kind(None), name_kind(True), name_kind(2.5), name_kind([])
    ('null', 'true', 'a number', 'an array')
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (str, "a string"),
        ((int, float), "a number"),
        (Mapping, "an object"),
        ((list, tuple), "an array"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), f"a {type(value).__name__}")


def _restore_bytes(text: str) -> bytes | str:
    """The bytes behind the surrogate escapes, or the text itself where it holds none."""
    try:
        text.encode()  # a tenth of the time that a pattern takes to find none
    except UnicodeEncodeError:
        return _to_bytes(text) if _BYTE_ESCAPES.search(text) else text
    return text


def _to_bytes(text: str) -> bytes:
    # Surrogates that are no escapes were lone in the JSON already; U+FFFD is what they become in the end.
    return re.sub("[\ud800-\udc7f\udd00-\udfff]", "\ufffd", text).encode("utf-8", "surrogateescape")


def _holds_escapes(label: Any) -> bool:
    if isinstance(label, Mapping):
        label = label.get("name")
    if isinstance(label, list | tuple):
        return any(map(_holds_escapes, label[:100]))
    return isinstance(label, str) and not label.isascii() and _BYTE_ESCAPES.search(label) is not None


def _encoding_of(content: bytes | str) -> str | None:
    """The encoding that the bytes of a text are read in; None where it was read already, or is no text."""
    from tasks.clean.encoding import decode  # noqa: PLC0415 - as for `decode_leniently`

    data = _restore_bytes(content) if isinstance(content, str) else content
    try:
        return None if isinstance(data, str) else str(decode(data).encoding)
    except UndecodableBytes:
        return None


def read_label(value: Any, encoding: str | None = None) -> str | None:
    """A title or author as one clean line; several authors are joined. None where it is no text.

    What is no UTF-8 is read in the `encoding`, if that is known and fits.
    """
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, list | tuple):
        parts = [part for part in (read_label(item, encoding) for item in value[:100]) if part]
        return ", ".join(parts) or None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    if not isinstance(value, str):
        return None
    if _BYTE_ESCAPES.search(value):
        text, is_read = decode_losslessly(_to_bytes(value), encoding)
        value = text if is_read else decode_leniently(_to_bytes(value), encoding)
    return " ".join(_CONTROLS.sub(" ", _SURROGATES.sub("\ufffd", value)).split()) or None


def read_address(value: Any, encoding: str | None = None) -> str | None:
    """A URL as one clean line, the first of several; None where it leads to no page, such as `javascript:void(0)`."""
    while isinstance(value, list | tuple):
        value = value[0] if value else None
    address = read_label(value, encoding)
    return None if address is None or _NO_PAGE.match(address) else address.replace("&amp;", "&")


def decode_losslessly(data: bytes, hint: str | None) -> tuple[str, bool]:
    """Read bytes as UTF-8, else as the hint says, else with surrogate escapes (PEP 383): then the second is false."""
    for encoding in ("utf-8", hint):
        if encoding is not None:
            try:
                return data.decode(encoding), True
            except UnicodeDecodeError:
                continue
    return data.decode("utf-8", "surrogateescape"), False


def decode_leniently(data: bytes, declared: str | None = None) -> str:
    """Read bytes of unknown encoding as the encoding room would; what is no text at all, with U+FFFD."""
    # Late: most files are UTF-8, and the encoding room loads models.
    from tasks.clean.encoding import decode  # noqa: PLC0415

    try:
        return str(decode(data, declared).text)
    except UndecodableBytes:
        return data.decode("utf-8", "replace")
