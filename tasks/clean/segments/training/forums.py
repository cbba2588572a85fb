"""Written pages of forums, threads and chats, in the shapes of the usual programs.

The opening post is main text, the replies are comments, and so are the lines that say who replied and when; users'
cards, buttons and counters are boilerplate. What the posts say comes from readers of other pages, what frames them
from any page.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from tasks.clean.segments.lines import join_lines
from tasks.clean.segments.training.examples import BOILERPLATE, COMMENT, MAIN, Example
from tasks.clean.segments.training.pasting import PHRASES, Row, draw_name, draw_time


class Turn(NamedTuple):
    """A post to write: by whom, when, the how manieth, and what is said."""

    name: str
    time: str
    number: int
    said: list[str]


Style = Callable[[Turn, random.Random], list[Row]]


def write_forum(frame: Example, texts: Sequence[str], chance: random.Random) -> Example | None:
    """Write a thread into the head and foot of a page; None where the page has too little of either."""
    main = np.flatnonzero(frame.labels == MAIN)
    if len(main) < 2 or len(texts) < 50 or frame.lines.tags is not None:
        return None
    around = [at for at in range(len(frame.lines)) if frame.labels[at] == BOILERPLATE]
    top = _furniture(*(frame.lines.texts[at] for at in around if at < main[0]))
    foot = _furniture(*(frame.lines.texts[at] for at in around if at > main[-1]))
    rows = top[-chance.choice((1, 3, 10, 40)) :]
    title = " ".join(chance.choice(texts).split()[: chance.randint(4, 11)]).rstrip(".,;:!")
    style = chance.choice(STYLES)
    rows.append(Row(title, MAIN))
    if chance.random() < 0.4:
        rows.extend(_about_thread(chance))
    users = [draw_name(chance) for _ in range(chance.randint(2, 9))]
    opening = style(Turn(users[0], draw_time(chance), 1, _say(texts, chance, chance.randint(1, 5))), chance)
    rows.extend(row._replace(label=MAIN if row.said else BOILERPLATE) for row in opening)
    count = 1 + min(40, int(chance.expovariate(1 / 8)))
    if chance.random() < 0.3:
        rows.extend(_furniture(chance.choice(PHRASES["announcements"]).format(n=count)))
    divider = chance.choice((None, None, ". .", "Reply", "Last edited:"))
    subject = f"Re: {title}" if chance.random() < 0.15 else None
    for number in range(2, count + 2):
        turn = Turn(
            chance.choice(users), draw_time(chance), number, _say(texts, chance, chance.choice((1, 1, 1, 2, 3)))
        )
        rows.extend(
            [*_furniture(*filter(None, [subject])), *style(turn, chance), *_furniture(*filter(None, [divider]))]
        )
    if chance.random() < 0.4:
        rows.extend(_furniture(*chance.choice(PHRASES["ends"])))
    rows.extend(foot[: chance.choice((0, 5, 20, 60))])
    blank = chance.choice((0, 0, 1))
    merged = join_lines([row.text for row in rows], [chance.choice((blank, blank, 1)) for _ in rows], None, None)
    return Example(
        frame.site, "forum", "text", merged, None, np.array([row.label for row in rows], np.int64), 0.6, "forum"
    )


def _say(texts: Sequence[str], chance: random.Random, count: int) -> list[str]:
    start = chance.randrange(len(texts))
    return [texts[(start + at) % len(texts)] for at in range(count)]


def _about_thread(chance: random.Random) -> list[Row]:
    number = chance.randint(2, 900)
    return _furniture(
        *chance.choice(
            (
                (f"Thread starter {draw_name(chance)}", f"Start date {draw_time(chance)}"),
                (f"{number} views · {chance.randint(2, 40)} replies",),
                ("Thread Tools", "Display Modes"),
                (f"Asked {chance.randint(1, 11)} years ago", f"Viewed {number} times"),
                ("Jump to page:", "1", "2", "Next"),
                (f"Started by {draw_name(chance)}, {draw_time(chance)}", "Previous topic - Next topic"),
            )
        )
    )


def _head(*texts: str) -> list[Row]:
    return [Row(text, COMMENT) for text in texts]


def _furniture(*texts: str) -> list[Row]:
    return [Row(text, BOILERPLATE) for text in texts]


def _told(turn: Turn) -> list[Row]:
    return [Row(text, COMMENT, said=True) for text in turn.said]


def _some(chance: random.Random, *texts: str) -> list[Row]:
    return _furniture(*texts[: chance.randint(0, len(texts))])


def _card(chance: random.Random) -> list[Row]:
    labels = chance.choice(PHRASES["cards"])
    month = chance.choice(PHRASES["months"])[:3]
    values = [f"{month} {chance.randint(1, 28)}, {chance.randint(2003, 2024)}"]
    values += [f"{chance.randint(1, 40000):,}" for _ in labels[1:]]
    rows = _furniture(chance.choice(PHRASES["ranks"])) if chance.random() < 0.8 else []
    for label, value in zip(labels, values, strict=True):
        rows += _furniture(f"{label} {value}") if label.endswith(":") else _furniture(label, value)
    if chance.random() < 0.4:
        place = chance.choice(PHRASES["places"])
        rows += _furniture("Location", place) if chance.random() < 0.5 else _furniture(place)
    return rows


def _board(turn: Turn, chance: random.Random) -> list[Row]:
    mark = _furniture(f"#{turn.number}") if chance.random() < 0.6 else []
    return [*_head(turn.name), *_card(chance), *_head(turn.time), *mark, *_told(turn), *_some(chance, "Reply", "Quote")]


def _dated_board(turn: Turn, chance: random.Random) -> list[Row]:
    head = [*_head(turn.time), *_furniture(f"#{turn.number}"), *_head(turn.name), *_card(chance)]
    return [*head, *_told(turn), *_some(chance, "Reply With Quote")]


def _bulletin(turn: Turn, chance: random.Random) -> list[Row]:
    card = _card(chance) if chance.random() < 0.7 else []
    return [*_head(f"by {turn.name} » {turn.time}"), *_told(turn), *_some(chance, turn.name), *card]


def _lossy(turn: Turn, chance: random.Random) -> list[Row]:
    """A board of which a renderer kept the opening poster's card only."""
    return [*_head(turn.name), *_card(chance), *_told(turn)] if turn.number == 1 else _told(turn)


