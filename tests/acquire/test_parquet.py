import gzip
import io
import random
import zipfile
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.acquire import entrance
from tasks.acquire.reader import Context
from tasks.acquire.readers import parquet
from tasks.acquire.source import Fields, Limits, SourceSettings
from tasks.acquire.stream import Stream
from tasks.document import Record

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def make(table, **options):
    target = io.BytesIO()
    pq.write_table(pa.table(table) if isinstance(table, dict) else table, target, **options)
    return target.getvalue()


def read(data, settings=None):
    """From memory, as a member of an archive is read."""
    context = Context("s", "s/a.parquet", "", None, settings or SourceSettings())
    return list(parquet.read(Stream(iter([data])), context))


def shown(items):
    return [item.content if isinstance(item, Record) else item.reason for item in items]


def texts(count, seed=1):
    choose = random.Random(seed)
    return [" ".join(f"{choose.getrandbits(32):x}" for _ in range(50)) for _ in range(count)]


def test_rows_are_records(raw):
    table = {
        "url": ["https://a.example/1", None],
        "TEXT": ["one", "two"],
        "html": ["<p>unread</p>"] * 2,
        "date": [NOON, None],
        "fetched_at": [date(2026, 11, 21), None],
        "author": [["Ada", "Grace"], None],
    }
    raw.put("feed/a.bin", make(table))
    first, second = raw.records()
    assert (first.content, first.url, first.author, first.raw_record) == (
        "one",
        "https://a.example/1",
        "Ada, Grace",
        "row:1",
    )
    assert (first.published_at, first.partition_day, first.kind) == (NOON, "2026-11-21", "text")
    assert (second.content, second.raw_record, second.url, second.published_at) == ("two", "row:2", None, None)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip"])
@pytest.mark.parametrize("use_dictionary", [True, False])
def test_every_page_format_is_read(version, compression, use_dictionary):
    content = texts(300) + ["same"] * 300
    data = make(
        {"text": content, "id": list(range(600))},
        data_page_version=version,
        compression=compression,
        use_dictionary=use_dictionary,
        row_group_size=250,
        data_page_size=4096,
        write_page_checksum=True,
    )
    items = read(data)
    assert shown(items) == content
    assert [item.raw_record for item in items] == [f"row:{n}" for n in range(1, 601)]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_every_type_of_text_is_read(kind):
    assert shown(read(make(pa.table({"text": pa.array(["a", "b", None], pa.string()).cast(kind)})))) == [
        "a",
        "b",
        "no_text",
    ]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_bytes_are_left_for_the_encoding_room(kind):
    assert shown(read(make({"text": pa.array([b"na\xefve"], kind)}))) == [b"na\xefve"]


def test_strings_that_are_no_utf_8_are_read():
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 5, 8)))
    broken = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"na\xefveabc")])
    assert shown(read(make({"text": broken, "url": broken}))) == [b"na\xefve", "abc"]


@pytest.mark.parametrize(
    "times",
    [
        pa.array([NOON], pa.timestamp("ns")),
        pa.array([NOON], pa.timestamp("ms", tz="UTC")),
        pa.array([NOON], pa.timestamp("us", tz="Europe/Berlin")),
        pa.array([NOON], pa.timestamp("us", tz="Nowhere/Land")),
        pa.array([1795176000]),
        pa.array(["2026-11-20T12:00:00Z"]),
    ],
)
def test_every_type_of_time_is_read(times):
    assert read(make({"text": ["x"], "date": times}))[0].published_at == NOON


def test_fields_inside_structs_are_read():
    table = {"story": [{"body": "<p>deep</p>", "n": 1}, {"body": None, "n": 2}, None], "text": ["no"] * 3}
    settings = SourceSettings(fields=Fields(text=("Story.body",)))
    assert shown(read(make(table), settings)) == ["<p>deep</p>", "no_text", "no_text"]


