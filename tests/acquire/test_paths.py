import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.acquire.paths import escape_name, find_day, unescape_name


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        (b"plain.txt", "plain.txt"),
        ("新聞 – é.txt".encode(), "新聞 – é.txt"),
        (b"caf\xe9", r"caf\xe9"),
        (b"a\nb\x7f", r"a\x0ab\x7f"),
        (b"back\\x41", r"back\x5cx41"),
        (b"wow!.zip", r"wow\x21.zip"),
        ("sep\u2028".encode(), r"sep\xe2\x80\xa8"),
    ],
)
def test_names_are_escaped_byte_by_byte(name, escaped):
    assert escape_name(name) == escaped
    assert unescape_name(escaped) == name


@given(st.binary(max_size=60))
def test_every_name_can_be_read_back(name):
    escaped = escape_name(name)
    assert unescape_name(escaped) == name
    assert escaped.encode("utf-8").decode("utf-8").isprintable() or max(escaped) >= "\u00a0"
    assert len(escaped.splitlines()) <= 1
    assert "!" not in escaped


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2026-11-20/a.txt", "2026-11-20"),
        ("2026/11/20/a.txt", "2026-11-20"),
        ("dump-20261120.jsonl.gz", "2026-11-20"),
        ("a_2026-11-20T10-00.warc", "2026-11-20"),
        ("2026-13-40/a.txt", None),
        ("2026-13-40/20261120.txt", "2026-11-20"),
        ("2026-02-29.txt", None),
        ("2024-02-29.txt", "2024-02-29"),
        ("120261120.txt", None),
        ("20261120123000.txt", None),
        ("0026-11-20.txt", None),
        ("2026-11-19/2026-11-20.txt", "2026-11-19"),
        ("2026/1/5/a.txt", None),
        ("12345678.txt", None),
        ("", None),
    ],
)
def test_the_day_of_a_path(path, day):
    assert find_day(path) == day
