"""What a short line looks like on its own: a button, a date, a name and a time, a heading of a list of links."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tasks.clean.beyond_ascii import may_have
from tasks.clean.segments.phrases import (
    closes_as_form,
    has_month,
    has_score,
    is_answer,
    is_counted_heading,
    is_labelled,
    is_menu,
    is_row_of_buttons,
    is_scored,
    is_time_with_buttons,
    may_open,
    name_cue,
    prefixed,
    says_ago,
)
from tasks.clean.segments.vocabulary import BIT, LONGEST_PHRASE, Vocabulary, cue_bits, load_vocabulary, phrase_words

SHORT = 240
"""Longer lines are paragraphs: only their first words are looked at."""

LONGEST_NOTICE = 800
"""Characters of what software says below an entry; a longer line has the text in it, too."""

LONGEST_FORM = 8
"""Words of a heading that ends with a button of the form for a comment."""

SENTENCE_ENDS = frozenset(".!?。！？؟।…")
CLOSERS = "\"'”’»)]}」』）”*_"

KIND_ROLES = {
    "time": "date",
    "date": "date",
    "byline": "byline",
    "stamp": "byline",
    "caption": "caption",
    "file": "caption",
    "related": "related",
    "read_also": "related",
    "advertisement": "advertisement",
    "about": "about",
    "legal": "widget",
    "notice": "widget",
    "card": "user_card",
    "rank": "user_card",
    "separator": "separator",
}
"""The role of a boilerplate line by its kind; all others are navigation."""

_DELIMITER = re.compile(r"[|:：»›>]|\s[-–—]\s")
_CLOCK = re.compile(r"\d{1,2}(?::|h\s?|時|点)\d{2}|\d\s?[aApP]\.?[mM]\b")
_DATE = re.compile(
    r"(?<!\d)\d{4}[-/.年]\s?\d{1,2}(?!\d)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}|\d{4}\s?년",
)
_NUMBERED = re.compile(r"\W*(?:#\s?\d{1,5}|\d{1,5}\s?(?:[#楼樓層层])|No\.\s?\d{1,5})\W*(?:link|·)?\W*", re.IGNORECASE)
_ITEM = re.compile(r"\d{1,4}[.)]\s")
_INITIAL = re.compile(r"(?:[•*·]\s?|-\s)?[^\W\d_]")
_BULLET = "o"  # Renderers to plain text set it before the items of an inner list.
_ELLIPSES = ("...", "…")
_DURATION = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")  # "3:45" alone is how long a video runs.
_FILE = re.compile(r"[^\s]{1,100}\.(?:jpe?g|png|gif|webp|bmp|pdf|mp4|docx?|zip)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"@[\w.-]{2,40}")
# A reply's subject, in the words of mail programs and boards.
_SUBJECT = re.compile(r"(?:re|aw|sv|vs|antw|odp|rif|res|отв|ynt|답장|答复|回覆|回复|回復)\s?[:：]\s?\S", re.IGNORECASE)
_COPYRIGHT = re.compile(r"[©ⓒ]|\(c\)\s?\d{4}|copyright", re.IGNORECASE)

_ONE_WORD, _BUTTONS = cue_bits("byline", "date", "notice"), cue_bits("controls", "share")


class Look(NamedTuple):
    """A line by itself.

    `kind` is the first of these that fits: separator, address, file, number, numbered, initial (of a user without a
    picture), time, stamp (a time and little else), scored (a name and its points), says, subject (of a reply), the
    cues of the vocabulary, name (a few words that could be a name), plain. `cues` is the mask of the phrase that the
    line is, `opens` of those it begins with, `heads` of what stands before a colon or a bar. A line that `counts` has
    up to three words and begins with a number.
    """

    kind: str
    cues: int = 0
    opens: int = 0
    heads: int = 0
    words: int = 0
    has_ago: bool = False
    has_clock: bool = False
    has_date: bool = False
    has_number: bool = False
    ends_sentence: bool = False
    counts: bool = False


def look_at(text: str) -> Look:
    """Say what a stripped line looks like; the same text always gives the same answer.

    Lines of more than `SHORT` characters are `plain` or `notice`, with the cues of their first words.
    """
    if len(text) > SHORT:
        opens = _phrase_cues(phrase_words(head)[:-1], load_vocabulary()) if may_open(head := text[:80]) else 0
        kind = "notice" if opens & BIT["notice"] and len(text) <= LONGEST_NOTICE else "plain"
        return Look(kind, 0, opens, 0, text.count(" ") + 1, ends_sentence=ends_sentence(text))
    return _look_at_short(text)


def ends_sentence(text: str) -> bool:
    """Whether a line ends like a sentence, closing quotes and brackets aside."""
    if text[-1] in SENTENCE_ENDS:
        return True
    return text[-1] in CLOSERS and text.rstrip(CLOSERS)[-1:] in SENTENCE_ENDS


def cues_of(words: list[str], known: Vocabulary) -> int:
    """The cues of the phrase that the words are."""
    key = " ".join(words) if len(words) <= LONGEST_PHRASE else ""
    return known.phrases.get(key, 0) | known.whole.get(key, 0)


def _phrase_cues(words: list[str], known: Vocabulary) -> int:
    """The cues of the phrases of two words or more that a line begins with."""
    cues = 0
    if " ".join(words[:2]) not in known.openings:
        return cues
    for count in range(min(len(words), LONGEST_PHRASE), 1, -1):
        cues |= known.phrases.get(" ".join(words[:count]), 0)
    return cues


def _opening_cues(words: list[str], known: Vocabulary) -> int:
    """The cues of the phrases a line begins with; one word alone says enough only for names and dates.

    In scripts without spaces it can be a whole sentence.
    """
    first = words[0]
    cues = _phrase_cues(words, known) | (known.phrases.get(first, 0) & _ONE_WORD)
    if first > "\u0e00" and len(first) > 4:
        for count in range(4, min(len(first), 16)):
            cues |= known.phrases.get(first[:count], 0)
    return cues


@lru_cache(maxsize=1 << 15)
def _look_at_short(text: str) -> Look:
    known = load_vocabulary()
    words = phrase_words(text)
    count = len(words)
    if not count:
        return Look("separator")
    cues = cues_of(words, known)
    opens = cues | _opening_cues(words, known)
    heads = 0
    if may_have(text, "|:>-") and (delimiter := _DELIMITER.search(text, 1, 60)):
        heads = known.phrases.get(" ".join(phrase_words(text[: delimiter.start()])[:LONGEST_PHRASE]), 0)
    numbers = words.count("0")
    has_ago = count <= 20 and says_ago(words, known)
    has_clock = has_date = False
    if numbers and count <= 40:
        has_clock = _CLOCK.search(text) is not None
        has_date = _DATE.search(text) is not None or (not has_ago and has_month(words, known))
    ends = ends_sentence(text)
    kind = _kind(text, words, cues, opens, heads, known, timed=has_ago or has_clock or has_date, ends=ends)
    has_number = "#" in text and bool(numbers)
    counts = words[0] == "0" and count <= 3
    return Look(kind, cues, opens, heads, text.count(" ") + 1, has_ago, has_clock, has_date, has_number, ends, counts)


def _kind(
    text: str,
    words: list[str],
    cues: int,
    opens: int,
    heads: int,
    known: Vocabulary,
    *,
    timed: bool,
    ends: bool,
) -> str:
    count = len(words)
    if "0" in words and _NUMBERED.fullmatch(text):
        return "numbered"
    if heads & BIT["card"] and (count <= 8 or heads & BIT["comments"]):
        return "card"  # "Reactions: Ada, Bo and 2 others" is no heading, whatever its length
    if count == 2 and words[1] == "0" and words[0] in known.replies:
        return "numbered"
    if count == 1 and len(words[0]) == 1 and words[0] != "0" and _INITIAL.fullmatch(text):
        return "separator" if text == _BULLET else "initial"
    if "0" in words and _DURATION.fullmatch(text):
        return "number"
    if timed and count <= 16 and known.time.issuperset(words):
        return "time"
    if cues:
        return name_cue(cues)
    has_rights = may_have(text.lower(), ("copyright", "(c)"))
    if has_rights and (_COPYRIGHT.match(text) or (count <= 30 and _COPYRIGHT.search(text))):
        return "about"
    if count == words.count("0") or (count == 2 and words[0] == "0" and len(words[1]) == 1):
        return "number"
    if " " not in text:
        if _ADDRESS.fullmatch(text):
            return "address"
        if _FILE.fullmatch(text):
            return "file"
    if count <= 10 and known.buttons.issuperset(words) and not known.stop.issuperset(words):
        return "navigation" if known.controls.isdisjoint(words) else "controls"
    if _HANDLE.fullmatch(text):
        return "name"
    if may_have(text, ":") and _SUBJECT.match(text) and not (timed and count <= 30):
        return "subject"
    if has_score(text, known):
        return "subject"
    if timed and opens & BIT["byline"] and " » " in text:
        # How phpBB heads its posts: "by Ada » Sat May 9, 2020 8:12 pm".
        return "stamp"
    if is_labelled(words, known):
        return "card"
    if not timed and is_menu(text, known):
        return "navigation"
    if timed and count <= 18 and not ends:
        # A line with a clock is that of one comment, "Comment #3 - Posted by: Ada at 5:57 PM", and no heading.
        is_foot = (opens | heads) & BIT["comments"] and _CLOCK.search(text)
        if opens & BIT["date"] or is_foot:
            return "stamp"
    if timed and not ends and count <= 16 and _ITEM.match(text) is None and is_time_with_buttons(words, known):
        return "time"
    if is_counted_heading(text, words, opens, known):
        return "comments"
    kind = prefixed(text, count, opens, heads)
    # "Posted in News, Sport" is no sentence, "Posted in the hall, it was soon forgotten." is one.
    if kind and not (kind == "filed" and ends and not heads):
        return kind
    if 2 < count <= LONGEST_FORM and not ends and closes_as_form(words, known):
        return "comment_form"
    if timed and not ends and (count <= 18 or (_SUBJECT.match(text) and count <= 30)):
        return "stamp"
    if count <= 14 and not ends and is_scored(words, known):
        return "scored"
    ends = ends and len(words[-1]) > 1
    # Blogger heads each comment with "Ada said...".
    speaks = not ends or text.endswith(_ELLIPSES)
    if count <= 7 and (words[-1] in known.says or " ".join(words[-2:]) in known.says) and speaks:
        return "says"
    if (count == 1 or known.phrases.get(words[0], 0) & _BUTTONS) and is_row_of_buttons(text, words, known):
        return "controls"
    if count <= 4 and len(text) <= 40 and not ends and text[-1] not in ":;,":
        return "name"
    if count <= 12 and not ends and is_answer(words, known):
        return "name"
    return "plain"