def test_inside_archives_and_compressions(raw):
    data = make({"text": ["one"]})
    raw.put("feed/a.parquet.gz", gzip.compress(data))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("in.parquet", data)
    raw.put("feed/b.zip", target.getvalue())
    assert [(record.raw_path, record.content) for record in raw.records()] == [
        ("feed/a.parquet.gz", "one"),
        ("feed/b.zip!in.parquet", "one"),
    ]
    raw.put("feed/a.parquet.gz", gzip.compress(data)[:-200])
    assert [item.reason for item in raw.rejected()] == ["truncated"]


def spoil_footer(data, place):
    spoilt = bytearray(data)
    spoilt[place] ^= 0xFF
    return bytes(spoilt)


WHOLE = make({"text": texts(50)})


@pytest.mark.parametrize(
    "data",
    [
        WHOLE[:-1],
        WHOLE[: len(WHOLE) // 2],
        b"PAR1",
        b"PAR1PAR1",
        b"PAR1" + bytes(4) + b"PAR1",
        b"PAR1\xff\xff\xff\x7fPAR1",
        spoil_footer(WHOLE, -1),
        spoil_footer(WHOLE, -5),
        spoil_footer(WHOLE, -8),
        WHOLE[:-300] + bytes(292) + WHOLE[-8:],
    ],
)
def test_a_damaged_footer_is_one_rejected_record(raw, data):
    raw.put("feed/a.parquet", data)
    for items in (raw.read(), read(data)):
        assert [(item.reason, item.raw_record) for item in items] == [("broken_parquet", "")]


def test_a_broken_row_group_costs_itself_only():
    data = bytearray(
        make(
            {"text": texts(3000)},
            row_group_size=1000,
            compression="none",
            use_dictionary=False,
            write_page_checksum=True,
        )
    )
    second = pq.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(1).column(0)
    data[second.data_page_offset + 5000] ^= 0xFF
    items = read(bytes(data))
    (bad,) = (item for item in items if not isinstance(item, Record))
    assert (bad.reason, bad.raw_record) == ("broken_parquet", "row:1001")
    assert (bad.detail.partition(":")[0], bad.byte_offset) == (
        "row group 1, from row 1 of 1000 on",
        second.data_page_offset,
    )
    assert len(items) == 2001
    data[second.data_page_offset : second.data_page_offset + 20] = bytes(20)
    assert len(read(bytes(data))) == 2001


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"a": ["x"]}, "no_text"),
        ({"text": pa.array([], pa.string())}, "empty"),
        ({"text": [1]}, "no_text"),
        ({"text": ["x" * 2_000_000]}, "too_large"),
        ({f"c{n}": [n] for n in range(1200)} | {"text": ["x"]}, "too_many_columns"),
    ],
)
def test_a_table_without_use_is_one_rejected_record(table, reason):
    assert shown(read(make(table), SourceSettings(limits=Limits(record_bytes=1_000_000)))) == [reason]


def test_a_page_of_gigabytes_is_not_opened():
    table = {"text": ["a" * 70_000_000, "b"]}
    (item,) = read(make(table, compression="zstd", use_dictionary=False, data_page_size=1 << 30))
    assert (item.reason, item.raw_record) == ("too_large", "row:1")


def test_one_value_repeated_without_end_is_stopped(raw):
    big = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 1_000_000]))
    raw.put("feed/a.parquet", make(pa.table({"text": big}), store_schema=False))
    items = raw.read()
    assert len(items) < 100
    assert items[-1].reason == "expansion"


def test_rows_of_nothing_without_end_are_stopped(raw, monkeypatch):
    monkeypatch.setattr(entrance, "_ALLOWANCE", 1_000_000)
    raw.put("feed/a.parquet", make({"text": pa.nulls(3_000_000, pa.string())}))
    items = raw.read()
    assert len(items) < 10_000
    assert items[-1].reason == "expansion"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_parquet_is_too_broken(data):
    content = bytearray(make({"text": texts(20), "url": texts(20, 2)}, data_page_size=500))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    items = read(bytes(content))
    assert len(items) <= 40
