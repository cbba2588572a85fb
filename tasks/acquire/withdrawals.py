"""`raw/withdrawn.txt`: what must go from all datasets with the next snapshot, and must not come back.

One entry a line: a `document_id`, a URL, or the name of a source. `#` starts a comment, at the start of a line or after
white space.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tasks.acquire.inventory import WITHDRAWN_FILE, Finding
from tasks.acquire.source import SOURCE_NAME
from tasks.errors import SourceError

REASON = "withdrawn"
"""The reason, in `rejected`, of a record that was withdrawn."""

_ID = re.compile(r"[0-9a-f]{32}")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """The entries, each with its line number. `findings` are lines that are none of the three."""

    ids: Mapping[str, int] = field(default_factory=dict)
    urls: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def find(self, document_id: str, url: str | None, source: str) -> int | None:
        """The line that withdraws such a document, or None."""
        return self.ids.get(document_id) or (self.urls.get(url) if url else None) or self.sources.get(source)

    def fingerprint(self) -> str:
        """64 bits in hexadecimal of the entries, empty where there are none."""
        entries = sorted((*self.ids, *self.urls, *self.sources))
        return hashlib.blake2b("\n".join(entries).encode(), digest_size=8).hexdigest() if entries else ""


def load_withdrawals(raw: Path) -> Withdrawals:
    """Read `raw/withdrawn.txt`; without the file nothing is withdrawn.

    `SourceError` where it cannot be read: then nothing may be published, since something may have to go.
    """
    path = raw / WITHDRAWN_FILE
    try:
        return parse_withdrawals(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Withdrawals()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"cannot be read: {error}", "nothing is published before it can: something may have to go", str(path)
        ) from error


def parse_withdrawals(text: str) -> Withdrawals:
    """Read the entries of the text, one a line."""
    ids: dict[str, int] = {}
    urls: dict[str, int] = {}
    sources: dict[str, int] = {}
    findings: list[Finding] = []
    for number, line in enumerate(text.split("\n"), 1):
        entry = _COMMENT.sub("", line).strip()
        if not entry:
            continue
        if _ID.fullmatch(entry.lower()):
            ids.setdefault(entry.lower(), number)
        elif "://" in entry:
            urls.setdefault(entry, number)
        elif SOURCE_NAME.fullmatch(entry):
            sources.setdefault(entry, number)
        else:
            findings.append(Finding(f"{WITHDRAWN_FILE}:{number}", "neither a document_id, nor a URL, nor a source"))
    return Withdrawals(ids, urls, sources, tuple(findings))
