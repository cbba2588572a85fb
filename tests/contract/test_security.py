"""What comes out of raw/ is data and nothing else: it writes nowhere, runs nothing, and steers no terminal."""

import ast
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import flows.commands.running
from flows.cli import main
from flows.commands import load_commands
from flows.hidden import HIDDEN
from tests.commands import here
from tests.enduring import run
from tests.killing import answer_of

ROOT = Path(__file__).parents[2]
PRODUCT = sorted(path for room in ("flows", "tasks") for path in (ROOT / room).rglob("*.py"))

MODULES_THAT_RUN_DATA = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml"}
CALLS_THAT_RUN_DATA = {"eval", "exec", "compile", "__import__", "system", "popen", "unsafe_load", "read_pickle"}
OWN_CALLS = {"re.compile"}
SWITCHES_THAT_RUN_DATA = {"allow_pickle", "shell"}


def things_that_run_data(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.split(".")[0] in MODULES_THAT_RUN_DATA)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES_THAT_RUN_DATA:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.rpartition(".")[2] in CALLS_THAT_RUN_DATA and name not in OWN_CALLS:
                yield name
            for keyword in node.keywords:
                is_off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                if keyword.arg in SWITCHES_THAT_RUN_DATA and not is_off:
                    yield f"{keyword.arg}={ast.unparse(keyword.value)}"


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_executed_or_unpickled(path: Path) -> None:
    assert list(things_that_run_data(ast.parse(path.read_text()))) == []


def test_what_would_execute_data_is_found() -> None:
    careless = (
        "import pickle\nfrom yaml import load\neval(x)\nnp.load(f, allow_pickle=True)\nrun(x, shell=y)\nre.compile(x)"
    )
    found = list(things_that_run_data(ast.parse(careless)))
    assert sorted(found) == ["allow_pickle=True", "eval", "pickle", "shell=y", "yaml"]


EVIL = "\x1b]0;owned\x07\x1b[31m[bold red]evil[/] \u202egnp.exe \x9b2J\r over"
TEXT = "A harbour report\n\nThe tide came in at noon, and the boats went out with the wind behind them for hours.\n"


def tar_of(names: dict[str, tarfile.TarInfo | None]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, made in names.items():
            member = made or tarfile.TarInfo(name)
            member.size = len(TEXT) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(TEXT.encode()))
    return content.getvalue()


