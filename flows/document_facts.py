"""What is known of a document, as names and values for a person to read."""

from __future__ import annotations

from typing import Any

from tasks.publish.reading import WholeDocument, place_of

Fact = tuple[str, Any]
"""A name and a value; a value that is empty says nothing."""


def facts_of(whole: WholeDocument) -> tuple[Fact, ...]:
    """The facts of a published document, in the order in which they are read."""
    row = whole.row
    repeats = (
        f"{row['canonical_id']} ({row['relation']}, similarity {row['similarity']:.2f})" if whole.is_duplicate else ""
    )
    return (
        ("document", row["document_id"]),
        ("raw", place_of(row)),
        ("title", row["title"]),
        ("author", row["author"]),
        ("published", row["published_at"]),
        ("url", row["url"]),
        ("language", f"{row['language']} ({row['language_confidence']:.2f})"),
        ("encoding", f"{row['encoding']}, by {row['encoding_method']}"),
        ("fixes", ", ".join(row["fixes"])),
        ("comments", len(whole.comments)),
        ("repeats", repeats),
    )
