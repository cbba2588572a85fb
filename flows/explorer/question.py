"""What is asked of a snapshot: read strictly from the address of a page, and written back into one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from urllib.parse import urlencode

from flows.explorer.pattern import Pattern, parse_pattern
from tasks.acquire.source import SOURCE_NAME
from tasks.document import ROLES
from tasks.errors import UsageError
from tasks.schema import DOCUMENTS, DUPLICATES

LABELS = ("main", "boilerplate", "comment")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ID = re.compile(r"[0-9a-f]{32}")
_SNAPSHOT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_CURSOR = re.compile(rf"({_DAY.pattern})\.({SOURCE_NAME.pattern})\.((?:{_ID.pattern})?)")

MAX_TEXT_CHARACTERS = 200
"""More than a line is no search, and addresses have an end."""

Place = tuple[str, str, str]
"""Day, source and document_id: where a page starts behind. The id is empty before the first of a partition."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; whatever is empty does not matter.

    `text` in the segments of `label`, or of `role`, of documents or duplicates (`of`) of a `source`, from `since` to
    `until` (days, both included), in a `language`. `after` is where the page before ended. `snapshot` names one.
    """

    text: str = ""
    label: str = ""
    role: str = ""
    of: str = DOCUMENTS.name
    source: str = ""
    since: str = ""
    until: str = ""
    language: str = ""
    after: str = ""
    snapshot: str = ""

    @property
    def pattern(self) -> Pattern | None:
        """The text as a pattern."""
        return parse_pattern(self.text)

    @property
    def place(self) -> Place | None:
        """Where the page before ended."""
        found = _CURSOR.fullmatch(self.after)
        return (found[1], found[2], found[3]) if found else None

    def wants(self, source: str, day: str) -> bool:
        """Whether a partition is of the source and the days that are asked for."""
        if self.source and source != self.source:
            return False
        return not (self.since and day < self.since) and not (self.until and day > self.until)

    def is_ahead(self, source: str, day: str) -> bool:
        """Whether a partition may hold something behind the page before: the newest days come first."""
        place = self.place
        return place is None or day < place[0] or (day == place[0] and source >= place[1])

    def address(self, **changes: str) -> str:
        """The question in an address, with some of it changed."""
        asked = asdict(replace(self, **changes))
        default = asdict(Question())
        return urlencode({name: value for name, value in asked.items() if value != default[name]})


def parse_question(values: Mapping[str, str]) -> Question:
    """Read a question; `UsageError` where a part of it cannot be meant. Other names are passed over."""
    known = {field.name: values[field.name].strip() for field in fields(Question) if values.get(field.name, "").strip()}
    question = Question(**known)
    wrong = [
        (question.text, len(question.text) <= MAX_TEXT_CHARACTERS, f"has more than {MAX_TEXT_CHARACTERS} characters"),
        (question.label, question.label in LABELS, f"is none of {', '.join(LABELS)}"),
        (question.role, question.role in ROLES, f"is none of {', '.join(ROLES)}"),
        (question.of, question.of in (DOCUMENTS.name, DUPLICATES.name), "is neither documents nor duplicates"),
        (question.source, SOURCE_NAME.fullmatch(question.source), "is not how a source is named"),
        (question.since, _DAY.fullmatch(question.since), "is no day like 2026-11-20"),
        (question.until, _DAY.fullmatch(question.until), "is no day like 2026-11-20"),
        (question.language, len(question.language) <= 35, "is no language like en or zh-Hant"),  # BCP 47's longest
        (question.after, _CURSOR.fullmatch(question.after), "is no place to go on from"),
        (question.snapshot, _SNAPSHOT.fullmatch(question.snapshot), "is not how a snapshot is named"),
    ]
    for value, is_right, problem in wrong:
        if value and not is_right:
            raise UsageError(
                problem=f"{value[:MAX_TEXT_CHARACTERS]!r} {problem}", hint="mend the address or start anew"
            )
    return question


def write_place(day: str, source: str, document_id: str = "") -> str:
    """A place as `after` has it."""
    return f"{day}.{source}.{document_id}"


def is_id(text: str) -> bool:
    """Whether a text is a document_id."""
    return _ID.fullmatch(text) is not None


def parse_place(values: Mapping[str, str]) -> tuple[str, str, str]:
    """The source, day and document_id of an address; `UsageError` where it names no place that can be."""
    source, day, document_id = (values.get(name, "") for name in ("source", "day", "id"))
    if SOURCE_NAME.fullmatch(source) and _DAY.fullmatch(day) and _ID.fullmatch(document_id):
        return source, day, document_id
    raise UsageError(problem="this address names no document", hint="look for the document in the list")


def parse_number(values: Mapping[str, str], name: str, default: int = 0) -> int:
    """A number of an address that is not negative, or the default where there is none."""
    text = values.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise UsageError(problem=f"{text[:40]!r} is no number for {name!r}", hint="mend the address or start anew")
    return int(text)
