"""The same pages through datatrove, with the steps that match ours, in the order of FineWeb's recipe.

Read, `ftfy`, language by fastText, Gopher's, C4's and FineWeb's filters, MinHash in its four steps, Parquet. Of what
C4's filter does, dropping lines that end no sentence is all that datatrove knows of boilerplate in plain text; the
figures that the others look at are what we publish as columns. With `--bare` the filters are left out.

Run by the Python of an environment that has datatrove, which is none of Winnow's: `pipeline.py --datatrove` does that.

    PYTHON bench/with_datatrove.py PAGES.jsonl FOLDER [--html] [--bare] [--model lid.176.ftz]

PAGES are JSON Lines with `text` and `id`; with `--html` trafilatura takes the text out of the pages first. The model is
downloaded once, unless a file is given. Everything runs in one process, once with twenty documents to be warm, and the
last line printed is the seconds of the processor that the rest took, and how many documents were left.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
    LanguageFilter,
)
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.readers import JsonlReader, ParquetReader
from datatrove.pipeline.writers import ParquetWriter
from datatrove.utils.lid import FT176LID
from datatrove.utils.logging import logger
from fasttext.FastText import _FastText

WARM = 20


def take_in(pages: Path, folder: Path, *, is_html: bool, is_bare: bool) -> tuple[float, int]:
    """All steps over a file of pages: seconds of the processor, and the documents that are left."""
    shutil.rmtree(folder, ignore_errors=True)
    config = MinhashConfig()
    at = {name: str(folder / name) for name in ("cleaned", "signatures", "buckets", "removed", "curated")}
    filters = (GopherRepetitionFilter(), GopherQualityFilter(), C4QualityFilter(), FineWebQualityFilter())
    steps = [
        [
            JsonlReader(str(pages.parent), glob_pattern=pages.name),
            *([Trafilatura(timeout=10)] if is_html else []),
            FTFYFormatter(),
            LanguageFilter(label_only=True),
            *(() if is_bare else filters),
            ParquetWriter(at["cleaned"], compression="zstd"),
            MinhashDedupSignature(at["signatures"], config),
        ],
        [MinhashDedupBuckets(at["signatures"], at["buckets"], config=config)],
        [MinhashDedupCluster(at["buckets"], at["removed"], config)],
        [
            ParquetReader(at["cleaned"]),
            MinhashDedupFilter(at["removed"]),
            ParquetWriter(at["curated"], compression="zstd"),
        ],
    ]
    start = sum(os.times()[:4])
    for number, step in enumerate(steps):
        tasks = config.num_buckets if number == 1 else 1  # a task for each bucket, one after the other
        LocalPipelineExecutor(step, tasks=tasks, workers=1, logging_dir=str(folder / f"logs{number}")).run()
    seconds = sum(os.times()[:4]) - start  # with those of ended processes: extraction has its own
    import pyarrow.dataset  # noqa: PLC0415 - after the clock

    return seconds, pyarrow.dataset.dataset(at["curated"]).count_rows()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--html", action="store_true")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--model", type=Path)
    asked = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="ERROR")
    model = _FastText(str(asked.model)) if asked.model else FT176LID().model
    FT176LID.model = property(lambda _: model)  # each step would load it again, or download it
    few = asked.folder / "few.jsonl"
    asked.folder.mkdir(parents=True, exist_ok=True)
    few.write_text("\n".join(asked.pages.read_text().splitlines()[:WARM]))
    take_in(few, asked.folder / "warm", is_html=asked.html, is_bare=asked.bare)
    seconds, left = take_in(asked.pages, asked.folder / "measured", is_html=asked.html, is_bare=asked.bare)
    print(json.dumps({"seconds": seconds, "documents": left}))


if __name__ == "__main__":
    main()
