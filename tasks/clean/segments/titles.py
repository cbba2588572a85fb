"""Which line is the title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from tasks.clean.segments.features import COLUMNS, Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.repeats import is_template, share_of
from tasks.clean.segments.tags import TAG_BIT
from tasks.clean.segments.vocabulary import BIT, fold_ascii, has_mark, load_vocabulary, phrase_words

CANDIDATES = 60
"""Lines above the main text that can be its title; menus are longer, but the title is never far from the text."""

TOPIC_LINES = 40
"""Lines of main text whose words say what it is about."""

INSIDE = 12
"""Lines into the main text in which a title is looked for, where a notice above it was taken for text."""

NOTICE_WORDS = 120
"""Words of such a notice at most."""

KINDS = {"plain": 0.0, "name": 0.0, "caption": -0.6, "rank": -0.5, "says": -1.0, "byline": -1.0, "stamp": -0.8,
         "note": -0.5, "greeting": -0.5}  # fmt: skip
"""Kinds of lines that can be a title, and what speaks against them."""

ENOUGH = 1.2
"""The least score of a title."""

SHARED, MOST_BESIDES = 2.5, 3.1
"""What sharing all its words with the text adds to a line's own score, and with that being said again there."""

WORD = 6
"""Letters of a word that count: its endings differ."""

_MENU = TAG_BIT["nav"] | TAG_BIT["header"] | TAG_BIT["class_navigation"]


def find_title(lines: Lines, features: Features, core: tuple[int, int], hint: str | None = None) -> int:
    """The number of the line that is the title of the main text `core` (`[first, last]`), or -1.

    A title known from elsewhere (`hint`) is looked for first: a line with the same words, or the longest of three
    words or more that it begins or ends with. Else the lines above the main text are scored: by length, by words that
    the text uses too, by standing alone, by being said again further down.
    """
    first = core[0]
    if hint and (index := _find_hint(lines, hint, first)) >= 0:
        return index
    if first < 0:
        return -1
    own = {index: _score(lines, features, index) for index in range(max(0, first - CANDIDATES), first + 1)}
    sure, least = _find_surest(own, first)
    if least > ENOUGH and all(score + MOST_BESIDES <= least for index, score in own.items() if index != sure):
        return sure  # whatever the text says, and it need not be read
    topic = _topic(lines, features, core)
    later = Counter(text.casefold() for text in lines.texts[first : first + 4000] if len(text) < 300)
    best, best_score = -1, ENOUGH
    read = 0.0
    for index in range(max(0, first - CANDIDATES), min(len(lines), first + INSIDE + 1)):
        if index > first:
            read += features.columns[index - 1, COLUMNS.index("words")]
            if read > NOTICE_WORDS or best >= 0:
                break
            if not _is_announced(features, index):
                continue
        text = lines.texts[index]
        score = own[index] if index in own else _score(lines, features, index)
        if score + MOST_BESIDES <= best_score:
            continue
        said_again = min(1, later[text.casefold()] - (index >= first))
        most = _weigh_place(score + SHARED, said_again, index, first)
        if most <= best_score or most < least:
            continue
        shared = _overlap(text, topic if index < first else _topic(lines, features, (index + 1, core[1])))
        score = _weigh_place(score + SHARED * shared, said_again, index, first)
        if score > best_score:
            best, best_score = index, score
    return best


def _find_surest(own: dict[int, float], first: int) -> tuple[int, float]:
    """The line above line `first` that is most of a title without what the text says, and its score; -1 if none is."""
    titles = ((index, score) for index, score in own.items() if index < first and score > ENOUGH)
    alone = [(index, _weigh_place(score, 0, index, first)) for index, score in titles]
    return max(alone, key=itemgetter(1), default=(-1, ENOUGH))


def _weigh_place(score: float, said_again: int, index: int, first: int) -> float:
    """A score with how often the line stands in the text, which begins at line `first`, and how far from there."""
    score += 0.6 * said_again
    score -= min(0.8, 0.04 * abs(first - index))
    # The first line of the text, or one below, is its title only where nothing above could be.
    return score - 0.8 * (index >= first)


def _score(lines: Lines, features: Features, index: int) -> float:
    """How much a line looks like a title by itself and beside its neighbours; far below zero if it cannot be one."""
    look, text = features.looks[index], lines.texts[index]
    words = features.column("words")[index]
    if look.kind not in KINDS or not 1.5 <= words <= 30 or len(text) > 220:
        return -9.0
    score = _shape(text, words, ends=look.ends_sentence) + KINDS[look.kind]
    alone = lines.blanks[index] > 0 or index == 0
    followed = index + 1 >= len(lines) or lines.blanks[index + 1] > 0
    score += 0.2 * alone + 0.2 * followed
    if lines.tags is not None and lines.tags[index].heading:
        score += 2.0 - 0.3 * lines.tags[index].heading
    if _is_announced(features, index):
        score += 0.4
    above = index - 1
    if says_who(features.looks, index):
        score -= 1.5
    if above >= 0 and _could_be_title(lines, features, above):
        # Below another line that could be the title: a subtitle.
        score -= 0.7 if features.looks[above].words >= 3 else 0.0
    # The name of the site is on all pages; a headline is on those, too, that list the latest.
    return score - 3.0 * share_of(lines, index)


