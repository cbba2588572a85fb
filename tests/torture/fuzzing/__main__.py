"""Read data that nobody would write, until the time is up.

Run as `python fuzzing KIND SECONDS FOLDER`; the seconds are those of the processor, so that a busy machine does not
shorten the work. The file at work is FOLDER/input: where the process ends in a reader, or hangs in one, it is still
there. Each other finding is kept as FOLDER/found-…, with a page that says what was wrong; the first of a kind only.
Files that reach lines of the readers which none reached before are changed further.
"""

import faulthandler
import hashlib
import json
import random
import re
import resource
import sys
import time
import traceback
import warnings
from pathlib import Path

from build import BUILDERS
from change import change
from neighbours import NEIGHBOURS, make

import tasks.acquire
from tasks.acquire import read_file
from tasks.acquire.fields import decode_leniently
from tasks.acquire.inventory import RawFile
from tasks.acquire.reasons import REASONS
from tasks.acquire.source import Limits, SourceSettings
from tasks.clean.draft import Draft
from tasks.clean.stages import STAGES
from tasks.document import Record

HANGS_AFTER = 60  # seconds of the clock for one file of at most 200 kB, on however busy a machine
SLOWEST = 5.0  # seconds of the processor for the same
MOST_MEMORY = 500 * 1024 * 1024  # more than the process had before, at its peak

FORCED = ("text", "html", "jsonl", "json", "csv", "warc", "parquet")
ROOM = str(Path(tasks.acquire.__file__).parent)
TRACED = 0.1  # share of the files whose way through the lines is followed: that takes ten times as long
CLEANED = {"text": 1.0, "html": 1.0}  # share of the files of which the rest of the way is taken too
POOL = 2000
SUFFIXES = {  # the first is that of the files of neighbours, where a start that is spoilt leaves only the name
    "text": (".txt", ""),
    "html": (".html", ""),
    "jsonl": (".jsonl", ""),
    "json": (".json", "", ".jsonl"),
    "csv": (".csv", "", ".tsv"),
    "warc": (".warc", "", ".warc.gz"),
    "parquet": (".parquet", ""),
    "compression": ("", ".gz", ".bz2", ".jsonl.xz", ".warc.zst"),
    "zip": (".zip", "", ".zip.gz"),
    "tar": (".tar", "", ".tgz"),
}


class Reached:
    """Which lines of the room were ever reached."""

    def __init__(self):
        self.lines = set()
        self._fresh = False

    def follow(self, work):
        """Do the work, and say whether it reached a line for the first time."""
        self._fresh = False
        sys.settrace(self._enter)
        try:
            work()
        finally:
            sys.settrace(None)
        return self._fresh

    def _enter(self, frame, event, _argument):
        return self._step if event == "call" and frame.f_code.co_filename.startswith(ROOM) else None

    def _step(self, frame, event, _argument):
        if event == "line" and (place := (frame.f_code.co_filename, frame.f_lineno)) not in self.lines:
            self.lines.add(place)
            self._fresh = True
        return self._step


def read(path, suffix, settings):
    file = RawFile("feed", f"feed/{path.name}{suffix}", str(path), None, path.stat().st_size, 0, 0)
    return list(read_file(file, "", settings))


def check(items):
    """What any caller relies on."""
    assert items, "neither a record nor a rejected one"
    seen = set()
    for item in items:
        if isinstance(item, Record):
            assert item.content, "a record of nothing"
            assert item.document_id not in seen, f"two records are {item.raw_path} {item.raw_record}"
            seen.add(item.document_id)
            assert len(item.partition_day) == 10
            for value in (item.url, item.title, item.author):
                assert value is None or (value.strip() == value != "" and "\n" not in value)
                (value or "").encode("utf-8")
        else:
            assert item.reason in REASONS, item.reason
            assert item.reason != "unreadable", item.detail
            assert item.detail
            assert item.stage
            assert item.byte_offset is None or item.byte_offset >= 0
            assert item.sample.isascii()
            assert item.sample.isprintable()
            assert len(item.sample) <= 200
            (item.detail + item.sample).encode("utf-8")
        (item.raw_path + item.raw_record).encode("utf-8")
        assert "\n" not in item.raw_path + item.raw_record


def clean(items, settings):
    """Take the rest of the way, as a shard does."""
    drafts = [Draft(item) for item in items if isinstance(item, Record)]
    for stage in STAGES:
        results = stage.apply(drafts, settings)
        assert len(results) == len(drafts), stage.NAME
        drafts = [item for item in results if isinstance(item, Draft)]
    for draft in drafts:
        assert "".join(draft.text[s.start : s.end] for s in draft.segments) == draft.text
        draft.text.encode("utf-8")


