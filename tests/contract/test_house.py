"""The house rules that a machine can hold: lists, names, sizes, and the page that readers rely on."""

import ast
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from flows.commands import load_commands
from tasks.acquire.archives import ARCHIVES
from tasks.acquire.readers import READERS
from tasks.clean import segments
from tasks.clean.encoding import METHODS
from tasks.clean.mojibake import FIXES
from tasks.clean.segments import reading
from tasks.clean.stages import STAGES
from tasks.document import ROLE_MEANINGS, ROLES
from tasks.gate import CHECKS
from tasks.publish.contract import MARKER, REASONS, render_contract
from tasks.publish.reading import assemble
from tasks.publish.runs import read_records
from tasks.schema import DATASETS

ROOT = Path(__file__).parents[2]
PRODUCT = sorted(path for room in ("flows", "tasks") for path in (ROOT / room).rglob("*.py"))
BANNED = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager", "managers"}
FILES_FOR = {"tasks/gate": {"check", "history", "task"}, "tasks/acquire/archives": {"member"}}
"""What lies in a listed folder and is no member of its list: what the members share, and the door."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_names(listed) -> set[str]:
    return {getattr(one, "__name__", type(one).__module__) for one in listed}


@pytest.mark.parametrize(
    ("folder", "listed"),
    [
        ("tasks/acquire/readers", READERS),
        ("tasks/acquire/archives", ARCHIVES),
        ("tasks/gate", CHECKS),
    ],
)
def test_every_module_of_a_room_is_in_its_list(folder: str, listed) -> None:
    lying = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"} - FILES_FOR.get(folder, set())
    assert {f"{folder.replace('/', '.')}.{stem}" for stem in lying} == module_names(listed)


def test_every_package_of_clean_is_a_stage_in_the_list() -> None:
    packages = {path.parent.name for path in (ROOT / "tasks/clean").glob("*/__init__.py")}
    assert module_names(STAGES) == {f"tasks.clean.{package}.stage" for package in packages}
    assert [stage.NAME for stage in STAGES] == [stage.__name__.split(".")[-2] for stage in STAGES]


def test_every_command_is_in_the_list() -> None:
    modules = [
        importlib.import_module(f"flows.commands.{path.stem}") for path in (ROOT / "flows/commands").glob("*.py")
    ]
    defined = {id(value) for module in modules for value in vars(module).values() if isinstance(value, click.Command)}
    listed = load_commands()
    assert {id(command) for command in listed} == defined
    assert len({command.name for command in listed}) == len(listed)
    assert all(command.help for command in listed)


def test_every_dataset_of_the_schema_is_in_the_list() -> None:
    schema = importlib.import_module("tasks.schema")
    defined = [value for value in vars(schema).values() if isinstance(value, schema.Dataset)]
    assert defined == list(DATASETS)


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_a_module_is_small_and_well_named(path: Path) -> None:
    assert not {path.stem, *path.relative_to(ROOT).parent.parts} & BANNED
    assert len(path.read_text().splitlines()) < 250


def imported(tree: ast.AST) -> set[str]:
    """The top names of all imports in a module, wherever they stand in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_only_flows_and_doors_import_prefect_and_rooms_import_no_flow(path: Path) -> None:
    names = imported(ast.parse(path.read_text()))
    if path.is_relative_to(ROOT / "tasks"):
        assert "flows" not in names
        assert "prefect" not in names or path.name == "task.py"


def test_no_flow_file_hides_another_module() -> None:
    """Prefect loads a flow's file with `flows/` first on the path."""
    stems = {
        path.stem for path in (ROOT / "flows").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    for stem in stems - {"__init__"}:
        assert importlib.util.find_spec(stem) is None, stem


def test_the_contract_page_is_what_the_code_says() -> None:
    page = (ROOT / "curated/README.md").read_text()
    head, marker, made = page.partition(MARKER)
    assert marker
    assert made.strip() == render_contract().strip(), "run `winnow schema --markdown` and put it below the marker"
    assert "resolve()" in head


def is_documented(code: str, page: str) -> bool:
    """Whether a table has a row for the code, or one for its kind that names its encoding."""
    if re.search(rf"^\| `{re.escape(code)}` \| ", page, re.MULTILINE):
        return True
    encoding, _, other = code.partition("-as-")
    row = re.search(rf"^\| `ENCODING-as-{re.escape(other)}` \| (.*)$", page, re.MULTILINE)
    return row is not None and encoding in re.findall(r"[\w-]+", row[1])


def test_what_a_run_publishes_is_documented(samples) -> None:
    documents = samples.rows("documents") + samples.rows("duplicates")
    roles = {row["role"] for row in samples.rows("boilerplate")}
    roles |= {passage["role"] for row in documents for passage in row["passages"]}
    made = render_contract()
    for kind, found, known in (
        ("role", roles, ROLES),
        ("method", {row["encoding_method"] for row in documents}, METHODS),
        ("fix", {fix for row in documents for fix in row["fixes"]}, FIXES),
        ("reason", {row["reason"] for row in samples.rows("rejected")}, REASONS),
    ):
        assert found, kind
        assert found <= set(known), kind
        for code in found:
            assert is_documented(code, made), f"{kind} {code}"
    assert {row["relation"] for row in samples.rows("duplicates")} <= {"exact", "near", "contained"}
    assert {row["stage"] for row in samples.rows("rejected")} <= {"acquire", *(stage.NAME for stage in STAGES)}


def test_roles_have_meanings_and_their_label_decides_where_they_are_published(samples) -> None:
    assert ROLES.keys() == ROLE_MEANINGS.keys()
    for row in samples.rows("documents"):
        for piece in assemble(row, [], [], is_duplicate=False).pieces:
            assert ROLES[piece.role] == "main"
    assert {ROLES[row["role"]] for row in samples.rows("boilerplate")} <= {"boilerplate", "comment"}


def test_the_record_of_a_run_can_be_read_by_others(samples) -> None:
    (record, *_) = read_records(samples.curated)
    raw = json.loads((samples.curated / "runs" / f"{record.run_id}.json").read_bytes())
    assert {"run_id", "flow", "status", "started_at", "ended_at", "records", "versions", "settings"} <= raw.keys()
    assert raw["fingerprints"].keys() == {*raw["sources"], "run", "withdrawn"}
    assert sum(raw["stages"].values()) == sum(raw["reasons"].values()) == raw["records"]["rejected"]


def test_who_leads_a_run_does_not_load_the_stages() -> None:
    """A quarter of a second before the first shard, and of every command."""
    asked = "import sys, flows.cli, flows.commands.ingest; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert "tasks.clean.order" in loaded.split()
    assert not {"tasks.clean.shard", "tasks.clean.segments.reading", "tasks.clean.language"} & set(loaded.split())


def test_the_segmenter_is_loaded_by_its_name() -> None:
    assert segments.segment_texts is reading.segment_texts
    assert all(hasattr(segments, name) for name in segments.__all__)
    with pytest.raises(AttributeError, match="no attribute 'segment_words'"):
        _ = segments.segment_words
