import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.acquire.reader import Context
from tasks.acquire.readers import values
from tasks.acquire.source import Limits, SourceSettings
from tasks.acquire.stream import Stream
from tasks.document import Record

ROWS = [{"text": 'one {"}', "n": [1, {"a": "]"}]}, {"text": "two \\", "url": "u"}, {"html": "<p>three</p>"}]
TEXTS = ['one {"}', "two \\", "<p>three</p>"]


def read(data, settings=None, size=997):
    pieces = iter([data[start : start + size] for start in range(0, len(data), size)])
    return list(values.read(Stream(pieces), Context("s", "s/a.json", "", None, settings or SourceSettings())))


def shown(items):
    return [item.content if isinstance(item, Record) else item.reason for item in items]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["a.json", "a", "a.txt", "a.jsonl"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_arrays_are_read_object_by_object(raw, indent, name, encoding):
    raw.put(f"feed/{name}", json.dumps(ROWS, indent=indent).encode(encoding))
    items = raw.read()
    assert shown(items) == TEXTS
    assert [item.raw_record for item in items] == ["row:1", "row:2", "row:3"]


def test_one_object_over_many_lines_is_one_record(raw):
    raw.put("feed/a.json", json.dumps(ROWS[1], indent=4))
    (record,) = raw.records()
    assert (record.content, record.url) == ("two \\", "u")


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pieces_of_any_size_make_no_difference(size):
    data = json.dumps(ROWS, indent=1).encode()
    assert read(data, size=size) == read(data)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b'{"text": }', "broken_json"),
        (b'{"words": "x"}', "no_text"),
        (b'"just a string"', "not_an_object"),
        (b"null, 5", "not_an_object"),
        (b'{"text": "' + b"x" * 50_000 + b'"}', "too_large"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "too_deep"),
    ],
)
def test_a_broken_object_costs_itself_only(broken, reason):
    data = b'[{"text": "one"}, ' + broken + b', {"text": "two"}]'
    assert shown(read(data, SourceSettings(limits=Limits(record_bytes=40_000)))) == ["one", reason, "two"]


def test_a_cut_array_gives_what_is_there(raw):
    whole = gzip.compress(json.dumps([{"text": f"number {n} {n * 7919}"} for n in range(5000)], indent=1).encode())
    raw.put("feed/a.json.gz", whole[: len(whole) // 2])
    items = raw.read()
    assert set(shown(items[:-1])) & {"broken_json", "truncated"} == set()
    assert len(items) > 1000
    assert (items[-1].reason, items[-1].raw_record) == ("truncated", f"row:{len(items)}")
    assert shown(read(b'[{"text": "one"}, {"text": "tw')) == ["one", "broken_json"]


def test_an_array_of_nothing_is_empty():
    assert shown(read(b"[ ]")) == ["empty"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "[]", "empty"),
        ("a", "[\n]\n", "empty"),
        ("a.jsonl", "[]", "empty"),
        ("a.json", "null", "not_an_object"),
        ("a.json", '"text"', "not_an_object"),
        ("a.JSON", '[1, "two"]', "not_an_object"),
        ("a.json", json.dumps(list(range(50_000))), "not_an_object"),
    ],
)
def test_json_without_objects_is_rejected_for_that(raw, name, content, reason):
    raw.put(f"feed/{name}", content)
    assert set(shown(raw.read())) == {reason}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", "[Draft] A text of its own"),
        ("a.json", "[1] is a footnote\n" * 9_000),
        ("a", "[1, 2]"),
        ("a.txt", "[] is an empty array"),
    ],
)
def test_a_text_that_is_no_json_stays_one(raw, name, content):
    raw.put(f"feed/{name}", content)
    assert shown(raw.read()) == [content.encode()]


@settings(max_examples=200, deadline=None)
@given(st.text('{}[]",:\\ a1', max_size=60))
def test_no_json_is_too_broken(text):
    items = read(('{"text":"x"}' + text).encode())
    assert len(items) <= 61
    assert shown(items)[0] == "x"


WHOLE = [{"id": number, "text": f"text {number}", "by": [{"n": {"id": 9}}]} for number in range(4)]


@pytest.mark.parametrize("gone", ['"', "{", "}", "]", ":", ","])
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("spoilt", range(4))
def test_a_sign_that_is_gone_costs_one_object(gone, indent, spoilt):
    objects = [json.dumps(value, indent=indent) for value in WHOLE]
    objects[spoilt] = objects[spoilt][:5] + objects[spoilt][5:].replace(gone, "", 1)
    items = read(("[\n" + ",\n".join(objects) + "]").encode())
    assert [text for text in shown(items) if "text" in text] == [f"text {n}" for n in range(4) if n != spoilt]
    assert {item.reason for item in items if not isinstance(item, Record)} >= {"broken_json"}


def test_where_an_end_lacks_a_large_file_goes_on():
    objects = [json.dumps({"text": f"text {number}", "n": ["x" * 300]}) for number in range(200)]
    for spoilt in range(20, 180, 20):
        objects[spoilt] = objects[spoilt].replace('"n"', 'n"')
    items = read(f"[{','.join(objects)}]".encode(), SourceSettings(limits=Limits(record_bytes=2_000)))
    assert [item.raw_record for item in items if not isinstance(item, Record)] == [
        f"row:{n + 1}" for n in range(20, 180, 20)
    ]
    assert [text for text in shown(items) if "text" in text] == [
        f"text {n}" for n in range(200) if n % 20 or n in (0, 180)
    ]


def test_objects_that_nothing_ends_do_not_take_for_ever():
    count = 20_000
    items = read(b"[\n" + b'{"text": "a\n' * count, SourceSettings(limits=Limits(record_bytes=10_000)))
    assert 1 < len(items) < count