def _could_be_title(lines: Lines, features: Features, index: int) -> bool:
    return features.looks[index].kind == "plain" and len(lines.texts[index]) < 200 and not is_template(lines, index)


def says_who(looks: list[Look], index: int) -> bool:
    """Whether a short line begins with "by" and stands beside a date: it names an author, be it an office."""
    look = looks[index]
    if not look.opens & BIT["byline"] or look.words > 8 or look.ends_sentence:
        return False
    beside = looks[max(0, index - 1) : index] + looks[index + 1 : index + 2]
    return any(other.kind in {"time", "date", "stamp"} for other in beside)


def _is_announced(features: Features, index: int) -> bool:
    """Whether a byline, a date or a user's card stands within the next lines, as it does below a title."""
    following = features.looks[index + 1 : index + 4]
    return any(look.kind in {"byline", "date", "time", "stamp", "rank", "card"} for look in following)


def _find_hint(lines: Lines, hint: str, first: int) -> int:
    """The line that says the known title: best a heading, outside menus, with all of its words."""
    wanted = " ".join(phrase_words(hint))
    if not wanted:
        return -1
    best, best_score = -1, 0.0
    for index in range(min(len(lines), max(0, first) + CANDIDATES)):
        text = lines.texts[index]
        if len(text) > 400:
            continue
        words = phrase_words(text)
        said = " ".join(words)
        score = 0.0
        if said == wanted:
            score = 2.0
        elif len(words) >= 3 and len(said) > len(wanted) // 3:
            if wanted.startswith(said + " ") or wanted.endswith(" " + said):
                score = len(said) / len(wanted)
            elif said.startswith(wanted + " ") and len(said) < len(wanted) + 30:
                score = 0.5
        if score and lines.tags is not None:
            tags = lines.tags[index]
            score += (tags.heading > 0) - 0.5 * (tags.marks & _MENU > 0)
        score *= 1.0 - 0.9 * share_of(lines, index)
        if score > best_score:
            best, best_score = index, score
    return best


def _shape(text: str, words: float, *, ends: bool) -> float:
    score = 1.0 if 4 <= words <= 16 else 0.7 if 16 < words <= 22 else 0.5 if words >= 3 else 0.0
    if ends and text[-1] not in "?!？！":
        score -= 0.8
    if text[-1] in ":;,":
        score -= 0.5
    if text[0].islower():
        score -= 0.6
    if "://" in text:
        score -= 1.0
    if has_mark(text, load_vocabulary()):
        score -= 0.8
    return score


class _Topic(NamedTuple):
    """What the paragraphs say: those in ASCII as one text of folded words, of the others the content words."""

    folded: str
    content: frozenset[str]

    def has(self, word: str) -> bool:
        """Whether a content word is said. Of a longer word only its beginning counts, which a stop word may share."""
        if word in self.content:
            return True
        if len(word) < WORD:
            return f" {word} " in self.folded
        at = self.folded.find(f" {word}")
        while at >= 0 and self.folded[at + 1 : self.folded.index(" ", at + 1)] in load_vocabulary().stop:
            at = self.folded.find(f" {word}", at + 1)
        return at >= 0


def _topic(lines: Lines, features: Features, core: tuple[int, int]) -> _Topic:
    prose = features.column("prose")
    paragraphs = (lines.texts[index][:1500] for index in range(core[0], core[1] + 1) if prose[index])
    said = list(islice(paragraphs, TOPIC_LINES))
    words: set[str] = set()
    for text in said:
        if not text.isascii():
            words.update(phrase_words(text))
    folded = fold_ascii(" ".join(text for text in said if text.isascii()))
    return _Topic(f" {folded} ", frozenset(_content(words)))


def _content(words: Collection[str]) -> list[str]:
    """The words that carry meaning; of scripts without spaces, pairs of characters."""
    stop = load_vocabulary().stop
    content = [word[:WORD] for word in words if len(word) > 2 and word[0] <= "\u0e00" and word not in stop]
    content += [word[at : at + 2] for word in words if word[0] > "\u0e00" for at in range(len(word) - 1)]
    return content


def _overlap(text: str, topic: _Topic) -> float:
    content = _content(phrase_words(text))
    return sum(map(topic.has, content)) / len(content) if content else 0.0
