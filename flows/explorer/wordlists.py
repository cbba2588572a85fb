r"""Word lists: for each part the distinct words of its texts, so that a search need not read parts that cannot match.

A list is `\n`, then each word with another `\n` behind it, as UTF-8, in a file named by the hash of the part's bytes:
parts never change, so a list never does. Words are what lies between ASCII white space, so whatever a text holds
without white space lies within one of its words, and a search never misses anything. English text of 2 MB has some
400 kB of distinct words at most, which RE2 goes through in a tenth of a millisecond.
"""

from __future__ import annotations

import mmap
import struct
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.explorer.pattern import Pattern
from tasks.parts import Part, PlacedPart, write_whole

FOLDER = "words-1"
"""Below the working folder; another number when the lists are made in another way."""

_BATCH_ROWS = 2048


class WordLists:
    """The lists of one `curated/`, in a folder of their own; safe for several threads and several explorers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stopped = threading.Event()

    def path_of(self, part: Part) -> Path:
        """Where the list of a part lies, or would."""
        return self.folder / f"{part.sha256}.txt"

    def may_match(self, parts: Sequence[Part], pattern: Pattern) -> list[bool]:
        """For each part whether a text of it may match; one without a list may."""
        if not parts:
            return []
        half = -(-len(parts) // 2)  # RE2 lets go of the interpreter: two threads are twice as fast
        with ThreadPoolExecutor(2) as threads:
            found = threads.map(lambda some: self._may_match(some, pattern), (parts[:half], parts[half:]))
            return [each for some in found for each in some]

    def _may_match(self, parts: Sequence[Part], pattern: Pattern) -> list[bool]:
        return [self._holds(self.path_of(part), pattern.word_regexes) for part in parts]

    def _holds(self, path: Path, regexes: Sequence[str]) -> bool:
        try:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as words:
                return _holds_all(words, regexes)
        except (OSError, ValueError):  # no list yet, or an empty file where a machine went down
            return True

    def missing(self, parts: Iterable[Part]) -> list[Part]:
        """The parts that have no list."""
        return [part for part in parts if part.rows and not self.path_of(part).exists()]

    def build(self, items: Iterable[PlacedPart]) -> int:
        """Make the lists that are missing, in this order, until `stop`; how many were made.

        `OSError` where the folder cannot be written to: then searches read every part, as they did before.
        """
        made = 0
        for item in items:
            if self._stopped.is_set():
                break
            path = self.path_of(item.part)
            if item.part.rows and not path.exists():
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(path, list_words(item))
                made += 1
        return made

    def clear(self, parts: Iterable[Part]) -> int:
        """Remove the lists of all parts but these, and what a killed explorer left half made; how many files."""
        kept = {self.path_of(part).name for part in parts}
        gone = [path for path in self.folder.glob("*") if path.name not in kept]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def stop(self) -> None:
        """Let `build` end after the list it is at."""
        self._stopped.set()


def list_words(item: PlacedPart) -> pa.Buffer:
    """The list of the words of the column `text`, read some rows at a time."""
    with pq.ParquetFile(item.root / item.part.path) as file:
        batches = file.iter_batches(_BATCH_ROWS, columns=["text"], use_threads=False)
        found = [pc.ascii_split_whitespace(batch["text"]).flatten().unique() for batch in batches]
    words = pa.chunked_array(found, pa.string()).unique().cast(pa.large_string())
    if not len(words):
        return pa.py_buffer(b"\n")
    empty, end = (pa.scalar(each, pa.large_string()) for each in ("", "\n"))
    ended = pc.binary_join_element_wise(words, empty, end)
    return pa.py_buffer(b"\n" + ended.buffers()[2])  # the words of a column lie behind one another


def _holds_all(words: mmap.mmap, regexes: Sequence[str]) -> bool:
    size = len(words)
    buffer = pa.py_buffer(words)
    offsets = pa.py_buffer(struct.pack("=qq", 0, size))
    text = pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, buffer])
    holds = all(pc.match_substring_regex(text, regex)[0].as_py() for regex in regexes)
    del text, buffer  # a map that something points into cannot be closed
    return holds
