"""What mends a document that came out wrong: lines for `source.toml` and `withdrawn.txt`, and commands, to copy."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.acquire.inventory import WITHDRAWN_FILE
from tasks.acquire.paths import file_of, unescape_name
from tasks.acquire.patterns import LINE_CHARACTERS, compile_pattern, matches_line
from tasks.acquire.profile import PROFILE_FILE
from tasks.acquire.source import SETTINGS_FILE, Limits, SourceSettings, find_line, load_source
from tasks.acquire.withdrawals import REASON as WITHDRAWN
from tasks.acquire.withdrawals import Withdrawals, parse_withdrawals
from tasks.clean.segments.repeats import share_by_source
from tasks.errors import SourceError
from tasks.place import Place
from tasks.publish.reading import Piece
from tasks.settings import Settings, folder_options

MOST_PATTERN_CHARACTERS = 120
"""Of a line that a pattern stands for: enough to tell it from others."""

MOST_LINES = 8
"""Lines of one piece that get a pattern each."""

MOST_NUMBERS = 4
"""Runs of digits in a line that stand for any number; the others are taken literally."""

_LIMITS, _DEFAULTS = Limits(), Settings()

ENCODINGS = (
    "utf-8", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255",
    "windows-1256", "windows-1257", "koi8-r", "cp874", "gb18030", "big5hkscs", "cp932", "euc-jp", "cp949",
)  # fmt: skip
"""What a page is most often in: the encodings that browsers offer."""

_LET_IN: dict[str, tuple[tuple[str, str, str], ...]] = {
    "too_large": (("records are that large here", f"record_bytes = {4 * _LIMITS.record_bytes}", "limits"),),
    "too_deep": (
        ("archives are packed that deep here", f"depth = {2 * _LIMITS.depth}", "limits"),
        ("JSON is nested that deep here", f"nesting = {2 * _LIMITS.nesting}", "limits"),
    ),
    "too_many_columns": (("tables are that wide here", f"columns = {4 * _LIMITS.columns}", "limits"),),
    "too_many_members": (("archives are that large here", f"members = {4 * _LIMITS.members}", "limits"),),
    "expansion": (("the files are that repetitive", f"expansion_ratio = {4 * _LIMITS.expansion_ratio}", "limits"),),
    "no_text": (("the text is in another field", "text = 'NAME'", "fields"),),
}
"""For what is rejected by a rule that a source may set otherwise: when that is right, the line, and its table."""

_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_NUMBER = re.compile(r"\d+")
_UNSEEN = re.compile("[\x7f-\xa0\xad\u0600-\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to mend something: when it is the right one, what to copy, and where that goes."""

    when: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the start of the text beyond ASCII reads in an encoding, and the line that says so."""

    encoding: str
    sample: str
    line: str


def mend_piece(raw: Place, source: str, piece: Piece) -> list[Way]:
    """What changes the label of a piece, as far as settings can."""
    lines = [line.strip() for line in piece.text.split("\n") if line.strip()]
    if not lines:
        return []
    try:
        settings = load_source(raw, source)
    except SourceError as error:
        return [Way("its settings are broken", str(error), f"mend {raw / source / SETTINGS_FILE} first")]
    ways = []
    if piece.label != "boilerplate":
        when = "this is boilerplate, here and on the other pages of the source"
        ways += _rule(raw, source, settings, "boilerplate_lines", lines[:MOST_LINES], when)
    if piece.label != "comment":
        when = "what comes behind this line are comments"
        ways += _rule(raw, source, settings, "comments_start", lines[:1], when)
    if piece.label != "main":
        ways += _what_removed(raw / source, settings, lines)
    return ways


def mend_document(
    raw: Place,
    source: str,
    day: str,
    row: dict[str, Any],
    curated: Path = _DEFAULTS.curated,
    canonical: str | None = None,
) -> list[Way]:
    """What mends a whole document: looking closer, doing it over, taking it out."""
    withdrawn = f"add this line to {raw / WITHDRAWN_FILE}"
    file = shlex.quote(str(raw / unescape_name(file_of(row["raw_path"])).decode("utf-8", "surrogateescape")))
    ways = [
        Way(
            "you want it in the terminal",
            f"winnow show {row['document_id']}{folder_options(curated=curated)}",
            "run it",
        ),
        Way("you want to try other settings, without publishing", f"winnow try {file}{folder_options(raw)}", "run it"),
        Way(
            "Winnow has been upgraded since, or you want this day done over",
            f"winnow backfill --source {source} --since {day} --until {day}{folder_options(raw, curated, canonical)}",
            "run it",
        ),
        Way(
            "most pages of the source have such lines",
            f"winnow learn {source}{folder_options(raw)}",
            "run it; with --write it stays",
        ),
        Way(
            "its language is wrong, as that of many of the source",
            "language_detector = 'langdetect'",
            f"add it to {raw / source / SETTINGS_FILE}, above the first [table], and look whether it is better",
        ),
        Way("the document has to go, for good", row["document_id"], withdrawn),
    ]
    if row["url"] and parse_withdrawals(row["url"]) == Withdrawals(urls=frozenset([row["url"]])):
        # an address comes from the page: one with a line feed in it would withdraw what its author chose
        ways.append(Way("everything from its address has to go", row["url"], withdrawn))
    return ways


def mend_rejected(
    reason: str,
    raw: Place = _DEFAULTS.raw,
    curated: Path = _DEFAULTS.curated,
    canonical: str | None = None,
) -> list[Way]:
    """What lets records in that are rejected for a reason; nothing where only the file itself can be mended."""
    where = f"add it to {raw / 'SOURCE' / SETTINGS_FILE}, below [{{}}]"
    ways = [Way(when, text, where.format(table)) for when, text, table in _LET_IN.get(reason, ())]
    options = folder_options(raw, curated, canonical)
    if reason == WITHDRAWN:
        where = f"take their lines out of {raw / WITHDRAWN_FILE}, and run it"
        return [Way("they may come back", f"winnow ingest{options}", where)]
    retry = f"winnow retry --reason {reason}{options}"
    return [*ways, Way("Winnow was upgraded, or a disk gave wrong bytes", retry, "run it")]


def _rule(raw: Place, source: str, settings: SourceSettings, key: str, lines: Iterable[str], when: str) -> list[Way]:
    """The line of `source.toml` that has a rule for these lines besides those that it has."""
    known = [pattern.pattern for pattern in getattr(settings, key)]
    compiled = tuple(getattr(settings, key))
    fresh = [pattern for line in lines if not matches_line(compiled, line) and (pattern := pattern_of(line))]
    if not fresh:
        return []
    values = dict.fromkeys([*known, *fresh])
    return [Way(when, f"{key} = [{', '.join(map(_toml_string, values))}]", _place(raw, source, key))]


def _place(raw: Place, source: str, key: str) -> str:
    path = raw / source / SETTINGS_FILE
    try:
        number = find_line(path.read_bytes().decode("utf-8"), "", key)
    except (OSError, UnicodeDecodeError):
        return f"write it into a new file {path}"
    if number is not None:
        return f"put it in the place of `{key}` in {path}, from line {number} on"
    return f"add it to {path}, above the first [table]"


def pattern_of(line: str) -> str | None:
    r"""A pattern for the lines that read like this one, whatever their numbers; None where no pattern can be made.

    >>> pattern_of("12 comments (all)")
    '^\\d+ comments \\(all\\)$'
    """
    head = line[:MOST_PATTERN_CHARACTERS]
    parts, at, numbers = [], 0, 0
    for found in _NUMBER.finditer(head):
        if numbers == MOST_NUMBERS:
            break
        parts += [_SPECIAL.sub(r"\\\g<0>", head[at : found.start()]), r"\d+"]
        at, numbers = found.end(), numbers + 1
    parts.append(_SPECIAL.sub(r"\\\g<0>", head[at:]))
    text = "^" + "".join(parts) + ("$" if len(line) == len(head) else "")
    try:
        is_right = compile_pattern(text).search(line[:LINE_CHARACTERS]) is not None
    except ValueError:
        return None
    return text if is_right else None


def _what_removed(folder: Place, settings: SourceSettings, lines: list[str]) -> list[Way]:
    """What a person has said, or what was learnt, that takes these lines out of the main text."""
    ways = []
    for key in ("boilerplate_lines", "comments_start"):
        for pattern in getattr(settings, key):
            if any(matches_line((pattern,), line) for line in lines):
                where = f"take it out of `{key}` in {folder / SETTINGS_FILE}"
                ways.append(Way("this is main text: a rule removes it", _toml_string(pattern.pattern), where))
    shares = share_by_source(lines, settings.profile) or []
    for line, share in zip(lines, shares, strict=False):
        if share:
            where = f"take this line out of {folder / PROFILE_FILE}"
            ways.append(Way(f"this is main text: it was learnt that {share:.0%} of the pages repeat it", line, where))
    return ways


def read_otherwise(content: bytes, encoding: str) -> list[Reading]:
    """How the first line beyond ASCII reads in other encodings in which all of the content can be read."""
    found = _BEYOND_ASCII.search(content)
    if found is None:
        return []
    start = max(content.rfind(b"\n", 0, found.start()) + 1, found.start() - 60)
    readings: dict[str, Reading] = {}
    for each in ENCODINGS:
        try:
            whole = content[: 1 << 20].decode(each, "strict" if len(content) <= 1 << 20 else "ignore")
        except UnicodeDecodeError:
            continue
        before = len(content[:start].decode(each, "ignore"))
        sample = whole[before : before + 120].partition("\n")[0].strip()
        if each != encoding and sample not in readings:
            readings[sample] = Reading(each, sample, f"encoding = {_toml_string(each)}")
    return list(readings.values())


def _toml_string(text: str) -> str:
    r"""A string as TOML has it: literal where that can be, so that patterns stay readable.

    >>> print(_toml_string(r"^\d+$"), _toml_string("it's"))
    '^\d+$' "it's"
    """
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return _UNSEEN.sub(lambda found: f"\\U{ord(found[0]):08x}", json.dumps(text, ensure_ascii=False))
