"""The words by which a site asks its readers for consent to its cookies, in all languages of the vocabulary."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tasks.clean.segments.vocabulary import LONGEST_PHRASE, phrase_words

STATEMENT, CHOICE, WAY, PART, DATA, OTHER = "statement", "choice", "way", "part", "data", "other"
"""Kinds of lines: what the site says of its cookies, "Accept all", "Settings", "Always active", more about data."""

_ROW = ("", WAY, PART, CHOICE)

FEWEST_WORDS, FEWEST_CHARACTERS = 5, 12
"""Words of a sentence, and characters of one in a script without spaces."""

LONGEST_ROW, LONGEST_PART = 24, 8
"""Words of a row of buttons, and words behind the name of a purpose ("91 partners can use this purpose")."""

FEWEST_TOLD = 3
"""Different words about data in a sentence on what a site asks consent for; one is enough beside cookies."""

LONGEST_READ = 2000
"""Characters of a line that are looked at: no layer has longer ones."""

_UNSPACED = "\u0e00"
"""From here on scripts have no spaces, or none that are sure."""

SAMPLED = 128
"""Characters of a text by which its script is told."""

# Letters of scripts in which cookies have a word of their own, and which of these it is: the first is Turkish.
_LETTER = re.compile("[çığşÇİĞŞ\u0400-\u04ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7a3]")
_FIRST_LETTERS = ("\u0000", "\u0400", "\u0590", "\u0600", "\u0900", "\u0e00", "\u3040", "\uac00")

_GLUED = "\u0590"
"""From here on scripts have no capitals, and many glue small words to others."""

_SENTENCES = re.compile(r"(?<=[.!?。！？؟।])\s*(?=\S)")


Patterns = tuple[re.Pattern[str], re.Pattern[str]]
"""What is looked for in lines that are not ASCII, and in those that are."""


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """The lists of all languages together.

    `cookies` are words for cookies by the script of a text (see `_script_of`), those in ASCII under 0; `marks` the
    beginnings of these and of words for consent. `site` finds the words by which a site speaks of itself, `use` those
    for what becomes of data. `choices`, `ways` and `parts` are lines of their own: answers ("Reject all"), other
    buttons ("Settings"), and the headings and switches of a layer ("Always active").
    """

    cookies: dict[int, tuple[str, ...]]
    marks: tuple[str, ...]
    site: Patterns
    use: Patterns
    choices: frozenset[str]
    ways: frozenset[str]
    parts: frozenset[str]


@cache
def load_consent_words() -> ConsentWords:
    """Read the lists of all languages, once."""
    lists: dict[str, set[str]] = {}
    for path in sorted((Path(__file__).parents[1] / "vocabulary").glob("*.json")):
        for name, phrases in json.loads(path.read_text(encoding="utf-8")).items():
            if name.startswith(("consent", "cookie")):
                lists.setdefault(name, set()).update(phrase.casefold() for phrase in phrases)
    cookies: dict[int, set[str]] = {}
    for word in lists["cookie"]:
        # Without its first letter a word is found whether it begins with a capital or not.
        forms = {word[1:]} if word.isascii() else {word, word.capitalize()}
        cookies.setdefault(_script_of(word), set()).update(forms)
    keys = {name: frozenset(_key(phrase_words(phrase)) for phrase in phrases) for name, phrases in lists.items()}
    return ConsentWords(
        {script: tuple(sorted(words)) for script, words in cookies.items()},
        tuple(sorted(lists["cookie"] | lists["consent"])),
        _find_any(lists["consent_site"]),
        _find_any({f"{stem}*" for stem in lists["consent_use"]}),
        keys["consent_choices"],
        keys["consent_ways"],
        keys["consent_parts"],
    )


def speaks_of_cookies(text: str) -> bool:
    """Whether a text has a word for cookies in it; most have none, and no layer either."""
    known = load_consent_words().cookies
    if any(word in text for word in known[0]):
        return True
    # Letters of another script are found in a sample: searching for the words of each would take longer.
    script = 0 if text.isascii() else _script_of(text[:: max(1, len(text) // SAMPLED)])
    return script > 0 and any(word in text for word in known.get(script, ()))


def _script_of(text: str) -> int:
    """The number of the first script of which there is a letter, 0 where there is none."""
    letter = _LETTER.search(text)
    return bisect_right(_FIRST_LETTERS, letter[0]) if letter else 0


def is_statement(text: str, *, of_consent: bool = False) -> bool:
    """Whether a line is a sentence in which a site says what it does with cookies, or asks for consent to anything."""
    if not _is_sentence(text):
        return False
    known = load_consent_words()
    folded = text[:LONGEST_READ].casefold()
    if not (any(mark in folded for mark in known.marks) if of_consent else speaks_of_cookies(text)):
        return False
    return _in(folded, known.site).search(folded) is not None and _in(folded, known.use).search(folded) is not None


def _in(text: str, patterns: Patterns) -> re.Pattern[str]:
    return patterns[text.isascii()]


def closes_with_choice(text: str) -> bool:
    """Whether an answer stands behind the last sentence of a line: "We use cookies. Accept"."""
    *before, last = _SENTENCES.split(text[-120:])
    return bool(before) and tell(last) == CHOICE


@lru_cache(maxsize=1 << 10)
def tell(text: str) -> str:
    """The kind of a line of a layer, or `OTHER`."""
    known = load_consent_words()
    words = phrase_words(text[:LONGEST_READ])
    if kind := _tell_row(words[: LONGEST_ROW + 1], known) or _tell_heading(words, known):
        return kind
    if is_statement(text, of_consent=True):
        return STATEMENT
    folded = text[:LONGEST_READ].casefold()
    told = set(_in(folded, known.use).findall(folded)) if _is_sentence(text) else ()
    is_data = len(told) >= FEWEST_TOLD or (told and any(mark in folded for mark in known.marks))
    return DATA if is_data else OTHER


def _tell_row(words: list[str], known: ConsentWords) -> str:
    """The kind of buttons, headings and switches side by side: the most telling of theirs; "" where the words are more.

    Numbers beside them count what there is: "Statistics 12 Off".
    """
    if not 0 < len(words) <= LONGEST_ROW:
        return ""
    if (kind := _tell_phrase(_key(words), known)) and len(words) <= LONGEST_PHRASE:
        return kind
    reached = {0: ""}
    for start in range(len(words)):
        if start not in reached:
            continue
        before = reached[start]
        if words[start] == "0" and start > 0:
            reached[start + 1] = max(reached.get(start + 1, ""), before, key=_ROW.index)
        for end in range(start + 1, min(len(words), start + LONGEST_PHRASE) + 1):
            if kind := _tell_phrase(_key(words[start:end]), known):
                reached[end] = max(reached.get(end, ""), before, kind, key=_ROW.index)
    return reached.get(len(words), "")


def _tell_phrase(key: str, known: ConsentWords) -> str:
    return CHOICE if key in known.choices else PART if key in known.parts else WAY if key in known.ways else ""


def _tell_heading(words: list[str], known: ConsentWords) -> str:
    """`PART` where a line begins with the name of a purpose or of a kind of cookies, of two words at least."""
    longest = min(len(words), LONGEST_PHRASE)
    is_part = any(
        _key(words[:count]) in known.parts and len(words) - count <= LONGEST_PART for count in range(longest, 1, -1)
    )
    return PART if is_part else ""


def _is_sentence(text: str) -> bool:
    return text.count(" ") >= FEWEST_WORDS - 1 or (text > _UNSPACED and len(text) >= FEWEST_CHARACTERS)


def _key(words: list[str]) -> str:
    """The words as one phrase; the spaces of a script that hardly has any say nothing."""
    key = " ".join(words[:LONGEST_PHRASE])
    return key.replace(" ", "") if max(key, default="") > _UNSPACED else key


def _find_any(entries: set[str]) -> Patterns:
    return _any_of(entries), _any_of(set(filter(str.isascii, entries)))


def _any_of(entries: set[str]) -> re.Pattern[str]:
    """A pattern for words, and where they end with an asterisk for their beginnings.

    Of scripts without spaces, and of those that glue articles to words, letters anywhere.
    """
    glued = {entry.rstrip("*") for entry in entries if entry[0] > _GLUED}
    stems = {entry.rstrip("*") for entry in entries if entry[0] <= _GLUED and entry.endswith("*")}
    whole = {entry for entry in entries if entry[0] <= _GLUED and not entry.endswith("*")}
    forms = ((r"\b(?:{})\b", whole), (r"\b(?:{})", stems), ("{}", glued))
    return re.compile("|".join(form.format(_either(chosen)) for form, chosen in forms if chosen))


def _either(words: set[str]) -> str:
    return "|".join(map(re.escape, sorted(words, reverse=True)))
