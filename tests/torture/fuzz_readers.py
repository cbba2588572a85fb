"""Read data that nobody would write: seeds of each format, changed at random, until the time is up or a reader fails.

Run as `python fuzz_readers.py KIND SECONDS FOLDER`. The file at work is FOLDER/input: it is there when the process is
not any more. Every check is on what any caller relies on.
"""

import bz2
import gzip
import io
import lzma
import random
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tasks.acquire import read_file
from tasks.acquire.fields import decode_leniently
from tasks.acquire.inventory import RawFile
from tasks.acquire.reasons import REASONS
from tasks.acquire.source import Limits, SourceSettings
from tasks.document import Record

SLOWEST = 20.0  # seconds for one file of a few kilobytes: a hang, whatever the machine


def make_parquet(**options):
    target = io.BytesIO()
    texts = [f"text number {number} " * (number % 9) for number in range(60)]
    pq.write_table(
        pa.table({"text": texts, "url": texts[::-1], "n": list(range(60))}), target, row_group_size=25, **options
    )
    return target.getvalue()


def make_zip(method):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("a.txt", "some text " * 50)
        archive.writestr("b/c.jsonl", '{"text": "one"}\n' * 5)
    return target.getvalue()


def make_tar(form):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for name in ("a.txt", "b/" * 60 + "ä.txt"):
            info = tarfile.TarInfo(name)
            info.size = 700
            archive.addfile(info, io.BytesIO(b"x" * 700))
    return target.getvalue()


ENTRY = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-11-20T10:00:00Z\r\nWARC-Target-URI: https://a.example/\r\n"
    b"Content-Length: %d\r\n\r\n%s\r\n\r\n"
)
BLOCKS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><p>text</p></html>",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n1a\r\n" + gzip.compress(b"abc"),
    b"HTTP/1.1 404 Not Found\r\n\r\n",
)
WARC = b"".join(ENTRY % (len(block), block) for block in BLOCKS)
JSONL = (
    b'{"text": "one \\ud83d\\ude00", "url": "u", "date": 1795176000}\n{"html": "<p>two</p>", "n": [1, {"a": null}]}\n'
    * 4
)
CSV = b'url,title,text\n1,"a ""quoted"" title","text\nof two lines"\n2,b,"c, d"\n' * 5
HTML = b"<!doctype html><html><head><meta charset=utf-8></head><body><p>text</p></body></html>"
PACK = (gzip.compress, bz2.compress, lzma.compress, zstandard.compress)

SEEDS = {
    "text": [b"Title\n\nSome text.\n", "Zażółć".encode("utf-16"), b"\x1b$B\x1b(B", b""],
    "html": [HTML, HTML.decode().encode("utf-16-le")],
    "jsonl": [JSONL, JSONL.decode().encode("utf-16"), b"[\n" + JSONL.replace(b"}\n", b"},\n") + b"]"],
    "json": [b"[" + JSONL.replace(b"}\n", b"},") + b"{}]", JSONL.replace(b", ", b",\n ").decode().encode("utf-16")],
    "csv": [CSV, CSV.replace(b",", b"\t"), CSV.decode().encode("utf-16")],
    "warc": [WARC, b"".join(gzip.compress(ENTRY % (len(block), block)) for block in BLOCKS)],
    "parquet": [make_parquet(), make_parquet(data_page_version="2.0", compression="zstd", use_dictionary=False)],
    "compression": [pack(JSONL) for pack in PACK] + [pack(WARC) + pack(JSONL) for pack in PACK],
    "zip": [make_zip(method) for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)],
    "tar": [make_tar(form) for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT)],
}
TOKENS = (
    *(b"\0", b"\xff", b"\n", b"\r\n\r\n", b'"', b",", b"{", b"[", b"\\u", b"<", b"PK\x03\x04", b"PK\x07\x08", b"PAR1"),
    *(b"WARC/1.0\r\n", b"Content-Length: 99999999999\r\n", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x7f\xff\xff\xff"),
    *(b"-1", b"1e999", b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbb\xbf", bytes(512), b"9" * 30),
)


def mutate(data, choose):
    """Change a few places: flip, overwrite, insert, delete, repeat, cut, or splice with itself."""
    data = bytearray(data)
    for _ in range(choose.choice((1, 1, 2, 3, 5, 20))):
        place, other = (choose.randrange(len(data) + 1) for _ in range(2))
        length = choose.choice((1, 1, 2, 4, 8, 64))
        match choose.randrange(7):
            case 0 if place < len(data):
                data[place] ^= 1 << choose.randrange(8)
            case 1:
                data[place : place + length] = choose.randbytes(length)
            case 2:
                data[place:place] = choose.choice(TOKENS)
            case 3:
                del data[place : place + length]
            case 4:
                data[place:place] = data[other : other + 64] * choose.choice((1, 2, 50))
            case 5 if choose.random() < 0.2:
                del data[place:]
            case _:
                data[place : place + length] = data[other : other + length]
        del data[200_000:]
    return bytes(data)


def check(path, data, settings):
    path.write_bytes(data)
    file = RawFile("feed", f"feed/{path.name}", path, None, len(data), 0, 0)
    start = time.monotonic()
    for item in read_file(file, "", settings):
        if isinstance(item, Record):
            assert item.content
            item.document_id, item.partition_day  # noqa: B018 - they must not fail
            for value in (item.url, item.title, item.author, item.raw_path, item.raw_record):
                (value or "").encode("utf-8")
        else:
            assert item.reason in REASONS
            assert item.reason != "unreadable", item.detail
            (item.detail + item.sample + item.raw_path).encode("utf-8")
    assert time.monotonic() - start < SLOWEST


def fuzz(kind, seconds, path):
    """Read changed seeds of a kind for a time, and say how many."""
    choose = random.Random(time.time_ns())
    forced = kind if kind in ("text", "html", "jsonl", "json", "csv", "warc", "parquet") else None
    limits = Limits(record_bytes=100_000, columns=50, members=100)
    pool = list(SEEDS[kind])
    decode_leniently(b"caf\xe9")  # loads models, which takes its time
    count = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = mutate(choose.choice(pool), choose)
        if choose.random() < 0.01 and len(pool) < 1000:
            pool.append(data)
        reader = forced if choose.random() < 0.5 else None
        try:
            check(path, data, SourceSettings(reader=reader, limits=limits))
        except BaseException as error:
            error.add_note(f"reader = {reader}, file = {path}")
            raise
        count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(str(fuzz(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]) / "input")))
