r"""What a person looks for, as a pattern: its words in their order, whatever white space and case, anywhere in a text.

The engine is RE2, in DuckDB over the texts and in Arrow over the word lists, so that both agree on what case is. It
takes time linear in the text, whatever the pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SPACES = "[\\t\\n\\x0b\\x0c\\r ]"
"""What parts words: the white space of ASCII, as Arrow's `ascii_split_whitespace` has it."""

BEFORE, BEHIND = 80, 200
"""Characters that are shown before and behind what is found: some three lines on a page."""

_SPACES = re.compile(f"{SPACES}+")
_SPECIAL = re.compile(r"[^0-9A-Za-z_\u0080-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """The words that are looked for, in their order, at least one.

    The first may be the end of a word in the text, the last the start of one, and a single one may stand inside.
    """

    words: tuple[str, ...]

    @property
    def regex(self) -> str:
        """The pattern for a text."""
        return f"(?i){self._joined}"

    @property
    def surroundings_regex(self) -> str:
        """The pattern for the first place in a text with what stands around it."""
        return f"(?is).{{0,{BEFORE}}}{self._joined}.{{0,{BEHIND}}}"

    @property
    def _joined(self) -> str:
        return f"{SPACES}+".join(map(_quote, self.words))

    @property
    def word_regexes(self) -> tuple[str, ...]:
        r"""Patterns for a list of the words of texts, each between two `\n`: a text can match only if all are found."""
        last = len(self.words) - 1
        return tuple(
            "(?i)" + ("\\n" if number > 0 else "") + _quote(word) + ("\\n" if number < last else "")
            for number, word in enumerate(self.words)
        )

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where it is found in a short text, for marking it there."""
        joined = f"{SPACES}+".join(map(re.escape, self.words))
        return [match.span() for match in re.finditer(joined, text, re.IGNORECASE)]


def parse_pattern(text: str) -> Pattern | None:
    """The pattern of what a person typed; None where that is nothing."""
    words = tuple(word for word in _SPACES.split(text) if word)
    return Pattern(words) if words else None


def _quote(word: str) -> str:
    """The word for RE2, taken literally; what is not ASCII stands for itself."""
    return _SPECIAL.sub(lambda found: f"\\x{{{ord(found[0]):x}}}", word)
