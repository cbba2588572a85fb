import json
from pathlib import Path

import pytest

from tasks.errors import StorageError
from tasks.publish.manifest import dump_manifest, parse_manifest
from tasks.publish.snapshot import MANIFEST, load_snapshot

PART = {
    "dataset": "documents",
    "source": "a",
    "day": "2026-11-20",
    "path": "documents/source=a/day=2026-11-20/part-00.parquet",
    "rows": 10,
    "bytes": 20,
    "sha256": "00ff",
}
ENTRIES = {
    "id": "s1",
    "sequence": 1,
    "parent": None,
    "published_at": "2026-11-20T00:00:00+00:00",
    "schema_version": 1,
    "totals": {"read": 10},
    "settings": {"a": "b"},
    "parts": [PART],
}


def write(root: Path, content: bytes) -> Path:
    (root / MANIFEST).write_bytes(content)
    return root


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    content = dump_manifest(ENTRIES)
    assert ENTRIES.items() <= parse_manifest(content).items()
    snapshot = load_snapshot(write(tmp_path, content))
    assert (snapshot.id, snapshot.totals, snapshot.parts[0].as_json()) == ("s1", {"read": 10}, PART)
    assert snapshot.facts == {"totals": {"read": 10}, "settings": {"a": "b"}}


def test_any_flipped_bit_is_noticed(tmp_path: Path) -> None:
    content = dump_manifest(ENTRIES)
    for at in range(len(content)):
        for bit in (1, 32):
            damaged = bytearray(content)
            damaged[at] ^= bit
            with pytest.raises(StorageError):
                load_snapshot(write(tmp_path, bytes(damaged)))


def test_any_cut_is_noticed(tmp_path: Path) -> None:
    content = dump_manifest(ENTRIES)
    for length in range(len(content)):
        with pytest.raises(StorageError):
            load_snapshot(write(tmp_path, content[:length]))


def test_a_manifest_of_the_first_format_has_no_checksum_and_is_read(tmp_path: Path) -> None:
    old = json.dumps({"format": 1, **ENTRIES}, indent=1).encode()
    assert load_snapshot(write(tmp_path, old)).id == "s1"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b'{"format": 2}', b"\xff\xfe\x00"])
def test_what_is_no_manifest_is_damaged(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(StorageError, match=r"manifest\.json"):
        load_snapshot(write(tmp_path, content))