def link(name: str, kind: bytes, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.fixture
def hostile(house):
    """Names and archives that lead out of the folder, and texts that steer a terminal."""
    out = ("../../../evil", "/tmp/evil-of-winnow", "a/../../../evil", "..\\evil", EVIL)
    tar = dict.fromkeys(out)
    tar |= {"link": link("link", tarfile.SYMTYPE, "/etc/passwd"), "hard": link("hard", tarfile.LNKTYPE, "/etc/passwd")}
    house.put("alpha/2026-11-20/out.tar", tar_of(tar))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in out:
            archive.writestr(name, TEXT)
    house.put("alpha/2026-11-20/out.zip", content.getvalue())
    page = {
        "text": f"{EVIL}\n\n{TEXT}\n{EVIL}\n",
        "title": EVIL,
        "author": EVIL,
        "url": f"https://a.example/../../{EVIL}",
    }
    house.put("alpha/2026-11-20/page.jsonl", json.dumps(page) + "\n{" + EVIL + "\n")
    house.put(f"alpha/2026-11-20/{EVIL.replace('/', '-')}.txt", EVIL + TEXT)
    house.put(f"alpha/2026-11-20/{EVIL.replace('/', '-')}.gz", b"\x1f\x8b\x08" + EVIL.encode())
    house.put("beta/source.toml", f"{json.dumps(EVIL)} = 1\n")
    house.put("beta/2026-11-20/b.txt", TEXT)
    house.put("withdrawn.txt", f"https://a.example/{EVIL}\n{EVIL}\n")
    return house


WRITES = dict.fromkeys(("os.rename", "os.link", "os.symlink"), 1)
WRITES |= dict.fromkeys(("os.mkdir", "os.truncate", "os.chmod", "os.chown", "os.utime"), 0)
"""Where in what Python tells of an event the place stands that is written."""


def writes_of(raw: Path, curated: Path) -> list[str]:
    """Where a run in this process writes, makes, renames, links or deletes."""
    places: list[str] = []

    def look(event: str, details: tuple) -> None:
        if event == "open" and isinstance(details[1], str) and set(details[1]) & set("wax+"):
            places.append(str(details[0]))
        if event in (
            "os.rename",
            "os.mkdir",
            "os.link",
            "os.symlink",
            "os.truncate",
            "os.chmod",
            "os.chown",
            "os.utime",
        ):
            places.append(str(details[1 if event in ("os.rename", "os.link", "os.symlink") else 0]))

    sys.addaudithook(look)
    run("ingest", raw, curated)
    return places


def test_nothing_is_written_outside_of_curated(hostile) -> None:
    def state() -> set[tuple[str, int]]:
        return {
            (str(path), path.lstat().st_mtime_ns) for path in hostile.root.rglob("*") if "curated" not in path.parts
        }

    before = state()
    places = answer_of(writes_of, hostile.raw, hostile.curated)
    assert len(places) > 20
    assert [place for place in places if not Path(place).is_relative_to(hostile.curated)] == []
    assert [place for place in places if ".." in Path(place).parts] == []
    assert state() == before
    assert not Path("/tmp/evil-of-winnow").exists()
    rows = [row for dataset in ("documents", "duplicates", "rejected") for row in hostile.rows(dataset)]
    assert len(rows) > 10
    assert "root:" not in json.dumps(rows, default=str)


COMMANDS: dict[str, list[list[str]]] = {
    "ingest": [["--plan"], ["--plan", "--json"], ["--direct"]],
    "backfill": [["--source", "alpha", "--plan"], ["--source", "alpha", "--direct"]],
    "retry": [["--plan"], ["--direct"]],
    "accept": [["alpha", "--direct"]],
    "status": [[], ["--json"]],
    "show": [["{document}"], ["{document}", "--json"], [EVIL], ["alpha/2026-11-20/page.jsonl"]],
    "try": [["{raw}/alpha/2026-11-20/page.jsonl"], ["{raw}/alpha/2026-11-20/out.tar", "--records", "20"]],
    "verify": [["--raw", "{raw}"], ["--json"]],
    "init": [["alpha"], ["beta"]],
    "learn": [["alpha"], ["beta"]],
    "maintain": [["--plan"], ["--direct"]],
    "schema": [[]],
}
ELSEWHERE = {
    "completion": "prints a script for a shell, of its own words",
    "push": "names snapshots and counts parts, and shows nothing of the data",
    "serve": "shows nothing of the data: what the runs tell goes through the same lines",
    "explore": "answers browsers: tests/flows/explorer",
    "report": "writes pages: tests/flows/report",
}


def test_every_command_is_looked_at() -> None:
    names = {command.name for command in load_commands()}
    assert names - ELSEWHERE.keys() == COMMANDS.keys()


@pytest.mark.parametrize("is_terminal", [False, True], ids=["to a file", "to a terminal"])
def test_nothing_in_the_data_reaches_a_terminal_raw(hostile, monkeypatch, capsys, is_terminal: bool) -> None:
    monkeypatch.setattr(flows.commands.running, "start_engine", here)
    if is_terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm-256color")
    else:
        monkeypatch.setenv("NO_COLOR", "1")
    run("ingest", hostile.raw, hostile.curated)
    rows = [*hostile.rows("documents"), *hostile.rows("duplicates")]
    document = next(row for row in rows if row["raw_path"].endswith("page.jsonl"))
    for name, variants in COMMANDS.items():
        for variant in variants:
            words = [word.format(raw=hostile.raw, document=document["document_id"]) for word in variant]
            told = tell(capsys, hostile, [name, *words])
            assert_harmless(told, is_terminal=is_terminal)
            if name == "show" and document["document_id"] in words and "--json" not in words:
                assert "[bold red]evil[/]" in told  # as it stands in the data


def tell(capsys, house, words: list[str]) -> str:
    """What a command prints; the folders are given to those that take them."""
    takes = {option for each in load_commands() if each.name == words[0] for option in each.params}
    options = {opt for each in takes for opt in each.opts}
    for option, folder in (("--raw", house.raw), ("--curated", house.curated)):
        if option in options and option not in words:
            words = [*words, option, str(folder)]
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(words)
    return "".join(capsys.readouterr())


def assert_harmless(told: str, *, is_terminal: bool) -> None:
    assert told
    hidden = set(HIDDEN.findall(told))
    assert hidden <= ({"\x1b", "\r"} if is_terminal else set()), (hidden, told)
    assert "\x1b]" not in told
    assert "\x1b[31m[bold" not in told
    assert "\r over" not in told