class Fuzzer:
    """One kind of file, and what was found."""

    def __init__(self, kind, folder):
        self.kind, self.folder, self.path = kind, folder, folder / "input"
        self.choose = random.Random(time.time_ns())
        self.pool, self.reached, self.found = [], Reached(), {}
        self.files = self.items = 0
        self.slowest = 0.0
        self.limits = (
            Limits(record_bytes=100_000, columns=50, members=100),
            Limits(),
            Limits(record_bytes=50, depth=1),
        )

    def run(self, seconds):
        decode_leniently(b"caf\xe9")  # loads models, which takes its time
        clean([record for record in self._first() if isinstance(record, Record)], SourceSettings())
        before = memory()
        start = time.process_time()
        while time.process_time() - start < seconds:
            faulthandler.dump_traceback_later(HANGS_AFTER, exit=True)
            self._step()
            if memory() > before + MOST_MEMORY:
                self._keep("memory", f"{(memory() - before) >> 20} MB")
                before = memory()
        faulthandler.cancel_dump_traceback_later()
        self.path.unlink(missing_ok=True)

    def _first(self):
        self.path.write_bytes(b"Some text.\n\nMore text.\n")
        return read(self.path, "", SourceSettings())

    def _step(self):
        choose = self.choose
        expected = []
        if self.kind in NEIGHBOURS and choose.random() < 0.2:
            data, suffix, expected = make(choose, self.kind)
            suffix, settings = suffix or SUFFIXES[self.kind][0], SourceSettings()
        else:
            data = choose.choice(self.pool) if self.pool and choose.random() < 0.5 else BUILDERS[self.kind](choose)
            data = change(choose, self.kind, data, self.pool[-50:])
            reader = self.kind if self.kind in FORCED and choose.random() < 0.5 else None
            encoding = choose.choice((None, None, None, "cp1252", "shift_jis", "utf-16"))
            suffix = choose.choice(SUFFIXES[self.kind])
            settings = SourceSettings(reader=reader, encoding=encoding, limits=choose.choice(self.limits))
        self.path.write_bytes(data)
        self.files += 1
        start = time.process_time()
        try:
            if choose.random() < TRACED:
                if self.reached.follow(lambda: self._read(suffix, settings, expected)):
                    self._remember(data)
            else:
                self._read(suffix, settings, expected)
                spent = time.process_time() - start
                self.slowest = max(self.slowest, spent)
                assert spent < SLOWEST, f"{spent:.1f} s of the processor for {len(data)} bytes"
        except Exception as error:  # noqa: BLE001 - whatever a reader may raise is what is looked for
            place = traceback.extract_tb(error.__traceback__)[-1]
            words = re.sub(r"\d+", "", str(error))[:40]
            self._keep(f"{place.filename}:{place.lineno} {words}", f"{suffix} {settings}\n{traceback.format_exc()}")

    def _read(self, suffix, settings, expected):
        items = read(self.path, suffix, settings)
        self.items += len(items)
        check(items)
        if self.choose.random() < 0.05:
            assert read(self.path, suffix, settings) == items, "the second reading differs from the first"
        if expected:
            texts = " ".join(str(item.content) for item in items if isinstance(item, Record))
            lost = [name for name in expected if name not in texts]
            assert not lost, f"lost beside a spoilt record: {lost}"
        if self.choose.random() < CLEANED.get(self.kind, 0.02):
            clean(items, settings)

    def _remember(self, data):
        if len(self.pool) < POOL:
            self.pool.append(data)
        else:
            self.pool[self.choose.randrange(POOL)] = data

    def _keep(self, place, words):
        name = hashlib.blake2b(place.encode(), digest_size=4).hexdigest()
        if name not in self.found:
            self.found[name] = words.strip().splitlines()[-1][:500]
            (self.folder / f"found-{name}").write_bytes(self.path.read_bytes())
            (self.folder / f"found-{name}.txt").write_text(f"{place}\n{words}\n", errors="backslashreplace")


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # zipfile has words for names that come twice
    sys.setrecursionlimit(1000)  # what the readers must live with
    fuzzer = Fuzzer(sys.argv[1], Path(sys.argv[3]))
    fuzzer.run(float(sys.argv[2]))
    figures = {
        "files": fuzzer.files,
        "items": fuzzer.items,
        "lines": len(fuzzer.reached.lines),
        "pool": len(fuzzer.pool),
    }
    figures |= {"slowest": round(fuzzer.slowest, 3), "memory": memory() >> 20, "found": fuzzer.found}
    sys.stdout.write(json.dumps(figures))
    sys.exit(bool(fuzzer.found))
