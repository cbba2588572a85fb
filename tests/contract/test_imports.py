"""Prefect and pandas take seconds to import: the rooms do without them, and workers never pay for either."""

import json
import pkgutil
import subprocess
import sys

import pyarrow as pa
import pytest

import tasks

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(tasks.__path__, "tasks.")
    if not module.name.endswith((".task", ".__main__"))
)
DOORS = sorted(module.name for module in pkgutil.walk_packages(tasks.__path__, "tasks.") if module.name[-5:] == ".task")

WORKER_SCRIPT = """
import sys
sys.path.insert(0, {repository!r})
{first}
from flows.engine import worker_pool

if __name__ == "__main__":
    with worker_pool(1) as pool:
        pool.submit(eval, "__import__('tasks.clean.shard')").exception()
        pool.submit(eval, "__import__('pyarrow').array([1])").result()
        loaded = pool.submit(eval, "[*__import__('sys').modules]").result()
    print("tasks.clean.shard" in loaded, "prefect" in loaded, "pandas" in loaded, "prefect" in sys.modules)
"""
"""A script that asks its workers what they have imported, after they did what a shard needs."""


def run(code: str, repository, **options) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True, **options).stdout


def test_no_room_imports_prefect(repository) -> None:
    code = "import importlib, json, sys; [importlib.import_module(name) for name in sys.stdin.read().split()]; "
    code += "print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(run(code, repository, input=" ".join(MODULES))))
    assert set(MODULES) <= loaded
    assert not [name for name in loaded if name.partition(".")[0] == "prefect"]


def test_the_command_line_imports_no_prefect_before_a_flow_is_to_run_and_no_dask(repository) -> None:
    code = "import sys, flows.cli, flows.direct, flows.pipeline; print({'prefect', 'distributed'} & {*sys.modules})"
    assert run(code, repository).strip() == "set()"


def test_a_worker_of_a_cluster_pays_for_no_prefect(repository) -> None:
    code = "import sys, flows.cluster.charge, tasks.clean.shard; print({'prefect', 'distributed'} & {*sys.modules})"
    assert run(code, repository).strip() == "set()"


def test_the_command_begins_without_pandas(repository) -> None:
    pytest.importorskip("pandas")
    code = "import atexit, sys, pyarrow; from flows.start import main; sys.argv = ['winnow', 'schema', 'documents']; "
    code += "atexit.register(lambda: print(pyarrow.array([1]), 'pandas' in sys.modules)); main()"
    assert run(code, repository).split()[-1] == "False"


@pytest.mark.parametrize("chosen", [None, "mimalloc"])
def test_arrow_shares_the_heap_unless_told_otherwise(repository, monkeypatch, chosen: str | None) -> None:
    monkeypatch.delenv("ARROW_DEFAULT_MEMORY_POOL", raising=False)
    if chosen is not None:
        if chosen not in pa.supported_memory_backends():
            pytest.skip(f"Arrow has no {chosen} here")
        monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", chosen)
    code = "import pyarrow; from flows.start import prepare_process; prepare_process(); "
    code += "print(pyarrow.default_memory_pool().backend_name)"
    assert run(code, repository).strip() == (chosen or "system")


def test_every_room_has_its_door() -> None:
    assert [f"tasks.{room}.task" for room in ("acquire", "clean", "dedupe", "gate", "publish")] == DOORS


@pytest.mark.xdist_group("processes")
@pytest.mark.parametrize("parent", ["", "import prefect"], ids=["plain", "prefect in the main script"])
def test_a_worker_has_no_prefect_whatever_its_parent_has(tmp_path, repository, parent: str) -> None:
    script = tmp_path / "main_script.py"
    script.write_text(WORKER_SCRIPT.format(repository=str(repository), first=parent))
    told = subprocess.run([sys.executable, script], check=True, capture_output=True, text=True).stdout
    assert told.split() == ["True", "False", "False", str(bool(parent))]
