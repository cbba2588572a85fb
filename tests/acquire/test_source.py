import pickle

import pytest

from tasks.acquire.patterns import compile_pattern, matches_line
from tasks.acquire.readers import READERS
from tasks.acquire.source import Fields, Limits, SourceSettings, load_source, parse_source
from tasks.acquire.strict import READER_NAMES
from tasks.errors import SourceError

WHOLE = r"""
title = "Harbour news"
licence = "CC-BY-4.0"
reader = "jsonl"
encoding = "windows-1251"
settle_seconds = 60
retain = "forever"
language_detector = "langdetect"
boilerplate_lines = ['^Advertisement$']
comments_start = ['^Comments \(\d+\)$']

[fields]
text = "story.body"
url = ["link", "canonical"]

[limits]
record_bytes = 1_000_000
depth = 2

[expect]
rejected = 0.05
boilerplate = 1
"""


def test_a_source_without_the_file_has_the_defaults(tmp_path):
    assert load_source(tmp_path, "news") == SourceSettings()


def test_everything_can_be_said(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "source.toml").write_text(WHOLE)
    settings = load_source(tmp_path, "news")
    assert (settings.title, settings.licence, settings.reader) == ("Harbour news", "CC-BY-4.0", "jsonl")
    assert (settings.encoding, settings.settle_seconds, settings.retain) == ("cp1251", 60.0, "forever")
    assert settings.language_detector == "langdetect"
    assert settings.fields == Fields(text=("story.body",), url=("link", "canonical"))
    assert settings.limits == Limits(record_bytes=1_000_000, depth=2)
    assert (settings.expect.rejected, settings.expect.duplicate, settings.expect.boilerplate) == (0.05, None, 1.0)
    assert matches_line(settings.boilerplate_lines, "  Advertisement ")
    assert matches_line(settings.comments_start, "Comments (12)")
    assert not matches_line(settings.comments_start, "No Comments (12)")
    assert pickle.loads(pickle.dumps(settings)) == settings


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('title = "x"\nretian = "forever"', 2, "did you mean 'retain'?"),
        ("\n[limits]\nrecord_byte = 5\ndepth = 1", 3, "did you mean 'limits.record_bytes'?"),
        ('text = "body"', 1, "did you mean 'text' in [fields]?"),
        ('[fields]\nlicense = "x"', 2, "did you mean 'licence' at the top?"),
        ('[fields]\nfoo = "x"', 2, "one of: author, fetched_at, published_at, text, title, url"),
        ("[limit]\ndepth = 1", 1, "did you mean 'limits'?"),
        ('reader = "jsnl"', 1, "did you mean 'jsonl'?"),
        ("title = 5", 1, "must be a string"),
        ("limits = 5", 1, "must be a table"),
        ("limits = { depth = -1 }", 1, "must be a whole number from 0 to 20"),
        ("limits.depth = true", 1, "must be a whole number"),
        ("settle_seconds = -1", 1, "0 or more"),
        ("settle_seconds = nan", 1, "0 or more"),
        ("[expect]\n\nrejected = 5", 3, "a share between 0 and 1"),
        ("[expect]\nrecords_max = 1.5", 2, "must be a whole number"),
        ("[expect]\nsilence_days = 0", 2, "must be a whole number from 1"),
        ("[expect]\nsilence = 3", 2, "did you mean 'expect.silence_days'?"),
        ("[expect]\nrecords_max = 5\nrecords_min = 6", 3, "is more than 'records_max'"),
        ('encoding = "utf-88"', 1, "must be an encoding"),
        ('encoding = "base64"', 1, "must be an encoding"),
        ("fields.text = []", 1, "must be the name of a field"),
        ("boilerplate_lines = ['(']", 1, "invalid pattern"),
        ("boilerplate_lines = ['(a+)+$']", 1, "may take forever"),
        ("boilerplate_lines = ['x*']", 1, "matches every line"),
        ("boilerplate_lines = 'x'", 1, "must be a list"),
        ('title = "a"\ntitle = "b"', 2, "no valid TOML"),
        ('title = "a', 1, "no valid TOML"),
        ("x = " + "[" * 10_000, None, "nested"),
    ],
)
def test_what_is_not_understood_is_an_error_with_its_line(text, line, says):
    with pytest.raises(SourceError) as caught:
        parse_source(text, "raw/news/source.toml")
    assert caught.value.line == line
    assert caught.value.path == "raw/news/source.toml"
    assert says in str(caught.value)


