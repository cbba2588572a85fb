import gzip
import zlib
from datetime import UTC, datetime

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.acquire.reader import Context
from tasks.acquire.readers import warc
from tasks.acquire.source import Limits, SourceSettings
from tasks.acquire.stream import Stream
from tasks.document import Record


def entry(content, kind="response", content_type="application/http; msgtype=response", *, length=None, **header):
    fields = {
        "WARC-Type": kind,
        "WARC-Date": "2026-11-20T10:00:00Z",
        "WARC-Target-URI": "https://a.example/page",
        "Content-Type": content_type,
        "Content-Length": len(content) if length is None else length,
    } | {name.replace("_", "-"): value for name, value in header.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return b"WARC/1.1\r\n" + lines.encode() + b"\r\n" + content + b"\r\n\r\n"


def response(body, status="200 OK", content_type="text/html; charset=utf-8", **header):
    fields = {"Content-Type": content_type} | {name.replace("_", "-"): value for name, value in header.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def page(number):
    return entry(response(b"<html><p>page %d</p></html>" % number), WARC_Target_URI=f"https://a.example/{number}")


def read(data, settings=None):
    context = Context("web", "web/a.warc", "", None, settings or SourceSettings())
    return list(warc.read(Stream(iter([data])), context))


def test_a_response_keeps_what_the_crawl_knows(raw):
    about = entry(b"software: x\r\n", "warcinfo", "application/warc-fields")
    request = entry(b"GET / HTTP/1.1\r\n\r\n", "request")
    raw.put("web/a.warc", about + request + entry(response(b"<p>x</p>", content_type='text/html; charset="cp1251"')))
    (record,) = raw.records()
    assert record.content == b"<p>x</p>"
    assert (record.kind, record.declared, record.url) == ("html", "cp1251", "https://a.example/page")
    assert record.fetched_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert record.partition_day == "2026-11-20"
    offset = len(about + request)
    assert (record.raw_record, record.byte_offset) == (f"offset:{offset}", offset)
    assert raw.rejected() == []


def test_a_wet_file_holds_texts(raw):
    raw.put("web/a.wet", entry("naïve".encode(), "conversion", "text/plain"))
    (record,) = raw.records()
    assert (record.content, record.kind) == ("naïve".encode(), "text")


def test_a_resource_is_a_page_without_http(raw):
    raw.put("web/a.warc", entry(b"<p>x</p>", "resource", "text/html; charset=koi8-r"))
    assert [(record.content, record.declared) for record in raw.records()] == [(b"<p>x</p>", "koi8-r")]


@pytest.mark.parametrize("blank", [b"\r\n" * 3, b"\n" * 300, b"\r" * 5, b"\r\n\n\r" * 20_000])
def test_blank_lines_between_records_do_not_matter(blank):
    data = page(1) + blank + page(2) + blank
    first, second = read(data)
    assert (first.raw_record, second.raw_record) == ("offset:0", f"offset:{len(page(1)) + len(blank)}")


def test_brackets_around_an_address_go():
    assert read(entry(response(b"x"), WARC_Target_URI="<https://a.example/>"))[0].url == "https://a.example/"


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (response(b"<p>gone</p>", "404 Not Found"), "not_a_page"),
        (response(b"", "301 Moved", Location="/x"), "not_a_page"),
        (response(b"\x89PNG", content_type="image/png"), "not_a_page"),
        (response(b'{"a": 1}', content_type="application/json"), "not_a_page"),
        (response(b""), "empty"),
        (response(b"\x1b\x00\xf8\xff\x83", Content_Encoding="br"), "unsupported"),
        (response(gzip.compress(bytes(90_000_000)), Content_Encoding="gzip"), "too_large"),
        (response(gzip.compress(bytes(10_000_000)), Content_Encoding="gzip"), "expansion"),
        (response(zlib.compress(bytes(10_000_000)), Content_Encoding="deflate"), "expansion"),
        (b"no status line", "broken_record"),
        (b"", "broken_record"),
    ],
)
def test_what_is_no_page_is_rejected(block, reason):
    (item,) = read(entry(block))
    assert (item.reason, item.day, item.raw_record) == (reason, "2026-11-20", "offset:0")


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ({"Content_Encoding": "gzip"}, gzip.compress(b"<p>x</p>", mtime=0)),
        ({"Content_Encoding": "x-gzip"}, b"<p>x</p>"),
        ({"Content_Encoding": "deflate"}, zlib.compress(b"<p>x</p>")),
        ({"Content_Encoding": "deflate"}, zlib.compress(b"<p>x</p>")[2:-4]),
        ({"Content_Encoding": "zstd"}, zstandard.compress(b"<p>x</p>")),
        ({"Content_Encoding": "deflate"}, zlib.compress(b"<p>x</p>")[:-4]),
        ({"Content_Encoding": "deflate"}, b"<p>x</p>"),
        ({"Content_Encoding": "br"}, b"<p>x</p>"),
        ({"Transfer_Encoding": "chunked"}, b"3;x=y\r\n<p>\r\n005\r\nx</p>\r\n0\r\n\r\n"),
        ({"Transfer_Encoding": "chunked"}, b"<p>x</p>"),
        (
            {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"},
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(b"<p>x</p>", mtime=0)), gzip.compress(b"<p>x</p>", mtime=0)),
        ),
    ],
)
def test_codings_are_undone_where_they_are(header, body):
    assert read(entry(response(body, **header)))[0].content == b"<p>x</p>"


