import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.acquire.lines import read_lines
from tasks.acquire.source import Fields, Limits, SourceSettings
from tasks.acquire.stream import Stream


def lines(*values):
    return "\n".join(json.dumps(value) for value in values) + "\n"


def test_a_text_file_is_one_record(raw):
    raw.put("news/2026-11-20/a.txt", "Titel\n\nGrüße\n".encode("cp1252"))
    (record,) = raw.records()
    assert record.content == "Titel\n\nGrüße\n".encode("cp1252")
    assert (record.source, record.raw_path, record.raw_record) == ("news", "news/2026-11-20/a.txt", "")
    assert (record.kind, record.day, record.byte_offset) == ("text", "2026-11-20", 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", "<!DOCTYPE html><html><body><p>x</p></body></html>"),
        ("a", "\ufeff\n <!-- saved --> <HTML lang=en><p>x"),
        ("a.txt", "<?xml version='1.0'?>\n<!doctype html>\n<p>x</p>"),
        ("a.htm", "Headline <b>bold</b>"),
        ("a", "<p>One</p>\n<p>Two</p>"),
    ],
)
def test_html_is_known_by_its_content(raw, name, content):
    raw.put(f"news/{name}", content)
    assert [record.kind for record in raw.records()] == ["html"]


def test_html_in_utf_16_is_html(raw):
    raw.put("news/a", "<html><body>x</body></html>".encode("utf-16-le"))
    assert [record.kind for record in raw.records()] == ["html"]


@pytest.mark.parametrize("content", ["About <html> and its tags", "a < b and c > d", "<p> is the tag of a paragraph"])
def test_a_text_about_html_is_text(raw, content):
    raw.put("news/a.txt", content)
    assert [record.kind for record in raw.records()] == ["text"]


@pytest.mark.parametrize("name", ["feed.jsonl", "feed", "feed.txt", "feed.json"])
def test_json_lines_are_known_by_their_content(raw, name):
    raw.put(f"feed/{name}", lines({"text": "one", "url": "https://a.example/1"}, {"text": "two"}))
    first, second = raw.records()
    assert (first.content, first.url, first.raw_record, first.byte_offset) == (
        "one",
        "https://a.example/1",
        "line:1",
        0,
    )
    assert (second.content, second.url, second.raw_record, second.byte_offset) == ("two", None, "line:2", 46)


def test_fields_are_found_under_their_default_names(raw):
    raw.put(
        "feed/a.jsonl",
        lines(
            {
                "content": "body text",
                "title": " A\n title ",
                "author": ["Ada", {"name": "Grace"}],
                "date": "Fri, 20 Nov 2026 10:00:00 +0100",
                "fetched_at": 1_795_000_000_000,
            }
        ),
    )
    (record,) = raw.records()
    assert (record.content, record.title, record.author) == ("body text", "A title", "Ada, Grace")
    assert record.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert record.fetched_at == datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)
    assert record.partition_day == "2026-11-18"


def test_fields_can_be_mapped(raw):
    settings = SourceSettings(fields=Fields(text=("story.raw_html",), url=("link", "id")))
    raw.put("feed/a.jsonl", lines({"story": {"raw_html": "<b>x</b>"}, "id": "u", "text": "no"}))
    (record,) = raw.records(settings)
    assert (record.content, record.kind, record.url) == ("<b>x</b>", "html", "u")


def test_fields_are_found_whatever_the_case_of_their_names_and_an_exact_name_counts_first(raw):
    settings = SourceSettings(fields=Fields(text=("text", "story.Body")))
    raw.put(
        "feed/a.jsonl",
        lines(
            {"Title": "One", " TEXT ": "one", "URL": "u", "Fetched_At": "2026-11-20"},
            {"Text": "other", "TEXT": "third", "text": "two"},
            {"Text": "three", "TEXT": "third"},
            {"Story": {"body": "four"}},
        ),
    )
    records = raw.records(settings)
    assert [record.content for record in records] == ["one", "two", "three", "four"]
    assert (records[0].title, records[0].url) == ("One", "u")
    assert records[0].fetched_at == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a"])
