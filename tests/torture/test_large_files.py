"""A file of 2 GB all the way through `winnow ingest`, in less than 1 GB of memory a worker."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

WINNOW = Path(sys.executable).with_name("winnow")
REPOSITORY = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
SIZE = 2048 * MEGABYTE
ENDS = ("documents", "duplicates", "rejected", "held")


def is_english(path):
    try:
        return " the " in path.read_text()
    except UnicodeDecodeError:
        return False


def write_pages():
    """Pages without end, of some 45 kB each: words of the samples in sentences, no page like another."""
    choose = np.random.default_rng(20261126)
    samples = (
        path.read_text() for path in sorted((REPOSITORY / "raw/harbour-news").rglob("*.txt")) if is_english(path)
    )
    words = np.array(sorted({word for text in samples for word in re.findall(r"\b[a-z]{2,}\b", text)}), object)
    while True:
        paragraphs = []
        for size in choose.integers(20, 160, 80):
            text = " ".join(words[choose.integers(0, len(words), size)])
            paragraphs.append(text.capitalize() + ".")
        yield paragraphs


def to_jsonl(number, paragraphs):
    return json.dumps({"text": "\n\n".join(paragraphs), "url": f"https://a.example/{number}"}).encode() + b"\n"


def to_warc(number, paragraphs):
    title, *others = paragraphs
    page = f"<!doctype html><html><head><title>{title[:60]}</title></head><body><article><h1>{title[:60]}</h1>"
    page += "".join(f"<p>{paragraph}</p>\n" for paragraph in others) + "</article></body></html>"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-11-20T10:00:00Z\r\nContent-Length: {len(block)}\r\n"
    return f"{head}WARC-Target-URI: https://b.example/{number}\r\n\r\n".encode() + block + b"\r\n\r\n"


def memory_peaks(process):
    """By process of a run: the peak of its memory in bytes. The leader's name is "leader"."""
    peaks = {}
    waiting = [(process.pid, "leader")]
    while waiting:
        pid, name = waiting.pop()
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            continue  # it has ended
        peaks[name] = next((int(line.split()[1]) * 1024 for line in status.splitlines() if "VmHWM" in line), 0)
        waiting += [(child, child) for child in children]
    return peaks


@pytest.mark.torture
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize(("name", "write"), [("large.jsonl", to_jsonl), ("large.warc", to_warc)])
def test_two_gigabytes_go_through_in_little_memory(tmp_path, name, write):
    path = tmp_path / "raw/feed" / name
    path.parent.mkdir(parents=True)
    count = size = 0
    with path.open("wb") as file:
        for paragraphs in write_pages():
            count += 1
            size += file.write(write(count, paragraphs))
            if size >= SIZE:
                break
    start = time.monotonic()
    command = [WINNOW, "ingest", "--direct", "--json", "--workers", "2"]
    command += ["--raw", tmp_path / "raw", "--curated", tmp_path / "curated"]
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)
        peaks = {}
        while process.poll() is None:
            for one, peak in memory_peaks(process).items():
                peaks[one] = max(peaks.get(one, 0), peak)
            time.sleep(0.5)
    assert process.returncode == 0, (tmp_path / "err").read_text()[-3000:]
    record = json.loads((tmp_path / "out").read_bytes())
    leader, *workers = (peak // MEGABYTE for _, peak in sorted(peaks.items(), key=lambda item: item[0] != "leader"))
    words = f"{count} records, {time.monotonic() - start:.0f} s, leader {leader} MB, others {workers} MB"
    sys.stdout.write(f"{name}: {words}, {record['records']}, seconds of the processor {record['seconds']}\n")
    assert record["records"]["read"] == count == sum(record["records"][end] for end in ENDS)
    assert record["records"]["documents"] > 0.99 * count
    assert max(workers) < 1024
