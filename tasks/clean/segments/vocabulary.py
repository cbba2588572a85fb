"""The words that pages of many languages use for their own furniture, looked up by phrase."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tasks.clean.beyond_ascii import beyond_ascii, in_ascii

CUES = (
    "navigation",
    "share",
    "controls",
    "advertisement",
    "related",
    "read_also",
    "comments",
    "comment_form",
    "card",
    "rank",
    "about",
    "byline",
    "date",
    "caption",
    "edited",
    "quote",
    "legal",
    "greeting",
    "note",
    "score",
    "sorting",
    "notice",
    "filed",
)
"""What a phrase can announce. The lists are `vocabulary/<language>.json`, one file a language.

A phrase also stands for the lines that begin with it, unless it ends with `$`: "Your answer" is the heading of a form,
"Your answer helped me" is none.
"""

BIT = {cue: 1 << index for index, cue in enumerate(CUES)}
"""The bit of each cue in a mask."""

LONGEST_PHRASE = 8
"""Phrases are looked up to this many words; a longer one in a list is cut."""

# A number counts as one word with its separators; letters of any script, without their marks, are words.
_TOKEN = re.compile(r"\d[\d.,:]*|[^\W\d_]+")
_NUMBER = re.compile(r"\d[\d.,:]*")
_DIGITS = b"0123456789"

# ASCII in one pass, ten times as fast as the pattern: letters in lower case, "0", and a space for all else.
_FOLDED = bytes(ord(chr(code).lower()) if chr(code).isalpha() or code == 48 else 32 for code in range(128)) + bytes(128)

# Words that stand between the parts of a date in several languages; the lists have the rest.
_CONNECTORS = (
    "at on of the st nd rd th um uhr à le h min s de del às as alle ore kl godz o klo a m p am pm "
    "utc gmt est edt cst cdt mst mdt pst pdt bst cet cest ist msk jst kst et ct pt z t g r в о во року года г м "
    "年 月 日 时 分 秒 時 點 点 上午 下午 年前 月前 日前 년 월 일 시 분 오전 오후 น พ ศ เวลา ص م"
)


Marks = tuple[tuple[str, tuple[str, ...]], ...]
"""Marks of captions by a sign that each of them has, or ""."""

_SIGNS = "(（/:：,.=＝"
"""What few lines have; a mark goes by the first that it has."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All languages together: a page is not asked which language it is in before it is read.

    `phrases` maps a phrase (see `phrase_words`) to the mask of its cues, `openings` are the first two words of each,
    `whole` maps those that are a line of their own, `months` a name to 1-12, `ago` holds the phrases of relative
    times, `ago_words` their words but for numbers, `labels` the first words of labels of users' cards, `says` what
    ends a line that names a speaker, `answers` what stands before the name of whoever is answered, `answering` the
    first words of these, `one` those for a single comment, `stop` the function words, `weekdays` the names of days,
    `time` every word that can be part of a date line, `buttons` every word of short buttons and links, `controls`
    those of the buttons below a post, `replies` the words for "reply", `form_ends` the last ones of buttons of a form
    for comments, `namesakes` the ranks that people are called, too ("Guest"), `marks` what gives a caption away in a
    line (see `has_mark`), `ascii_marks` those of them in ASCII.
    """

    phrases: dict[str, int]
    openings: frozenset[str]
    whole: dict[str, int]
    months: dict[str, int]
    ago: frozenset[str]
    ago_words: frozenset[str]
    labels: frozenset[str]
    says: frozenset[str]
    answers: frozenset[str]
    answering: frozenset[str]
    one: frozenset[str]
    stop: frozenset[str]
    weekdays: frozenset[str]
    time: frozenset[str]
    buttons: frozenset[str]
    controls: frozenset[str]
    replies: frozenset[str]
    form_ends: frozenset[str]
    namesakes: frozenset[str]
    marks: Marks
    ascii_marks: Marks


def phrase_words(text: str) -> list[str]:
    """Reduce a text to the words by which phrases are looked up.

    Case, punctuation and accents written as separate marks do not matter, every number is "0".

    >>> phrase_words("12 Comments — What’s new?")
    ['0', 'comments', 'what', 's', 'new']
    """
    if text.isascii():
        return fold_ascii(text).split()
    folded = text.casefold()
    if not any(map(str.isalnum, beyond_ascii(folded))):  # quotation marks, dashes
        return fold_ascii(in_ascii(folded)).split()
    return ["0" if word[0].isdigit() else word for word in _TOKEN.findall(folded)]


def fold_ascii(text: str) -> str:
    """The words of a text in ASCII, as `phrase_words` gives them, with one space or more between two."""
    plain = text.encode()
    if len(plain.translate(None, _DIGITS)) < len(plain):
        plain = _NUMBER.sub(" 0 ", text).encode()
    return plain.translate(_FOLDED).decode()


def has_mark(text: str, known: Vocabulary) -> bool:
    """Whether a line has in it what gives a caption away: "(left)", "photo:", in any case.

    Signs are looked for before the marks that have them: a pattern of all marks takes ten times as long.
    """
    lowered = text.lower()
    for sign, marks in known.ascii_marks if lowered.isascii() else known.marks:
        if sign in lowered:
            for mark in marks:
                if mark in lowered:
                    return True
    return False


def _by_sign(marks: set[str]) -> Marks:
    groups: dict[str, list[str]] = {}
    for mark in sorted(marks):
        groups.setdefault(next((sign for sign in _SIGNS if sign in mark), ""), []).append(mark)
    return tuple((sign, tuple(group)) for sign, group in groups.items())


def cue_bits(*cues: str) -> int:
    """The mask of several cues."""
    return sum(BIT[cue] for cue in cues)


@cache
def load_vocabulary() -> Vocabulary:
    """Read the lists of all languages, once."""
    phrases: dict[str, int] = {}
    whole: dict[str, int] = {}
    months: dict[str, int] = {}
    ago: set[str] = set()
    says: set[str] = set()
    answers: set[str] = set()
    one: set[str] = set()
    stop: set[str] = set()
    weekdays: set[str] = set()
    time: set[str] = set(_CONNECTORS.split()) | {"0"}
    buttons: set[str] = {"0"}
    controls: set[str] = set()
    replies: set[str] = set()
    namesakes: set[str] = set()
    marks: set[str] = set()
    for path in sorted(Path(__file__).with_name("vocabulary").glob("*.json")):
        lists = json.loads(path.read_text(encoding="utf-8"))
        for cue, bit in BIT.items():
            for phrase in lists[cue]:
                words = phrase_words(phrase)[:LONGEST_PHRASE]
                if not words:
                    continue
                key = " ".join(words)
                known = whole if phrase.endswith("$") else phrases
                known[key] = known.get(key, 0) | bit
                if cue == "comments" and "0" not in words:
                    for counted in (f"{key} 0", f"0 {key}"):
                        phrases[counted] = phrases.get(counted, 0) | bit
                if cue in {"navigation", "share", "controls"} and len(words) <= 2:
                    buttons.update(words)
                if cue == "controls":
                    controls.update(words)
                if cue in {"date", "edited"}:
                    time.update(words)
        # The first button of each list is "reply"; with a number behind it, it counts posts.
        replies.update(phrase_words(lists["controls"][0])[:1])
        for number, names in enumerate(lists["months"], 1):
            months.update((name.casefold(), number) for name in names)
            time.update(word for name in names for word in phrase_words(name))
        weekdays.update(word for names in lists["weekdays"] for name in names for word in phrase_words(name))
        for phrase in lists["ago"]:
            words = phrase_words(phrase)
            ago.add(" ".join(words))
            if "0" in words or len(words) <= 2:  # the words of "a week ago" stand in any sentence
                time.update(words)
        says.update(" ".join(phrase_words(phrase)) for phrase in lists["says"])
        answers.update(" ".join(phrase_words(phrase)) for phrase in lists["answers"])
        namesakes.update(" ".join(phrase_words(phrase)) for phrase in lists["namesakes"])
        one.update(word for phrase in lists["one"] for word in phrase_words(phrase))
        stop.update(word for phrase in lists["stop"] for word in phrase_words(phrase))
        marks.update(mark.casefold() for mark in lists["caption_marks"])
    time |= weekdays
    return Vocabulary(
        phrases,
        frozenset(" ".join(phrase.split(" ", 2)[:2]) for phrase in phrases if " " in phrase),
        whole,
        months,
        frozenset(ago),
        frozenset(word for phrase in ago for word in phrase.split()) - {"0"},
        frozenset(phrase.partition(" ")[0] for phrase, cues in phrases.items() if cues & BIT["card"]),
        frozenset(says),
        frozenset(answers),
        frozenset(answer.partition(" ")[0] for answer in answers),
        frozenset(one),
        frozenset(stop),
        frozenset(weekdays),
        frozenset(time),
        frozenset(buttons),
        frozenset(controls - stop - {"0"}),
        frozenset(replies),
        frozenset(phrase.rpartition(" ")[2] for phrase, cues in phrases.items() if cues & BIT["comment_form"]),
        frozenset(namesakes),
        _by_sign(marks),
        _by_sign(set(filter(str.isascii, marks))),
    )
