"""Whole commands against object storage, its server killed in mid-run, and the memory that a large object takes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from pyarrow import fs

from tests.conftest import House
from tests.object_storage import BUCKET

pytestmark = pytest.mark.torture

WINNOW = Path(sys.executable).with_name("winnow")
RAW = f"s3://{BUCKET}/raw"
PAGES = 600

READ_ALL = """
import re, sys
from pathlib import Path
from tasks.acquire.entrance import read_file
from tasks.acquire.inventory import list_files
from tasks.acquire.source import SourceSettings
from tasks.place import parse_place

def peak():  # of this program alone, which getrusage does not tell
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

(file,) = list_files(parse_place(sys.argv[1])).files
before = peak()
count = sum(1 for _ in read_file(file, "", SourceSettings()))
print(count, (peak() - before) // 1024)
"""
"""Reads all records of the one raw file there is; prints their number, and the megabytes that it took."""


@pytest.fixture
def house(house, pages_of_a_template):
    """A house with raw files on a disk."""
    for number, page in enumerate(pages_of_a_template(PAGES)):
        house.put(f"news-{number % 3}/2026-11-{number % 20 + 1:02}/{number}.txt", page)
    return house


def fill(storage, house: House) -> None:
    """Upload the raw files."""
    for path in sorted(house.raw.rglob("*.txt")):
        storage.put(f"raw/{path.relative_to(house.raw)}", path.read_bytes())


def words_of(house: House, *words: str) -> list[str]:
    load = ["--workers", "2", "--shard-mb", "0.02"] if words[0] == "ingest" else []
    return [str(WINNOW), *words, *load, "--curated", str(house.curated)]


def tell(*figures: object) -> None:
    """Show figures, with `-s`."""
    sys.stdout.write(f"{' '.join(map(str, figures))}\n")


def run(house: House, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(words_of(house, *words), capture_output=True, text=True, check=False, env=os.environ.copy())


def ingest(house: House) -> dict:
    done = run(house, "ingest", "--direct", "--json", "--raw", RAW)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    tell({key: record[key] for key in ("status", "inputs", "steps")})
    return record


def assert_told(told: str, *words: str) -> None:
    assert "Traceback" not in told
    assert told.count("error: ") == told.count("what to do: ") == 1, told
    for word in words:
        assert word in told


def test_whole_runs_over_object_storage(object_storage, house, make_house):
    fill(object_storage, house)
    here = make_house()
    shutil.copytree(house.raw, here.raw)
    assert here.ingest().status == "published"
    assert ingest(house)["status"] == "published"
    assert house.tables() == here.tables()
    again = ingest(house)
    assert (again["status"], again["inputs"]["unchanged"]) == ("nothing_new", PAGES)
    page = (here.raw / "news-1/2026-11-02/1.txt").read_text()
    for put, name in ((here.put, ""), (object_storage.put, "raw/")):
        put(f"{name}news-1/2026-11-02/1.txt", page.replace("Friday", "Sunday").encode())
    object_storage.delete("raw/news-2/2026-11-03/2.txt")
    (here.raw / "news-2/2026-11-03/2.txt").unlink()
    record = ingest(house)
    assert (record["status"], record["inputs"]["changed"], record["inputs"]["gone"]) == ("published", 1, 1)
    assert here.ingest().status == "published"
    assert house.tables() == here.tables()
    assert run(house, "verify", "--raw", RAW).returncode == 0


def test_the_server_is_killed_in_mid_run_and_the_next_run_goes_on(object_storage, house, make_house, tree):
    object_storage.put(
        "raw/first/2026-11-01/a.txt", b"The ferry goes at nine, and at noon if there are six who want to."
    )
    ingest(house)
    first = house.snapshot.id
    fill(object_storage, house)
    process = tree.start(*words_of(house, "ingest", "--direct", "--raw", RAW))
    shards = house.curated / ".work/shards"
    while len(list(shards.rglob("*.json"))) < 5:
        assert process.poll() is None, tree.told()
        time.sleep(0.02)
    object_storage.kill()
    killed = time.monotonic()
    status = process.wait(120)
    seconds = time.monotonic() - killed
    tell(f"the run ended {seconds:.1f} s after its server")
    assert status == 1
    assert_told(tree.told(), "cannot be reached")
    assert not tree.await_end(5)
    assert house.snapshot.id == first
    kept = len(list(shards.rglob("*.json")))
    assert kept >= 5
    object_storage.start()
    assert ingest(house)["status"] == "published"
    here = make_house()
    shutil.copytree(house.raw, here.raw)
    here.put("first/2026-11-01/a.txt", object_storage.read("raw/first/2026-11-01/a.txt"))
    here.ingest()
    assert house.tables() == here.tables()


def count_there(object_storage) -> int | None:
    """The documents of the snapshot that `current` names, all of it opened; None before the first."""
    storage = fs.S3FileSystem(endpoint_override=object_storage.url)
    try:
        with storage.open_input_stream(f"{BUCKET}/curated/current") as pointer:
            snapshot = f"{BUCKET}/curated/{pointer.read().decode()}"
    except FileNotFoundError:
        return None
    manifest = json.loads(storage.open_input_stream(f"{snapshot}/manifest.json").read())
    for dataset in {part["dataset"] for part in manifest["parts"]}:
        rows = ds.dataset(f"{snapshot}/{dataset}", filesystem=storage, partitioning="hive").count_rows()
        assert rows == sum(part["rows"] for part in manifest["parts"] if part["dataset"] == dataset)
    return manifest["totals"]["documents"]


@pytest.mark.parametrize("victim", ["the push", "the server"])
def test_a_push_that_is_killed_is_repeated_and_readers_see_whole_snapshots(object_storage, house, tree, victim):
    house.ingest(workers=1)
    parts, target = len(house.snapshot.parts), f"s3://{BUCKET}/curated"
    process = tree.start(*words_of(house, "push", target))
    while len(object_storage.keys("curated")) < parts // 4:
        assert process.poll() is None, tree.told()
    if victim == "the server":
        object_storage.kill()
        assert process.wait(120) == 1
        assert_told(tree.told(), "cannot be reached")
        object_storage.start()
    else:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert count_there(object_storage) is None
    done = run(house, "push", target, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["parts"]
    tell(victim, told)
    assert told["there"] >= parts // 8
    assert told["there"] + told["sent"] == parts
    assert count_there(object_storage) == house.snapshot.totals["documents"]


def test_a_large_object_takes_no_more_memory_than_a_file(object_storage, tmp_path):
    line = json.dumps({"text": "The ferry goes at nine. " * 40, "url": "https://ferry.example/"}) + "\n"
    content = line.encode() * (300_000_000 // len(line))
    object_storage.put("raw/news/large.jsonl", content)
    (tmp_path / "raw/news").mkdir(parents=True)
    (tmp_path / "raw/news/large.jsonl").write_bytes(content)
    told = {}
    for place in (RAW, str(tmp_path / "raw")):
        done = subprocess.run(
            [sys.executable, "-c", READ_ALL, place],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
        told[place] = [int(number) for number in re.findall(r"\d+", done.stdout)]
    tell(told)
    (away, far), (here, near) = told.values()
    assert away == here == 300_000_000 // len(line)
    assert far < near + 64
