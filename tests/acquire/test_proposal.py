import json
from pathlib import Path

import pytest

from tasks.acquire.inventory import list_files
from tasks.acquire.proposal import propose_settings
from tasks.acquire.source import SourceSettings, parse_source

BODY = "The ferry leaves the old quay at seven, and nobody is late for it twice. " * 3
CYRILLIC = "Паром уходит от старой пристани в семь часов, и никто не опаздывает на него дважды. " * 4


def propose(raw: Path, files: dict[str, bytes]) -> str:
    for name, content in files.items():
        path = raw / "news" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return propose_settings("news", list_files(raw).files)


def test_a_source_that_needs_nothing_gets_a_title_only(tmp_path: Path) -> None:
    text = propose(tmp_path, {"2026-11-20/a.txt": BODY.encode(), "2026-11-19/b.txt": BODY.encode()})
    assert parse_source(text) == SourceSettings(title="News")
    assert "2026-11-19 to 2026-11-20" in text


def test_the_field_that_holds_the_text_is_found(tmp_path: Path) -> None:
    line = json.dumps({"headline": "Ferry", "article_body": BODY}).encode()
    assert parse_source(propose(tmp_path, {"a.jsonl": line})).fields.text == ("article_body",)


@pytest.mark.parametrize(("count", "expected"), [(6, "cp1251"), (2, None)])
def test_a_legacy_encoding_is_proposed_where_all_files_share_it(
    tmp_path: Path, count: int, expected: str | None
) -> None:
    files = {f"{number}.txt": f"{number} {CYRILLIC}".encode("cp1251") for number in range(count)}
    assert parse_source(propose(tmp_path, files)).encoding == expected


def test_what_was_rejected_is_told(tmp_path: Path) -> None:
    text = propose(tmp_path, {"a.txt": b"", "b.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8})
    assert "1 empty" in text
    assert "1 binary" in text
    parse_source(text)
