"""What holds for any bytes."""

import subprocess
import sys

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.clean.encoding import METHODS, decode
from tasks.errors import UndecodableBytes

MARKS = st.sampled_from(
    [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\x1b$B", b"~{", b"<meta charset="]
)
LEGACY = st.text(alphabet="aeiou náéíčřžñçüßжщыявλφω\n", min_size=1).flatmap(
    lambda text: st.sampled_from(["windows-1250", "windows-1251", "koi8-r", "cp850", "windows-1253", "utf-8"]).map(
        lambda encoding: text.encode(encoding, "ignore"),
    ),
)
ANY_BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(LEGACY, st.binary(max_size=8)), max_size=6).map(b"\n".join),
    st.tuples(MARKS, st.binary(max_size=60)).map(b"".join),
)


@settings(max_examples=300, deadline=None)
@given(data=ANY_BYTES, declared=st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["utf-8", "big5", "cp1251"])))
@example(data=b"\xff\xfe", declared=None)
@example(data=b"\xef\xbb\xbf\xff", declared=None)
def test_decoding_gives_text_or_its_own_error(data, declared):
    try:
        decoded = decode(data, declared)
    except UndecodableBytes:
        return
    assert decoded.method in METHODS
    assert 0 <= decoded.confidence <= 1
    assert 0 <= decoded.guessed_bytes <= len(data) + 4
    assert isinstance(b"".decode(decoded.encoding), str)
    assert decode(data, declared) == decoded


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=80))
def test_utf8_comes_back_as_it_was(text):
    assert decode(text.encode()).text == text


def test_importing_brings_neither_detector_nor_repairer():
    code = "import sys, tasks.clean.encoding.decode; print([m for m in ('chardet', 'ftfy') if m in sys.modules])"

    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert out.stdout.strip() == "[]"
