import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024

spec = importlib.util.spec_from_file_location("hostile_files", Path(__file__).with_name("hostile_files.py"))
hostile_files = importlib.util.module_from_spec(spec)
spec.loader.exec_module(hostile_files)

READ = """
import json, sys, time
from collections import Counter
from pathlib import Path
from tasks.acquire import read_file
from tasks.acquire.inventory import RawFile
from tasks.acquire.source import SourceSettings

path = Path(sys.argv[1])
file = RawFile("feed", f"feed/{path.name}", path, None, path.stat().st_size, 0, 0)
counts = Counter()
for item in read_file(file, "", SourceSettings()):
    counts[getattr(item, "reason", "")] += 1
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps([counts, int(peak.split()[1]) * 1024]))
"""


def read_apart(path):
    """What a process of its own reads: how many of each reason ("" for records), and its peak of memory in bytes."""
    result = subprocess.run(
        [sys.executable, "-c", READ, path], capture_output=True, text=True, check=False, timeout=280, cwd=REPOSITORY
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.torture
@pytest.mark.parametrize(("name", "write", "reasons", "least"), hostile_files.CASES, ids=lambda value: str(value)[:20])
def test_a_hostile_file_costs_itself_only(tmp_path, name, write, reasons, least):
    path = tmp_path / name
    write(path)
    counts, peak = read_apart(path)
    records = counts.pop("", 0)
    assert set(counts) <= reasons
    assert bool(counts) == bool(reasons)
    assert records >= least
    assert peak < 600 * MEGABYTE  # the worst holds 5 million JSON values of one record
    assert [each.name for each in tmp_path.iterdir()] == [name]


def write_jsonl(path, size):
    line = json.dumps({"text": "A line of text like any other. " * 200, "url": "https://a.example/"}).encode() + b"\n"
    with path.open("wb") as file:
        for _ in range(size // len(line) // 100):
            file.write(line * 100)
    return size // len(line) // 100 * 100


def write_warc(path, size):
    page = b"<html><body>" + b"<p>A paragraph like any other.</p>\n" * 500 + b"</body></html>"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-11-20T10:00:00Z\r\nContent-Length: %d\r\n\r\n"
    entry = head % len(block) + block + b"\r\n\r\n"
    with path.open("wb") as file:
        for _ in range(size // len(entry) // 100):
            file.write(entry * 100)
    return size // len(entry) // 100 * 100


@pytest.mark.torture
@pytest.mark.parametrize(("name", "write"), [("large.jsonl", write_jsonl), ("large.warc", write_warc)])
def test_two_gigabytes_are_read_in_little_memory(tmp_path, name, write):
    count = write(tmp_path / name, 2 * 1024**3)
    counts, peak = read_apart(tmp_path / name)
    assert counts == {"": count}
    assert peak < 200 * MEGABYTE
