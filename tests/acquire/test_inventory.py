import os
import socket
from pathlib import Path

import pytest

from tasks.acquire.inventory import list_files, list_sources
from tasks.errors import SourceError


def paths(inventory):
    return [file.raw_path for file in inventory.files]


def test_every_file_of_every_source_is_listed_in_order(raw):
    for path in ("news/b.txt", "news/2026-11-20/a.txt", "forum_2/x/y/z.html", "news/a.txt"):
        raw.put(path, "x")
    inventory = list_files(raw.root)
    assert paths(inventory) == ["forum_2/x/y/z.html", "news/2026-11-20/a.txt", "news/a.txt", "news/b.txt"]
    assert list_sources(raw.root) == ("forum_2", "news")
    file = inventory.files[1]
    assert (file.source, file.day, file.bytes) == ("news", "2026-11-20", 1)
    assert file.path.read_bytes() == b"x"
    assert inventory.files[2].day is None


def test_what_is_no_raw_file_is_left_out(raw):
    raw.put("news/a.txt", "x")
    for path in (
        *("README.md", "withdrawn.txt", ".gitattributes", "news/.hidden", "news/.git/config", "news/b.part"),
        *("news/c.txt.tmp", "news/source.toml", "news/README.md", "news/profile.json", "news/sync.tmp/d.txt"),
    ):
        raw.put(path, "x")
    inventory = list_files(raw.root)
    assert paths(inventory) == ["news/a.txt"]
    assert inventory.findings == ()


def test_only_the_top_of_a_source_holds_files_about_it(raw):
    for name in ("README.md", "source.toml", "withdrawn.txt"):
        raw.put(f"news/scraped/{name}", "x")
    assert len(paths(list_files(raw.root))) == 3


def test_what_is_in_no_source_is_found(raw):
    raw.put("news/a.txt", "x")
    raw.put("News Site/a.txt", "x")
    raw.put("stray.txt", "x")
    inventory = list_files(raw.root)
    assert paths(inventory) == ["news/a.txt"]
    assert [finding.raw_path for finding in inventory.findings] == ["News Site", "stray.txt"]


def test_a_missing_or_empty_raw_is_an_error_with_a_way_out(tmp_path):
    with pytest.raises(SourceError, match=r"no such folder .*--raw"):
        list_files(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(SourceError, match="no folder"):
        list_files(tmp_path / "file")
    empty = tmp_path / "raw"
    empty.mkdir()
    with pytest.raises(SourceError, match="mounted"):
        list_files(empty)
    (empty / "README.md").write_text("x")
    (empty / "news").mkdir()
    with pytest.raises(SourceError, match="mounted"):
        list_files(empty)
    (empty / "news" / "source.toml").write_text("")
    assert list_files(empty).files == ()


def test_files_that_changed_just_now_wait(raw):
    old, new = raw.put("news/old.txt", "x"), raw.put("news/new.txt", "x")
    os.utime(old, ns=(0, 1_000_000_000_000))
    os.utime(new, ns=(0, 1_050_000_000_000))
    inventory = list_files(raw.root, {"news": 60.0}, 1_100_000_000_000)
    assert paths(inventory) == ["news/old.txt"]
    assert [file.raw_path for file in inventory.waiting] == ["news/new.txt"]
    assert len(paths(list_files(raw.root, {"other": 60.0}, 1_100_000_000_000))) == 2


def test_links_are_followed_once_and_never_in_circles(raw, tmp_path):
    raw.put("news/real/a.txt", "x")
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "b.txt").write_text("far")
    (raw.root / "news" / "linked").symlink_to(tmp_path / "far")
    (raw.root / "news" / "link.txt").symlink_to(raw.root / "news" / "real" / "a.txt")
    (raw.root / "news" / "real" / "up").symlink_to(raw.root / "news")
    (raw.root / "news" / "self").symlink_to("self")
    (raw.root / "news" / "gone").symlink_to(tmp_path / "nowhere")
    inventory = list_files(raw.root)
    assert {file.raw_path: file.trouble and file.trouble.reason for file in inventory.files} == {
        "news/gone": "dangling_link",
        "news/link.txt": None,
        "news/linked/b.txt": None,
        "news/real/a.txt": None,
        "news/real/up": "link_loop",
        "news/self": "link_loop",
    }
    assert {item.reason for item in raw.rejected()} == {"dangling_link", "link_loop"}


def test_a_web_of_links_has_an_end(raw):
    for n in range(8):
        raw.put(f"news/{n}/a.txt", "x")
        for m in range(8):
            (raw.root / "news" / str(n) / f"to{m}").symlink_to(raw.root / "news" / str(m))
    assert len(list_files(raw.root).files) < 10_000


def test_pipes_and_sockets_are_not_opened(raw):
    raw.put("news/a.txt", "x")
    os.mkfifo(raw.root / "news" / "pipe")
    server = socket.socket(socket.AF_UNIX)
    here = os.open(raw.root / "news", os.O_RDONLY)
    server.bind(f"/proc/self/fd/{here}/socket")  # the path of a socket must be short
    os.close(here)
    assert [(item.raw_path, item.reason) for item in raw.rejected()] == [
        ("news/pipe", "not_a_file"),
        ("news/socket", "not_a_file"),
    ]
    server.close()


def test_names_of_any_bytes_are_listed_and_read(raw):
    folder = raw.root / "news"
    folder.mkdir()
    for name in (b"new\nline.txt", b"latin\xe9.txt", "\u00e9.txt".encode(), b"bang!.txt", b"back\\slash.txt"):
        (folder / os.fsdecode(name)).write_text("text")
    expected = [
        r"news/back\x5cslash.txt",
        r"news/bang\x21.txt",
        r"news/latin\xe9.txt",
        r"news/new\x0aline.txt",
        "news/é.txt",
    ]
    assert paths(list_files(raw.root)) == expected
    assert [record.raw_path for record in raw.records()] == expected


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_listed_stops_its_source_only(raw):
    raw.put("news/a.txt", "x")
    raw.put("forum/locked/a.txt", "x").parent.chmod(0)
    inventory = list_files(raw.root)
    (raw.root / "forum" / "locked").chmod(0o700)
    assert paths(inventory) == ["news/a.txt"]
    assert list(inventory.stopped) == ["forum"]


def test_a_path_too_long_to_open_costs_itself_only(raw, monkeypatch):
    raw.put("deep/a.txt", "x")
    monkeypatch.chdir(raw.root / "deep")
    for _ in range(30):
        Path("d" * 200).mkdir()
        monkeypatch.chdir("d" * 200)
    Path("a.txt").write_text("x")
    bad, good = sorted(list_files(raw.root).files, key=lambda f: f.bytes)
    assert (bad.trouble.reason, bad.trouble.detail) == ("not_a_file", "its path is too long to be opened")
    assert good.raw_path == "deep/a.txt"


def test_a_source_that_cannot_be_listed_may_be_the_only_one(raw):
    raw.root.mkdir(exist_ok=True)
    (raw.root / "news").symlink_to("/nowhere/news")
    found = list_files(raw.root)
    assert (found.files, found.waiting, len(found.untouched)) == ((), (), 0)
    assert found.stopped.keys() == {"news"}
