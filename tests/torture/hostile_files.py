"""Files that are meant to hurt: each function writes one, and `CASES` says what may come of it."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

MEGABYTE = bytes(1024 * 1024)


def write_gzip(path, pieces, level=9):
    with gzip.open(path, "wb", compresslevel=level) as file:
        for piece in pieces:
            file.write(piece)


def write_pieces(path, pieces):
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def nest_archives(path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", MEGABYTE * 200)
    for _ in range(3):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{number}.zip", packed.getvalue())
        packed = outer
    path.write_bytes(packed.getvalue())


def long_line(head):
    return lambda path: write_pieces(path, [head, *[b"x" * 1024 * 1024] * 1024, b'"}\n{"text": "after"}\n'])


def lying_warc(path):
    block = b"HTTP/1.1 200 OK\r\n\r\npage"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n"
    lies = (10**9, 10**7, 10**17, 3)
    write_pieces(path, (head % lies[number % 4] + block + b"\r\n\r\n" for number in range(20_000)))


def huge_warc(path):
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 2147483648\r\n\r\n"
    write_pieces(path, [head, *[b"x" * 1024 * 1024] * 2048])


def many_members(path):
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100_000):
            archive.writestr(str(number), "x")


def huge_extension(path):
    info = tarfile.TarInfo("x")
    info.type, info.size = b"x", 2_000_000_000
    write_gzip(path, [info.tobuf(), *[MEGABYTE] * 1908], level=1)


def starts_of_frames(path):
    frame = zstandard.compress(MEGABYTE * 100)[:40]
    write_pieces(path, [frame] * 500_000)


def categories(path):
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["x" * 1_000_000]))
    pq.write_table(pa.table({"text": column}), path, store_schema=False)


def wide_table(path):
    pq.write_table(pa.table({f"c{number}": [1] for number in range(100_000)} | {"text": ["x"]}), path)


# name of the file, what writes it, the reasons that may be given, at least how many records must come out all the same
CASES = [
    ("zeros.txt.gz", lambda path: write_gzip(path, [MEGABYTE] * 4096), {"too_large"}, 0),
    ("lines.jsonl.gz", lambda path: write_gzip(path, [b'{"\n' * 400_000] * 1024), {"broken_json", "expansion"}, 0),
    ("blank.jsonl.gz", lambda path: write_gzip(path, [b'{"text":"a"}', *[b"\n" * 10**6] * 2048]), {"expansion"}, 1),
    ("zeros.zst", lambda path: path.write_bytes(zstandard.compress(MEGABYTE * 1500)), {"too_large"}, 0),
    ("zeros.bz2", lambda path: path.write_bytes(bz2.compress(MEGABYTE * 500)), {"too_large"}, 0),
    ("zeros.xz", lambda path: path.write_bytes(lzma.compress(MEGABYTE * 500)), {"too_large"}, 0),
    ("nested.zip", nest_archives, {"too_large", "expansion"}, 0),
    ("members.zip", many_members, set(), 100_000),
    ("extension.tar.gz", huge_extension, {"expansion", "empty"}, 0),
    (
        "starts.gz",
        lambda path: path.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\0" * 2_000_000),
        {"damaged", "truncated"},
        0,
    ),
    ("starts.zst", starts_of_frames, {"damaged", "expansion", "too_large"}, 0),
    (
        "deep.jsonl",
        lambda path: path.write_bytes(
            b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b'}\n{"text":"x"}\n' + b'{"a":' * 100_000
        ),
        {"too_deep"},
        1,
    ),
    ("deep.html", lambda path: path.write_bytes(b"<html>" + b"<div>" * 500_000 + b"x" + b"</div>" * 500_000), set(), 1),
    ("line.jsonl", long_line(b'{"text": "'), {"too_large"}, 1),
    ("line.json", long_line(b'[{"text": "'), {"too_large", "not_an_object"}, 0),
    ("line.txt", long_line(b""), {"too_large"}, 0),
    ("line.csv", long_line(b'id,text\n1,"'), {"too_large", "broken_row"}, 0),
    (
        "values.jsonl",
        lambda path: path.write_bytes(b'{"text":"x","a":[' + b"{}," * 5_200_000 + b"1]}\n"),
        set(),
        1,
    ),
    ("columns.csv", lambda path: path.write_bytes(b",".join([b"text"] * 1_000_000) + b"\n"), {"too_many_columns"}, 0),
    (
        "quotes.csv",
        lambda path: path.write_bytes(b"id,text\n" + b'1,""\n2,"a""\n' * 300_000),
        {"empty", "broken_row"},
        0,
    ),
    (
        "commas.csv",
        lambda path: write_pieces(path, [b"id,text\n", *[b'"' + b"," * 15_000_000 + b"\n"] * 5]),
        {"broken_row"},
        0,
    ),
    ("lying.warc", lying_warc, {"broken_record"}, 0),
    ("huge.warc", huge_warc, {"too_large"}, 0),
    ("columns.parquet", wide_table, {"broken_parquet", "too_many_columns"}, 0),
    (
        "nulls.parquet",
        lambda path: pq.write_table(pa.table({"text": pa.nulls(20_000_000, pa.string())}), path),
        {"no_text", "expansion"},
        0,
    ),
    (
        "page.parquet",
        lambda path: pq.write_table(
            pa.table({"text": ["a" * 900_000_000]}), path, compression="zstd", use_dictionary=False
        ),
        {"too_large"},
        0,
    ),
    ("categories.parquet", categories, {"expansion"}, 1),
]
