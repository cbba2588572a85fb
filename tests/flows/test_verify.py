"""What verify finds of planted damage, and that the way out which it names leads out."""

import hashlib
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import click
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.cli import main, winnow
from flows.commands import load_command
from flows.inspection import inspect
from flows.order import RunOrder
from flows.progress import Watcher
from flows.upkeep import Steps, maintain
from flows.upkeep_plan import UpkeepOrder
from tasks.acquire.scope import Scope
from tasks.errors import GateClosed, UsageError
from tasks.parts import PlacedPart, read_part, write_part
from tasks.publish.manifest import dump_manifest, parse_manifest
from tasks.publish.verify import Finding
from tasks.schema import DATASETS
from tests.conftest import House

FILES = (  # all relations of duplicates, comments, boilerplate, rejected records, files of several records
    "garden-blog/2026-11-14/no-turning.txt",
    "harbour-news/2026-11-15/warm-wall-bakery.txt",
    "harbour-news/2026-11-17/warm-wall-bakery.txt",
    "harbour-news/2026-11-18/empty.txt",
    "valley-press/2026-11-17/last-boat.html",
    "wire-feed/2026-11-16/feed.jsonl.gz",
    "wire-feed/2026-11-18/feed.jsonl.gz",
    "workshop-forum/2026-11-14/hub-bearings.txt",
)
LATE = "workshop-forum/2026-11-15/clock-stops-at-night.txt"


@pytest.fixture(scope="module")
def made(tmp_path_factory, pool, samples):
    """Two snapshots."""
    house = House(tmp_path_factory.mktemp("made"), pool)
    for names in (FILES, (LATE,)):
        for name in names:
            house.put(name, (samples.raw / name).read_bytes())
        house.ingest(workers=1)
    assert all(house.rows(dataset.name) for dataset in DATASETS)
    return house


@pytest.fixture
def whole(house, made):
    """The same, to do with as one likes; files that snapshots share stay shared."""
    subprocess.run(["cp", "-a", f"{made.root}/.", house.root], check=True)
    return house


def look(house, **options: Any) -> list[Finding]:
    return inspect(house.curated, Watcher(), **options).findings


def damage_of(house) -> list[Finding]:
    return [finding for finding in look(house) if finding.is_damage]


def part_of(house, dataset: str) -> PlacedPart:
    """A part of a dataset: the largest one, so that something is in it."""
    return max(house.snapshot.parts_of(dataset), key=lambda item: (item.part.rows, item.part.path))


def path_of(house, dataset: str) -> Path:
    item = part_of(house, dataset)
    return item.root / item.part.path


def reseal(house, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest as whoever wrote it could have."""
    path = house.snapshot.root / "manifest.json"
    entries = {k: v for k, v in parse_manifest(path.read_bytes()).items() if k not in ("format", "checksum")}
    change(entries)
    path.write_bytes(dump_manifest(entries))


def rewrite(house, dataset: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change the rows of a part, as a fault of Winnow could have: file and manifest agree."""
    chosen = next(one for one in DATASETS if one.name == dataset)
    item = part_of(house, dataset)
    part = write_part(item.root, chosen, *item.part.partition, change(read_part(item.root, item.part)))
    (item.root / item.part.path).unlink()

    def replace(entries: dict[str, Any]) -> None:
        others = [one for one in entries["parts"] if one["path"] != item.part.path]
        entries["parts"] = [*others, part.as_json()]
        entries["totals"][dataset] += part.rows - item.part.rows

    reseal(house, replace)


def put_in(column: str, value: Any, row: int = 0) -> Callable[[pa.Table], pa.Table]:
    """Puts a value into one row."""

    def change(table: pa.Table) -> pa.Table:
        rows = table.to_pylist()
        rows[row][column] = value(rows[row][column]) if callable(value) else value
        return pa.Table.from_pylist(rows, schema=table.schema)

    return change


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)  # in place: all snapshots that share the file


def drop_first(table: pa.Table) -> pa.Table:
    return table.slice(1)


def repeat_first(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table.slice(0, 1)])


