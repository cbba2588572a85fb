"""Which kind a short line is of: one after the other, the forms that furniture, dates and heads of posts have."""

from __future__ import annotations

import re

from tasks.clean.segments.phrases import (
    closes_as_form,
    has_score,
    is_answer,
    is_counted_heading,
    is_labelled,
    is_menu,
    is_row_of_buttons,
    is_scored,
    is_time_with_buttons,
    name_cue,
    prefixed,
)
from tasks.clean.segments.vocabulary import BIT, Vocabulary, cue_bits

LONGEST_FORM = 8
"""Words of a heading that ends with a button of the form for a comment."""

CLOCK = re.compile(r"\d(?:\d?(?::|h\s?|時|点)\d{2}|\s?[aApP]\.?[mM]\b)")

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

_BUTTONS = cue_bits("controls", "share")


def kind_of(
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
    """The first kind of those of `Look` that fits a short line of these words, with the cues that they have.

    `timed` says whether there is a time or a date in it, `ends` whether it ends like a sentence.
    """
    count, numbers = len(words), words.count("0")
    if numbers and _NUMBERED.fullmatch(text):
        return "numbered"
    if heads & BIT["card"] and (count <= 8 or heads & BIT["comments"]):
        return "card"  # "Reactions: Ada, Bo and 2 others" is no heading, whatever its length
    if count == 2 and words[1] == "0" and words[0] in known.replies:
        return "numbered"
    if count == 1 and len(words[0]) == 1 and words[0] != "0" and _INITIAL.fullmatch(text):
        return "separator" if text == _BULLET else "initial"
    if numbers and _DURATION.fullmatch(text):
        return "number"
    if timed and count <= 16 and known.time.issuperset(words):
        return "time"
    if cues:
        return name_cue(cues)
    if _may_say_rights(text) and (_COPYRIGHT.match(text) or (count <= 30 and _COPYRIGHT.search(text))):
        return "about"
    if count == numbers or (count == 2 and words[0] == "0" and len(words[1]) == 1):
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
    if (":" in text or "：" in text) and _SUBJECT.match(text) and not (timed and count <= 30):
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
        is_foot = (opens | heads) & BIT["comments"] and CLOCK.search(text)
        if opens & BIT["date"] or is_foot:
            return "stamp"
    if timed and not ends and count <= 16 and _ITEM.match(text) is None and is_time_with_buttons(words, known):
        return "time"
    if is_counted_heading(text, words, opens, known):
        return "comments"
    if kind := prefixed(text, count, opens, heads, ends=ends):
        return kind
    if 2 < count <= LONGEST_FORM and not ends and closes_as_form(words, known):
        return "comment_form"
    if timed and not ends and (count <= 18 or (_SUBJECT.match(text) and count <= 30)):
        return "stamp"
    if numbers and count <= 14 and not ends and is_scored(words, known):
        return "scored"
    ends = ends and len(words[-1]) > 1
    # Blogger heads each comment with "Ada said...".
    speaks = not ends or text.endswith(_ELLIPSES)
    if count <= 7 and (words[-1] in known.says or " ".join(words[-2:]) in known.says) and speaks:
        return "says"
    may_be_row = not text[1:].islower() if count == 1 else known.phrases.get(words[0], 0) & _BUTTONS
    if may_be_row and is_row_of_buttons(text, words, known):
        return "controls"
    if count <= 4 and len(text) <= 40 and not ends and text[-1] not in ":;,":
        return "name"
    if count <= 12 and not ends and is_answer(words, known):
        return "name"
    return "plain"


def _may_say_rights(text: str) -> bool:
    lowered = text.lower()
    return "copyright" in lowered or "(c)" in lowered or not text.isascii()
