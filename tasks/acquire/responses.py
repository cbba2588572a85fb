"""HTTP responses as crawlers store them: is it a page, and what are its bytes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

from tasks.acquire.compression import GZIP, ZSTD, Compression
from tasks.acquire.markup import is_html
from tasks.acquire.source import Limits
from tasks.acquire.stream import Stream
from tasks.document import Kind
from tasks.errors import RecordError

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")

_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
_UNKNOWN_TYPES = ("", "application/octet-stream", "unknown/unknown", "*/*")

_CODINGS: dict[str, Compression] = {"gzip": GZIP, "x-gzip": GZIP, "zstd": ZSTD}

_ALLOWANCE = 1024 * 1024
"""What any response may expand to, whatever the ratio."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as bytes, and the charset that its header declares."""

    content: bytes
    kind: Kind
    charset: str | None


def read_response(block: bytes, identified: str | None, limits: Limits) -> Page:
    """Read a stored response: header, transfer and content codings undone.

    `identified` is what the crawler found the content to be. `RecordError` `not_a_page` unless the status is 2xx and
    the content is HTML or text, `unsupported` where it is coded in a way that is not read here.
    """
    status = _STATUS.match(block)
    if status is None:
        raise RecordError("the response has no HTTP status line", reason="broken_record")
    if not status[1].startswith(b"2"):
        raise RecordError(f"HTTP status {status[1].decode()}", reason="not_a_page")
    end = _HEAD_END.search(block)
    header = _parse_header(block[: end.start()] if end else block)
    body = block[end.end() :] if end else b""
    if "chunked" in header.get("transfer-encoding", "").lower():
        body = _join_chunks(body)
    content_type = header.get("content-type") or identified or ""
    kind = _find_kind(body, content_type, header)
    return _to_page(_undo_coding(body, header.get("content-encoding", ""), limits), content_type, kind)


def read_resource(content: bytes, content_type: str) -> Page:
    """Read what is stored without HTTP header: a file, or the text that was made of a page."""
    return _to_page(content, content_type, _find_kind(content, content_type, {}))


def _to_page(content: bytes, content_type: str, kind: Kind | None) -> Page:
    if kind is None:
        kind = "html" if is_html(content[:4096]) else "text"
    if not content.strip():
        raise RecordError("the response is empty", reason="empty")
    charset = _read_parameter(content_type)
    return Page(content, kind, charset)


def _find_kind(body: bytes, content_type: str, header: Mapping[str, str]) -> Kind | None:
    """The kind that the type says, None where the content must; `RecordError` where it is no page."""
    mime = content_type.partition(";")[0].strip().lower()
    if mime in _HTML_TYPES:
        return "html"
    if mime in ("text/plain", *_UNKNOWN_TYPES) or "," in mime:
        return None
    if mime.startswith("text/") or mime.endswith("xml"):
        if header.get("content-encoding") or is_html(body[:4096]):
            return None
        if mime in ("text/markdown", "text/x-markdown", "text/rtf"):
            return "text"
    raise RecordError(f"content type {mime[:100]}", reason="not_a_page")


def _parse_header(block: bytes) -> dict[str, str]:
    """Fields by lower-case name; the last of a name counts."""
    header = {}
    for line in block.decode("latin-1").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            header[name.strip().lower()] = value.strip()
    return header


def _read_parameter(content_type: str) -> str | None:
    """The charset of a content type, however it is quoted."""
    if "charset" not in content_type.lower():
        return None
    message = Message()
    message["content-type"] = re.sub(r"[\r\n\0]", " ", content_type[:1000])
    charset = message.get_param("charset")
    return charset.strip(" \"'") or None if isinstance(charset, str) else None


def _join_chunks(body: bytes) -> bytes:
    """Undo the chunked transfer coding; what is not chunked, or no longer, stays as it is."""
    pieces = []
    place = 0
    while match := _CHUNK_SIZE.match(body, place):
        size = int(match[1], 16)
        if size == 0:
            break
        pieces.append(body[match.end() : match.end() + size])
        place = match.end() + size
        if body.startswith(b"\r\n", place):
            place += 2
        elif body.startswith(b"\n", place):
            place += 1
        elif place < len(body):
            return body if len(pieces) == 1 else b"".join(pieces)
    return b"".join(pieces) if pieces else body


def _undo_coding(body: bytes, codings: str, limits: Limits) -> bytes:
    """Undo the content codings. Many crawlers store what they decoded and keep the header: then nothing is done."""
    for coding in reversed([name.strip().lower() for name in codings.split(",") if name.strip()][:3]):
        if coding in _CODINGS:
            if _CODINGS[coding].sniff(body):
                body = _expand(body, _CODINGS[coding], limits)
        elif coding == "deflate":
            body = _inflate(body, limits)
        elif coding not in ("identity", "none", "utf-8") and not _is_utf8(body):
            raise RecordError(f"content coding {coding[:40]}", reason="unsupported")
    return body


def _expand(body: bytes, compression: Compression, limits: Limits) -> bytes:
    most = min(limits.record_bytes, max(_ALLOWANCE, limits.expansion_ratio * len(body)))
    stream = Stream(compression.expand(Stream(iter([body]))))
    content = stream.read(most + 1)
    if len(content) > most:
        reason = "too_large" if most == limits.record_bytes else "expansion"
        raise RecordError(f"the {compression.name} content of {len(body)} bytes gives more than {most}", reason=reason)
    if stream.damages and not content:
        raise RecordError(stream.damages[0].detail, reason=stream.damages[0].reason)
    return content


def _inflate(body: bytes, limits: Limits) -> bytes:
    """Undo `deflate`, which means zlib by the letter and bare deflate in old servers.

    Bare deflate has no mark, and one short text in six can be read as such: data are no text, and end with the body.
    """
    if _is_utf8(body):
        return body
    most = min(limits.record_bytes, max(_ALLOWANCE, limits.expansion_ratio * len(body)))
    for window in (15, -15):
        decompressor = zlib.decompressobj(window)
        try:
            content = decompressor.decompress(body, most + 1)
        except zlib.error:
            continue
        if len(content) > most:
            raise RecordError(f"the deflated content of {len(body)} bytes gives more than {most}", reason="expansion")
        if window > 0 or (decompressor.eof and not decompressor.unused_data):
            return content
    return body


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
