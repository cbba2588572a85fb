"""Which comment a comment says it answers: by whom it names, by what it quotes, by a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from tasks.clean.segments.vocabulary import BIT, LONGEST_PHRASE, load_vocabulary, phrase_words

ADDRESS_WORDS = 4
"""Words of a name that a post is addressed to: "@Ada of the Mill: ..."."""

MOST_READ = 160
"""Characters of a line in which a name is looked for."""

LONGEST_NAME = 40
"""Characters of a name that a script without spaces joins to the words behind it."""

SHORTEST_QUOTED, SAME = 20, 40
"""Characters of a line that tell whose words are quoted, and how many of them are compared."""

ARTICLES = frozenset({"el", "las", "le", "il", "den", "am"})
"""Words before a day or an hour: "El 5 de febrero a las 10:00"."""

_FIRST_UNSPACED = "\u0900"
"""From here on letters are of scripts that set particles or marks behind names, which words are not cut at."""

_FIRST_JOINED = "\u2e80"

OPENING = -1
"""The number that stands for the opening post, which is main text."""

_MARKS = "@＠↑↳↪⤷▸▶→»:：,;.!?()[]\"'“”„«»「」『』-–—|·•、，"
_SPACED = _MARKS + " "
_COLON = re.compile("[:：]")
_MAILBOX = re.compile(r"<?[\w.+-]{1,64}@[\w.-]{1,64}>?:?")
_NUMBERS = re.compile(r"(?:[#＃№]|(?<!\w)No\.)\s?(\d{1,9})\b|(?<![\w.,])(\d{1,6})\s?[楼樓層层#](?!\w)|^(\d{1,5})[.)]\s")
_TO_NUMBER = re.compile(r"(?:@#?|[#＃№]|>>|＞＞|(?=\d{1,6}\s?[楼樓層层]))\s?(\d{1,9})(?=[\s:,.!?、，楼樓層层]|$)")


class Answers:
    """What was said so far, by whom and under which number: what a post can answer."""

    def __init__(self, opening: Iterable[str]) -> None:
        self._latest: dict[str, int] = {}
        self._authors: dict[int, str] = {}
        self._numbers: dict[int, int] = {}
        self._said: dict[str, int] = {}
        self._add_lines(opening, OPENING)

    def add(self, number: int, author: str | None, given: int | None, said: Iterable[str]) -> None:
        """Take in comment `number` by an author, with the number that its head gives it, and the lines it says."""
        if author:
            key = " ".join(author.split()).casefold()
            self._latest[key] = number
            self._authors[number] = key
        if given is not None:
            self._numbers.setdefault(given, number)
        self._add_lines(said, number)

    def _add_lines(self, lines: Iterable[str], number: int) -> None:
        for line in lines:
            if len(line) >= SHORTEST_QUOTED:
                self._said.setdefault(_key(line), number)

    def find_name(self, name: str | None, own: str | None) -> int | None:
        """The latest comment by a user, who is not the author of the answer."""
        if not name:
            return None
        key = " ".join(name.split()).casefold().lstrip("@＠")
        return self._latest.get(key) if own is None or key != own.casefold() else None

    def find_named(self, line: str, own: str | None) -> int | None:
        """The latest comment by the user that a line names, where all other words are those of answers and quotations.

        What is quoted may follow a colon in the same line.
        """
        head = line[:MOST_READ]
        for part in dict.fromkeys((head, _COLON.split(head, maxsplit=1)[0])):
            words = [word.strip(_MARKS) for word in part.split() if not _MAILBOX.fullmatch(word)]
            around = [not word or _is_known(word) for word in words]
            first = next((at for at, flag in enumerate(around) if not flag), 0)
            last = next((at for at in range(len(words), first, -1) if not around[at - 1]), len(words))
            # A name may begin or end with such a word itself.
            for start in dict.fromkeys((first, *range(max(0, first - 1), first))):
                for end in dict.fromkeys((last, min(len(words), last + 1))):
                    found = self.find_name(" ".join(words[start:end]), own)
                    if found is not None:
                        return found
        if not any(letter > _FIRST_UNSPACED and letter.isalpha() for letter in head):
            return None
        head = head.lstrip(_SPACED)
        before = _joined_words().match(head)
        found = self._find_joined(head, own)
        return self._find_joined(head[before.end() :].lstrip(_SPACED), own) if before and found is None else found

    def _find_joined(self, line: str, own: str | None) -> int | None:
        """The same where no space parts the name from the words behind it: "Adaへの返信"."""
        for size in range(min(LONGEST_NAME, len(line) - 1), 0, -1):
            name, rest = line[:size].strip(_SPACED), line[size:].strip(_SPACED)
            if rest and (found := self.find_name(name, own)) is not None and _is_known(rest):
                return found
        return None

    def find_address(self, text: str, own: str | None) -> int | None:
        """The latest comment by the user whom the text addresses first: "@Ada of the Mill: ..."."""
        if not text.startswith(("@", "＠")):
            return None
        words = text[1:200].split()[:ADDRESS_WORDS]
        for count in range(len(words), 0, -1):
            found = self.find_name(" ".join(words[:count]).rstrip(",.:;!?、，："), own)
            if found is not None:
                return found
        return None

    def find_number(self, text: str) -> int | None:
        """The comment with the number that a text begins with: "@12", ">>12", "#12:"."""
        match = _TO_NUMBER.match(text[:LONGEST_NAME])
        return self._numbers.get(int(match[1])) if match else None

    def find_numbered(self, line: str) -> int | None:
        """The comment whose number stands in a line beside words for answers and quotations alone."""
        found = [int(digits) for digits in re.findall(r"\d{1,9}", line[:MOST_READ])]
        return self._numbers.get(found[0]) if len(found) == 1 and _is_known(line) else None

    def find_told(self, line: str, own: str | None) -> int | None:
        """The comment that a line names by its number or its author."""
        found = self.find_numbered(line)
        return found if found is not None else self.find_named(line, own)

    def find_quoted(self, lines: Iterable[str], own: str | None) -> list[int]:
        """The comments, or `OPENING`, in which the quoted lines were said first, without those by the author."""
        key = own.casefold() if own else None
        found = (self._said.get(_key(line)) for line in lines if len(line) >= SHORTEST_QUOTED)
        return [number for number in found if number is not None and (not key or self._authors.get(number) != key)]

    def are_by_one(self, number: int, other: int) -> bool:
        """Whether two comments have one author."""
        return number in self._authors and self._authors[number] == self._authors.get(other)


def _key(line: str) -> str:
    return unquote(line)[:SAME].casefold()


def unquote(line: str) -> str:
    """A line without the signs that mail programs set before what they quote."""
    return line.lstrip("> ") if line.startswith(">") else line


def count_quotes(line: str) -> int:
    """How many signs for a quotation a line of a mail begins with."""
    return line[: len(line) - len(unquote(line))].count(">")


def read_number(line: str) -> int | None:
    """The number that the head of a post gives it: "#12", "12楼", "12. Ada"."""
    match = _NUMBERS.search(line[:MOST_READ])
    return int(match[1] or match[2] or match[3]) if match else None


def is_answering(line: str) -> bool:
    """Whether a line begins with the words for "in reply to", or ends with them where they follow the name."""
    answers = load_vocabulary().answers
    words = phrase_words(line[:MOST_READ])
    counts = range(1, min(len(words), LONGEST_PHRASE) + 1)
    if any(" ".join(part) in answers for count in counts for part in (words[:count], words[-count:])):
        return True
    return max(line) > _FIRST_JOINED and _joined_answers().search(line.rstrip(_SPACED)) is not None


@cache
def _words_around() -> frozenset[str]:
    """The words that stand beside a name where a post says whom it answers or quotes, and when that was."""
    known = load_vocabulary()
    mask = BIT["quote"] | BIT["byline"] | BIT["controls"] | BIT["date"]
    phrases = [phrase for phrase, cues in known.phrases.items() if cues & mask]
    spoken = {word for phrase in (*phrases, *known.answers, *known.says) for word in phrase.split()}
    return frozenset(spoken | known.time | ARTICLES)


@cache
def _joined_answers() -> re.Pattern[str]:
    """The words for answers that may follow a name without a space, at the end of a line."""
    return re.compile(f"(?:{'|'.join(sorted(filter(_is_joined, load_vocabulary().answers)))})$")


@cache
def _joined_words() -> re.Pattern[str]:
    """The same for all words that stand beside a name."""
    return re.compile(f"(?:{'|'.join(sorted(filter(_is_joined, _words_around()), key=len, reverse=True))})+")


def _is_joined(word: str) -> bool:
    """Whether a word is of a script that has no spaces, or of Korean, whose particles follow names."""
    return word[0] > _FIRST_JOINED


@lru_cache(maxsize=1 << 12)
def _is_known(text: str) -> bool:
    """Whether a text has nothing but words that stand beside a name."""
    known, joined = _words_around(), _joined_words()
    return all(word in known or joined.fullmatch(word) for word in phrase_words(text))
