"""Fuzzing of every reader, for `WINNOW_FUZZ_SECONDS` each: 20 by default, 600 before a release.

What is found is fixed and its file put into tests/acquire/findings, where a test reads it ever after.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SECONDS = float(os.environ.get("WINNOW_FUZZ_SECONDS", "20"))
KINDS = ("text", "html", "jsonl", "json", "csv", "warc", "parquet", "compression", "zip", "tar")


@pytest.mark.torture
@pytest.mark.timeout(SECONDS + 180)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_makes_a_reader_crash_or_hang(tmp_path, kind):
    result = subprocess.run(
        [sys.executable, HERE / "fuzz_readers.py", kind, str(SECONDS), tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS + 120,
        cwd=HERE.parents[1],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
    )
    if result.returncode:
        kept = Path(f"fuzz-{kind}.bin").resolve()
        shutil.copy(tmp_path / "input", kept)
        pytest.fail(f"exit status {result.returncode}, the file is kept as {kept}\n{result.stderr[-3000:]}")
    assert int(result.stdout) > 0