def test_a_sound_snapshot_has_no_findings(made, samples) -> None:
    assert look(made, is_all=True, raw=made.raw) == []
    assert look(samples) == []


def wrong_schema(house) -> None:
    """A part without a column that readers rely on."""
    item = part_of(house, "documents")
    path = item.root / item.part.path
    pq.write_table(read_part(item.root, item.part).drop_columns(["author"]), path)

    def tell(entries: dict[str, Any]) -> None:
        (part,) = [one for one in entries["parts"] if one["path"] == item.part.path]
        content = path.read_bytes()
        part.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())

    reseal(house, tell)


def flips(dataset: str) -> Callable[[House], None]:
    return lambda house: flip(path_of(house, dataset))


def rewrites(dataset: str, change: Callable[[pa.Table], pa.Table]) -> Callable[[House], None]:
    return lambda house: rewrite(house, dataset, change)


Damage = dict[str, tuple[Callable[[House], object], str, str]]
"""What is done to a house, the check that finds it, and words of what it says."""

IN_FILES: Damage = {
    f"flipped byte in {dataset.name}": (flips(dataset.name), "part", "SHA-256")
    for dataset in DATASETS
    if dataset.name != "inputs"
}
IN_ROWS: Damage = {
    "missing part": (lambda house: path_of(house, "comments").unlink(), "part", "No such file"),
    "cut part": (lambda house: path_of(house, "documents").write_bytes(b"PAR1"), "part", "has 4 bytes"),
    "orphan comment": (rewrites("comments", put_in("document_id", "0" * 32)), "pieces", f"duplicate, of: {'0' * 32}"),
    "orphan boilerplate": (
        rewrites("boilerplate", put_in("document_id", "f" * 32)),
        "pieces",
        f"belong to no document or duplicate, of: {'f' * 32}",
    ),
    "lost comment": (rewrites("comments", drop_first), "pieces", "comments than they say"),
    "lost boilerplate": (rewrites("boilerplate", drop_first), "pieces", "boilerplate than they say"),
    "doubled boilerplate": (rewrites("boilerplate", repeat_first), "pieces", "a gap or overlap"),
    "shifted boilerplate": (
        rewrites("boilerplate", put_in("start", lambda start: start + 1)),
        "pieces",
        "not as long as from start to end",
    ),
    "cut text": (
        rewrites("documents", put_in("text", lambda text: text[:-1])),
        "pieces",
        "passages are not as long as the text",
    ),
    "wrong length": (rewrites("documents", put_in("characters", 7)), "pieces", "`characters` is not the length"),
    "lost passage": (rewrites("documents", put_in("passages", [])), "pieces", "passages are not as long as the text"),
    "document twice": (rewrites("documents", repeat_first), "documents", "more than one document or duplicate"),
    "canonical that is not there": (
        rewrites("duplicates", put_in("canonical_id", "e" * 32)),
        "documents",
        f"a canonical that is not in documents: {'e' * 32}",
    ),
    "lost document": (rewrites("documents", drop_first), "documents", "belong to no document"),
    "lost signature": (rewrites("signatures", drop_first), "documents", "have no signature"),
    "lost rejected record": (rewrites("rejected", drop_first), "accounts", "than the ledger says"),
    "wrong row count": (
        lambda house: reseal(house, lambda entries: entries["parts"][0].update(rows=99)),
        "part",
        "the manifest says 99",
    ),
    "wrong schema": (wrong_schema, "part", "another schema than the contract: author is missing"),
}
BACKFILLED = IN_FILES | IN_ROWS


def obey(house, line: str) -> str:
    """Do what a command says, in the folders of the house and on the workers of the session: the status of the run."""
    name, *words = shlex.split(line)[1:]
    parent = click.Context(winnow, **winnow.context_settings)
    with load_command(name).make_context(name, words, parent) as context:
        asked = context.params
    assert asked["curated"] == house.curated
    if name == "maintain":
        return maintain(UpkeepOrder(house.curated, restore=asked["restore"]), Steps(), Watcher()).status
    scope = Scope(frozenset(asked["sources"]), asked["since"].date(), asked["until"].date())
    return house.run(RunOrder(house.settings(workers=1), scope)).status


