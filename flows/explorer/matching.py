"""How the documents of some partitions are looked through: a query for each label that may hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import pyarrow as pa

from flows.explorer.database import Database, Parameters, files, paths_of
from flows.explorer.question import Question
from tasks.document import ROLES
from tasks.parts import PlacedPart
from tasks.schema import BOILERPLATE, COMMENTS

EXCERPT = 240
"""Characters of a text that a list shows where nothing is looked for in it."""

_IS_START = "starts_with(ltrim(found, $blank), ltrim(part, $blank))"
_IS_END = "ends_with(rtrim(found, $blank), rtrim(part, $blank))"
_EXCERPT = f"if({_IS_START}, '', '… ') || part || if({_IS_END}, '', ' …')"
"""A part of what was found, with signs where that goes on."""

_SHOWN = "d.document_id, d.source, d.day, d.title, d.language, d.characters, d.comment_count, d.fixes"

_ROLE_IN_MAIN = "len(list_filter(d.passages, lambda p: p.role = $role)) > 0"

# A passage's own text: `text` is the passages joined, so it lies behind the lengths of those before it.
_TEXT_IN_ROLE = """len(list_filter(range(1, len(d.passages) + 1), lambda i:
    d.passages[i].role = $role AND regexp_matches(
        substring(d.text,
            1 + coalesce(list_sum(list_transform(d.passages[1:i - 1], lambda p: p."end" - p."start")), 0)::BIGINT,
            d.passages[i]."end" - d.passages[i]."start"),
        $regex))) > 0"""


@dataclass(frozen=True, slots=True)
class Looking:
    """Where something is looked for: in the main text, or in the rows of a dataset of segments; of one role, or of all.

    `label` is empty where nothing is looked for but documents.
    """

    label: str
    segments: str | None = None
    role: str = ""

    def dataset(self, question: Question) -> str:
        """The dataset that holds the texts."""
        return self.segments or question.of

    def look(
        self,
        database: Database,
        documents: Sequence[PlacedPart],
        segments: Sequence[PlacedPart],
        question: Question,
        most: int,
    ) -> pa.Table:
        """The first documents that match among these parts, in the order of lists, at most so many.

        `segments` are parts of the same partitions, where the rows of segments are looked through.
        """
        text, conditions = "d.text", []
        parameters: Parameters = {"documents": paths_of(documents), "most": most}
        sources = f"{files('documents')} d"
        pattern = question.pattern
        if question.language:
            conditions.append("d.language = $language")
            parameters["language"] = question.language
        if place := question.place:
            conditions.append("(d.day <> $day OR d.source <> $source OR d.document_id > $after)")
            parameters |= dict(zip(("day", "source", "after"), place, strict=True))
        if pattern is not None:
            parameters |= {"regex": pattern.regex, "around": pattern.surroundings_regex}
        if self.segments is not None:
            text = "s.found"
            sources += f" JOIN ({self._find_segments(question)}) s USING (document_id)"
            parameters["segments"] = paths_of(segments)
        elif self.label:
            conditions.append("d.characters > 0")
            conditions += ["regexp_matches(d.text, $regex)"] if pattern is not None else []
            if self.role:
                conditions += [_ROLE_IN_MAIN, *([_TEXT_IN_ROLE] if pattern is not None else [])]
        if self.role:
            parameters["role"] = self.role
        part = f"left(found, {EXCERPT})" if pattern is None else "regexp_extract(found, $around)"
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        return database.read(
            f"SELECT * EXCLUDE (found, part), {_EXCERPT} AS excerpt FROM (SELECT *, {part} AS part FROM ("  # noqa: S608 - made of our own words
            f"SELECT {_SHOWN}, {text} AS found FROM {sources} {where} "
            "ORDER BY d.day DESC, d.source, d.document_id LIMIT $most))",
            parameters | {"blank": " \n\t"},
        )

    def _find_segments(self, question: Question) -> str:
        """The first segment of each document that matches."""
        conditions = ["regexp_matches(text, $regex)"] if question.pattern is not None else []
        if self.role:
            conditions.append("role = $role")
        elif self.segments == BOILERPLATE.name:
            conditions.append("role <> 'comment_meta'")
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        first = "SELECT document_id, arg_min(text, position) AS found"
        return f"{first} FROM {files('segments')} {where} GROUP BY document_id"


_LOOKINGS = {
    "main": (Looking("main"),),
    "boilerplate": (Looking("boilerplate", BOILERPLATE.name),),
    # authors and times of comments are published with the boilerplate
    "comment": (Looking("comment", COMMENTS.name), Looking("comment", BOILERPLATE.name, "comment_meta")),
}


def choose_lookings(question: Question) -> tuple[Looking, ...]:
    """Where to look: in the role or label that is asked for, else for a text in all labels, else in none."""
    if question.role:
        label = ROLES[question.role]
        if question.label and question.label != label:
            return ()
        if question.role == "comment":
            return _LOOKINGS["comment"][:1]
        return (Looking(label, None if label == "main" else BOILERPLATE.name, question.role),)
    if question.label:
        return _LOOKINGS[question.label]
    return tuple(chain.from_iterable(_LOOKINGS.values())) if question.pattern is not None else (Looking(""),)
