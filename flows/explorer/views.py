"""The pages of the explorer: each resolves its snapshot once, and all of its links stay in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.document_facts import facts_of
from flows.explorer.catalog import Catalog
from flows.explorer.compare import CHANGES, COMPARED, compare_partition, compare_snapshots
from flows.explorer.database import Database
from flows.explorer.difference import compare_pieces
from flows.explorer.lister import Lister
from flows.explorer.lookup import find_id, list_languages, read_cluster, read_document
from flows.explorer.marking import mark
from flows.explorer.mending import mend_document, mend_piece, mend_rejected, read_otherwise
from flows.explorer.question import Question, is_id, parse_number, parse_place, parse_question
from flows.explorer.raw_bytes import WINDOW, dump_hex, read_raw
from flows.explorer.rejected import PAGE as REJECTED_PAGE
from flows.explorer.rejected import count_reasons, list_rejected
from flows.explorer.search import Answer, search
from flows.explorer.wordlists import WordLists
from flows.pages.document import language_of, list_blocks
from flows.pages.render import render
from tasks.document import ROLES
from tasks.errors import UsageError
from tasks.place import Place
from tasks.publish.contract import REASONS
from tasks.publish.reading import WholeDocument
from tasks.publish.snapshot import Snapshot, current_id
from tasks.schema import DOCUMENTS

MOST_CHARACTERS = 300_000
"""Of a longer document the pieces that start beyond are left out of its page: a browser takes seconds for more."""

Values = Mapping[str, str]
"""What stands in an address: the path's parts and the query's."""


@dataclass(frozen=True)
class Explorer:
    """What all pages share."""

    catalog: Catalog
    database: Database
    lists: WordLists
    lister: Lister
    raw: Place
    policy: str
    languages: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def open(self, question: Question) -> Snapshot:
        """The snapshot that is asked for, else the current one; lists of its words begin to be made."""
        snapshot = self.catalog.load(question.snapshot) if question.snapshot else self.catalog.current()
        if snapshot.id == current_id(self.catalog.curated):
            self.lister.look(snapshot)
        return snapshot

    def page(self, template: str, title: str, snapshot: Snapshot | None, **facts: Any) -> str:
        """A page of the explorer."""
        current = current_id(self.catalog.curated)
        return render(
            template,
            title=title,
            policy=self.policy,
            snapshot=snapshot.id if snapshot else "",
            is_current=snapshot is not None and snapshot.id == current,
            **facts,
        )


def show_documents(explorer: Explorer, values: Values) -> str:
    """The list of documents: search and filters."""
    question = parse_question(values)
    snapshot = explorer.open(question)
    found_id = _find_id(explorer, snapshot, question.text)
    # whoever types an id wants that document: no text is searched for it
    answer = Answer((), 0, 0) if found_id else search(explorer.database, snapshot, explorer.lists, question)
    pattern = question.pattern
    hits = [(hit, mark(hit.excerpt, pattern)) for hit in answer.hits]
    if snapshot.id not in explorer.languages:
        explorer.languages[snapshot.id] = list_languages(explorer.database, snapshot)
    sources: dict[str, int] = {}
    for item in snapshot.parts_of(DOCUMENTS.name):
        sources[item.part.source] = sources.get(item.part.source, 0) + item.part.rows
    return explorer.page(
        "explore_documents.html",
        question.text or "Documents",
        snapshot,
        question=question,
        asked=question.address(snapshot=snapshot.id, after=""),
        answer=answer,
        hits=hits,
        found_id=found_id,
        next=question.address(snapshot=snapshot.id, after=answer.after) if answer.after else "",
        # with nothing to look at yet, the search goes on by itself
        goes_on=answer.is_cut and not answer.hits,
        sources=sorted(sources.items()),
        languages=explorer.languages[snapshot.id],
        roles=list(ROLES),
        problem=explorer.lister.problem,
    )


def show_document(explorer: Explorer, values: Values) -> str:
    """One document, its raw bytes beside it, its cluster, and what mends it."""
    question = parse_question(values)
    source, day, document_id = parse_place(values)
    snapshot = explorer.open(question)
    whole = read_document(explorer.database, snapshot, source, day, document_id)
    row = whole.row
    raw = read_raw(explorer.raw, row)
    at = parse_number(values, "at")
    lines = dump_hex(raw.content, at) if raw.content is not None else []
    start = parse_number(values, "piece", -1)
    chosen = next((piece for piece in whole.pieces if piece.start == start), None)
    size = len(raw.content or b"")
    pieces = [piece for piece in whole.pieces if piece.start < MOST_CHARACTERS]
    first = lines[0].offset if lines else 0
    return explorer.page(
        "explore_document.html",
        row["title"] or row["raw_path"],
        snapshot,
        here=f"/document/{source}/{day}/{document_id}?snapshot={snapshot.id}",
        facts=[fact for fact in facts_of(whole) if fact[0] not in ("title", "repeats")],
        blocks=list_blocks(pieces, whole.comments),
        is_whole=len(pieces) == len(whole.pieces),
        language=language_of(row),
        shown=document_id,
        cluster=read_cluster(explorer.database, snapshot, row),
        raw=raw,
        lines=lines,
        before=max(0, first - WINDOW) if first else None,
        behind=first + WINDOW if first + WINDOW < size else None,
        chosen=chosen,
        piece_ways=mend_piece(explorer.raw, source, chosen) if chosen is not None else [],
        ways=mend_document(explorer.raw, source, day, row, explorer.catalog.curated, snapshot.canonical),
        readings=read_otherwise(raw.content, row["encoding"]) if raw.content and raw.kind == "record" else [],
        source=source,
    )


def show_rejected(explorer: Explorer, values: Values) -> str:
    """Records that could not become documents."""
    question = parse_question(values)
    snapshot = explorer.open(question)
    reasons = count_reasons(explorer.database, snapshot, question)
    reason = values.get("reason", "")
    if reason and reason not in reasons:
        raise UsageError(f"nothing is rejected for {reason[:60]!r} here", f"there are: {', '.join(reasons) or 'none'}")
    start = parse_number(values, "start")
    rows = list_rejected(explorer.database, snapshot, question, reason, start)
    return explorer.page(
        "explore_rejected.html",
        "Rejected",
        snapshot,
        question=question,
        asked=question.address(snapshot=snapshot.id),
        reasons=reasons,
        reason=reason,
        meaning=REASONS.get(reason, ""),
        ways=mend_rejected(reason, explorer.raw, explorer.catalog.curated, snapshot.canonical),
        rows=rows[:REJECTED_PAGE],
        next=start + REJECTED_PAGE if len(rows) > REJECTED_PAGE else None,
    )


def show_changes(explorer: Explorer, values: Values) -> str:
    """What changed from one snapshot to another: partitions, the documents of one, or the text of one of these."""
    after = explorer.catalog.load(values["after"]) if values.get("after") else explorer.catalog.current()
    names = explorer.catalog.names()
    older = after.parent if after.parent in names else next((name for name in names if name < after.id), after.id)
    before = explorer.catalog.load(values.get("before") or older)
    facts: dict[str, Any] = {"before": before.id, "after": after.id, "pair": f"before={before.id}&after={after.id}"}
    if "id" in values:
        source, day, document_id = parse_place(values)
        sides = [_read_or_none(explorer, snapshot, source, day, document_id) for snapshot in (before, after)]
        known = sides[1] or sides[0]
        if known is None:
            raise UsageError(f"neither snapshot has a document {document_id} of {source} on {day}", "start anew")
        lines = compare_pieces(*([] if side is None else side.pieces for side in sides))
        facts |= {"source": source, "day": day, "document_id": document_id, "lines": lines}
        facts |= {"is_in": [side is not None for side in sides]}
        return explorer.page("explore_difference.html", known.row["title"] or document_id, after, **facts)
    if "source" in values:
        source, day, _ = parse_place({**values, "id": "0" * 32})
        documents, counts = compare_partition(explorer.database, before, after, source, day)
        facts |= {"source": source, "day": day, "documents": documents, "counts": counts}
        return explorer.page("explore_partition.html", f"{source}, {day}", after, **facts)
    changes = compare_snapshots(explorer.database, before, after)
    facts |= {"names": names, "changes": changes, "datasets": COMPARED, "kinds": CHANGES}
    return explorer.page("explore_changes.html", "What changed", after, **facts)


VIEWS: tuple[tuple[str, Callable[[Explorer, Values], str]], ...] = (
    ("/", show_documents),
    ("/document/{source}/{day}/{id}", show_document),
    ("/rejected", show_rejected),
    ("/changes", show_changes),
    ("/changes/{source}/{day}", show_changes),
    ("/changes/{source}/{day}/{id}", show_changes),
)
"""The pages and their addresses."""


def _find_id(explorer: Explorer, snapshot: Snapshot, text: str) -> tuple[str, str, str] | None:
    """The place of the document whose id was typed."""
    wanted = text.strip().lower()
    if not is_id(wanted):
        return None
    found = find_id(explorer.database, snapshot, wanted)
    return (*found, wanted) if found else None


def _read_or_none(
    explorer: Explorer, snapshot: Snapshot, source: str, day: str, document_id: str
) -> WholeDocument | None:
    try:
        return read_document(explorer.database, snapshot, source, day, document_id)
    except UsageError:
        return None
