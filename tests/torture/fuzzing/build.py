"""Files of every format as scrapers write them, with what is rare in the wild: each builder makes one by chance."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
import zlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

WORDS = (
    *(
        "the harbour was quiet",
        "Zażółć gęślą jaźń",
        "Привет, мир",
        "日本語の文章",
        "naïve café",
        "a\u2028b",
        "\ufeff",
        "😀",
    ),
    *(
        "<p>para</p>",
        "<div><!-- x -->",
        "&amp;&#0;&#x110000;",
        "\x85",
        "Posted by",
        "Comments (3)",
        "https://a.example/",
    ),
    *(
        "Ã©",
        "\ufffd",
        "\x00",
        "\x1b[31m",
        "=" * 40,
        "2026-11-20",
        "\u202e",
        "e\u0301" * 5,
        ".",
        "|",
        '"',
        "'",
        "\\",
        "\t",
    ),
)
ENCODINGS = (
    *("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252"),
    *("cp1251", "shift_jis", "gb18030", "big5", "euc_kr", "koi8_r", "iso2022_jp", "utf-7"),
)
LINE_ENDS = ("\n", "\n", "\n", "\r\n", "\r", "\n\n", "\u2028")


def text(choose, most=30):
    words = [choose.choice(WORDS) for _ in range(choose.randrange(most))]
    return choose.choice((" ", " ", "", "\n", ". ")).join(words)


def encode(choose, content):
    """The text in some encoding, and what the encoding lacks left out or escaped."""
    encoding = choose.choice(ENCODINGS)
    return content.encode(encoding, choose.choice(("ignore", "replace", "backslashreplace", "xmlcharrefreplace")))


def plain(choose):
    return encode(choose, choose.choice(LINE_ENDS).join(text(choose) for _ in range(choose.randrange(12))))


TAGS = ("p", "div", "article", "h1", "table", "tr", "td", "ul", "li", "a", "script", "style", "template", "svg", "math")
ATTRIBUTES = (
    "",
    "",
    ' class="comment"',
    ' id="x"',
    " href=a",
    " style='",
    ' data-x="&quot;"',
    " =",
    ' class="post body"',
)


def html(choose):
    """A page of nested and unclosed elements."""
    parts = [choose.choice(("<!doctype html><html>", "<html lang=en>", "<body>", "<p>", '<?xml version="1.0"?><html>'))]
    parts.append(
        choose.choice(("", "<meta charset=utf-8>", '<meta http-equiv=content-type content="text/html;charset=x">'))
    )
    for _ in range(choose.randrange(40)):
        tag = (
            choose.choice(TAGS)
            if choose.random() < 0.8
            else choose.choice(("plaintext", "title", "textarea", "frameset"))
        )
        kind = choose.randrange(6)
        if kind < 3:
            parts.append(f"<{tag}{choose.choice(ATTRIBUTES)}>" * choose.choice((1, 1, 1, 30)))
        elif kind < 5:
            parts.append(text(choose, 10))
        else:
            parts.append(f"</{tag}>")
    return encode(choose, "".join(parts))


NUMBERS = (0, -1, 1795176000, 1795176000000, 20261120, 1e308, -0.0, 10**30, True, None)
TIMES = ("2026-11-20T10:00:00Z", "Fri, 20 Nov 2026 10:00:00 GMT", "0000-00-00", "9999-12-31T23:59:59-14:00", "nov", "")
NAMES = (
    "text",
    "content",
    "body",
    "html",
    "url",
    "title",
    "author",
    "published_at",
    "date",
    "fetched_at",
    "id",
    "",
    "a.b",
)


def value(choose, depth=0):
    kind = choose.randrange(9 if depth < 4 else 5)
    if kind < 3:
        return text(choose, 8)
    if kind == 3:
        return choose.choice(NUMBERS)
    if kind == 4:
        return choose.choice(TIMES)
    if kind < 7:
        return [value(choose, depth + 1) for _ in range(choose.randrange(4))]
    return {choose.choice(NAMES): value(choose, depth + 1) for _ in range(choose.randrange(4))}


def json_object(choose, indent=None):
    row = {"text": text(choose), "url": "https://a.example/"} if choose.random() < 0.7 else {}
    row |= {choose.choice(NAMES): value(choose) for _ in range(choose.randrange(5))}
    written = json.dumps(row, ensure_ascii=choose.random() < 0.5, indent=indent)
    if choose.random() < 0.15:
        rare = (
            "\\ud83d",
            "\\udc00\\ud83d",
            "NaN",
            "-Infinity",
            "1" * 5000,
            "1e99999",
            "\\u0000",
            "\\x",
            "[" * 300,
            '{"a":' * 300,
        )
        place = choose.randrange(len(written))
        written = written[:place] + choose.choice(rare) + written[place:]
    return written


def jsonl(choose):
    lines = [json_object(choose) for _ in range(choose.randrange(1, 8))]
    if choose.random() < 0.2:
        lines = ["[", *(line + "," for line in lines), "]"]
    return encode(choose, choose.choice(("\n", "\n", "\r\n", "\n\n")).join(lines))


def json_array(choose):
    indent = choose.choice((None, 1, 2, 4))
    written = choose.choice((",", ",\n", " ", "\n\n")).join(
        json_object(choose, indent) for _ in range(choose.randrange(6))
    )
    return encode(choose, f"[{written}]" if choose.random() < 0.7 else written)


def csv(choose):
    """A table of quoted, unquoted, doubled and broken fields."""
    delimiter = choose.choice(",\t;|")
    names = choose.sample(NAMES, choose.randrange(2, 7))
    names[0] = choose.choice(("text", "Text", '"text"', " content"))
    rows = [delimiter.join(names)]
    for _ in range(choose.randrange(10)):
        fields = []
        for _ in range(len(names) + choose.choice((0, 0, 0, 0, 1, -1))):
            field = text(choose, 5)
            kind = choose.randrange(5)
            if kind < 2:
                field = '"' + field.replace('"', '""') + '"'
            elif kind == 2:
                field = '"' + field
            fields.append(field)
        rows.append(delimiter.join(fields))
    return encode(choose, choose.choice(("\n", "\r\n")).join(rows))


def chunked(choose, body):
    pieces = []
    while body:
        size = choose.randrange(1, len(body) + 1)
        pieces.append(b"%x%s\r\n%s\r\n" % (size, choose.choice((b"", b";a=b")), body[:size]))
        body = body[size:]
    return b"".join(pieces) + choose.choice((b"0\r\n\r\n", b"", b"0\r\nX: y\r\n\r\n"))


CODINGS = {
    b"gzip": gzip.compress,
    b"deflate": zlib.compress,
    b"zstd": zstandard.compress,
    b"br": lambda body: body,
    b"identity": lambda body: body,
}
TYPES = (
    b"text/html",
    b"text/html; charset=utf-8",
    b'text/plain;charset="x',
    b"text/dns",
    b"image/png",
    b"",
    b"a,b",
    b"*/*",
)


def response(choose):
    body = html(choose) if choose.random() < 0.7 else plain(choose)
    lines = [choose.choice((b"HTTP/1.1 200 OK", b"HTTP/1.1 404 No", b"HTTP/2 200", b"ICY 200", b"HTTP/1.1 200"))]
    lines.append(b"Content-Type: " + choose.choice(TYPES))
    if choose.random() < 0.4:
        coding = choose.choice(list(CODINGS))
        body = CODINGS[coding](body) if choose.random() < 0.8 else body
        lines.append(b"Content-Encoding: " + coding + choose.choice((b"", b", gzip")))
    if choose.random() < 0.3:
        body = chunked(choose, body)
        lines.append(b"Transfer-Encoding: chunked")
    end = choose.choice((b"\r\n", b"\r\n", b"\n"))
    return end.join(lines) + end * 2 + body


def warc_entry(choose):
    kind = choose.choice(
        (b"response", b"response", b"resource", b"conversion", b"warcinfo", b"request", b"revisit", b"x")
    )
    block = response(choose) if kind in (b"response", b"revisit") else plain(choose)
    length = len(block) if choose.random() < 0.85 else choose.choice((0, 1, len(block) - 1, len(block) + 9, 10**12, -5))
    head = [
        choose.choice((b"WARC/1.0", b"WARC/1.1", b"WARC/1.0 ", b"warc/0.9")),
        b"WARC-Type: " + kind,
        b"WARC-Date: " + choose.choice(TIMES).encode(),
        b"WARC-Target-URI: " + choose.choice((b"https://a.example/", b"<http://b/>", b"", b"\xff\xfe")),
        b"Content-Type: " + choose.choice((b"application/http; msgtype=response", *TYPES)),
        b"Content-Length: %d" % length,
    ]
    if choose.random() < 0.2:
        choose.shuffle(head)
    if choose.random() < 0.2:
        head.insert(
            choose.randrange(1, len(head) + 1), choose.choice((b" folded", b"NoColon", b": ", b"Content-Length: 3"))
        )
    end = choose.choice((b"\r\n", b"\r\n", b"\r\n", b"\n"))
    return end.join(head) + end * 2 + block + choose.choice((b"\r\n\r\n", b"\r\n\r\n", b"\n", b""))


def warc(choose):
    entries = [warc_entry(choose) for _ in range(choose.randrange(1, 6))]
    return b"".join(gzip.compress(entry, 1) for entry in entries) if choose.random() < 0.3 else b"".join(entries)


def column(choose, rows):
    kinds = (
        lambda: pa.array([text(choose, 4) for _ in range(rows)]),
        lambda: pa.array([choose.choice((None, "x" * 300, "")) for _ in range(rows)], pa.large_string()),
        lambda: pa.array([plain(choose) for _ in range(rows)], pa.binary()),
        lambda: pa.array([choose.choice("ab") for _ in range(rows)]).dictionary_encode(),
        lambda: pa.array(
            [value(choose, 4) if choose.random() < 0.5 else None for _ in range(0)] + [[text(choose, 3)]] * rows
        ),
        lambda: pa.array([{"name": text(choose, 3), "n": choose.randrange(9)}] * rows),
        lambda: pa.array([datetime(2026, 11, 20, tzinfo=UTC) + timedelta(choose.randrange(-9999, 9999))] * rows),
        lambda: pa.array([choose.randrange(-(2**62), 2**62)] * rows, choose.choice((pa.timestamp("us"), pa.int64()))),
        lambda: pa.array([choose.randrange(2**31)] * rows, choose.choice((pa.date32(), pa.int32(), pa.time32("s")))),
        lambda: pa.array([Decimal(choose.randrange(10**9))] * rows, pa.decimal128(20, 3)),
        lambda: pa.array([date(2026, 11, 20)] * rows),
        lambda: pa.nulls(rows, choose.choice((pa.null(), pa.string(), pa.float64()))),
        lambda: pa.array([[("k", text(choose, 2))]] * rows, pa.map_(pa.string(), pa.string())),
    )
    return choose.choice(kinds)()


def parquet(choose):
    rows = choose.choice((0, 1, 3, 60))
    names = choose.sample(NAMES, choose.randrange(1, 6))
    table = pa.table({name: column(choose, rows) for name in names} | {"text": column(choose, rows)})
    target = io.BytesIO()
    pq.write_table(
        table,
        target,
        row_group_size=choose.choice((1, 7, 25, 100)),
        compression=choose.choice(("none", "snappy", "zstd", "gzip", "lz4", "brotli")),
        data_page_version=choose.choice(("1.0", "2.0")),
        use_dictionary=choose.random() < 0.6,
        data_page_size=choose.choice((64, 1024, 1024**2)),
        write_page_checksum=choose.random() < 0.3,
        write_page_index=choose.random() < 0.3,
        store_schema=choose.random() < 0.5,
        version=choose.choice(("1.0", "2.4", "2.6")),
        allow_truncated_timestamps=True,
    )
    return target.getvalue()


def gzip_named(data):
    """With a name, a comment and a field of extra bytes, as `gzip -N` and BGZF write them."""
    packed = gzip.compress(data, 1)
    return packed[:3] + b"\x1c" + packed[4:10] + b"\x06\0BC\x02\0\x1b\0" + b"name\0comment\0" + packed[10:]


PACKERS = (
    lambda data: gzip.compress(data, 1),
    gzip_named,
    lambda data: bz2.compress(data, 1),
    lambda data: lzma.compress(data, preset=0),
    lambda data: lzma.compress(data, preset=0, check=lzma.CHECK_NONE),
    lambda data: zstandard.compress(data, 1),
    lambda data: zstandard.ZstdCompressor(write_checksum=True, write_content_size=False).compress(data),
    lambda data: b"\x50\x2a\x4d\x18\x04\0\0\0skip" + zstandard.compress(data),
)


def compressed(choose):
    """Members in a row, of one compression or, wrongly, of several; also packed twice."""
    packer = choose.choice(PACKERS)
    members = []
    for _ in range(choose.choice((1, 1, 2, 5))):
        packer = choose.choice(PACKERS) if choose.random() < 0.05 else packer
        members.append(packer(choose.choice((jsonl, plain, warc, csv, html))(choose)))
    data = b"".join(members) + choose.choice((b"", b"", bytes(64), b"tail"))
    return choose.choice(PACKERS)(data) if choose.random() < 0.1 else data


MEMBER_NAMES = (
    *("a.txt", "b/c.jsonl", "../x", "/etc/x", "C:\\x", "d/", "a.txt", "ä/ö.txt", "n\nl.txt", "x" * 300, ".hidden", ""),
    *("2026-11-20/p.html", "__MACOSX/a", "a!b", "\\", "e/./f", "x.part", "con\x00trol"),
)


class _Sequential(io.RawIOBase):
    """A file that cannot seek: writers must leave sizes open."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += data
        return len(data)


