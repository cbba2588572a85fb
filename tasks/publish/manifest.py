"""The manifest's bytes: JSON that carries the checksum of itself, so that a flipped byte is noticed.

The checksum is the SHA-256 of the whole file with zeros in the place of its own 64 digits. Manifests of format 1 have
none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FORMAT = 2
"""The version of the manifest's own layout. 1 had no checksum."""

READABLE = (1, FORMAT)
"""The formats that are understood. Of another one nothing is known, not even where its checksum stands."""

_CHECKSUM = "checksum"
_BLANK = "0" * 64


def dump_manifest(entries: Mapping[str, Any]) -> bytes:
    """Write the entries as a manifest, with its format and checksum."""
    blank = json.dumps({"format": FORMAT, _CHECKSUM: _BLANK, **entries}, indent=1).encode()
    return blank.replace(_BLANK.encode(), hashlib.sha256(blank).hexdigest().encode(), 1)


def parse_manifest(content: bytes) -> dict[str, Any]:
    """Read a manifest's entries. `ValueError` where the bytes are not those that were written, as far as that shows."""
    entries = json.loads(content)
    if not isinstance(entries, dict) or "format" not in entries:
        raise ValueError("this is no manifest")
    has_checksum = entries["format"] != 1 or _CHECKSUM in entries  # what was a 2 may be a 1 now
    if (
        entries["format"] in READABLE
        and has_checksum
        and entries.get(_CHECKSUM) != _checksum(content, entries.get(_CHECKSUM))
    ):
        raise ValueError("its checksum is not that of its content: a byte of it has changed since it was written")
    return entries


def _checksum(content: bytes, claimed: Any) -> str:
    return hashlib.sha256(content.replace(str(claimed).encode(), _BLANK.encode(), 1)).hexdigest()
