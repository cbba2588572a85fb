"""`raw/withdrawn.txt`: what must go from all datasets with the next snapshot, and must not come back.

One entry a line: a `document_id`, a URL, or the name of a source. `#` starts a comment, at the start of a line or after
white space.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from tasks.acquire.inventory import WITHDRAWN_FILE, Finding
from tasks.acquire.source import SOURCE_NAME
from tasks.document import Rejected
from tasks.errors import SourceError
from tasks.place import Place

REASON = "withdrawn"
"""The stage and the reason, in `rejected`, of a record that was withdrawn."""

_ID = re.compile(r"[0-9a-f]{32}")
_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """The entries. `findings` are lines that are none of the three."""

    ids: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    def find(self, document_id: str, url: str | None, source: str) -> str | None:
        """What of such a document an entry names, `document_id`, `url` or `source`; None where there is no entry."""
        if document_id in self.ids:
            return "document_id"
        if url in self.urls:
            return "url"
        return "source" if source in self.sources else None

    def fingerprint(self) -> str:
        """64 bits in hexadecimal of the entries, empty where there are none."""
        entries = sorted((*self.ids, *self.urls, *self.sources))
        return hashlib.blake2b("\n".join(entries).encode(), digest_size=8).hexdigest() if entries else ""


def withdrawn_record(source: str, day: str, raw_path: str, raw_record: str, named: str) -> Rejected:
    """The row of `rejected` for a record that was withdrawn: nothing of its text is kept, not even a sample."""
    return Rejected(source, day, raw_path, raw_record, REASON, REASON, f"withdrawn.txt names its {named}")


def load_withdrawals(raw: Place) -> Withdrawals:
    """Read `raw/withdrawn.txt`; without the file nothing is withdrawn.

    `SourceError` where it cannot be read: then nothing may be published, since something may have to go.
    """
    path = raw / WITHDRAWN_FILE
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return parse_withdrawals(text.replace("\r\n", "\n").replace("\r", "\n"))
    except FileNotFoundError:
        return Withdrawals()
    except (OSError, UnicodeDecodeError) as error:
        problem = "this is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error.strerror}"
        raise SourceError(problem, "nothing is published before it can: something may have to go", str(path)) from error


def parse_withdrawals(text: str) -> Withdrawals:
    """Read the entries of the text, one a line."""
    ids: set[str] = set()
    urls: set[str] = set()
    sources: set[str] = set()
    findings: list[Finding] = []
    for number, line in enumerate(text.split("\n"), 1):
        entry = _COMMENT.sub("", line).strip()
        if not entry:
            continue
        if _ID.fullmatch(entry.lower()):
            ids.add(entry.lower())
        elif "://" in entry:
            urls.add(entry)
        elif SOURCE_NAME.fullmatch(entry):
            sources.add(entry)
        else:
            findings.append(Finding(f"{WITHDRAWN_FILE}:{number}", "neither a document_id, nor a URL, nor a source"))
    return Withdrawals(frozenset(ids), frozenset(urls), frozenset(sources), tuple(findings))
