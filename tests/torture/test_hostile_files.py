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

CLEAN = """
import json, sys
from collections import Counter
from pathlib import Path
from tasks.acquire.inventory import list_files
from tasks.acquire.ledger import HashedFile, hash_file
from tasks.acquire.shards import plan_shards
from tasks.acquire.source import SourceSettings
from tasks.clean.finished import read_result
from tasks.clean.order import ShardOrder
from tasks.clean.shard import clean_shard
from tasks.parts import read_part

root = Path(sys.argv[1])
files = [HashedFile(file, hash_file(file)) for file in list_files(root / "raw").files]
(shard,) = plan_shards(files, {"feed": SourceSettings()}, 16 * 1024**2, "")
clean_shard(ShardOrder(shard, root / "shard", "run", 16 * 1024**2))
result = read_result(root / "shard", reused=False)
counts = Counter({"": sum(file.cleaned for file in result.files)})
for part in result.parts:
    if part.dataset == "rejected":
        counts.update(read_part(root / "shard", part, ["reason"])["reason"].to_pylist())
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps([counts, int(peak.split()[1]) * 1024]))
"""


def clean_apart(root):
    """What a process of its own makes of `raw/`: how many of each reason ("" for documents), its peak of memory."""
    result = subprocess.run(
        [sys.executable, "-c", CLEAN, root], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.torture
@pytest.mark.parametrize(("name", "write", "reasons", "least"), hostile_files.CASES, ids=lambda value: str(value)[:20])
def test_a_hostile_file_costs_itself_only(tmp_path, name, write, reasons, least):
    path = tmp_path / "raw/feed" / name
    path.parent.mkdir(parents=True)
    write(path)
    counts, peak = clean_apart(tmp_path)
    documents = counts.pop("")
    sys.stdout.write(f"{name}: {documents} documents, {counts}, {peak // MEGABYTE} MB\n")
    assert set(counts) <= reasons
    assert bool(counts) == bool(reasons)
    assert documents >= least
    assert peak < 1024 * MEGABYTE
    assert sorted(each.name for each in tmp_path.iterdir()) == ["raw", "shard"]
    assert [each.name for each in path.parent.iterdir()] == [name]
