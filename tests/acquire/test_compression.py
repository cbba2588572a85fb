import bz2
import gzip
import lzma
import random

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.acquire import entrance
from tasks.acquire.compression import BZIP2, COMPRESSIONS, GZIP, XZ, ZSTD
from tasks.acquire.source import Limits, SourceSettings
from tasks.acquire.stream import Damage, Stream

COMPRESS = {
    GZIP: lambda data: gzip.compress(data, mtime=0),
    BZIP2: bz2.compress,
    XZ: lzma.compress,
    ZSTD: zstandard.ZstdCompressor(write_checksum=True).compress,
}
KINDS = pytest.mark.parametrize("kind", COMPRESSIONS, ids=lambda kind: kind.name)


def words(count, seed=1):
    # neither too regular nor too random: broken data must not look like the end
    choose = random.Random(seed)
    return b" ".join(b"%x" % choose.getrandbits(choose.randrange(4, 40)) for _ in range(count))


def expand(kind, data):
    """The content and the damages, as readers would see them, from pieces of odd sizes."""
    pieces = iter([data[start : start + 997] for start in range(0, len(data), 997)])
    stream = Stream(kind.expand(Stream(pieces)))
    content = b"".join(iter(stream.read_some, b""))
    return content, stream.damages


@KINDS
@pytest.mark.parametrize("size", [0, 1, 1000, 60_000])
def test_what_was_compressed_comes_back(kind, size):
    data = words(size)
    assert expand(kind, COMPRESS[kind](data)) == (data, [])


@KINDS
def test_members_in_a_row_are_one_stream(kind):
    parts = [words(1000, seed) for seed in range(5)] + [b""]
    packed = b"".join(COMPRESS[kind](part) for part in parts)
    assert expand(kind, packed + bytes(512)) == (b"".join(parts), [])


@KINDS
def test_what_follows_the_last_member_is_told(kind):
    content, damages = expand(kind, COMPRESS[kind](b"content") + b"garbage" * 100_000)
    assert content == b"content"
    assert [(damage.reason, damage.offset) for damage in damages] == [("damaged", 7)]


@KINDS
@pytest.mark.parametrize("padding", [b"", bytes(600)])
def test_a_member_behind_garbage_is_found(kind, padding):
    whole = COMPRESS[kind](b"one"), COMPRESS[kind](b"two")
    content, damages = expand(kind, whole[0] + padding + b"garbage" * 100_000 + whole[1])
    assert content == b"onetwo"
    assert [(damage.reason, damage.offset) for damage in damages] == [("damaged", 3)]
    assert "700000 bytes" in damages[0].detail


