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


@settings(max_examples=200, deadline=None)
@given(st.text('{}[]",:\\ a1', max_size=60))
def test_no_json_is_too_broken(text):
    items = read(('{"text":"x"}' + text).encode())
    assert len(items) <= 61
    assert shown(items)[0] == "x"
