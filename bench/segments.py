"""Main text and comments of HTML, against trafilatura and resiliparse where they are installed, on the same pages.

    python bench/segments.py --data FOLDER [--pages 200]

FOLDER holds `html/*.jsonl.zst`, one object a line: `html`, `gold_main`, `gold_comments` (null where nobody looked) and,
where it is known, `page_type`. Scores are the F1 of words, whatever their order: the mean over the pages for main text,
of all words together for comments. Of forums, whose gold holds the replies too, comments count as main text. Times are
of the processor, a page.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean
from typing import Any

import pyarrow as pa

from tasks.clean.segments import segment_pages

_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|\w+")

Said = tuple[str, str]
"""Main text and comments of a page, as a tool has them."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, help="of each set; all of them else")
    asked = parser.parse_args()
    tools = find_tools()
    for path in sorted((asked.data / "html").glob("*.jsonl.zst")):
        pages = [page for page in read_pages(path) if words_of(page["gold_main"])][: asked.pages]
        print(f"{path.name.partition('.')[0]}: {len(pages)} pages")
        if not pages:
            continue
        for name, read in tools.items():
            print(f"  {name:20} {measure(read, pages)}", flush=True)


def find_tools() -> dict[str, Callable[[str], Said]]:
    """What reads a page, by its name and version."""
    tools = {"Winnow": _read}
    if find_spec("trafilatura"):
        from trafilatura import bare_extraction  # noqa: PLC0415 - no part of the project: it may not be there

        def extract(html: str) -> Said:
            found = bare_extraction(html, include_comments=True)
            return ("", "") if found is None else (found.text or "", found.comments or "")

        tools[f"trafilatura {version('trafilatura')}"] = extract
    if find_spec("resiliparse"):
        from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - the same

        tools[f"resiliparse {version('resiliparse')}"] = lambda html: (
            extract_plain_text(html, main_content=True, comments=False, preserve_formatting=False),
            "",
        )
    return tools


def _read(html: str) -> Said:
    (page,) = segment_pages([html])
    main, comments = (
        "\n".join(page.text[each.start : each.end] for each in page.segments if each.label == label)
        for label in ("main", "comment")
    )
    return main, comments


def read_pages(path: Path) -> Iterator[dict[str, Any]]:
    """The pages of a file of JSON Lines under zstd."""
    with pa.input_stream(str(path), compression="zstd") as stream:
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            yield json.loads(line)


def measure(read: Callable[[str], Said], pages: list[dict[str, Any]]) -> str:
    """What a tool makes of the pages, as a line to print."""
    read(pages[0]["html"])  # what it loads is loaded
    scores: defaultdict[str, list[float]] = defaultdict(list)
    shared = said = wanted = failed = 0
    seconds = 0.0
    for page in pages:
        start = time.process_time()
        try:
            main, comments = read(page["html"])
        except Exception:  # noqa: BLE001 - a page that a tool cannot read is one it finds nothing on
            main = comments = ""
            failed += 1
        seconds += time.process_time() - start
        gold, kind = words_of(page["gold_main"]), page.get("page_type") or ""
        found = words_of(f"{main}\n{comments}" if kind == "forum" else main)
        scores[kind].append(f1((gold & found).total(), found.total(), gold.total()))
        if page["gold_comments"] is not None:
            gold, found = words_of(page["gold_comments"]), words_of(comments)
            shared += (gold & found).total()
            said += found.total()
            wanted += gold.total()
    told = [f"main {fmean(score for each in scores.values() for score in each):.3f}"]
    told += [f"{kind} {fmean(each):.3f}" for kind, each in sorted(scores.items()) if kind]
    told += [f"comments {f1(shared, said, wanted):.3f}"] if wanted else []
    told += [f"{failed} pages failed"] if failed else []
    return ", ".join([*told, f"{seconds / len(pages) * 1e3:.1f} ms"])


def words_of(text: str) -> Counter[str]:
    """The words of a text and how often it has each; characters of Chinese and Japanese are words."""
    return Counter(_WORD.findall(text.lower()))


def f1(shared: float, said: float, wanted: float) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * shared / (said + wanted) if said + wanted else 0.0


if __name__ == "__main__":
    main()