@KINDS
def test_truncated_data_gives_what_is_there(kind):
    data = words(300_000)
    packed = COMPRESS[kind](data)
    content, (damage,) = expand(kind, packed[: len(packed) * 2 // 3])
    assert data.startswith(content)
    assert len(content) > len(data) // 8
    assert (damage.reason, damage.offset) == ("truncated", len(content))


@KINDS
def test_a_broken_member_costs_itself_only(kind):
    parts = [words(20_000, seed) for seed in range(5)]
    members = [COMPRESS[kind](part) for part in parts]
    broken = bytearray(members[2])
    broken[len(broken) // 2] ^= 0xFF
    members[2] = bytes(broken)
    content, damages = expand(kind, b"".join(members))
    assert content.startswith(parts[0] + parts[1])
    assert content.endswith(parts[3] + parts[4])
    assert {damage.reason for damage in damages} == {"damaged"}
    assert len(damages) == 1


def test_of_a_broken_gzip_everything_before_the_error_is_read():
    data = words(2000)
    packed = bytearray(gzip.compress(data, mtime=0))
    packed[-8] ^= 0xFF  # the check sum
    assert expand(GZIP, bytes(packed))[0] == data
    packed[len(packed) * 3 // 4] ^= 0xFF
    assert len(expand(GZIP, bytes(packed))[0]) > len(data) * 2 // 3


@KINDS
def test_steps_are_small_whatever_the_data(kind):
    zeros = b"".join(COMPRESS[kind](bytes(20_000_000)) for _ in range(2))
    sizes = [len(piece) for piece in kind.expand(Stream(iter([zeros]))) if not isinstance(piece, Damage)]
    assert sum(sizes) == 40_000_000
    assert max(sizes) <= (8 * 1024 * 1024 if kind is ZSTD else 64 * 1024)


def test_a_window_of_gigabytes_is_refused():
    parameters = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compressobj().compress(words(100_000))
    packed = packed or zstandard.ZstdCompressor(compression_params=parameters).compressobj().flush()
    content, damages = expand(ZSTD, packed)
    assert (content, [damage.reason for damage in damages]) == (b"", ["damaged"])


@KINDS
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_data_is_too_broken(kind, data):
    packed = bytearray(COMPRESS[kind](words(300)) * 2)
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(packed) - 1))
        packed[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(packed)))
    content, damages = expand(kind, bytes(packed[:cut]))
    assert len(content) <= 10_000_000
    assert all(damage.reason in ("truncated", "damaged") for damage in damages)


@KINDS
def test_compressed_files_are_read_whatever_their_name(raw, kind):
    raw.put("news/2026-11-20/page.bin", COMPRESS[kind](b"<html><p>one</p></html>"))
    raw.put(f"news/2026-11-20/feed.jsonl{kind.suffix}", COMPRESS[kind](b'{"text": "two"}\n{broken\n'))
    assert [item.raw_path for item in raw.read()] == [f"news/2026-11-20/feed.jsonl{kind.suffix}"] * 2 + [
        "news/2026-11-20/page.bin"
    ]
    assert [(record.content, record.kind) for record in raw.records()] == [
        ("two", "text"),
        (b"<html><p>one</p></html>", "html"),
    ]


def test_layers_are_undone_up_to_the_limit(raw):
    data = b"core"
    for kind in (GZIP, BZIP2, XZ, ZSTD, GZIP):
        data = COMPRESS[kind](data)
    raw.put("news/a", data)
    assert [record.content for record in raw.records()] == [b"core"]
    (item,) = raw.read(SourceSettings(limits=Limits(depth=4)))
    assert item.reason == "too_deep"


@KINDS
def test_a_bomb_is_stopped_by_its_ratio(raw, kind, monkeypatch):
    monkeypatch.setattr(entrance, "_ALLOWANCE", 1_000_000)
    settings = SourceSettings(reader="jsonl", limits=Limits(expansion_ratio=20))
    raw.put("feed/a", COMPRESS[kind](b'{"text": "first"}\n') + COMPRESS[kind](bytes(10_000_000)))
    record, bomb = raw.read(settings)
    assert record.content == "first"
    assert bomb.reason == "expansion"


def test_the_total_is_limited(raw):
    raw.put_gzip("feed/a", b'{"text": "x"}\n' * 1000)
    items = raw.read(SourceSettings(limits=Limits(expanded_bytes=1000)))
    assert items[-1].reason == "expansion"


def test_a_bomb_of_plain_text_is_one_rejected_record(raw):
    raw.put("news/a.txt.gz", gzip.compress(b"a" * 40_000_000))
    (item,) = raw.read()
    assert item.reason == "too_large"


@pytest.mark.parametrize("name", ["feed.jsonl", "feed.csv"])
def test_a_line_does_not_go_on_over_missing_data(raw, name):
    rows = [
        b'{"text": "record %d"}\n' % number if "json" in name else b'%d,"record %d"\n' % (number, number)
        for number in range(9)
    ]
    broken = bytearray(gzip.compress(rows[3] + rows[4], mtime=0))
    broken[30:40] = b"\xff" * 10
    head = b"" if "json" in name else gzip.compress(b"id,text\n", mtime=0)
    raw.put(
        f"news/{name}", head + b"".join([*map(gzip.compress, rows[:3]), bytes(broken), *map(gzip.compress, rows[5:])])
    )
    texts = [str(record.content) for record in raw.records()]
    assert {f"record {number}" for number in (0, 1, 2, 5, 6, 7, 8)} <= set(texts)
    assert any(item.reason == "damaged" for item in raw.rejected())


@KINDS
def test_where_the_start_is_damaged_the_name_is_believed(raw, kind):
    members = [COMPRESS[kind](b'{"text": "record %d"}\n' % number) for number in range(3)]
    data = b"\x01" * 300 + b"".join(members)[5:]
    raw.put(f"news/a.jsonl{kind.suffix}", data)
    assert [str(record.content) for record in raw.records()] == ["record 1", "record 2"]
    assert [item.reason for item in raw.rejected()] == ["damaged"]
    raw.put(f"news/a.jsonl{kind.suffix}", b"\x01" * 300 + bytes(range(256)) * 9)  # no member is in it
    assert len(raw.records()) == 1


@pytest.mark.parametrize("claimed", [0xFFFF, 200])
def test_a_header_that_claims_the_members_behind_it_costs_itself_only(raw, claimed):
    """A flag that came up by chance makes a length of what follows it."""
    first, spoilt, *others = (gzip.compress(b'{"text": "record %d"}\n' % number, mtime=0) for number in range(12))
    lying = spoilt[:3] + b"\x04" + spoilt[4:10] + claimed.to_bytes(2, "little") + spoilt[10:]
    raw.put("news/a.jsonl.gz", first + lying + b"".join(others))
    kept = [str(record.content) for record in raw.records()]
    assert [f"record {number}" for number in (0, *range(2, 12))] == kept
    assert [item.reason for item in raw.rejected()].count("damaged") >= 1