def commands(findings: list[Finding], word: str) -> list[str]:
    """The commands with this word that the findings name, each once."""
    found = [re.search(rf"`(winnow {word}[^`]*)`", finding.way_out) for finding in findings]
    return list(dict.fromkeys(match[1] for match in found if match))


@pytest.mark.parametrize(("damage", "check", "word"), BACKFILLED.values(), ids=BACKFILLED)
def test_damage_of_a_partition_is_found_and_its_backfill_mends_it(made, whole, damage, check: str, word: str) -> None:
    damage(whole)
    findings = damage_of(whole)
    assert check in {finding.check for finding in findings}
    assert word in " ".join(finding.problem for finding in findings)
    assert all(finding.place and finding.way_out for finding in findings)
    for command in commands(findings, "backfill"):
        assert obey(whole, command) == "published"
    assert damage_of(whole) == []
    assert whole.tables() == made.tables()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


RESTORED: dict[str, tuple[Callable[[House], object], str, str]] = {
    "flipped byte in the manifest": (lambda house: flip(house.snapshot.root / "manifest.json"), "manifest", "manifest"),
    "cut manifest": (lambda house: cut(house.snapshot.root / "manifest.json"), "manifest", "cannot read the manifest"),
    "missing manifest": (lambda house: (house.snapshot.root / "manifest.json").unlink(), "manifest", "No such file"),
    "damaged ledger": (lambda house: flip(new_part(house, "inputs")), "part", "SHA-256"),
    "missing dataset": (lambda house: reseal(house, without_comments), "manifest", "no file at all"),
    "wrong totals": (
        lambda house: reseal(house, lambda entries: entries["totals"].update(documents=7)),
        "accounts",
        "its totals say 7 documents",
    ),
    "missing link": (lambda house: (house.curated / "current").unlink(), "link", "the link is missing"),
    "link to nowhere": (lambda house: point(house, "snapshots/x"), "link", "which is not there"),
    "link to elsewhere": (lambda house: point(house, "runs"), "link", "no folder of snapshots/"),
}


def new_part(house, dataset: str) -> Path:
    """A part that no older snapshot shares."""
    paths = [item.root / item.part.path for item in house.snapshot.parts_of(dataset)]
    return next(path for path in paths if path.stat().st_nlink == 1)


def without_comments(entries: dict[str, Any]) -> None:
    entries["parts"] = [part for part in entries["parts"] if part["dataset"] != "comments"]


def point(house, target: str) -> None:
    (house.curated / "current").unlink()
    (house.curated / "current").symlink_to(target)


@pytest.mark.parametrize(("damage", "check", "word"), RESTORED.values(), ids=RESTORED)
def test_other_damage_is_found_and_going_back_mends_it(made, whole, damage, check: str, word: str) -> None:
    damage(whole)
    findings = damage_of(whole)
    assert check in {finding.check for finding in findings}
    assert word in " ".join(finding.problem for finding in findings)
    (command,) = commands(findings, "maintain --restore")
    assert obey(whole, command) == "done"
    assert damage_of(whole) == []
    assert whole.ingest(workers=1).status == ("nothing_new" if check == "link" else "published")
    assert damage_of(whole) == []
    assert whole.tables() == made.tables()


@pytest.mark.parametrize("name", ["documents/source=a/day=2026-11-20/part-00.parquet", "notes.txt", "comments/x"])
def test_a_file_that_the_manifest_does_not_name_is_found(whole, name: str) -> None:
    path = whole.snapshot.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    (finding,) = look(whole)
    assert (finding.check, finding.remedy) == ("folder", "remove")
    assert finding.place.endswith(name)
    path.unlink()
    assert look(whole) == []


