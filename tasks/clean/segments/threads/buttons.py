"""Buttons at the head or foot of comments, in words that no list has: they come again in others of the thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

from tasks.clean.segments.lines import Lines
from tasks.clean.segments.threads.answers import is_answering
from tasks.clean.segments.vocabulary import cue_bits, load_vocabulary, phrase_words

LONGEST_BUTTON = 6
"""Words of a button, and of a line that says whom a comment answers."""

FEWEST, MOST, SOME = 3, 0.75, 0.25
"""Comments in which a button stands, their share of all, and of all where it has a word of buttons in it ("Flag")."""

_ANSWERING, _SAID = "@", frozenset(".!?…")
_HEADS = cue_bits("byline", "date", "card", "greeting", "quote")
_CODE = frozenset('"/\\_=(){}<>[];@')


def mark_buttons(lines: Lines, roles: list[str], posts: list[int]) -> None:
    """Take the buttons around what comments say out of it, in place, and whom they answer out of their beginning.

    `posts` has for each line the number of the post it belongs to (0: none). A comment that says nothing else keeps
    its lines; whoever greets the same person in each of three comments uses no word of buttons.
    """
    found = _find_comments(roles, posts) if "comment" in roles else []
    comments = [comment for comment in found if len(comment) > 1]
    if len(comments) < FEWEST:
        return
    edges = [_find_edges(lines, comment) for comment in comments]
    counts = Counter(key for edge in edges for key in set(edge.values()))
    buttons = {key for key, count in counts.items() if count >= max(FEWEST, _fewest(key) * len(found))}
    for comment, edge in zip(comments, edges, strict=True):
        chosen = set(_peel(comment, {index for index, key in edge.items() if key in buttons or key == _ANSWERING}))
        if counts[_ANSWERING] < FEWEST:
            chosen = {index for index in chosen if edge[index] != _ANSWERING}
        if len(chosen) < len(comment):
            for index in chosen:
                roles[index] = "comment_meta" if edge[index] == _ANSWERING else "navigation"


def _fewest(key: str) -> float:
    """The share of the comments in which words must stand to be a button: more than all for those of heads and feet."""
    known, words = load_vocabulary(), key.split()
    cues = known.phrases.get(key, 0) | known.phrases.get(words[0], 0)
    if cues & _HEADS or key in known.says or words[-1] in known.says or known.time.issuperset(words):
        return 2.0
    if not known.controls.isdisjoint(words):
        return SOME
    return MOST if len(words) > 1 else 2.0


def _find_comments(roles: list[str], posts: list[int]) -> list[list[int]]:
    """The lines of each comment; of posts that nobody counted what stands together."""
    comments: list[list[int]] = []
    last = (-1, -1)
    for index, (role, post) in enumerate(zip(roles, posts, strict=True)):
        if role != "comment":
            continue
        if comments and last[1] == post and (post or last[0] == index - 1):
            comments[-1].append(index)
        else:
            comments.append([index])
        last = (index, post)
    return comments


def _find_edges(lines: Lines, comment: list[int]) -> dict[int, str]:
    """The short lines before and behind what a comment says, each as its words; the first may say whom it answers."""
    found: dict[int, str] = {}
    for side in (comment, reversed(comment)):
        for index in takewhile(lambda index: lines.texts[index].count(" ") < LONGEST_BUTTON, side):
            text = lines.texts[index]
            is_answer = index == comment[0] and text[-1] not in _SAID and is_answering(text)
            found[index] = _ANSWERING if is_answer else " ".join(phrase_words(text))
    return {index: key for index, key in found.items() if key and _CODE.isdisjoint(lines.texts[index][:-1])}


def _peel(comment: list[int], buttons: set[int]) -> Iterator[int]:
    """The buttons before and behind what a comment says, without those inside it."""
    for side in (comment, list(reversed(comment))):
        yield from takewhile(buttons.__contains__, side)
