"""`raw/` in object storage, against a real server of the S3 protocol."""

import gzip
import io
import time
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.acquire import object_inventory
from tasks.acquire.inventory import list_files, list_sources
from tasks.acquire.stamps import LOOKS
from tasks.errors import SourceError, StorageError
from tasks.place import ObjectPlace, parse_place
from tests.conftest import House
from tests.enduring import Here
from tests.object_storage import BUCKET

pytestmark = pytest.mark.xdist_group("object storage")


@pytest.fixture
def away(tmp_path, object_storage):
    """A house whose `raw/` is the prefix `raw` of the bucket; this process is its worker, and has its environment."""
    house = House(tmp_path / "away", lambda _: Here())
    house.raw = parse_place(f"s3://{BUCKET}/raw")
    house.put = lambda raw_path, content: object_storage.put(
        f"raw/{raw_path}", content.encode() if isinstance(content, str) else content
    )
    return house


def zipped(**members) -> bytes:
    with zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.txt", content)
    return packed.getvalue()


def parquet(texts: list[str]) -> bytes:
    pq.write_table(
        pa.table({"text": texts, "url": [f"https://a.example/{n}" for n in range(len(texts))]}), sink := io.BytesIO()
    )
    return sink.getvalue()


NOTE = "The heron stood in the river all morning, and nobody at the mill could say what it was waiting for."
FILES = {
    "withdrawn.txt": b"https://a.example/1\n",
    "README.md": b"what lies here",
    "stray.txt": b"in no source",
    "Bad Name/x.txt": b"in no source either",
    "news/source.toml": b'title = "News"\n[fields]\ntext = "text"\n',
    "news/2026-11-20/a.txt": NOTE.encode(),
    "news/2026-11-20/b.txt.gz": gzip.compress(NOTE.replace("heron", "stork").encode()),
    "news/2026/11/21/pages.zip": zipped(first=NOTE.replace("river", "pond"), second=NOTE.replace("mill", "lock")),
    "news/20261122/rows.parquet": parquet([NOTE.replace("morning", "evening"), NOTE.replace("morning", "summer")]),
    "news/broken.parquet": parquet([NOTE])[:-20],
    "news/empty.txt": b"",
    "news/2026-11-20/picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "news/2026-11-20/late.part": b"not finished",
    "news/.hidden/x.txt": b"hidden",
    "news/odd ! name \\ é.txt": NOTE.replace("heron", "goose").encode(),
    "forum/lines.jsonl": "".join(
        f'{{"text": "{NOTE} {n}", "url": "https://b.example/{n}"}}\n' for n in range(50)
    ).encode(),
}


def test_the_rows_are_those_of_the_same_files_on_a_disk(house, away):
    for name, content in FILES.items():
        house.put(name, content)
        away.put(name, content)
    assert away.ingest().status == house.ingest().status == "published"
    assert list_sources(away.raw) == list_sources(house.raw) == ("forum", "news")
    here, there = house.tables(), away.tables()
    for dataset, rows in here.items():
        assert there[dataset] == rows, dataset
    assert [f.problem for f in list_files(away.raw).findings] == [f.problem for f in list_files(house.raw).findings]


def test_what_is_as_it_was_is_not_read_again_and_what_changed_is(
    away, object_storage, pages_of_a_template, monkeypatch
):
    pages = pages_of_a_template(4)
    for name, page in zip("abc", pages, strict=False):
        away.put(f"news/2026-11-20/{name}.txt", page)
    assert away.ingest().records["documents"] == 3
    opened = []
    real = ObjectPlace.open
    monkeypatch.setattr(ObjectPlace, "open", lambda self, *mode: opened.append(self.name) or real(self, *mode))
    assert away.ingest().status == "nothing_new"
    away.put("news/2026-11-20/a.txt", pages[0])  # the same once more: its ETag says so
    assert away.ingest().status == "nothing_new"
    assert set(opened) <= {"withdrawn.txt", "source.toml", "profile.json"}
    opened.clear()
    away.put("news/2026-11-20/b.txt", pages[1].replace("a", "o"))  # of the same size
    object_storage.delete("raw/news/2026-11-20/c.txt")
    record = away.ingest()
    counts = {kind: record.inputs[kind] for kind in ("new", "changed", "gone", "unchanged")}
    assert (record.status, counts) == ("published", {"new": 0, "changed": 1, "gone": 1, "unchanged": 1})
    assert set(opened) - {"withdrawn.txt"} == {"b.txt"}
    assert sorted(row["raw_path"][-5:] for row in away.rows("documents")) == ["a.txt", "b.txt"]