def test_days_of_one_source_are_made_anew_together(whole, made) -> None:
    for item in whole.snapshot.parts_of("documents"):
        if item.part.source in ("wire-feed", "harbour-news"):
            flip(item.root / item.part.path)
    folders = f" --raw {made.raw} --curated {whole.curated}"
    assert commands(damage_of(whole), "backfill") == [
        "winnow backfill --source harbour-news --since 2026-11-15 --until 2026-11-15" + folders,
        "winnow backfill --source wire-feed --since 2026-11-16 --until 2026-11-18" + folders,
    ]
    for command in commands(damage_of(whole), "backfill"):
        assert obey(whole, command) == "published"
    assert damage_of(whole) == []
    assert whole.tables() == made.tables()


def test_damage_without_raw_files_leads_back_to_an_older_snapshot(whole) -> None:
    path = path_of(whole, "comments")
    copy = path.read_bytes()
    other = next(root for root in (whole.curated / "snapshots").iterdir() if root != whole.snapshot.root)
    for root in (whole.snapshot.root, other):  # not shared any more, as where a file system has no links
        place = root / path.relative_to(whole.snapshot.root)
        if place.exists():
            place.unlink()
            place.write_bytes(copy)
    flip(path)
    (finding,) = damage_of(whole)
    assert f"`winnow maintain --restore {other.name} --curated {whole.curated}` goes back" in finding.way_out


def test_what_older_snapshots_share_is_no_way_back(whole) -> None:
    shared = next(
        item.root / item.part.path
        for item in whole.snapshot.parts_of("inputs")
        if (item.root / item.part.path).stat().st_nlink > 1
    )
    flip(shared)
    (finding,) = damage_of(whole)
    assert "no snapshot to go back to" in finding.way_out
    for wanted in (root.name for root in (whole.curated / "snapshots").iterdir() if root != whole.snapshot.root):
        current = whole.snapshot.id
        with pytest.raises(GateClosed, match="is damaged too"):
            obey(whole, f"winnow maintain --restore {wanted} --curated {whole.curated}")
        assert whole.snapshot.id == current


def flip_alone(root: Path, dataset: str) -> None:
    """Damage a part of one snapshot; those that shared the file keep it whole."""
    path = max((root / dataset).rglob("*.parquet"))
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    flip(path)


@pytest.mark.parametrize("is_all", [False, True])
@pytest.mark.parametrize("name", ["cut manifest", "link to nowhere"])
def test_a_snapshot_that_is_damaged_too_is_passed_over_on_the_way_back(whole, name: str, is_all: bool) -> None:
    whole.put(
        "workshop-forum/2026-11-16/hub.txt",
        "A note of a later day\n\nThe bearings came, and the hub turns again without a sound.\n",
    )
    whole.ingest(workers=1)
    roots = sorted((whole.curated / "snapshots").iterdir(), reverse=True)
    RESTORED[name][0](whole)
    *damaged, oldest = roots if name == "link to nowhere" else roots[1:]
    for root in damaged:
        flip_alone(root, "documents")
    (command,) = commands(look(whole, is_all=is_all), "maintain --restore")
    assert f" {oldest.name} " in command
    flip_alone(oldest, "documents")
    findings = look(whole, is_all=is_all)
    assert commands(findings, "maintain --restore") == []
    assert any("there is no snapshot to go back to" in finding.way_out for finding in findings)
    flip_alone(oldest, "documents")
    assert obey(whole, command) == "done"


def test_what_is_damaged_in_an_older_snapshot_is_told_as_such(whole) -> None:
    (other,) = [root for root in (whole.curated / "snapshots").iterdir() if root != whole.snapshot.root]
    flip(other / "manifest.json")
    assert look(whole) == []
    (finding,) = look(whole, is_all=True)
    assert finding.place == f"snapshots/{other.name}/manifest.json"
    assert "not current" in finding.way_out
    assert [each.check for each in look(whole, wanted=[other.name])] == ["manifest"]
    with pytest.raises(UsageError, match="no snapshot is named"):
        look(whole, wanted=["x"])


def test_raw_files_that_changed_or_went_are_notes(whole) -> None:
    whole.put(LATE, "another text altogether\n")
    (whole.raw / FILES[0]).unlink()
    whole.put("harbour-news/2026-11-30/new.txt", "nobody asks for this one\n")
    found = {finding.place: finding for finding in look(whole, raw=whole.raw)}
    assert found.keys() == {f"raw/{LATE}", f"raw/{FILES[0]}"}
    assert {finding.is_damage for finding in found.values()} == {False}
    assert "winnow ingest" in found[f"raw/{LATE}"].way_out


