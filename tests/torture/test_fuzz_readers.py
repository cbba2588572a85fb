"""Fuzzing of every reader, for `WINNOW_FUZZ_SECONDS` of the processor each: 20 by default, 600 before a release.

What is found is fixed and its file put into tests/acquire/findings, where a test reads it ever after.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SECONDS = float(os.environ.get("WINNOW_FUZZ_SECONDS", "20"))
KINDS = ("text", "html", "jsonl", "json", "csv", "warc", "parquet", "compression", "zip", "tar")
BUSY = 20  # how much longer than its own seconds a process may take where others want the machine too


@pytest.mark.torture
@pytest.mark.timeout(SECONDS * BUSY + 300)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_makes_a_reader_crash_or_hang(tmp_path, kind):
    result = subprocess.run(
        [sys.executable, HERE / "fuzzing", kind, str(SECONDS), tmp_path],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parents[1],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
    )
    found = [path for path in sorted(tmp_path.iterdir()) if path.suffix != ".txt"]
    kept = [str(shutil.copy(path, Path(f"fuzz-{kind}-{path.name}.bin").resolve())) for path in found]
    assert not kept, f"look at {', '.join(kept)}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
    assert result.returncode == 0, result.stderr[-3000:]
    figures = json.loads(result.stdout)
    sys.stdout.write(f"{kind}: {figures}\n")
    assert figures["files"] > 0