def _numbered(turn: Turn, chance: random.Random) -> list[Row]:
    head = _head(f"{turn.name} {turn.time}") if chance.random() < 0.3 else []
    return [*_furniture(f"#{turn.number} ·"), *head, *_told(turn)]


def _points(turn: Turn, chance: random.Random) -> list[Row]:
    fold = chance.choice(("", "[–]"))
    head = f"{fold}{turn.name} {chance.randint(1, 900)} points {chance.randint(2, 23)} hours ago"
    return [*_head(head), *_told(turn), *_some(chance, "permalink", "embed", "save", "report", "reply")]


def _dotted(turn: Turn, chance: random.Random) -> list[Row]:
    ago = f"{chance.randint(1, 11)}{chance.choice('dhmy')} ago"
    return [*_head(turn.name, "•", ago), *_told(turn), *_some(chance, str(chance.randint(1, 300)), "Reply", "Share")]


def _news(turn: Turn, chance: random.Random) -> list[Row]:
    links = chance.choice((" | next [–]", " | parent | next [–]", " | root | parent | prev [–]", " [-]"))
    when = chance.choice((f"{chance.randint(2, 23)} hours ago", f"on {turn.time}"))
    return [*_head(f"{turn.name} {when}{links}"), *_told(turn), *_some(chance, "reply")]


def _answers(turn: Turn, chance: random.Random) -> list[Row]:
    """Posts signed at their foot."""
    signed = _head(f"{'answered' if turn.number > 1 else 'asked'} {turn.time}", turn.name)
    fame = _some(chance, f"{chance.randint(1, 90)},{chance.randint(100, 999)}", "3 gold badges")
    votes = _furniture(str(chance.randint(0, 60)))
    return [*votes, *_told(turn), *_some(chance, "Share", "Improve this answer", "Follow"), *signed, *fame]


def _plain(turn: Turn, chance: random.Random) -> list[Row]:
    return [*_head(turn.name, turn.time), *_told(turn), *_some(chance, str(chance.randint(1, 30)), "Like")]


def _chat(turn: Turn, chance: random.Random) -> list[Row]:
    return [*_head(chance.choice((f"{turn.name} said:", f"{turn.name} wrote on {turn.time}:"))), *_told(turn)]


STYLES: tuple[Style, ...] = (
    *(_board, _board, _dated_board, _bulletin, _lossy, _numbered),
    *(_points, _dotted, _news, _answers, _plain, _chat),
)
