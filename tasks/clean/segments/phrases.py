"""What the phrases of the vocabulary make of a line that is one of them, or begins with one."""

from __future__ import annotations

import re
from itertools import pairwise

from tasks.clean.segments.vocabulary import BIT, LONGEST_PHRASE, Vocabulary, load_vocabulary, phrase_words

HEADINGS = (
    ("date", 16), ("card", 8), ("byline", 14), ("caption", 45), ("edited", 16), ("quote", 12), ("related", 14),
    ("comments", 12), ("advertisement", 20), ("note", 60), ("sorting", 8), ("filed", 60),
)  # fmt: skip
"""Cues of what stands before a colon or a bar, and how many words such a line has at most."""

OPENINGS = (
    ("comment_form", 3, 30), ("comments", 2, 14), ("share", 3, 12), ("advertisement", 3, 24), ("related", 2, 10),
    ("quote", 2, 10), ("caption", 3, 40), ("filed", 3, 40),
)  # fmt: skip
"""Cues of the phrases a line begins with, and how many words such a line has at least and at most."""


_BAR = re.compile(r"[|｜]")
_QUOTE = re.compile(r"[“„«『「]|\s\"")
_COUNTED = re.compile(r"\s[(\[]\s?(\d{1,6}\s\w+)\s?[)\]]$")

_SCORE = re.compile(r"\s\(\s?([^\W\d_]{2,20}\s?:\s?-?\d{1,3})(?:\s?,\s?\w+)?\s?\)$")

LONGEST_ROW = 12
"""Words of a row of buttons below a post."""

LONGEST_NAMES = 4
"""Words of a name beside the words for "in reply to" at most."""

LONGEST_COUNTED = 6
"""Words of a heading that ends with a number of comments in brackets."""

LONGEST_TITLED = 30
"""Words of a heading of comments that says the title of what they are about."""

LONGEST_ENTRY = 30
"""Characters of an entry of a menu at most."""


def is_labelled(words: list[str], known: Vocabulary) -> bool:
    """Whether a label of a user's card has its number or date behind it, without a colon: "Joined May 2019"."""
    card, count = BIT["card"], len(words)
    return (
        count <= LONGEST_PHRASE
        and words[0] in known.labels
        and any(
            known.phrases.get(" ".join(words[:label]), 0) & card and known.time.issuperset(words[label:])
            for label in range(1, min(4, count))
        )
    )


def is_answer(words: list[str], known: Vocabulary) -> bool:
    """Whether a line is a name with whom it answers: "Ada in reply to Grace", or "In reply to Grace" alone."""
    longest = LONGEST_NAMES
    return not known.answering.isdisjoint(words) and any(
        " ".join(words[at : at + count]) in known.answers
        for at in range(min(longest + 1, len(words) - 1))
        for count in range(1, min(5, len(words) - at))
        if len(words) - at - count <= longest
    )


def is_menu(text: str, known: Vocabulary) -> bool:
    """Whether a line is a menu on one line: short entries between bars, the first a phrase of menus."""
    if text.count("|") + text.count("｜") < 2:
        return False
    entries = [" ".join(phrase_words(entry)) for entry in _BAR.split(text)]
    short = all(len(entry) <= LONGEST_ENTRY for entry in entries)
    return short and bool(known.phrases.get(entries[0], 0) & BIT["navigation"])


def is_counted_heading(text: str, words: list[str], opens: int, known: Vocabulary) -> bool:
    """Whether a line announces comments in other words than the lists have.

    With the site's own word for them, and their number behind it in brackets: "soundoff (78 Responses)"; with a word of
    praise: "8 appreciated comments on “The mill”"; before a title that makes the line too long for a heading.
    """
    comments = BIT["comments"]
    if opens & comments:
        return _is_titled(text, words)
    is_first = words[0] == "0" and len(words) > 2 and words[1] not in known.time
    if is_first and (len(words) == 3 or _is_titled(text, words)):
        return bool(known.phrases.get(f"0 {words[2]}", 0) & comments)
    counted = _COUNTED.search(text) if len(words) <= LONGEST_COUNTED and text[-1] in ")]" else None
    return counted is not None and bool(known.phrases.get(" ".join(phrase_words(counted[1])), 0) & comments)


def _is_titled(text: str, words: list[str]) -> bool:
    return len(words) <= LONGEST_TITLED and _QUOTE.search(text) is not None


def says_count(heading: str, number: int, known: Vocabulary) -> bool:
    """Whether a heading of comments says that there are so many, one of them in words too: "One response to"."""
    if str(number) in re.findall(r"\d{1,6}", heading):
        return True
    words = phrase_words(heading)[:LONGEST_COUNTED]
    if number != 1 or known.one.isdisjoint(words[:2]):
        return False
    comments = BIT["comments"]
    counted = ["0" if word in known.one else word for word in words]
    return any(
        (known.phrases.get(phrase, 0) | known.whole.get(phrase, 0)) & comments
        for count in range(2, len(words) + 1)
        for phrase in (" ".join(words[:count]), " ".join(counted[:count]))
    )


