"""What fuzzing found: each file made a reader fail once."""

from pathlib import Path

import pytest

from tasks.acquire import READERS, read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.reasons import REASONS
from tasks.acquire.source import SourceSettings
from tasks.document import Rejected

FINDINGS = sorted((Path(__file__).parent / "findings").iterdir())


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.name)
@pytest.mark.parametrize("reader", [None, *(reader.NAME for reader in READERS)])
def test_what_was_found_stays_fixed(path, reader):
    file = RawFile("feed", f"feed/{path.name}", str(path), None, path.stat().st_size, 0, 0)
    items = list(read_file(file, "", SourceSettings(reader=reader)))
    assert items
    for item in items:
        if isinstance(item, Rejected):
            assert item.reason in REASONS.keys() - {"unreadable"}
            assert (item.detail + item.sample).encode()