@pytest.mark.parametrize(
    "body", [b"AT", b"{or that", b"{from a an", b"{he is and I the", b"{he is and I the \xe9t\xe9"]
)
def test_a_text_is_not_inflated_because_its_header_says_so(body):
    assert read(entry(response(body, content_type="text/plain", Content_Encoding="deflate")))[0].content == body


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        ("text/plain", b"plain text", "text"),
        ("text/plain", b"<!doctype html><p>x", "html"),
        (None, b"<html><p>x", "html"),
        (None, b"no type", "text"),
        ("application/xml", b"<?xml version='1.0'?><html><p>x", "html"),
        ("TEXT/HTML", b"x", "html"),
    ],
)
def test_the_kind_comes_from_the_type_and_else_from_the_content(content_type, body, kind):
    assert read(entry(response(body, content_type=content_type)))[0].kind == kind


def test_the_hint_of_the_source_is_believed_before_the_header():
    (record,) = read(entry(response(b"x", content_type="text/html; charset=utf-8")), SourceSettings(encoding="cp1251"))
    assert record.declared == "cp1251"


@pytest.mark.parametrize("lie", [-1, -20, 5, 7, 12, 50, 200, 100_000, 10**12, 10**17])
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_length_that_lies_costs_its_record_only(raw, lie, is_packed):
    block = response(b"<html><p>the liar</p></html>")
    entries = [page(1), page(2), entry(block, length=len(block) + lie), page(4), page(5)]
    raw.put("web/a.warc", b"".join(gzip.compress(each) for each in entries) if is_packed else b"".join(entries))
    items = raw.read()
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == [
        *("1", "2", "broken_record", "4", "5")
    ]
    assert items[2].raw_record == f"offset:{len(entries[0] + entries[1])}"


@pytest.mark.parametrize("lie", [1, 2, 3, 4])
def test_a_length_that_counts_the_blank_lines_does_no_harm(lie):
    block = response(b"<html><p>sloppy</p></html>")
    items = read(page(1) + entry(block, length=len(block) + lie) + page(3))
    assert [item.content.strip()[-18:] for item in items][1] == b"<p>sloppy</p></html>"[-18:]
    assert len(items) == 3


@pytest.mark.parametrize("length", ["", "x", "-5", "1e5", "٣", "9" * 30, None])
def test_a_length_that_is_none_costs_its_record_only(length):
    liar = entry(response(b"liar"), length=length) if length is not None else entry(b"liar", Content_Length=None)
    items = read(page(1) + liar + page(3))
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == ["1", "broken_record", "3"]


def test_a_lie_about_the_crawl_is_told_too():
    items = read(page(1) + entry(b"about", "metadata", length=500) + page(3))
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == ["1", "broken_record", "3"]


def test_a_page_about_warc_is_one_record():
    body = b"<pre>\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n</pre>"
    (record,) = read(entry(response(body)))
    assert record.content == body