def test_what_is_gone_of_a_source_that_keeps_it_is_as_it_should_be(whole) -> None:
    (source, _, _) = LATE.split("/")
    whole.put(f"{source}/source.toml", 'retain = "forever"\n')
    (whole.raw / LATE).unlink()
    whole.ingest(workers=1)
    assert look(whole, raw=whole.raw) == []
    shutil.rmtree(whole.raw / source)  # what it said last holds
    assert look(whole, raw=whole.raw) == []
    whole.put(f"{source}/source.toml", "")
    assert f"raw/{LATE}" in {finding.place for finding in look(whole, raw=whole.raw)}


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_the_index_is_only_worth_a_note(whole, state: str) -> None:
    index = whole.settings().index
    index.unlink()
    if state == "damaged":
        index.write_bytes(b"x" * 9000)
    (finding,) = look(whole)
    assert (finding.check, finding.is_damage) == ("index", False)
    assert state in finding.problem
    assert "winnow maintain" in finding.way_out


def test_nothing_is_changed_by_looking(whole) -> None:
    def state() -> set[tuple[str, int]]:
        return {(str(path), path.lstat().st_mtime_ns) for path in whole.root.rglob("*")}

    before = state()
    look(whole, is_all=True, raw=whole.raw)
    assert state() == before


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["verify", *map(str, arguments)])
    return ended.value.code or 0, *capsys.readouterr()


def test_the_command_tells_people_and_programs(whole, capsys) -> None:
    status, out, _ = run(capsys, "--curated", whole.curated)
    assert status == 0
    assert f"{whole.snapshot.id} (current)" in out
    assert "all is as it should be" in out
    flip(path_of(whole, "comments"))
    status, out, _ = run(capsys, "--curated", whole.curated)
    assert status == 1
    assert f"damage: snapshots/{whole.snapshot.id}/comments/source=workshop-forum" in out
    assert "what to do:" in out
    (command,) = set(re.findall(r"`winnow (backfill --source workshop-forum[^`]*)`", out))
    status, out, err = run(capsys, "--json", "--all", "--raw", whole.raw, "--curated", whole.curated)
    told = json.loads(out)
    assert (status, told["is_fine"], err) == (1, False, "")
    assert {verdict["is_current"] for verdict in told["verdicts"]} == {True, False}
    (finding, *_) = [one for verdict in told["verdicts"] if verdict["is_current"] for one in verdict["findings"]]
    assert (finding["check"], finding["remedy"]) == ("part", "backfill")
    folders = ("--raw", str(whole.raw), "--curated", str(whole.curated))
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--direct", "--workers", "1", *folders])
    assert ended.value.code == 0
    assert "files were damaged, and are made anew" in capsys.readouterr().err
    assert run(capsys, "--curated", whole.curated)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("--curated", "nowhere"), "winnow ingest"), (("--raw", "nowhere"), "nowhere"), (("--all", "x"), "exclude")],
)
def test_wrong_use_is_told(tmp_path, monkeypatch, capsys, arguments, word: str) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert word in err


def test_a_snapshot_of_a_newer_winnow_is_not_called_damaged_by_its_files(whole) -> None:
    reseal(whole, lambda entries: entries.update(schema_version=99))
    (finding,) = damage_of(whole)
    assert (finding.check, finding.remedy) == ("manifest", "update")
    assert "version of Winnow that wrote it" in finding.way_out


def test_a_snapshot_of_a_former_schema_is_sound(house) -> None:
    with ZipFile(Path(__file__).parent / "former" / "schema-1.zip") as archive:
        archive.extractall(house.root)
    (snapshot,) = (house.curated / "snapshots").iterdir()
    (house.curated / "current").symlink_to(f"snapshots/{snapshot.name}")
    assert house.snapshot.schema_version == 1
    assert damage_of(house) == []