@pytest.mark.parametrize("content", [b"title = '\xff'", None])
def test_a_file_that_cannot_be_read_is_an_error(tmp_path, content):
    (tmp_path / "news").mkdir()
    path = tmp_path / "news" / "source.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(SourceError, match="this is no"):
        load_source(tmp_path, "news")


def test_the_fingerprint_follows_what_documents_depend_on():
    plain = SourceSettings().fingerprint()
    assert len(plain) == 16
    for text in ('title = "x"', "settle_seconds = 5", 'retain = "forever"', "expect.rejected = 1", "limits.depth = 5"):
        assert parse_source(text).fingerprint() == plain
    others = [
        'reader = "text"',
        'encoding = "cp1251"',
        'language_detector = "langdetect"',
        'fields.text = "body"',
        "limits.depth = 4",
        "comments_start = ['x']",
    ]
    prints = {parse_source(text).fingerprint() for text in others}
    assert len(prints | {plain}) == len(others) + 1


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+",
        r"(a*)*b",
        r"(\w+\s?)+$",
        r"((a+))*",
        r"(a|b+){3,}",
        r"(x{1,50}){20}",
        r".*.*.*.*.*.*.*x",
        r"([^,]+,?)*!",
        r"(?:a|a)+b",
        r"(?:\w|\d)*!",
        r"(?:Sun|day|)+!",
        r"(?:(?:a|b)|a)+!",
        r"((?:a|a)b)+!",
        r"(?i:a|A)+!",
        r"(?:\w{1,9})+:",
        r"(?:aa?)+b",
        r"(?P<word>\w{2,3}?){12}:",
        r"(?:.|\s)*x",
        r"(?<=x)(?:[a-c]|[c-e])+!",
        r"(a)(?:\1|b)+!",
        r".*.*.*x",
        r"a.*b.*c.*d",
        r"^.* on .* at .* by .*:",
        r"^\d*[a-z]*\d*\w*:",
        r"^\d*(?:a|\d)\d*(?:b|\d)\d*(?:c|\d)\d*:",
        r"^x|.*a.*b.*c",
        r"^(.*)-(.*)-(?:.*)-(.*)!",
        r"^(?:a\w*b.*){2}!",
        "(?:а|а)+b",
        "а+а+а+а+!",
        r"\x61*\x61*\x61*\x61*!",
        r"[\u0430-\u0432]+[\u0431-\u0433]+[\u0431-\u0433]+[\u0431-\u0433]+!",
        r"(?:\—|[–—])+!",
        r"(?:\N{EM DASH}|—)+!",
    ],
)
def test_patterns_that_may_take_forever_are_refused(pattern):
    with pytest.raises(ValueError, match="forever"):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(?x)a # )\n b", "(?ix)a", "(?x: a #) \n )", "(?#[)(?:a+)+x(?#])", "a(?#b)+c"])
def test_patterns_with_comments_are_refused(pattern):
    with pytest.raises(ValueError, match="comment"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^Posted by .* on .* at .*$",
        r"(foo|bar)+",
        r"\(\d+\)",
        r"[*+]{3}",
        r"a\+\+",
        r"(x+)?y",
        r"^\d{1,2}\. \w{3,} \d{4}$",
        r"(?:\w|-)+@",
        r"(?:\s|\||[-–])+$",
        r"(?:\d{3} ){2,}x",
        r"(?:ab|cd){3}e?",
        r"x{,}y",
        r"a{b}+",
        r"(?:a|b)?(?=c|d)e+?",
        r"^\d+ of \d+ \(\d+ new, \d+ old\), page \d+$",
        r"(?i)^by .* in .* on .*$",
        r"(?i)advert(?:ise)?ment",
        r"\s*-+\s*$",
        r"^Tags: .*|^Filed under: .*|Posted in .*",
        r"^\w+ \w+ \w+ \w+$",
        r"(?:\w+ ){2}ago",
        r"(?P<q>['\"]).*(?P=q)$",
        r"[(?#]x",
        r"\(?x",
        r"(?P<box>x)(?i:ab)+(?-i:x)",
        "(?:а|б)+ [а-в]+[г-я]+[а-в]+[г-я]+!",
        r"\x61+\x62+\x61+\x62+!",
        r"(?:\u2014|-)+!",
    ],
)
def test_harmless_patterns_are_taken(pattern):
    assert compile_pattern(pattern).pattern == pattern


def test_source_toml_knows_every_reader():
    assert list(READER_NAMES) == [reader.NAME for reader in READERS]