@pytest.mark.parametrize("junk", [b"junk\r\n\r\n", b"\x00" * 1000 + b"\r\n\r\n", b"x" * 300_000 + b"\r\n\r\n"])
def test_junk_between_records_costs_itself_only(junk):
    items = read(page(1) + junk + page(2))
    # what the junk is attached to cannot be told from a length that is too short
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] in (
        ["1", "broken_record", "2"],
        ["broken_record", "2"],
    )


def test_a_cut_warc_gives_what_is_there(raw):
    whole = b"".join(gzip.compress(page(number), mtime=0) for number in range(5))
    raw.put("web/a.warc.gz", whole[:-30])
    items = raw.read()
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == [
        "0",
        "1",
        "2",
        "3",
        "truncated",
    ]
    assert [item.reason for item in read(page(1)[:-20])] == ["truncated"]
    assert [item.reason for item in read(page(1)[:50])] == ["truncated"]


def test_a_broken_member_of_a_packed_warc_costs_its_record_only(raw):
    members = [gzip.compress(page(number), mtime=0) for number in range(5)]
    members[2] = members[2][:60] + bytes(20) + members[2][80:]
    raw.put("web/a.warc.gz", b"".join(members))
    items = raw.read()
    assert [item.url[-1] for item in items if isinstance(item, Record)] == ["0", "1", "3", "4"]
    assert [item.reason for item in items if not isinstance(item, Record)] == ["damaged"]


def test_a_record_beyond_the_limit_is_passed_over():
    settings = SourceSettings(limits=Limits(record_bytes=100_000))
    items = read(page(1) + entry(response(b"x" * 2_000_000)) + page(3), settings)
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == ["1", "too_large", "3"]


def test_a_record_before_a_broken_one_is_kept():
    items = read(page(1) + page(2).replace(b"WARC/1.1", b"W\xffRC/1.1") + page(3))
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == ["1", "broken_record", "3"]


def test_where_the_first_record_is_broken_the_name_is_believed(raw):
    raw.put("web/a.warc", b"\x01\x02" + page(1)[40:] + page(2))
    broken, record = raw.read()
    assert (broken.reason, broken.byte_offset, record.url) == ("broken_record", 0, "https://a.example/2")


def test_a_record_that_starts_within_a_header_is_read():
    items = read(page(1) + page(2)[:30] + page(3))
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == ["1", "broken_record", "3"]


@pytest.mark.parametrize(
    ("kind", "reason"), [("continuation", "unsupported"), ("x", "unsupported"), (None, "broken_record")]
)
def test_what_is_of_no_known_type_is_told(kind, reason):
    items = read(page(1) + entry(b"the rest of a page", kind) + page(3))
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == ["1", reason, "3"]


def test_a_record_without_a_type_swallows_no_other():
    spoilt = entry(b"the rest of a page" + b"\r\n\r\n" + page(2), None)
    items = read(page(1) + spoilt + page(3))
    assert [item.url[-1] if isinstance(item, Record) else item.reason for item in items] == [
        "1",
        "broken_record",
        "2",
        "3",
    ]


def test_a_record_of_no_known_type_swallows_no_other_even_by_a_lucky_length():
    spoilt = entry(response(b"page 1"), kind="ntsponse")
    following = [page(number) for number in (2, 3, 4)]
    lucky = entry(
        response(b"page 1"), kind="ntsponse", length=len(response(b"page 1") + b"\r\n\r\n" + following[0]) - 4
    )
    assert len(lucky) - len(spoilt) in (0, 1)
    kept = [item.content for item in read(page(0) + lucky + b"".join(following)) if isinstance(item, Record)]
    assert [number for number in range(5) if any(b"page %d" % number in content for content in kept)] == [0, 2, 3, 4]


def test_an_address_is_one_clean_line():
    (record,) = read(entry(response(b"<p>x</p>"), WARC_Target_URI="< https://a.example/\x1f >"))
    assert record.url == "https://a.example/"


def test_a_warc_without_pages_is_empty(raw):
    raw.put("web/a.warc", entry(b"x", "warcinfo", "application/warc-fields"))
    assert [item.reason for item in raw.read()] == ["empty"]


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_warc_is_too_broken(data):
    content = bytearray(b"".join(page(number) for number in range(3)))
    for _ in range(data.draw(st.integers(0, 5))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    cut = data.draw(st.integers(0, len(content)))
    assert len(read(bytes(content[:cut]))) <= 10
