"""The snippets for readers too large for every environment, Spark and Hugging Face datasets, in one of their own."""

import shutil
import subprocess
import venv
from pathlib import Path

import pytest

from tests.contract.test_pages import blocks

pytestmark = pytest.mark.torture

ROOT = Path(__file__).parents[2]
PACKAGES = ("pyspark", "datasets")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    wanted = [*PACKAGES, "pandas", "pyarrow"]
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", *wanted], check=False, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"cannot be installed here: {done.stderr[-300:]}")
    return python


@pytest.mark.parametrize("package", PACKAGES)
def test_a_snippet_of_the_page_runs(samples, elsewhere, package: str) -> None:
    if package == "pyspark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not here")
    first, *others = blocks(ROOT / "docs/reading.md", "python")
    (snippet,) = [code for code in others if f"import {package}" in code or f"from {package}" in code]
    rows = len(samples.rows("documents"))
    count = {"pyspark": "frame.cache().count()", "datasets": "len(rows)"}[package]
    check = f"\nassert {count} == {rows}\n"
    ended = snippet.replace("spark.stop()", check) if package == "pyspark" else snippet + check
    done = subprocess.run(
        [elsewhere, "-c", first + ended], check=False, cwd=samples.root, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_snippet_in_r_runs(samples) -> None:
    asked = ["Rscript", "-e", "library(arrow); library(dplyr)"]
    if shutil.which("Rscript") is None or subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("R with the packages arrow and dplyr is not here")
    (snippet,) = blocks(ROOT / "docs/reading.md", "r")
    done = subprocess.run(["Rscript", "-e", snippet], check=False, cwd=samples.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
