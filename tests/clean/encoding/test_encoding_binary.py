"""Binary content is refused, text is not."""

import gzip
import io
import json
import pickle
import random
import zipfile
import zlib
from pathlib import Path

import pytest

from tasks.clean.encoding import binary, decode
from tasks.errors import UndecodableBytes

MAGICS = json.loads(Path(binary.__file__).with_name("magics.json").read_text("utf-8"))
SIGNATURES = [bytes.fromhex(digits) for many in MAGICS.values() for digits in many]


def noise(size: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(size)


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "some text " * 200)
    return target.getvalue()


@pytest.mark.parametrize("signature", SIGNATURES, ids=[s.hex() for s in SIGNATURES])
def test_known_formats_are_refused(signature):
    with pytest.raises(UndecodableBytes):
        decode(signature + b"\0\0\0\x01" + noise(300))


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"text" * 500),
        zipped(),
        zlib.compress(random.Random(1).randbytes(4000)),
        noise(2000),
        b"\0" * 5000,
        b"\xff" * 5000,
        b"\0" * 257 + b"ustar\x0000" + b"\0" * 300,
    ],
    ids=["gzip", "zip", "zlib", "noise", "nuls", "0xff", "tar"],
)
def test_content_that_is_no_text_is_refused(data):
    with pytest.raises(UndecodableBytes):
        decode(data)


@pytest.mark.parametrize(
    "text",
    [
        "BMW and MZ are makers",
        "PK is short for many things",
        "ID3 tags, said MM.",
        "GIF89a is a format",
        "a\x1bb",
        "RIFF",
    ],
)
def test_text_that_begins_like_a_format_is_text(text):
    assert decode(text.encode()).text == text


def test_the_error_explains_itself_and_travels():
    with pytest.raises(UndecodableBytes) as caught:
        decode(b"\x89PNG\r\n\x1a\n" + noise(100))

    error = pickle.loads(pickle.dumps(caught.value))
    assert error.reason == "binary"
    assert error.byte_offset == 0
    assert error.sample.startswith("\\x89PNG")
    assert "image/png" in str(error)
