"""What a text speaks of, and how much of a line it has too."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import NamedTuple

from tasks.clean.segments.features import Features
from tasks.clean.segments.lines import Lines
from tasks.clean.segments.vocabulary import fold_ascii, load_vocabulary, phrase_words

TOPIC_LINES = 40
"""Lines of main text whose words say what it is about."""

WORD = 6
"""Letters of a word that count: its endings differ."""


class Topic(NamedTuple):
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


def read_topic(lines: Lines, features: Features, core: tuple[int, int]) -> Topic:
    """What the first paragraphs of a main text `core` (`[first, last]`) say."""
    prose = features.prose
    paragraphs = (lines.texts[index][:1500] for index in range(core[0], core[1] + 1) if prose[index])
    said = list(islice(paragraphs, TOPIC_LINES))
    words: set[str] = set()
    for text in said:
        if not text.isascii():
            words.update(phrase_words(text))
    folded = fold_ascii(" ".join(text for text in said if text.isascii()))
    return Topic(f" {folded} ", frozenset(_content(words)))


def _content(words: Collection[str]) -> list[str]:
    """The words that carry meaning; of scripts without spaces, pairs of characters."""
    stop = load_vocabulary().stop
    content = [word[:WORD] for word in words if len(word) > 2 and word[0] <= "\u0e00" and word not in stop]
    content += [word[at : at + 2] for word in words if word[0] > "\u0e00" for at in range(len(word) - 1)]
    return content


def overlap(text: str, topic: Topic) -> float:
    """The share of a line's content words that a text has too."""
    content = _content(phrase_words(text))
    return sum(map(topic.has, content)) / len(content) if content else 0.0