def is_row_of_buttons(text: str, words: list[str], known: Vocabulary) -> bool:
    """Whether a line is buttons below a post, two at least: "Share Improve this answer Follow", "ReplyQuote".

    Where no space parts them, each but the first begins with a capital.
    """
    if len(words) == 1:
        at = [index for index in range(1, len(text)) if text[index].isupper() and text[index - 1].islower()]
        parts = [text[start:end].casefold() for start, end in pairwise([0, *at, len(text)])]
        return len(parts) > 1 and known.controls.issuperset(parts)
    if len(words) > LONGEST_ROW or text[-1] in ".!?":
        return False
    mask = BIT["controls"] | BIT["share"] | BIT["navigation"]
    at_word = found = 0
    while at_word < len(words):
        longest = min(len(words) - at_word, LONGEST_PHRASE)
        phrases = ((count, " ".join(words[at_word : at_word + count])) for count in range(longest, 0, -1))
        count = next((count for count, phrase in phrases if known.phrases.get(phrase, 0) & mask), 0)
        if not count:
            return False
        at_word, found = at_word + count, found + 1
    return found > 1


def is_scored(words: list[str], known: Vocabulary) -> bool:
    """Whether a name is followed by how many points its post has."""
    score = BIT["score"]
    return (
        words[0] != "0"
        and "0" in words
        and any(
            word == "0" and known.phrases.get(" ".join(words[index : index + 2]), 0) & score
            for index, word in enumerate(words)
        )
    )


def has_score(text: str, known: Vocabulary) -> bool:
    """Whether the subject of a post has its score behind it: "Wax? (Score: 2, Funny)"."""
    match = _SCORE.search(text, 1) if text[-1] == ")" else None
    return match is not None and bool(known.phrases.get(" ".join(phrase_words(match[1])), 0) & BIT["score"])


def is_time_with_buttons(words: list[str], known: Vocabulary) -> bool:
    """Whether there is nothing in a line but a time and the buttons beside it: "May 9, 2020 | Permalink"."""
    return all(word in known.time or word in known.controls for word in words)


def closes_as_form(words: list[str], known: Vocabulary) -> bool:
    """Whether a heading ends with a button of the form for a comment: "Your thoughts? Cancel reply"."""
    counts = (2, 3, 4) if words[-1] in known.form_ends else ()
    return any(known.phrases.get(" ".join(words[-count:]), 0) & BIT["comment_form"] for count in counts)


def name_cue(cues: int) -> str:
    """The one kind of a line that is a phrase of the lists."""
    for cue in (
        "advertisement", "edited", "comment_form", "comments", "related", "share", "controls", "navigation", "sorting",
        "quote", "legal", "notice", "card", "rank", "about", "caption", "date", "byline", "read_also", "note",
        "greeting", "filed",
    ):  # fmt: skip
        if cues & BIT[cue]:
            return _kind_of(cue)
    return "plain"


def _kind_of(cue: str) -> str:
    """What a cue makes of a line: the cue itself, but what sorts posts is a button like others."""
    return "navigation" if cue == "sorting" else cue


def prefixed(text: str, count: int, opens: int, heads: int, *, ends: bool) -> str | None:
    """The kind of a line that begins with a phrase of the lists, where its length fits.

    "Posted in News, Sport" says where it is filed. What `ends` like a sentence does not: "Posted in the hall, it hung."
    """
    if heads:
        if heads & BIT["read_also"] and count <= 40:
            return "read_also"
        for cue, longest in HEADINGS:
            if heads & BIT[cue] and count <= longest:
                return _kind_of(cue)
    if not opens:
        return None
    if opens & BIT["legal"]:
        return "legal"
    if opens & BIT["notice"]:
        return "notice"
    if opens & BIT["note"]:
        return "note"
    for cue, shortest, longest in OPENINGS:
        if opens & BIT[cue] and shortest <= count <= longest and not (cue == "filed" and ends and not heads):
            return cue
    if opens & BIT["byline"] and 2 <= count <= 10 and _is_name(text.split()[1:]):
        return "byline"
    return None


def _is_name(words: list[str]) -> bool:
    """Whether words could be names: none but short particles is in lower case, and no sentence ends there."""
    return bool(words) and not any(word[0].islower() and len(word) > 3 for word in words)


def says_ago(words: list[str], known: Vocabulary) -> bool:
    """Whether the words say how long ago something was: "3 hours ago", a number being "0"."""
    ago = known.ago
    if known.ago_words.isdisjoint(words):
        return False
    for index, word in enumerate(words):
        if word == "0":
            for first in range(max(0, index - 3), index + 1):
                for last in range(index + 1, min(len(words), index + 4) + 1):
                    if last - first > 1 and " ".join(words[first:last]) in ago:
                        return True
    return len(words) <= 6 and " ".join(words) in ago


def has_month(words: list[str], known: Vocabulary) -> bool:
    """Whether the name of a month stands beside a number: alone it may be any word ("may", "set")."""
    return not known.months.keys().isdisjoint(words) and any(
        word in known.months and ("0" in words[max(0, index - 2) : index + 3]) for index, word in enumerate(words)
    )


def plain_start(head: str) -> str | None:
    """The first two words of a line, as a key of phrases, where they are nothing but letters of ASCII: most are."""
    first, _, rest = head.partition(" ")
    second, space, _ = rest.partition(" ")
    if not (space and first.isalpha() and second.isalpha() and head.isascii()):
        return None
    return f"{first} {second}".lower()


def may_open(head: str) -> bool:
    """Whether the first two words of a line may be those of a phrase."""
    start = plain_start(head)
    return start is None or start in load_vocabulary().openings
