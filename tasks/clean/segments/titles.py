"""Which line is the title."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.clean.segments.features import COLUMNS, Features
from tasks.clean.segments.known_title import CANDIDATES, find_known_title, is_hidden
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.looks import Look
from tasks.clean.segments.repeats import is_template, share_of
from tasks.clean.segments.topics import overlap, read_topic
from tasks.clean.segments.vocabulary import BIT, has_mark, load_vocabulary
from tasks.clean.segments.ways import is_way

INSIDE = 12
"""Lines into the main text in which a title is looked for, where a notice above it was taken for text."""

NOTICE_WORDS = 120
"""Words of such a notice at most."""

KINDS = {"plain": 0.0, "name": 0.0, "caption": -0.6, "rank": -0.5, "says": -1.0, "byline": -1.0, "stamp": -0.8,
         "note": -0.5, "greeting": -0.5}  # fmt: skip
"""Kinds of lines that can be a title, and what speaks against them."""

BULLETS = frozenset("•*·▪◦○●–-+>»")
"""What items of menus and lists begin with in plain text: of 264 taken for titles, 34 were it."""

FIRST_SAYS, FEWEST_CHARACTERS = 1.7, 10
"""What it adds in plain text that the first line says a line, too, as much as a heading of the first rank; and
characters of a first line that says something."""

ENOUGH, LONGEST = 1.2, 220
"""The least score of a title, and the characters of one at most."""

SHARED, MOST_BESIDES = 2.5, 3.1
"""What sharing all its words with the text adds to a line's own score, and with that being said again there."""

SAID_AGAIN, LONGEST_AGAIN = 4000, 300
"""Lines of text among which the title is looked for again, and characters of those that could be it."""

_ANNOUNCING = frozenset({"byline", "date", "time", "stamp", "rank", "card"})


def find_title(lines: Lines, features: Features, core: tuple[int, int], hint: str | None = None) -> int:
    """The number of the line that is the title of the main text `core` (`[first, last]`), or -1.

    A title known from elsewhere (`hint`) is looked for first: a line with the same words, or the longest of three
    words or more that it begins or ends with. Else the lines above the main text are scored: by length, by words that
    the text uses too, by standing alone, by being said again further down.
    """
    first = core[0]
    if hint and (index := find_known_title(lines, hint, first)) >= 0:
        return index
    if first < 0:
        return -1
    above = range(max(0, first - CANDIDATES), first + 1)
    own = {
        index: _score(lines, features, index)
        for index in above
        if features.line_kinds[index] in KINDS and not is_hidden(lines, index, first)
    }
    sure, least = _find_surest(own, first)
    if least > ENOUGH and all(score + MOST_BESIDES <= least for index, score in own.items() if index != sure):
        return sure  # whatever the text says, and it need not be read
    text = _Text(lines, features, core)
    found = text.find_above(own, least)
    return found if found >= 0 else text.find_inside()


class _Text:
    """The main text `core`, with which the lines that can be its title are compared."""

    def __init__(self, lines: Lines, features: Features, core: tuple[int, int]) -> None:
        self._lines, self._features, (self._first, self._last) = lines, features, core
        self._topic = read_topic(lines, features, core)
        texts = lines.texts[self._first : self._first + SAID_AGAIN]
        self._folded = [text.casefold() for text in texts if len(text) < LONGEST_AGAIN]

    def find_above(self, own: dict[int, float], least: float) -> int:
        """The title among lines above the text and its first one, of which the scores by themselves are given; or -1.

        From the likeliest on, so that few lines need be compared with the text; of equals the first counts.
        """
        likely = [index for index, score in own.items() if score + MOST_BESIDES > ENOUGH]
        most = {index: self._weigh(own[index] + SHARED, index) for index in likely}
        best, best_score = -1, ENOUGH
        for index in sorted(likely, key=most.__getitem__, reverse=True):
            if most[index] < max(best_score, least):
                break
            score = self._weigh(own[index] + SHARED * self._share(index), index)
            if score > best_score or (score == best_score and index < best):
                best, best_score = index, score
        return best

    def find_inside(self) -> int:
        """The first line inside the text that is announced and a title, behind a few words of notice; or -1."""
        read = 0.0
        for index in range(self._first + 1, min(len(self._lines), self._first + INSIDE + 1)):
            read += self._features.columns[index - 1, COLUMNS.index("words")]
            if read > NOTICE_WORDS:
                break
            if not _is_announced(self._features, index):
                continue
            score = _score(self._lines, self._features, index)
            if self._weigh(score + SHARED, index) > ENOUGH and (
                self._weigh(score + SHARED * self._share(index), index) > ENOUGH
            ):
                return index
        return -1

    def _weigh(self, score: float, index: int) -> float:
        """A score with how often the line is said again in the text, and how far from its beginning it stands."""
        said_again = min(1, self._folded.count(self._lines.texts[index].casefold()) - (index >= self._first))
        return _weigh_place(score, said_again, index, self._first)

    def _share(self, index: int) -> float:
        """The share of a line's words that the text below it has too."""
        below = self._topic
        if index >= self._first:
            below = read_topic(self._lines, self._features, (index + 1, self._last))
        return overlap(self._lines.texts[index], below)


def _find_surest(own: dict[int, float], first: int) -> tuple[int, float]:
    """The line above line `first` that is most of a title without what the text says, and its score; -1 if none is."""
    sure, least = -1, ENOUGH
    for index, score in own.items():
        if score > least and index < first and (alone := _weigh_place(score, 0, index, first)) > least:
            sure, least = index, alone
    return sure, least


def _weigh_place(score: float, said_again: int, index: int, first: int) -> float:
    """A score with how often the line stands in the text, which begins at line `first`, and how far from there."""
    score += 0.6 * said_again
    score -= min(0.8, 0.04 * abs(first - index))
    # The first line of the text, or one below, is its title only where nothing above could be.
    return score - 0.8 * (index >= first)


def _score(lines: Lines, features: Features, index: int) -> float:
    """How much a line looks like a title by itself and beside its neighbours; far below zero if it cannot be one."""
    look = features.looks[index]
    if look.kind not in KINDS:
        return -9.0
    text, words = lines.texts[index], features.word_counts[index]
    if not 1.5 <= words <= 30 or len(text) > LONGEST or is_way(text):
        return -9.0
    score = _shape(text, words, ends=look.ends_sentence) + KINDS[look.kind]
    if lines.tags is None:
        score += _score_plain(lines.texts, index)
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


def _score_plain(texts: Sequence[str], index: int) -> float:
    """What speaks for and against a line of plain text: the first line says it, or it is an item of a list."""
    if texts[index][0] in BULLETS and texts[index][1:2] == " ":
        return -9.0
    # A first line of megabytes is not folded for each candidate; folding makes none shorter, and none thrice as long.
    may_say = index > 0 and len(texts[0]) <= 6 * LONGEST
    return FIRST_SAYS if may_say and _is_part(texts[index].casefold(), texts[0].casefold()) else 0.0


def _is_part(line: str, first: str) -> bool:
    """Whether a line is the greater part of the page's title, which renderers print first: "The mill | Towers"."""
    is_greater = FEWEST_CHARACTERS <= len(first) <= 2 * len(line)
    return is_greater and len(line) < LONGEST and (first.startswith(line) or first.endswith(line))


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
    if features.kinds.isdisjoint(_ANNOUNCING):
        return False
    return any(look.kind in _ANNOUNCING for look in features.looks[index + 1 : index + 4])


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