def member(choose):
    make = choose.choice((plain, jsonl, html, csv, warc, compressed))
    return make(choose) if choose.random() < 0.9 else choose.choice((archive_zip, archive_tar))(choose)


def archive_zip(choose):
    target = _Sequential() if choose.random() < 0.4 else io.BytesIO()
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    with zipfile.ZipFile(target, "w", choose.choice(methods[:3])) as archive:
        for _ in range(choose.randrange(5)):
            info = zipfile.ZipInfo(choose.choice(MEMBER_NAMES) or "e")
            info.compress_type = choose.choice(methods)
            with archive.open(info, "w", force_zip64=choose.random() < 0.3) as file:
                file.write(member(choose))
        archive.comment = b"PK\x03\x04" if choose.random() < 0.1 else b""
    return bytes(target.data) if isinstance(target, _Sequential) else target.getvalue()


def archive_tar(choose):
    target = io.BytesIO()
    form = choose.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT))
    with tarfile.open(fileobj=target, mode="w", format=form, encoding="utf-8") as archive:
        for _ in range(choose.randrange(5)):
            content = member(choose)
            info = tarfile.TarInfo(choose.choice(MEMBER_NAMES)[: 90 if form == tarfile.USTAR_FORMAT else 400])
            info.size = len(content)
            info.type = choose.choice(
                (tarfile.REGTYPE,) * 12 + (b"1", b"2", b"3", b"5", b"6", b"7", b"S", b"L", b"x", b"g")
            )
            info.linkname = "a.txt"
            if form == tarfile.PAX_FORMAT and choose.random() < 0.3:
                info.pax_headers = {
                    choose.choice(("path", "size", "GNU.sparse.major", "comment")): choose.choice(("1", "x" * 200))
                }
            archive.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return target.getvalue()


BUILDERS = {
    "text": plain,
    "html": html,
    "jsonl": jsonl,
    "json": json_array,
    "csv": csv,
    "warc": warc,
    "parquet": parquet,
    "compression": compressed,
    "zip": archive_zip,
    "tar": archive_tar,
}