def test_an_old_object_is_known_by_the_listing_alone(away, monkeypatch):
    later = time.time_ns() + 3600 * 10**9
    for _ in range(20):  # a time of this server's that ends with a zero is written without it, and then not understood
        away.put("news/2026-11-20/a.txt", NOTE)
        (file,) = list_files(away.raw, now_ns=later).files
        if file.modified_ns:
            break
    looks = pa.table([[file.raw_path], [file.bytes], [file.modified_ns], [file.changed_ns]], names=LOOKS)
    monkeypatch.setattr(ObjectPlace, "stat", None)  # nothing is asked of the object itself
    inventory = list_files(away.raw, now_ns=later, looks=looks)
    assert (inventory.files, inventory.untouched.to_pylist()) == ((), [file.raw_path])


@pytest.mark.parametrize("says_when", [True, False], ids=["a listing with times", "one without"])
def test_objects_written_just_now_wait_where_the_source_says_so(away, monkeypatch, says_when: bool):
    if not says_when:
        below = object_inventory.list_below
        monkeypatch.setattr(
            object_inventory, "list_below", lambda place: (one._replace(modified_ns=0) for one in below(place))
        )
    away.put("news/a.txt", NOTE)
    inventory = list_files(away.raw, {"news": 60.0}, time.time_ns())
    assert ([file.raw_path for file in inventory.waiting], inventory.files) == (["news/a.txt"], ())


def test_nothing_there_is_an_error_and_withdraws_nothing(away, object_storage):
    for attempt in (list_sources, list_files):
        with pytest.raises(SourceError, match="there is no source"):
            attempt(away.raw)
    away.put("news/a.txt", NOTE)
    away.ingest()
    object_storage.delete("raw/news/a.txt")
    with pytest.raises(SourceError, match="there is no source"):
        away.ingest()
    assert len(away.rows("documents")) == 1


def test_a_server_that_is_gone_is_a_clear_error_and_the_next_run_goes_on(away, object_storage, pages_of_a_template):
    first_page, second_page = pages_of_a_template(2)
    away.put("news/a.txt", first_page)
    away.ingest()
    first = away.snapshot.id
    object_storage.kill()
    with pytest.raises((SourceError, StorageError), match="cannot be reached"):
        away.ingest()
    assert away.snapshot.id == first
    object_storage.start()
    away.put("news/b.txt", second_page)
    assert away.ingest().records["documents"] == 1


def test_the_place_of_an_object_is_read_as_a_file_is(object_storage):
    content = bytes(range(256)) * 40_000
    object_storage.put("raw/some/file.bin", content)
    place = parse_place(f"s3://{BUCKET}/raw/some/file.bin")
    assert place.read_bytes() == content
    with place.open("rb") as file:
        assert (file.seek(-10, io.SEEK_END), file.read()) == (len(content) - 10, content[-10:])
        assert (file.seek(1000), file.read(5), file.tell()) == (1000, content[1000:1005], 1005)
        assert (file.seek(len(content) + 5), file.read()) == (len(content) + 5, b"")
    folder = parse_place(f"s3://{BUCKET}/raw/some")
    assert [place.is_file(), place.is_dir(), folder.is_file(), folder.is_dir()] == [True, False, False, True]
    nothing = folder / "nothing"
    assert not nothing.exists()
    with pytest.raises(FileNotFoundError):
        nothing.open("rb")
