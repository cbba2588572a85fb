"""A document as a page: its facts, its whole text with the role of every piece in the margin, and its cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.document_facts import Fact
from flows.pages.render import render
from tasks.publish.kinship import Member
from tasks.publish.reading import Piece, WholeDocument

_NO_LANGUAGE = frozenset({"", "und"})


@dataclass(frozen=True, slots=True)
class Block:
    """A piece as a page shows it.

    `is_glued` where it starts in the middle of a line; `author` and `posted_at` are those of a comment; `is_blank`
    where there is nothing to see in it.
    """

    label: str
    role: str
    text: str
    start: int
    end: int
    is_glued: bool = False
    is_blank: bool = False
    author: str | None = None
    posted_at: str | None = None


def list_blocks(pieces: Iterable[Piece], comments: Iterable[Mapping[str, Any]] = ()) -> Iterator[Block]:
    """The pieces of a text, each as a block, in their order; together they have every character of it.

    `comments` are rows of the dataset `comments`: a piece that starts where one does is given its author and time.
    """
    by_start = {comment["start"]: comment for comment in comments}
    is_glued = False
    for piece in pieces:
        comment = by_start.get(piece.start, {}) if piece.label == "comment" else {}
        posted_at = comment.get("posted_at")
        yield Block(
            piece.label,
            piece.role,
            piece.text,
            piece.start,
            piece.end,
            is_glued=is_glued,
            is_blank=not piece.text.strip(),
            author=comment.get("author"),
            posted_at=None if posted_at is None else format(posted_at, "%Y-%m-%d %H:%M"),
        )
        is_glued = not piece.text.endswith("\n")


def language_of(row: Mapping[str, Any]) -> str | None:
    """The language of a document as a browser may take it, if it is known."""
    return None if row["language"] in _NO_LANGUAGE else str(row["language"])


def render_document(
    whole: WholeDocument, facts: Sequence[Fact], cluster: Sequence[Member] = (), snapshot: str = ""
) -> str:
    """The page of a document, self-contained."""
    return render(
        "document_page.html",
        title=whole.row["title"] or whole.row["raw_path"],
        facts=facts,
        blocks=list_blocks(whole.pieces, whole.comments),
        language=language_of(whole.row),
        cluster=cluster if len(cluster) > 1 else (),
        shown=whole.row["document_id"],
        snapshot=snapshot,
    )
