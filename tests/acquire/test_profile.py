import json
import pickle

import pytest

from tasks.acquire.profile import (
    MOST_BYTES,
    MOST_LINES,
    Profile,
    RepeatedLine,
    dump_profile,
    load_profile,
    parse_profile,
)
from tasks.acquire.source import SourceSettings, load_rules, load_source, parse_source
from tasks.errors import SourceError

PROFILE = Profile(
    40,
    (RepeatedLine("sign up", 38, "Sign up!"), RepeatedLine("о нас 0", 5, 'О нас "7"\t')),
    {"records": 41, "copies": 1},
)
TEXT = dump_profile(PROFILE)
LINE = {"line": "a", "pages": 2, "example": "A"}


def put(tmp_path, content: bytes):
    path = tmp_path / "news" / "profile.json"
    path.parent.mkdir()
    path.write_bytes(content)
    return path


def told(**changes) -> str:
    data = {"version": 1, "pages": 9, "learnt_from": {}, "lines": [LINE]} | changes
    return json.dumps({name: value for name, value in data.items() if value is not None})


def test_what_is_written_is_read_again(tmp_path):
    put(tmp_path, TEXT.encode())
    settings = load_source(tmp_path, "news")
    assert settings.profile == PROFILE
    assert settings.profile.learnt_from == {"records": 41, "copies": 1}
    assert dump_profile(settings.profile) == TEXT
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert load_rules(tmp_path, "news") == SourceSettings()


def test_each_line_has_a_line_of_the_file():
    assert len(TEXT.splitlines()) == 7 + len(PROFILE.lines)
    assert json.loads(dump_profile(Profile(7)))["lines"] == []


@pytest.mark.parametrize("content", [None, dump_profile(Profile(7)).encode()])
def test_no_profile_and_one_without_lines_are_alike(tmp_path, content):
    if content is not None:
        put(tmp_path, content)
    assert load_source(tmp_path, "news") == SourceSettings()
    assert load_source(tmp_path, "news").fingerprint() == SourceSettings().fingerprint()


def test_the_fingerprint_follows_the_lines_and_their_numbers():
    rules = parse_source("reader = 'text'")
    profiles = [
        None,
        Profile(40, PROFILE.lines[:1]),
        Profile(41, PROFILE.lines[:1]),
        Profile(40, (RepeatedLine("sign up", 37),)),
        Profile(40, (RepeatedLine("sign in", 38),)),
    ]
    made = {SourceSettings(reader=rules.reader, profile=profile).fingerprint() for profile in profiles}
    assert len(made) == len(profiles)
    other = Profile(40, (RepeatedLine("sign up", 38, "SIGN UP"),), {"records": 900})
    assert other.fingerprint() == Profile(40, PROFILE.lines[:1]).fingerprint()
    assert Profile(40, PROFILE.lines[::-1]).fingerprint() == PROFILE.fingerprint()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "no valid JSON"),
        (TEXT[:-9], len(TEXT.splitlines()) - 2, "no valid JSON"),
        ("[]", None, "no profile"),
        ("[" * 100_000, None, "no profile"),
        ('{"version": 1, "pages": NaN}', None, "no profile"),
        ("1" * 5000, None, "no profile"),
        (told(version=2), None, "version 2, 1 is known here"),
        (told(version=True), None, "version true"),
        (told(pages=None), None, "lacks 'pages'"),
        (told(pages=0), None, "'pages' must be a whole number from 1"),
        (told(pages=1.5), None, "'pages' must be"),
        (told(learnt_from=[]), None, "'learnt_from' must be a table"),
        (told(learnt_from={"files": -1}), None, "'learnt_from.files'"),
        (told(colour="red"), None, "no key 'colour'; it has version, pages"),
        (told(lines={}), None, "'lines' must be a list"),
        (told(lines=["a"]), None, "'lines[0]' must be a table"),
        (told(lines=[LINE, LINE]), None, "a line twice"),
        (told(lines=[LINE | {"pages": 10}]), None, "'lines[0].pages' must be a whole number from 1 to 9"),
        (told(lines=[LINE | {"line": ""}]), None, "'lines[0]' must have a string"),
        (told(lines=[LINE | {"example": 5}]), None, "'lines[0]' must have a string"),
        (told(lines=[LINE, {"line": "b"}]), None, "'lines[1]' lacks 'pages'"),
        (told(lines=[LINE] * (MOST_LINES + 1)), None, "at most 5,000 lines"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_what_is_not_understood_is_an_error_with_the_way_out(text, line, says):
    with pytest.raises(SourceError) as caught:
        parse_profile(text, "raw/news/profile.json", "news")
    assert says in str(caught.value)
    assert (caught.value.path, caught.value.line) == ("raw/news/profile.json", line)
    assert "`winnow learn news --write`" in caught.value.hint


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff", "not UTF-8"), (b" " * (MOST_BYTES + 1), "at most 8,388,608 bytes"), (None, "no file")],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path, content, says):
    if content is None:
        (tmp_path / "news" / "profile.json").mkdir(parents=True)
    else:
        put(tmp_path, content)
    with pytest.raises(SourceError, match=says):
        load_profile(tmp_path / "news")