def test_files_with_byte_order_marks_can_be_appended_to_one_another(raw, name):
    files = [lines({"text": text}).encode("utf-8-sig") for text in ("one", "two", "three")]
    raw.put(f"feed/{name}", b"".join(files))
    items = raw.read()
    assert [item.content for item in items] == ["one", "two", "three"]
    assert [item.byte_offset for item in items] == [3, len(files[0]), len(files[0] + files[1])]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"null", "no object but null"),
        (b"true", "no object but true"),
        (b"[1, 2]", "no object but an array"),
        (b'"text"', "no object but a string"),
        (b'{"text": 4}', "no text but a number"),
        (b'{"text": {"a": 1}}', "no text but an object"),
        (b'{"Text": null}', "the field 'Text' is null"),
    ],
)
def test_what_stands_in_the_place_of_an_object_or_a_text_is_named_as_json_names_it(raw, line, words):
    raw.put("feed/a.jsonl", b'{"text": "one"}\n' + line + b"\n")
    assert words in raw.read()[1].detail


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "cut', "broken_json"),
        (b"[1, 2]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b'{"words": "x"}', "no_text"),
        (b'{"text": {"a": 1}}', "no_text"),
        (b'{"text": " \\n"}', "empty"),
        (b'{"text": null, "html": ""}', "empty"),
        (b'{"text":' + b"[" * 100_000, "too_deep"),
        (b"\x00\xff\xfe\x01", "broken_json"),
    ],
)
def test_a_bad_line_costs_itself_only(raw, line, reason):
    raw.put("feed/a.jsonl", b'{"text": "one"}\n' + line + b'\n{"text": "two"}\n')
    first, bad, second = raw.read()
    assert (first.content, second.content) == ("one", "two")
    assert (bad.stage, bad.reason, bad.raw_record, bad.byte_offset) == ("acquire", reason, "line:2", 16)
    assert bad.detail
    assert bad.sample.isascii()


@pytest.mark.parametrize("place", range(4))
def test_a_file_with_a_broken_line_is_known_as_json_lines_all_the_same(raw, place):
    lines = [b'{"text": "%d"}' % number for number in range(4)]
    lines[place] = b'{"te'
    raw.put("feed/a", b"\n".join(lines))
    assert [item.raw_record for item in raw.read()] == ["line:1", "line:2", "line:3", "line:4"]
    assert [item.reason for item in raw.rejected()] == ["broken_json"]


def test_numbers_of_any_size_cost_nothing(raw):
    raw.put("feed/a.jsonl", b'{"text": "one", "n": ' + b"9" * 100_000 + b', "m": NaN, "o": -1e999}\n')
    assert [record.content for record in raw.records()] == ["one"]


def test_one_invalid_byte_is_left_for_the_encoding_room(raw):
    rows = [json.dumps({"text": f"naïve {n}", "title": f"né {n}"}, ensure_ascii=False).encode() for n in range(500)]
    rows[250] = rows[250].replace("ï".encode(), b"\xef")
    raw.put("feed/a.jsonl", b"\n".join(rows))
    records = raw.records()
    assert len(records) == 500
    assert records[250].content == b"na\xefve 250"
    assert records[251].content == "naïve 251"


def test_a_line_in_a_hinted_encoding(raw):
    row = json.dumps({"text": "表示ソフト", "title": "能"}, ensure_ascii=False).encode("shift_jis")
    raw.put("feed/a.jsonl", row)
    (record,) = raw.records(SourceSettings(encoding="shift_jis", reader="jsonl"))
    assert (record.content, record.title) == ("表示ソフト", "能")


def test_lone_surrogates_pass_in_the_text_and_not_in_the_title(raw):
    raw.put("feed/a.jsonl", rb'{"text": "a \ud800 b", "title": "t\udc00"}')
    (record,) = raw.records()
    assert (record.content, record.title) == ("a \ud800 b", "t\ufffd")


def test_a_line_beyond_the_limit_is_passed_over(raw):
    settings = SourceSettings(limits=Limits(record_bytes=1_000_000))
    raw.put("feed/a.jsonl", lines({"text": "x" * 3_000_000}, {"text": "short"}))
    long, short = raw.read(settings)
    assert (long.reason, long.raw_record, len(long.sample)) == ("too_large", "line:1", 200)
    assert (short.content, short.raw_record) == ("short", "line:2")


def test_an_array_with_one_object_a_line_is_read_line_by_line(raw):
    raw.put("feed/a.json", '[\n{"text": "one"},\n{"text": "two"}\n]\n')
    assert [(r.content, r.raw_record) for r in raw.records()] == [("one", "line:2"), ("two", "line:3")]


def test_line_ends_blank_lines_and_a_byte_order_mark_do_no_harm(raw):
    raw.put("feed/a.jsonl", b'\xef\xbb\xbf{"text": "one"}\r\n\r\n{"text": "two"}')
    assert [(r.content, r.raw_record) for r in raw.records()] == [("one", "line:1"), ("two", "line:3")]


@pytest.mark.parametrize("content", [b"", b" \n\t", b"\xef\xbb\xbf\n", b"\n\n"])
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.gz"])
def test_nothing_is_one_rejected_record(raw, name, content):
    raw.put(f"news/{name}", content if name != "a.gz" else gzip.compress(content))
    (item,) = raw.read()
    assert (item.reason, item.raw_record) == ("empty", "")


