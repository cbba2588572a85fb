"""Files of records that each say who they are, one of them spoilt: what is spoilt costs itself only."""

import gzip
import io
import json
import tarfile
import zipfile

import zstandard
from change import change_bytes

ENTRIES = 8


STARTS = (
    b"PK",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7z",
    b"\x28\xb5",
    b"PAR1",
    *(bytes([0x50 + kind, 0x2A]) for kind in range(16)),
)


def spoil(choose, data, keep=b""):
    """The bytes changed, without line ends being added where `keep` says that they part the records.

    They do not start like another format, of which the whole file would be one then.
    """
    changed = change_bytes(choose, data, ())[:20_000]
    for end in keep:
        changed = changed.replace(bytes([end]), b"")
    return b"x" + changed if changed.startswith(STARTS) and not data.startswith(STARTS) else changed


def jsonl(choose, names):
    lines = [json.dumps({"text": name, "n": [1, {"a": "b"}]}).encode() for name in names]
    return join(choose, lines, b"\n", keep=b"\n\r")


def json_array(choose, names):
    """What stands between quotes and brackets spoilt, or one of these gone, with objects in the objects."""
    indent = choose.choice((None, 2))
    objects = [json.dumps({"id": 1, "text": name, "n": [{"a": "b"}]}, indent=indent).encode() for name in names]
    spoilt = choose.randrange(len(objects))
    place = choose.randrange(9, len(objects[spoilt]) - 1)
    objects[spoilt] = objects[spoilt][:place] + choose.choice((b"", b'"', b"x")) + objects[spoilt][place + 1 :]
    end = b",\n" if indent else choose.choice((b",", b", ", b",\n"))
    return b"[" + end.join(objects) + b"]", spoilt


def csv(choose, names):
    rows = [b'%d,"%s, ""quoted""",x' % (number, name.encode()) for number, name in enumerate(names)]
    spoilt = choose.randrange(len(rows))
    place = choose.randrange(len(rows[spoilt]))
    # a quote left open is told from a long field by the rows behind it, so it may cost them at the end of a file
    rows[spoilt] = (
        spoil(choose, rows[spoilt].replace(b'"', b""), b'\n\r"') if choose.random() < 0.7 else rows[spoilt][:place]
    )
    return b"id,text,tag\n" + b"\n".join(rows) + b"\n", spoilt


def warc(choose, names):
    entries = []
    for name in names:
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + name.encode()
        head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-11-20T10:00:00Z\r\nContent-Length: %d\r\n\r\n"
        entries.append(head % len(block) + block + b"\r\n\r\n")
    return join(choose, entries, b"")


def gzipped(choose, names):
    members = [gzip.compress(json.dumps({"text": name}).encode() + b"\n") for name in names]
    return (*join(choose, members, b""), ".jsonl.gz")


def zstandard_frames(choose, names):
    """Frames with check sums, as the command writes them: without, a shortened one takes the head of the next along."""
    compress = zstandard.ZstdCompressor(write_checksum=True).compress
    members = [compress(json.dumps({"text": name}).encode() + b"\n") for name in names]
    return (*join(choose, members, b""), ".jsonl.zst")


def zipped(choose, names):
    """The content of a member spoilt, not its header: a length that lies can hide the next member."""
    target = io.BytesIO()
    with zipfile.ZipFile(
        target, "w", choose.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    ) as archive:
        for name in names:
            archive.writestr(name, f"the member {name}")
        places = [(info.header_offset + 30 + len(info.filename), info.compress_size) for info in archive.infolist()]
    data = bytearray(target.getvalue())
    spoilt = choose.randrange(len(names))
    start, size = places[spoilt]
    for _ in range(choose.choice((1, 2, 5))):
        data[start + choose.randrange(size)] = choose.randrange(256)
    return bytes(data), spoilt


def tarred(choose, names):
    """A header or a content spoilt in place."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            content = f"the member {name}".encode()
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    data = bytearray(target.getvalue())
    spoilt = choose.randrange(len(names))
    for _ in range(choose.choice((1, 2, 5))):
        data[spoilt * 1024 + choose.choice((choose.randrange(156), 512 + choose.randrange(20)))] = choose.randrange(256)
    return bytes(data), spoilt


def join(choose, entries, end, keep=b""):
    spoilt = choose.randrange(len(entries))
    entries[spoilt] = spoil(choose, entries[spoilt], keep)
    return end.join(entries) + end, spoilt


NEIGHBOURS = {
    "jsonl": (jsonl,),
    "json": (json_array,),
    "csv": (csv,),
    "warc": (warc,),
    "compression": (gzipped, zstandard_frames),
    "zip": (zipped,),
    "tar": (tarred,),
}


def make(choose, kind):
    """A file, the end of its name if it is a particular one, and what the texts of all its records but one hold."""
    names = [f"entry-{number}-{choose.randrange(10**9)}.txt" for number in range(ENTRIES)]
    data, spoilt, *suffix = choose.choice(NEIGHBOURS[kind])(choose, names)
    return data, "".join(suffix), [name for number, name in enumerate(names) if number != spoilt]
