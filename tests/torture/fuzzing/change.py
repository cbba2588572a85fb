"""Changes to files: of bytes anywhere, of the numbers that formats trust, and of what only a valid container shows."""

import gzip
import re
import struct
import zlib

from build import PACKERS

TOKENS = (
    *(
        b"\0",
        b"\xff",
        b"\n",
        b"\r\n\r\n",
        b'"',
        b",",
        b"{",
        b"[",
        b"]",
        b"}",
        b"\\u",
        b"<",
        b"PK\x03\x04",
        b"PK\x07\x08",
        b"PAR1",
    ),
    *(b"WARC/1.0\r\n", b"Content-Length: 99999999999\r\n", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x7f\xff\xff\xff"),
    *(
        b"-1",
        b"1e999",
        b"\xed\xa0\x80",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        bytes(512),
        b"9" * 30,
        b"BZh91AY&SY",
        b"\xfd7zXZ\0",
    ),
    *(b"\x1b$B", b"0\r\n\r\n", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x80" * 12, b"PK\x01\x02", b"ustar"),
)
NUMBERS = (
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    511,
    512,
    65535,
    65536,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**40,
    2**63 - 1,
    2**63,
    2**64 - 1,
)
_DIGITS = re.compile(rb"\d{1,20}")


def change_bytes(choose, data, others):
    """Change a few places: flip, overwrite, insert, delete, repeat, cut, splice with itself or with another file."""
    data = bytearray(data)
    for _ in range(choose.choice((1, 1, 2, 3, 5, 20))):
        place, other = (choose.randrange(len(data) + 1) for _ in range(2))
        length = choose.choice((1, 1, 2, 4, 8, 64))
        kind = choose.randrange(10)
        if kind == 0 and place < len(data):
            data[place] ^= 1 << choose.randrange(8)
        elif kind == 1:
            data[place : place + length] = choose.randbytes(length)
        elif kind == 2:
            data[place:place] = choose.choice(TOKENS)
        elif kind == 3:
            del data[place : place + length]
        elif kind == 4:
            data[place:place] = data[other : other + 64] * choose.choice((1, 2, 50))
        elif kind == 5 and choose.random() < 0.3:
            del data[place:]
        elif kind == 6:
            width = choose.choice((1, 2, 4, 8))
            number = choose.choice(NUMBERS) % (1 << 8 * width)
            data[place : place + width] = number.to_bytes(width, choose.choice(("little", "big")))
        elif kind == 7 and (numbers := list(_DIGITS.finditer(data[:100_000]))):
            number = choose.choice(numbers)
            data[number.start() : number.end()] = b"%d" % choose.choice(NUMBERS)
        elif kind == 8 and others:
            another = choose.choice(others)
            start = choose.randrange(len(another) + 1)
            data[place:place] = another[start : start + choose.choice((16, 256, 5000))]
        else:
            data[place : place + length] = data[other : other + length]
    return bytes(data)


def change_parquet(choose, data):
    """Change the metadata at the end, with its length kept true, or the header of a page."""
    if len(data) < 12 or data[-4:] != b"PAR1":
        return data
    length = int.from_bytes(data[-8:-4], "little")
    footer, body = data[-8 - length : -8], data[: -8 - length]
    if choose.random() < 0.3 and len(body) > 60:
        place = choose.randrange(4, 60)
        return (
            body[:place] + change_bytes(choose, body[place : place + 20], ()) + body[place + 20 :] + data[-8 - length :]
        )
    place = choose.randrange(max(len(footer), 1))
    size = choose.choice((1, 2, 8, 40))
    footer = footer[:place] + change_bytes(choose, footer[place : place + size], ()) + footer[place + size :]
    return body + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def change_zip(choose, data):
    """Change a field of a local header: a flag, a method, a check sum, a size or a length."""
    places = [match.start() for match in re.finditer(b"PK\x03\x04", data)]
    if not places:
        return data
    place = choose.choice(places)
    offset, width = choose.choice(((4, 2), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)))
    here = slice(place + offset, place + offset + width)
    number = choose.choice((*NUMBERS, 8, 9, 12, 14, 93, 95, 0x808, int.from_bytes(data[here], "little") + 1))
    changed = bytearray(data)
    changed[here] = (number % (1 << 8 * width)).to_bytes(width, "little")
    return bytes(changed)


def change_tar(choose, data):
    """Change a field of a header and make its check sum true again."""
    places = [place for place in range(0, len(data) - 511, 512) if data[place + 257 : place + 262] == b"ustar"]
    if not places:
        return data
    place = choose.choice(places)
    block = bytearray(data[place : place + 512])
    start, size = choose.choice(((0, 100), (124, 12), (124, 12), (156, 1), (257, 8), (345, 155)))
    values = (
        *(b"%o" % abs(number) for number in NUMBERS),
        *(b"\x80" + bytes(3) + struct.pack(">Q", number % 2**64) for number in NUMBERS),
        *(b"x", b"L", b"g", b"S", b"K", b"V", b"../../x", b"/", b"\xff" * 12, b" 7 ", b"-1", b"a/" * 40),
    )
    block[start : start + size] = choose.choice(values)[:size].ljust(size, b"\0")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return data[:place] + bytes(block) + data[place + 512 :]


def change_packed(choose, data, others):
    """Change what is packed and pack it anew, so that the container is valid and its content is not."""
    try:
        plain = gzip.decompress(data)
    except (OSError, EOFError, ValueError, zlib.error, struct.error):
        plain = data
    return choose.choice(PACKERS)(change_bytes(choose, plain, others))


SHAPED = {"parquet": change_parquet, "zip": change_zip, "tar": change_tar}
"""Changes of single formats, that random ones rarely hit upon."""

MOST_BYTES = 200_000


def change(choose, kind, data, others):
    """The file changed, or, one time in ten, as it is."""
    dice = choose.random()
    if dice < 0.1:
        return data
    if kind in SHAPED and dice < 0.6:
        for _ in range(choose.choice((1, 1, 2, 4))):
            data = SHAPED[kind](choose, data)
        if dice < 0.5:
            return data
    if kind == "compression" and dice < 0.4:
        return change_packed(choose, data, others)[:MOST_BYTES]
    return change_bytes(choose, data, others)[:MOST_BYTES]
