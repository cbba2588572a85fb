import gzip
import io
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.acquire import entrance
from tasks.acquire.archives import ARCHIVES, tar, zip64
from tasks.acquire.archives.member import Member
from tasks.acquire.source import Limits, SourceSettings
from tasks.acquire.stream import Damage, Stream

FILES = {
    "2026-11-20/a.txt": b"first text",
    "sub/feed.jsonl": b'{"text": "one"}\n{"text": "two"}\n',
    "b": b"last " * 5000,
}


class Sequential(io.RawIOBase):
    """A file that cannot seek: writers must leave sizes open."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += data
        return len(data)


def make_zip(files, method=zipfile.ZIP_DEFLATED, *, is_open=False):
    target = Sequential() if is_open else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return bytes(target.data) if is_open else target.getvalue()


def make_tar(files, form=tarfile.PAX_FORMAT, more=()):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in more:
            archive.addfile(info)
    return target.getvalue()


WRITERS = {
    "zip": make_zip,
    "stored": lambda files: make_zip(files, zipfile.ZIP_STORED),
    "bzip2": lambda files: make_zip(files, zipfile.ZIP_BZIP2),
    "open": lambda files: make_zip(files, is_open=True),
    "open-stored": lambda files: make_zip(files, zipfile.ZIP_STORED, is_open=True),
    "pax": make_tar,
    "gnu": lambda files: make_tar(files, tarfile.GNU_FORMAT),
    "ustar": lambda files: make_tar(files, tarfile.USTAR_FORMAT),
    "v7": lambda files: strip_magic(make_tar(files, tarfile.USTAR_FORMAT)),
}
KINDS = pytest.mark.parametrize("kind", WRITERS)


def strip_magic(data):
    blocks = bytearray(data)
    place = 0
    while any(blocks[place : place + 512]):
        size = int(blocks[place + 124 : place + 135], 8)
        blocks[place + 257 : place + 345] = bytes(88)
        blocks[place + 148 : place + 156] = b" " * 8
        blocks[place + 148 : place + 156] = b"%06o\0 " % sum(blocks[place : place + 512])
        place += 512 + (size + 511) // 512 * 512
    return bytes(blocks)


def members(data):
    """Names, contents or troubles, and damages, as the entrance would see them, from pieces of odd sizes."""
    pieces = iter([data[start : start + 997] for start in range(0, len(data), 997)])
    stream = Stream(pieces)
    archive = next(archive for archive in ARCHIVES if archive.sniff(data[:65536]))
    found = []
    for item in archive.read_members(stream, lambda chunks: chunks):
        if not isinstance(item, Member):
            found.append(item)
        elif isinstance(item.content, Stream):
            content = b"".join(iter(item.content.read_some, b""))
            found.append((item.name.decode(), content, [damage.reason for damage in item.content.damages]))
        else:
            found.append((item.name.decode(), item.content.reason))
    return found


@KINDS
def test_members_come_back(kind):
    assert members(WRITERS[kind](FILES)) == [(name, content, []) for name, content in FILES.items()]


@KINDS
def test_members_are_read_like_files(raw, kind):
    raw.put("news/dump", WRITERS[kind](FILES))
    records = raw.records()
    assert [(record.raw_path, record.raw_record, record.day) for record in records] == [
        ("news/dump!2026-11-20/a.txt", "", "2026-11-20"),
        ("news/dump!sub/feed.jsonl", "line:1", None),
        ("news/dump!sub/feed.jsonl", "line:2", None),
        ("news/dump!b", "", None),
    ]
    assert raw.rejected() == []


def test_archives_in_archives_and_compressions(raw):
    inner = make_zip({"a.txt.gz": gzip.compress(b"core")})
    raw.put("news/20261121.tgz", gzip.compress(make_tar({"2026-11-20/in.zip": inner})))
    (record,) = raw.records()
    assert (record.content, record.raw_path) == (b"core", "news/20261121.tgz!2026-11-20/in.zip!a.txt.gz")
    assert record.day == "2026-11-21"
    (item,) = raw.read(SourceSettings(limits=Limits(depth=3)))
    assert item.reason == "too_deep"


@KINDS
def test_a_cut_archive_gives_what_is_there(kind):
    whole = WRITERS[kind](FILES | {"c": bytes(range(256)) * 100})
    place = (
        whole.index(bytes(range(100))) if "open" not in kind and kind not in ("zip", "bzip2") else len(whole) * 2 // 3
    )
    found = members(whole[:place])
    assert found[:2] == [(name, content, []) for name, content in list(FILES.items())[:2]]
    told = [item.reason if isinstance(item, Damage) else item[-1] for item in found[2:]]
    assert told[-1] in (["truncated"], "truncated")
    assert [reason for reason in told[:-1] if reason] == []


@KINDS
def test_a_broken_member_costs_itself_only(kind):
    whole = bytearray(WRITERS[kind](FILES))
    place = whole.index(b"sub/feed.jsonl")
    start = 30 if kind not in ("pax", "gnu", "ustar", "v7") else 0
    if start:  # spoil the content
        whole[place + 20] ^= 0xFF
    else:  # spoil the header: tar has no check sum for contents
        whole[place + 100] ^= 0xFF
    found = members(bytes(whole))
    assert found[0] == ("2026-11-20/a.txt", b"first text", [])
    assert found[-1] == ("b", FILES["b"], [])
    assert "damaged" in str(found[1:-1])


def test_names_that_lead_out_are_rejected_and_nothing_is_written(raw, tmp_path):
    names = ["../../out.txt", "/etc/out.txt", "a/../../out.txt", "C:\\out.txt", "..\\out.txt", "\\out.txt"]
    raw.put("news/a.zip", make_zip(dict.fromkeys(names, b"x") | {"./in//side.txt": b"x"}))
    raw.put("news/b.tar", make_tar(dict.fromkeys(names, b"x") | {"./in//side.txt": b"x"}))
    before = sorted(tmp_path.rglob("*"))
    items = raw.read()
    assert [item.reason for item in items if hasattr(item, "reason")] == ["unsafe_name"] * 12
    assert [record.raw_path for record in raw.records()] == ["news/a.zip!in/side.txt", "news/b.tar!in/side.txt"]
    assert sorted(tmp_path.rglob("*")) == before


def test_links_and_devices_in_an_archive_have_no_content(raw):
    more = []
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
        info = tarfile.TarInfo(f"kind{kind.decode()}")
        info.type, info.linkname = kind, "/etc/passwd"
        more.append(info)
    raw.put("news/a.tar", make_tar({"a": b"x"}, more=more))
    assert [item.reason for item in raw.rejected()] == ["not_a_file"] * 4
    assert len(raw.records()) == 1


def test_what_is_no_raw_file_in_an_archive_is_left_out(raw):
    names = [".hidden", "__MACOSX/._a", "sub/.git/config", "a.part"]
    raw.put("news/a.zip", make_zip(dict.fromkeys(names, b"x") | {"README": b"x"}))
    assert [item.raw_path for item in raw.read()] == ["news/a.zip!README"]


def test_members_of_one_name_are_told_apart(raw):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "two")
    raw.put("news/a.zip", target.getvalue())
    first, second = raw.records()
    assert (first.raw_path, second.raw_path) == ("news/a.zip!a.txt", "news/a.zip!a.txt\\2")
    assert first.document_id != second.document_id


def test_the_number_of_members_is_limited(raw):
    raw.put("news/a.zip", make_zip({f"{n}.txt": b"x" for n in range(10)}))
    items = raw.read(SourceSettings(limits=Limits(members=4)))
    assert [getattr(item, "reason", "") for item in items] == [""] * 4 + ["too_many_members"]


def test_an_encrypted_or_foreign_member_costs_itself_only(raw):
    data = bytearray(make_zip({"secret.txt": b"x" * 50, "odd.txt": b"y" * 50, "open.txt": b"z" * 50}))
    data[data.index(b"secret.txt") - 24] |= 1
    struct.pack_into("<H", data, data.index(b"odd.txt") - 22, 98)
    raw.put("news/a.zip", bytes(data))
    assert [(item.raw_path, item.reason) for item in raw.rejected()] == [
        ("news/a.zip!secret.txt", "encrypted"),
        ("news/a.zip!odd.txt", "unsupported"),
    ]
    assert [record.content for record in raw.records()] == [b"z" * 50]


def test_office_documents_are_no_archives():
    assert not zip64.sniff(make_zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    assert not zip64.sniff(make_zip({"mimetype": b"application/epub+zip"}))


@pytest.mark.parametrize("data", [make_zip({}), make_zip({"folder/": b""}), make_zip({".x": b"x"})])
def test_an_archive_without_members_is_empty(raw, data):
    raw.put("news/a.zip", data)
    assert [item.reason for item in raw.read()] == ["empty"]


def test_a_flat_bomb_of_many_members_is_stopped(raw, monkeypatch):
    monkeypatch.setattr(entrance, "_ALLOWANCE", 5_000_000)
    raw.put("news/a.zip", make_zip({f"{n}.jsonl": b"\n" * 3_000_000 for n in range(10)}))
    items = raw.read(SourceSettings(limits=Limits(expansion_ratio=50)))
    assert items[-1].reason == "expansion"
    assert len(items) < 10


def test_large_archives_are_read():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(b"text")
    assert members(target.getvalue()) == [("a.txt", b"text", [])]


def test_long_names_of_every_dialect():
    name = "folder/" * 40 + "ä" * 60 + ".txt"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        assert members(make_tar({name: b"x"}, form)) == [(name, b"x", [])]
    assert members(make_zip({name: b"x"})) == [(name, b"x", [])]


def test_extended_headers_of_any_size_are_survived():
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 50_000_000
    data = info.tobuf() + bytes(50_000_000 + -50_000_000 % 512) + make_tar({"a": b"x"})
    assert members(data) == [("a", b"x", [])]


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_archive_is_too_broken(kind, data):
    packed = bytearray(WRITERS[kind](FILES))
    head = bytes(packed[:65536])
    for _ in range(data.draw(st.integers(0, 6))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(packed)))
    stream = Stream(iter([bytes(packed[:cut])]))
    archive = tar if tar.sniff(head) else zip64
    count = 0
    for item in archive.read_members(stream, lambda chunks: chunks):
        count += 1
        if isinstance(item, Member) and isinstance(item.content, Stream):
            item.content.read(1_000_000)
    assert count < 200


def test_what_adds_up_to_nothing_is_no_header():
    """Bytes that some old writers would have counted as negative cancel the eight spaces of an empty check sum."""
    assert not tar.sniff((b"x" * 32 + bytes([256 - ord("x")]) * 32 + b"\x80" * 2).ljust(512, b"\0"))


def test_the_magic_number_alone_makes_no_archive():
    """A word in a line of text may stand in its place; a header of which some bytes are spoilt is one all the same."""
    line = b'{"text": "a note on formats"}\n'
    text = (line * 9)[:257] + b"ustar" + line * 20
    assert not tar.sniff(text)
    archive = bytearray(make_tar({"a.txt": b"first"}, tarfile.USTAR_FORMAT))
    archive[136:140] = b"\xff\xff\xff\xff"
    assert tar.sniff(bytes(archive))