def test_gzip_is_seen_through_whatever_the_name(raw):
    raw.put_gzip("feed/a.jsonl.gz", lines({"text": "one"}))
    raw.put_gzip("feed/b.txt", "plain")
    raw.put("feed/c.gz", gzip.compress(gzip.compress(b"twice")) + b"\0" * 512)
    raw.put("feed/d.gz", gzip.compress(b"first ") + gzip.compress(b"second"))
    assert [r.content for r in raw.records()] == ["one", b"plain", b"twice", b"first second"]


def test_a_truncated_gzip_gives_what_could_be_read_and_a_rejected_tail(raw):
    whole = gzip.compress(lines(*({"text": f"text number {n}" * (n % 7)} for n in range(1, 5000))).encode())
    raw.put("feed/a.jsonl.gz", whole[: len(whole) // 2])
    items = raw.read()
    assert len(items) > 1000
    assert items[0].content == "text number 1"
    tail = items[-1]
    assert (tail.reason, tail.raw_record) == ("truncated", f"line:{len(items)}")
    assert [item for item in items[:-1] if hasattr(item, "reason") and item.reason != "empty"] == []


def test_a_truncated_text_is_kept_and_its_tail_rejected(raw):
    whole = gzip.compress(b"".join(b"line %d\n" % n for n in range(10_000)))
    raw.put("news/a.txt.gz", whole[:-500])
    record, tail = raw.read()
    assert record.content.startswith(b"line 0\nline 1\n")
    assert (tail.reason, tail.byte_offset) == ("truncated", len(record.content))
    assert tail.raw_record == f"offset:{len(record.content)}"


def test_the_reader_can_be_forced(raw):
    raw.put("feed/a.jsonl", lines({"text": "one"}))
    (record,) = raw.records(SourceSettings(reader="text"))
    assert record.content == b'{"text": "one"}\n'


def test_the_encoding_hint_is_handed_on(raw):
    raw.put("news/a.txt", b"\xcf\xf0\xe8\xe2\xe5\xf2")
    (record,) = raw.records(SourceSettings(encoding="cp1251"))
    assert record.declared == "cp1251"


def test_characters_that_hold_a_backslash_are_not_taken_for_escapes(raw):
    # In Shift-JIS the second byte of 表 is a backslash, here before what would make it an escape.
    rows = [{"text": f"一覧表n、予定表t、機能{n}" * 3} for n in range(5)]
    raw.put("feed/a.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode("shift_jis"))
    assert [record.content for record in raw.records()] == [row["text"] for row in rows]


@given(st.text(st.sampled_from("\r\n\n\n a"), max_size=40), st.integers(1, 7))
def test_empty_lines_are_left_out_and_counted_wherever_the_data_is_cut(text, size):
    data = text.encode()
    chunks = iter([data[at : at + size] for at in range(0, len(data), size)])
    found = [(line.number, line.offset, line.data) for line in read_lines(Stream(chunks), 100)]
    every, offset = [], 0
    for number, line in enumerate(data.split(b"\n"), 1):
        every.append((number, offset, line + b"\n" * (offset + len(line) < len(data))))
        offset += len(line) + 1
    assert [line for line in found if line[2].strip(b"\r\n")] == [line for line in every if line[2].strip(b"\r\n")]
    assert set(found) <= set(every)


PORT = {
    "euc_jp": "港の古い倉庫は、今年の春から図書館になった。毎週土曜日には、近所の子どもたちが本を読みに来る。",
    "windows-1255": "המחסן הישן בנמל נפתח השנה כספרייה, ובכל שבת באים ילדי השכונה לקרוא בו ספרים.",
    "koi8-u": "Старий склад у порту став бібліотекою, і щосуботи сюди приходять діти з усього району.",
}
"""The warehouse in the port is a library now."""


@pytest.mark.parametrize(
    ("encoding", "title", "author"),
    [
        ("euc_jp", "東京", "山田太郎"),
        ("windows-1255", "הנמל הישן", "דוד כהן"),
        ("koi8-u", "Київ", "Олена Шевченко"),
    ],
)
@pytest.mark.parametrize("shape", ["jsonl", "csv"])
def test_labels_are_read_in_the_encoding_of_their_text(raw, shape, encoding, title, author):
    text = PORT[encoding]
    lines = {
        "jsonl": json.dumps({"title": title, "author": [author], "text": text}, ensure_ascii=False),
        "csv": f'title,author,text\n{title},{author},"{text}"',
    }
    raw.put(f"news/a.{shape}", (lines[shape] + "\n").encode(encoding))
    (record,) = raw.records()
    assert (record.title, record.author) == (title, author)
