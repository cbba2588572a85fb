"""Wrong uses, each of them as somebody will do it: one message that says what, where and what to do; no traceback."""

import fcntl
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from flows.cli import main
from tasks.publish.runs import new_run, write_record

TEXT = "A note on a heron that stood in the river all morning and caught nothing.\n"
DIRECT = ("ingest", "--direct", "--workers", "1")
TOML = "raw/notes/source.toml"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a small `raw/`, in which the command is called, and nothing of the environment in the way."""
    for name in [name for name in os.environ if name.startswith(("WINNOW_", "PREFECT_API"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.chdir(tmp_path)
    note = tmp_path / "raw/notes/2026-11-20/heron.txt"
    note.parent.mkdir(parents=True)
    note.write_text(TEXT)
    return tmp_path


@pytest.fixture
def winnow(place, capsys):  # noqa: ARG001 - it is where the command is called
    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        return ended.value.code or 0, *capsys.readouterr()

    return run


def test_a_message_names_the_variable_where_the_value_is_from_it(winnow, monkeypatch) -> None:
    assert "WINNOW_WORKERS" not in winnow("ingest", "--workers", "0")[2]
    monkeypatch.setenv("WINNOW_WORKERS", "0")
    assert "'--workers' (env var: 'WINNOW_WORKERS'): 0 is" in winnow("ingest")[2]


def test_of_many_runs_that_begin_so_the_last_ones_are_named(winnow, place) -> None:
    runs = [new_run("ingest", {}) for _ in range(8)]
    names = sorted(run.run_id for run in runs)
    for run in runs:
        write_record(place / "curated", run)
    status, _, told = winnow("report", "2")
    assert status == 2
    assert "8 runs match '2'" in told
    assert f"name one of: {', '.join(reversed(names[3:]))} and 3 before them" in told


# What was typed, the exit status, and words of the message: what is wrong or where, and what to do.
TYPED = {
    "a command mistyped": (("ingets",), 2, ("ingets", "ingest")),
    "an option mistyped": (("ingest", "--rwa", "x"), 2, ("--rwa", "--raw")),
    "an option without its value": (("ingest", "--raw"), 2, ("--raw", "requires an argument")),
    "one argument too many": (("status", "notes"), 2, ("notes", "--help")),
    "workers that are none": (("ingest", "--workers", "0"), 2, ("--workers", "range")),
    "workers in words": (("ingest", "--workers", "many"), 2, ("--workers", "whole number")),
    "far too many workers": (("ingest", "--workers", "100000"), 2, ("--workers", "range")),
    "a shard of nothing": (("ingest", "--shard-mb", "0"), 2, ("--shard-mb", "range")),
    "a shard in words": (("ingest", "--shard-mb", "big"), 2, ("--shard-mb", "number")),
    "a shard without end": (("ingest", "--shard-mb", "inf"), 2, ("--shard-mb", "'inf'", "number")),
    "a wait that is no number": (("ingest", "--wait", "nan"), 2, ("--wait", "'nan'", "number")),
    "a wait in words": (("ingest", "--wait", "soon"), 2, ("--wait", "number")),
    "a wait below zero": (("ingest", "--wait", "-1"), 2, ("--wait", "range")),
    "no such way to choose": (("ingest", "--canonical", "best"), 2, ("best", "earliest")),
    "raw that is not there": ((*DIRECT, "--raw", "nowhere"), 1, ("nowhere", "--raw")),
    "raw that is a file": ((*DIRECT, "--raw", "raw/notes/2026-11-20/heron.txt"), 1, ("heron.txt", "--raw")),
    "curated in raw": ((*DIRECT, "--curated", "raw/out"), 2, ("raw/out", "--curated")),
    "raw and curated the same": ((*DIRECT, "--curated", "raw"), 2, ("apart", "--curated")),
    "a bucket that is none": (("push", "s3://a/b"), 2, ("'a'", "bucket", "s3://bucket/prefix")),
    "a backfill of everything by mistake": (("backfill",), 2, ("everything", "--all")),
    "a backfill of everything and of some": (("backfill", "--all", "--source", "notes"), 2, ("both", "--all")),
    "a backfill of a source mistyped": (("backfill", "--source", "nots"), 2, ("nots", "notes")),
    "a backfill from no day": (("backfill", "--source", "notes", "--since", "2026-13-01"), 2, ("2026-13-01", "as in")),
    "a backfill of days in words": (("backfill", "--since", "yesterday"), 2, ("yesterday", "as in")),
    "a backfill in reverse": (("backfill", "--since", "2026-11-20", "--until", "2026-11-01"), 2, ("day", "swap")),
    "a retry for no reason known": (("retry", "--reason", "brokn_json"), 2, ("brokn_json", "broken_json")),
    "a retry of a source mistyped": (("retry", "nots"), 2, ("nots", "notes")),
    "accepting nothing": (("accept",), 2, ("SOURCE", "--help")),
    "accepting a source mistyped": (("accept", "nots"), 2, ("nots", "notes")),
    "a proposal for a source mistyped": (("init", "nots"), 2, ("nots", "notes")),
    "a proposal for no name of a source": (("init", "../notes"), 2, ("../notes", "notes")),
    "learning of a source mistyped": (("learn", "nots"), 2, ("nots", "notes")),
    "trying a file that is not there": (("try", "heron.txt"), 2, ("heron.txt", "--help")),
    "trying a folder": (("try", "raw"), 2, ("raw", "directory")),
    "trying no records": (("try", "--records", "0", "raw/notes/2026-11-20/heron.txt"), 2, ("--records", "range")),
    "showing nothing": (("show",), 2, ("DOCUMENT", "--help")),
    "showing before the first run": (("show", "3fa9"), 2, ("curated", "winnow ingest")),
    "a dataset mistyped": (("schema", "documnts"), 2, ("documnts", "documents")),
    "runs below zero": (("status", "--runs", "-1"), 2, ("--runs", "range")),
    "keeping less than nothing": (("maintain", "--keep-days", "-1"), 2, ("--keep-days", "range")),
    "keeping beyond the calendar": (("maintain", "--keep-days", "1000000"), 2, ("--keep-days", "500,000")),
    "going back before the first run": (("maintain", "--direct", "--restore", "2026"), 2, ("2026", "snapshot")),
    "verifying before the first run": (("verify",), 2, ("curated", "winnow ingest")),
    "a port that is none": (("serve", "--port", "99999"), 2, ("--port", "range")),
    "a schedule in words": (("serve", "--ingest-cron", "never"), 2, ("never", "'7 * * * *'")),
    "a time zone of another planet": (("serve", "--timezone", "Mars/Base"), 2, ("Mars/Base", "Europe/Paris")),
    "no name for the deployments": (("serve", "--name", ""), 2, ("--name", "letters")),
    "a name that is a path": (("serve", "--name", "../x"), 2, ("--name", "letters")),
    "a shell that is none": (("completion", "powershel"), 2, ("powershel", "bash")),
}


@pytest.mark.parametrize(("arguments", "status", "words"), TYPED.values(), ids=TYPED)
def test_what_is_typed_wrong(winnow, place, arguments, status: int, words) -> None:
    assert_one_message(winnow(*arguments), status, words)
    assert sorted(path.name for path in place.iterdir()) in (["raw"], ["prefect", "raw"]), "it left something behind"


ELSEWHERE = {
    "showing": (("show", "3fa9"), "winnow ingest --curated 'my out'"),
    "verifying": (("verify",), "winnow ingest --curated 'my out'"),
    "verifying with raw files": (("verify", "--raw", "raw/notes"), "winnow ingest --raw raw/notes --curated 'my out'"),
    "status": (("status", "--raw", "raw/notes"), "winnow ingest --raw raw/notes --curated 'my out'"),
    "upkeep": (("maintain", "--direct"), "winnow ingest --curated 'my out'"),
    "a plan of going back": (("maintain", "--plan", "--restore", "2026"), "winnow verify 2026 --curated 'my out'"),
    "the last report": (("report",), "winnow ingest --curated 'my out'"),
    "the report of a run": (("report", "2026"), "winnow status --curated 'my out'"),
    "pushing a snapshot": (("push", "s3://there/x", "--snapshot", "2026"), "winnow ingest --curated 'my out'"),
    "accepting": (
        ("accept", "notes", "--canonical", "newest"),
        "winnow ingest --curated 'my out' --canonical newest",
    ),
}


@pytest.mark.parametrize(("arguments", "command"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_command_that_a_message_names_means_the_same_folders(winnow, arguments, command: str) -> None:
    _, out, err = winnow(*arguments, "--curated", "my out")
    assert f"`{command}`" in out + err


def test_the_way_out_of_a_damaged_profile_means_the_raw_folder_it_lies_in(winnow, place) -> None:
    (place / "raw").rename(place / "my raw")
    (place / "my raw/notes/profile.json").write_text("{")
    assert "`winnow learn notes --write --raw 'my raw'`" in "".join(winnow(*DIRECT, "--raw", "my raw", "--plan")[1:])


def test_the_way_out_of_a_damaged_manifest_names_no_folder_that_is_the_usual_one(winnow, place) -> None:
    assert winnow(*DIRECT)[0] == 0
    (place / "curated/current/manifest.json").write_bytes(b"{")
    assert_one_message(winnow(*DIRECT), 1, ("`winnow verify` names",))


def test_snapshots_are_no_raw_files(winnow, place) -> None:
    assert winnow(*DIRECT)[0] == 0
    assert_one_message(winnow(*DIRECT, "--raw", "curated", "--curated", "out"), 2, ("curated", "snapshots", "--raw"))
    assert not (place / "out").exists()


def assert_one_message(ended: tuple[int, str, str], status: int, words) -> None:
    found, out, err = ended
    assert (found, out) == (status, ""), err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) <= 4, err
    for word in words:
        assert word in err


# What `source.toml` says, and the words of the message. The other sources are published all the same.
SETTINGS = {
    "no toml": ("reader = \n", (f"{TOML}:1", "TOML")),
    "a key mistyped": ('reeder = "text"\n', (f"{TOML}:1", "reeder", "reader")),
    "a reader mistyped": ('title = "x"\nreader = "jsn"\n', (f"{TOML}:2", "jsn", "json")),
    "a number for a word": ("reader = 3\n", (f"{TOML}:1", "reader", "must be")),
    "a word for a number": ('[limits]\nrecord_bytes = "big"\n', (f"{TOML}:2", "limits.record_bytes", "whole number")),
    "a pattern that is none": ('boilerplate_lines = ["("]\n', (f"{TOML}:1", "boilerplate_lines", "pattern")),
    "an encoding that is none": ('encoding = "utf-99"\n', (f"{TOML}:1", "utf-99", "such as")),
    "a share of three": ("[expect]\nrejected = 3\n", (f"{TOML}:2", "expect.rejected", "between 0 and 1")),
    "least above most": ("[expect]\nrecords_min = 5\nrecords_max = 2\n", (f"{TOML}:2", "records_min", "records_max")),
    "no UTF-8": (b'title = "caf\xe9"\n', (TOML, "UTF-8")),
}


def test_settings_that_are_wrong_stop_their_source_alone(winnow, place) -> None:
    wrong = {name.lower().replace(" ", "-"): told for name, told in SETTINGS.items()}
    for source, (settings, _) in {**wrong, "other": ("", ())}.items():
        folder = place / "raw" / source / "2026-11-20"
        folder.mkdir(parents=True)
        (folder / "kite.txt").write_text(
            f"A kite stayed above the dunes of {source} for an hour, and then came down.\n"
        )
        told = settings if isinstance(settings, bytes) else settings.encode()
        (folder.parent / "source.toml").write_bytes(told)
    status, out, _ = winnow("status")
    assert status == 0
    ended, said, err = winnow(*DIRECT)
    assert ended == 1
    assert "Traceback" not in err
    for text in (out, said + err):
        for source, (_, words) in wrong.items():
            line = next(line for line in text.splitlines() if f"raw/{source}/source.toml" in line)
            assert all(word.replace("raw/notes", f"raw/{source}") in line for word in words), line
    published = {path.name for path in (place / "curated/current/documents").iterdir()}
    assert published == {"source=notes", "source=other"}


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("WINNOW_WORKERS", "abc", ("WINNOW_WORKERS", "abc")),
        ("WINNOW_SHARD_MB", "-4", ("WINNOW_SHARD_MB", "range")),
        ("WINNOW_CANONICAL", "first", ("WINNOW_CANONICAL", "earliest")),
    ],
)
def test_what_the_environment_says_wrong(winnow, monkeypatch, variable: str, value: str, words) -> None:
    monkeypatch.setenv(variable, value)
    assert_one_message(winnow("ingest", "--direct"), 2, words)


def test_raw_that_holds_nothing(winnow, place) -> None:
    (place / "empty").mkdir()
    assert_one_message(winnow(*DIRECT, "--raw", "empty"), 1, ("empty", "mounted"))


@pytest.mark.parametrize("command", [DIRECT, ("status",)])
def test_curated_that_is_a_file(winnow, place, command) -> None:
    (place / "file").write_text("")
    ended = winnow(*command, "--curated", "file")
    assert_one_message(ended, ended[0], ("file", "--curated"))
    assert ended[0] in (1, 2)


def test_withdrawn_txt_that_cannot_be_read(winnow, place) -> None:
    (place / "raw/withdrawn.txt").write_bytes(b"caf\xe9\n")
    assert_one_message(winnow(*DIRECT), 1, ("withdrawn.txt", "UTF-8", "nothing is published"))


def test_a_second_writer(winnow, place) -> None:
    """Another process holds the lock; who it is stands in the file."""
    winnow(*DIRECT)
    (place / "raw/notes/2026-11-20/second.txt").write_text("Another note, on a crane that went on its way.\n")
    with ExitStack() as stack:
        lock = stack.enter_context((place / "curated/.lock").open("r+"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, _, err = winnow(*DIRECT)
    assert status == 1
    assert "--wait" in err
    assert "Traceback" not in err


def test_a_port_that_is_taken(winnow) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found, out, err = winnow("serve", "--port", port)
    assert (found, out) == (2, "")
    assert port in err
    assert "--port" in err


@pytest.mark.parametrize("command", [("ingest",), ("maintain",), ("serve",)])
def test_a_prefect_server_that_does_not_answer(winnow, place, command) -> None:
    winnow(*DIRECT)
    (place / "raw/notes/2026-11-20/second.txt").write_text("Another note, on a crane that went on its way.\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_HOME": str(place / "prefect"),
    }
    program = Path(sys.executable).with_name("winnow")
    done = subprocess.run([program, *command], cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert_one_message((done.returncode, done.stdout, done.stderr), 1, (str(port), "PREFECT_API_URL"))
    assert len(list((place / "curated/snapshots").iterdir())) == 1


def test_a_python_that_is_too_old(tmp_path, repository) -> None:
    """`make` asks before it sets anything up; the interpreter here only says that it is an old one."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((repository / name).read_bytes())
    old = tmp_path / "python3.10"
    claim = "import sys; sys.version_info = (3, 10, 2); sys.version = '3.10.2'; exec(sys.argv[1])"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{claim}" "$2"\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "run", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode != 0
    assert "Winnow needs Python 3.11 or newer, this is 3.10.2" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv").exists()
