"""Raw bytes are shown as they lie there, if they are still what was read, and from nowhere else."""

import gzip
import json
import os
import zipfile

import pytest

from flows.explorer.raw_bytes import WINDOW, confine, dump_hex, read_raw

WORDS = "The ferryman carried the lantern to the mill, and nobody saw him come back that day. " * 6


@pytest.fixture
def rows(house):
    """Ingests, and gives the row of a raw path."""

    def ingest() -> dict[str, dict]:
        house.ingest()
        documents = house.rows("documents") + house.rows("duplicates")
        return {row["raw_path"] + "#" + row["raw_record"]: row for row in documents}

    return ingest


def test_a_file_is_shown_to_the_byte(house, rows) -> None:
    content = f"Caf\xe9 au lait\r\n\r\n{WORDS}".encode("cp1252")
    house.put("notes/2026-01-02/a.txt", content)
    found = read_raw(house.raw, rows()["notes/2026-01-02/a.txt#"])
    assert (found.content, found.kind, found.offset) == (content, "record", 0)


def test_a_line_of_json_is_shown_as_it_lies_there(house, rows) -> None:
    lines = [json.dumps({"text": f"{number} caf\u00e9 {WORDS}"}) for number in range(3)]
    house.put("feed/2026-01-02/a.jsonl", "\n\n".join(lines))
    found = read_raw(house.raw, rows()["feed/2026-01-02/a.jsonl#line:3"])
    assert (found.content, found.kind) == (f"{lines[1]}\n".encode(), "record")
    assert found.offset == len(lines[0]) + 2


def test_a_line_deep_in_a_file_is_found_without_reading_what_lies_before(house, rows, monkeypatch) -> None:
    lines = [json.dumps({"text": f"{number} {WORDS}", "more": "x" * (number * 7919 % 5000)}) for number in range(1500)]
    house.put("feed/2026-01-02/a.jsonl", "\n".join(lines))
    found = rows()
    monkeypatch.setattr("flows.explorer.raw_bytes.read_file", None)
    for number in (1, 2, 700, 1499, 1500):
        raw = read_raw(house.raw, found[f"feed/2026-01-02/a.jsonl#line:{number}"])
        assert raw.content.rstrip(b"\n") == lines[number - 1].encode()
        assert raw.offset == sum(len(line) + 1 for line in lines[: number - 1])


def test_of_a_line_in_another_encoding_the_text_of_the_field_is_shown(house, rows) -> None:
    house.put("feed/2026-01-02/a.jsonl", json.dumps({"text": WORDS}).encode("utf-16"))
    (row,) = rows().values()
    found = read_raw(house.raw, row)
    assert (found.content, found.kind) == (WORDS.encode(), "field")


@pytest.mark.parametrize("packed", ["a.jsonl.gz", "a.zip", "a.csv"])
def test_of_what_is_packed_the_text_of_the_field_is_shown(house, rows, packed: str) -> None:
    line = json.dumps({"text": WORDS}).encode()
    if packed == "a.zip":
        path = house.put(f"feed/2026-01-02/{packed}", b"")
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("b.jsonl", line)
    else:
        house.put(
            f"feed/2026-01-02/{packed}",
            gzip.compress(line) if "gz" in packed else f"url,text\nhttps://a.example/,{WORDS.replace(',', '')}\n",
        )
    (row,) = rows().values()
    found = read_raw(house.raw, row)
    words = WORDS.replace(",", "") if packed == "a.csv" else WORDS
    assert (found.content.decode().strip(), found.kind) == (words.strip(), "field")


def test_a_member_of_an_archive_is_shown_to_the_byte(house, rows) -> None:
    path = house.put("feed/2026-01-02/a.zip", b"")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("deep/b.txt", WORDS)
        archive.writestr("deep/c.txt", WORDS[::-1])
    found = read_raw(house.raw, rows()["feed/2026-01-02/a.zip!deep/c.txt#"])
    assert (found.content, found.kind) == (WORDS[::-1].encode(), "record")


def test_a_file_that_changed_or_went_is_not_shown(house, rows) -> None:
    path = house.put("notes/2026-01-02/a.txt", WORDS)
    (row,) = rows().values()
    path.write_text(WORDS.replace("ferryman", "FERRYMAN"))
    assert read_raw(house.raw, row).content is None
    assert "SHA-256" in read_raw(house.raw, row).problem
    path.write_text(WORDS)
    assert read_raw(house.raw, row).content == WORDS.encode()
    path.unlink()
    assert "not there" in read_raw(house.raw, row).problem
    path.symlink_to(path.name)
    assert read_raw(house.raw, row).content is None
    path.unlink()
    path.mkdir()
    assert "no file" in read_raw(house.raw, row).problem


@pytest.mark.parametrize(
    "raw_path",
    ["../secret.txt", "notes/../../secret.txt", "/etc/passwd", "notes//etc/passwd", "other/a.txt", "notes/..", "notes",
     "notes/\\x00", "",
     "notes/./a.txt", "notes/\\x2e\\x2e/\\x2e\\x2e/secret.txt", "notes/link.txt", "notes/away/a.txt"],
)  # fmt: skip
def test_a_path_out_of_the_source_is_not_opened(house, raw_path: str) -> None:
    (house.root / "secret.txt").write_text(WORDS)
    (house.root / "elsewhere").mkdir()
    (house.root / "elsewhere/a.txt").write_text(WORDS)
    house.put("notes/a.txt", WORDS)
    house.put("other/a.txt", WORDS)
    (house.raw / "notes/link.txt").symlink_to(house.root / "secret.txt")
    (house.raw / "notes/away").symlink_to(house.root / "elsewhere")
    found = confine(house.raw, "notes", raw_path)
    assert found is None or found == house.raw.resolve() / "notes"
    row = {"source": "notes", "raw_path": raw_path, "raw_record": "", "raw_sha256": "0" * 64}
    assert read_raw(house.raw, row).content is None


def test_a_source_on_another_disk_is_read_there(house) -> None:
    (house.root / "disk/2026-01-02").mkdir(parents=True)
    (house.root / "disk/2026-01-02/a.txt").write_text(WORDS)
    house.raw.mkdir()
    (house.raw / "notes").symlink_to(house.root / "disk")
    assert confine(house.raw, "notes", "notes/2026-01-02/a.txt") == house.root.resolve() / "disk/2026-01-02/a.txt"
    assert confine(house.raw, "notes", "notes/../secret.txt") is None


def test_a_name_that_is_not_utf_8_is_found(house, rows) -> None:
    path = os.fsencode(house.raw) + b"/notes/2026-01-02/caf\xe9.txt"
    house.put("notes/2026-01-02/b.txt", WORDS[::-1])
    with open(path, "wb") as file:  # noqa: PTH123 - a name of bytes
        file.write(WORDS.encode())
    assert read_raw(house.raw, rows()["notes/2026-01-02/caf\\xe9.txt#"]).content == WORDS.encode()


def test_bytes_are_shown_a_window_at_a_time() -> None:
    content = bytes(range(256)) * 20
    lines = [line for start in range(0, len(content), WINDOW) for line in dump_hex(content, start)]
    assert b"".join(bytes.fromhex(line.numbers) for line in lines) == content
    assert [line.offset for line in lines] == list(range(0, len(content), 16))
    assert all(line.characters.isprintable() for line in lines)
    assert lines[3].characters == "0123456789:;<=>?"
    assert dump_hex(b"", 0) == []
    assert dump_hex(b"abc", 10**9) == dump_hex(b"abc", 0)
