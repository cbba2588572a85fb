"""The command `winnow` as people and programs meet it."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flows.cli import main
from flows.commands import SECTIONS
from tasks.publish.lock import writer_lock
from tasks.publish.runs import new_run, read_records, report_path, write_record
from tasks.schema import DATASETS
from tests.pages import check_page

WINNOW = Path(sys.executable).with_name("winnow")
COMMANDS = [name for _, names in SECTIONS for name in names]


@pytest.fixture
def winnow(tmp_path, monkeypatch, capsys):
    """Runs the command in an empty folder: exit status, standard output, standard error."""
    for name in [name for name in os.environ if name.startswith("WINNOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return ended.value.code or 0, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [(["--help"], 0, "ingest"), (["ingets"], 2, "ingets"), (["ingest", "--direct", "--raw", "nowhere"], 1, "nowhere")],
)
def test_the_installed_command_runs_and_ends_with_its_status(tmp_path, arguments, status: int, word: str) -> None:
    done = subprocess.run([WINNOW, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert word in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_help_lists_every_command(winnow) -> None:
    status, out, _ = winnow("--help")
    assert status == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command} +\S", out, re.MULTILINE), command
    assert "Exit status" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(winnow, command: str) -> None:
    status, out, err = winnow(command, "-h")
    assert status == 0, err
    assert out.startswith(f"Usage: winnow {command}")


def test_ingest_and_status_and_schema_speak_json(winnow, house) -> None:
    house.put(
        "notes/2026-11-20/heron.txt", "A note on a heron that stood in the river all morning and caught nothing.\n"
    )
    folders = ("--raw", house.raw, "--curated", house.curated)
    status, out, err = winnow("ingest", "--direct", "--workers", "1", "--json", *folders)
    record = json.loads(out)
    assert (status, record["status"], err) == (0, "published", "")
    assert record["records"] == {"read": 1, "documents": 1, "duplicates": 0, "rejected": 0, "held": 0}
    status, out, _ = winnow("status", "--json", *folders)
    facts = json.loads(out)
    assert (status, facts["snapshot"], facts["totals"]["documents"]) == (0, record["snapshot"], 1)
    assert [run["run_id"] for run in facts["runs"]] == [record["run_id"]]
    status, out, _ = winnow("show", "--json", "notes/2026-11-20/heron.txt", "--curated", house.curated)
    assert status == 0
    assert json.loads(out)["document"]["raw_path"] == "notes/2026-11-20/heron.txt"
    status, out, _ = winnow("schema", "--json")
    assert status == 0
    assert list(json.loads(out)["datasets"]) == [dataset.name for dataset in DATASETS]


def test_try_speaks_json_of_what_an_ingest_would_publish(winnow, samples) -> None:
    path = samples.raw / "garden-blog"
    for file in sorted(path.rglob("*.txt"))[:3]:
        status, out, _ = winnow("try", file, "--raw", samples.raw, "--json")
        (found,) = json.loads(out)
        (row,) = [
            row
            for row in samples.rows("documents") + samples.rows("duplicates")
            if row["document_id"] == found["document_id"]
        ]
        assert (status, found["outcome"], found["text"]) == (0, "document", row["text"])
        assert len(found["comments"]) == row["comment_count"]
    status, out, _ = winnow("try", samples.raw / "harbour-news/2026-11-18/empty.txt", "--raw", samples.raw, "--json")
    assert (status, json.loads(out)[0]["reason"]) == (0, "empty")


def test_ingest_tells_people_what_happened(winnow, house) -> None:
    house.put(
        "notes/2026-11-20/heron.txt", "A note on a heron that stood in the river all morning and caught nothing.\n"
    )
    house.put("notes/2026-11-20/blank.txt", "")
    command = ("ingest", "--direct", "--workers", "1", "--raw", house.raw, "--curated", house.curated)
    status, out, err = winnow(*command)
    assert (status, out) == (0, "")
    assert "2 records read = 1 document + 0 duplicates + 1 rejected + 0 held" in err
    assert str(house.curated) in err
    assert "2 read = 1 document + 0 duplicates + 1 rejected + 0 held" in winnow("status", *command[4:])[1]
    status, _, err = winnow(*command)
    assert status == 0
    assert "nothing new in raw/" in err
    assert "nothing was published" in err
    house.put("notes/2026-11-20/blank-2.txt", "")
    assert winnow(*command, "--fail-on-rejected")[0] == 1


def test_status_and_show_tell_people(winnow, samples) -> None:
    folders = ("--raw", samples.raw, "--curated", samples.curated)
    status, out, _ = winnow("status", *folders)
    assert status == 0
    assert samples.snapshot.id in out
    assert "files waiting in raw/: none" in out
    totals = samples.snapshot.totals
    assert f"{totals['read']} read = {totals['documents']} documents + {totals['duplicates']} duplicates" in out
    row = next(row for row in samples.rows("documents") if row["comment_count"])
    status, out, _ = winnow("show", row["document_id"][:12], "--curated", samples.curated)
    assert status == 0
    assert row["title"] in out
    assert re.search(r"^> comment ", out, re.MULTILINE)
    assert re.search(r"^- \w", out, re.MULTILINE)


def test_status_before_the_first_run_changes_nothing(winnow, house) -> None:
    house.put("notes/a.txt", "A note.")
    status, out, _ = winnow("status", "--raw", house.raw, "--curated", house.curated)
    assert status == 0
    assert "winnow ingest" in out
    assert "1 new" in out
    assert not house.curated.exists()


@pytest.mark.parametrize("dataset", [dataset.name for dataset in DATASETS])
def test_schema_shows_a_dataset(winnow, dataset: str) -> None:
    status, out, _ = winnow("schema", dataset)
    assert status == 0
    for column in next(one for one in DATASETS if one.name == dataset).columns:
        assert column.name in out


def test_data_does_not_steer_the_terminal(winnow, house) -> None:
    title = "A title \x1b[31mred\x1b[0m \x07 [bold]markup[/bold] [/] \u202egnitset\u202c"
    evil = f"{title}\n\nThe body \x1b]0;owned\x07 of it \x9b2J.\n"
    house.put("notes/2026-11-20/evil.jsonl", json.dumps({"text": evil, "title": title}) + "\n")
    house.ingest(workers=1)
    status, out, err = winnow("show", "notes/2026-11-20/evil.jsonl", "--curated", house.curated)
    assert status == 0, err
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out)
    assert "[bold]markup[/bold]" in out


WRONG = {
    "no such command": (("ingets",), 2, "ingets"),
    "no such option": (("ingest", "--rwa", "x"), 2, "--rwa"),
    "no such dataset": (("schema", "documnts"), 2, "documents"),
    "no such folder": (("ingest", "--direct", "--raw", "nowhere"), 1, "nowhere"),
    "no workers": (("ingest", "--direct", "--workers", "0"), 2, "workers"),
    "no shard": (("ingest", "--direct", "--shard-mb", "0"), 2, "shard-mb"),
    "no canonical": (("ingest", "--direct", "--canonical", "best"), 2, "earliest"),
    "one in the other": (("ingest", "--direct", "--raw", ".", "--curated", "curated"), 2, "--curated"),
    "nothing published": (("show", "3fa9", "--curated", "nowhere"), 2, "winnow ingest"),
    "no argument": (("show",), 2, "DOCUMENT"),
    "a page and JSON": (("show", "3fa9", "--html", "--json"), 2, "exclude"),
    "a page nobody asked for": (("show", "3fa9", "--output", "a.html"), 2, "--html"),
}


@pytest.mark.parametrize(("arguments", "status", "word"), WRONG.values(), ids=WRONG)
def test_wrong_use_gets_one_clear_message(winnow, tmp_path, arguments, status: int, word: str) -> None:
    (tmp_path / "notes").mkdir()
    found, out, err = winnow(*arguments)
    assert (found, out) == (status, "")
    assert word in err
    assert len(err.strip().splitlines()) <= 4
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("way", [(), ("--html",)], ids=["terminal", "page"])
def test_show_names_each_record_of_a_cluster_by_its_place_in_the_file(winnow, house, way) -> None:
    text = "The heron stood in the water until noon, and nobody on the bank could say what it was waiting for."
    house.put("notes/2026-11-20/feed.jsonl", (json.dumps({"text": text}) + "\n") * 3)
    house.ingest(workers=1)
    (canonical,) = house.rows("documents")
    status, out, err = winnow("show", canonical["document_id"], *way, "--curated", house.curated)
    assert (status, err) == (0, "")
    table = re.split(r"(?i)\bcluster\b", out)[-1]
    assert sorted(re.findall(r"notes/2026-11-20/feed\.jsonl#line:(\d)", table)) == ["1", "2", "3"]


def test_show_writes_a_page(winnow, samples, tmp_path) -> None:
    command = ("show", "workshop-forum/2026-11-14/hub-bearings.txt", "--html", "--curated", samples.curated)
    status, page, err = winnow(*command)
    assert (status, err) == (0, "")
    assert "user_card" in page
    assert "Do up the nuts with the wheel out of the frame" in page
    check_page(page)
    status, out, err = winnow(*command, "--output", tmp_path / "a.html")
    assert (status, out, err) == (0, "", f"wrote {tmp_path / 'a.html'}\n")
    assert (tmp_path / "a.html").read_text() == page
    status, _, err = winnow(*command, "--output", tmp_path / "none" / "a.html")
    assert status == 1
    assert "--output" in err


def test_report_names_the_page_of_a_run(winnow, own_samples, monkeypatch) -> None:
    curated = ("--curated", own_samples.curated)
    (record, *_) = read_records(own_samples.curated)
    path = report_path(own_samples.curated, record.run_id)
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: not opened.append(address))
    assert winnow("report", *curated) == (0, f"{path}\n", "")
    assert winnow("report", record.run_id[:10], "--open", *curated) == (0, f"{path}\n", "")
    assert opened == [path.as_uri()]

    path.unlink()
    status, out, err = winnow("report", "--json", *curated)
    assert status == 0
    assert "made from the record" in err
    assert json.loads(out) == {
        "run_id": record.run_id,
        "status": "published",
        "report": str(path),
        "is_made_again": True,
    }
    page = path.read_text()
    assert str(record.records["read"]) in page
    check_page(page)


def test_report_says_when_there_is_no_such_run(winnow, own_samples) -> None:
    assert winnow("report", "--curated", "nowhere")[0] == 2
    own_samples.ingest(workers=1)
    for wanted, words in (("1999", "no runs match"), ("2", "2 runs match")):
        status, out, err = winnow("report", wanted, "--curated", own_samples.curated)
        assert (status, out) == (2, "")
        assert words in err


def test_show_says_when_a_name_fits_none_or_several(winnow, samples) -> None:
    status, _, err = winnow("show", "zzzz", "--curated", samples.curated)
    assert status == 2
    assert "no document matches" in err
    status, _, err = winnow("show", "wire-feed/2026-11-14/feed.jsonl", "--curated", samples.curated)
    assert status == 2
    assert "3 documents match" in err
    assert "line:1" in err
    status, _, err = winnow("show", "", "--curated", samples.curated)
    assert status == 2
    assert "document_id" in err


def test_show_names_only_some_of_many(winnow, samples) -> None:
    ids = sorted(row["document_id"] for name in ("documents", "duplicates") for row in samples.rows(name))
    start = max("0123456789abcdef", key=lambda digit: sum(one.startswith(digit) for one in ids))
    count = sum(one.startswith(start) for one in ids)
    assert count > 5
    status, _, err = winnow("show", start, "--curated", samples.curated)
    assert status == 2
    assert f"{count} documents match {start!r}" in err
    assert len(re.findall(rf"{start}[0-9a-f]{{31}}", err)) == 5
    assert f" and {count - 5} more" in err


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("harbour-news/2026-11-18/harbour-at-dawn.txt", ("encoding: binary", "image/png", "winnow try")),
        ("raw/harbour-news/2026-11-18/empty.txt", ("empty", "winnow try")),
        ("wire-feed/2026-11-15/feed.jsonl#line:2", ("#line:2 was rejected by acquire: broken_json", "winnow try")),
        ("wire-feed/2026-11-15/feed.jsonl#line:99", ("no record 'line:99'", "name the file alone")),
    ],
)
def test_show_says_what_became_of_a_record_that_is_no_document(winnow, samples, wanted: str, words) -> None:
    status, out, err = winnow("show", wanted, "--curated", samples.curated)
    assert (status, out) == (2, "")
    for word in words:
        assert word in err


def test_show_says_that_a_record_is_held(winnow, house) -> None:
    house.put("notes/2026-11-20/blank.txt", "")
    house.put("notes/source.toml", "[expect]\nrejected = 0.5\n")
    assert house.ingest(workers=1).status == "held"
    status, _, err = winnow("show", "notes/2026-11-20/blank.txt", "--curated", house.curated)
    assert status == 2
    assert "held by the gate" in err
    assert "winnow status" in err


def test_show_names_what_lies_in_an_archive(winnow, house) -> None:
    path = house.put("notes/2026-11-20/all.zip", "")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("heron.txt", "A heron stood in the river all morning and caught nothing.\n")
        archive.writestr("beans.txt", "The beans are late this year, because the spring was cold and wet.\n")
        archive.writestr("blank.txt", "")
    house.ingest(workers=1)
    status, _, err = winnow("show", "notes/2026-11-20/all.zip", "--curated", house.curated)
    assert status == 2
    for words in ("2 documents match", "all.zip!heron.txt", "all.zip!beans.txt"):
        assert words in err
    status, out, _ = winnow("show", "notes/2026-11-20/all.zip!heron.txt", "--curated", house.curated)
    assert status == 0
    assert "caught nothing" in out
    err = winnow("show", "notes/2026-11-20/all.zip!blank.txt", "--curated", house.curated)[2]
    assert "was rejected by acquire: empty" in err


def test_try_opens_no_pipe(winnow, house) -> None:
    house.raw.mkdir()
    os.mkfifo(house.raw / "pipe.txt")  # to read it would wait for somebody who writes
    status, out, _ = winnow("try", house.raw / "pipe.txt", "--raw", house.raw)
    assert status == 0
    assert "not_a_file" in out
    assert "it is a pipe" in out


def test_show_names_the_line_that_withdrew_a_document(winnow, house) -> None:
    house.put("notes/2026-11-20/heron.txt", "A heron stood in the river all morning and caught nothing.\n")
    house.put("withdrawn.txt", "notes\n")
    house.ingest(workers=1)
    err = winnow("show", "notes/2026-11-20/heron.txt", "--curated", house.curated)[2]
    assert ": withdrawn, " in err
    assert "raw/withdrawn.txt" in err
    assert "winnow try" not in err


def test_show_takes_a_path_as_a_shell_completes_it(winnow, samples) -> None:
    path = "harbour-news/2026-11-16/tug-retires.txt"
    ended = [winnow("show", typed, "--curated", samples.curated) for typed in (path, f"raw/{path}")]
    assert ended[0] == ended[1]
    assert ended[0][0] == 0


def test_a_snapshot_that_comes_from_a_setting_says_so(winnow, house) -> None:
    house.put("notes/2026-11-20/heron.txt", "A heron stood in the river all morning and caught nothing.\n")
    command = ("ingest", "--direct", "--workers", "1", "--raw", house.raw, "--curated", house.curated)
    assert "nothing was read" not in winnow(*command)[2]
    assert "nothing was read" not in winnow(*command)[2]
    status, _, err = winnow(*command, "--canonical", "newest")
    assert status == 0
    assert "nothing was read: --canonical" in err


@pytest.mark.parametrize(
    ("command", "words"), [(("retry",), "has rejected records"), (("backfill", "--since", "2030-01-01"), "holds what")]
)
def test_what_finds_nothing_to_do_over_says_so(winnow, house, command, words: str) -> None:
    house.put("notes/2026-11-20/heron.txt", "A heron stood in the river all morning and caught nothing.\n")
    house.ingest(workers=1)
    status, _, err = winnow(*command, "--direct", "--workers", "1", "--raw", house.raw, "--curated", house.curated)
    assert status == 0
    assert f"{command[0]}: no raw file {words}" in err


def test_status_says_why_the_last_run_failed(winnow, house) -> None:
    folders = ("--raw", house.raw, "--curated", house.curated)
    house.raw.mkdir()
    assert winnow("ingest", "--direct", "--workers", "1", *folders)[0] == 1
    status, out, _ = winnow("status", *folders)
    assert status == 0
    assert re.search(r"the last run failed: .*there is no source in it .*is the disk mounted", out)


def test_status_tells_a_killed_run_from_one_at_work(winnow, house) -> None:
    house.put("notes/2026-11-20/heron.txt", "A heron stood in the river.\n")
    write_record(house.curated, new_run("ingest", {}))
    folders = ("--raw", house.raw, "--curated", house.curated)
    assert re.search(r"ingest +killed +·", winnow("status", *folders)[1])
    with writer_lock(house.curated, "winnow ingest"):
        assert re.search(r"ingest +running +·", winnow("status", *folders)[1])


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp1251"])
def test_what_a_terminal_has_no_sign_for_is_shown_by_its_number(samples, encoding: str) -> None:
    done = subprocess.run(
        [WINNOW, "show", "harbour-news/2026-11-16/latarnia-muzeum.txt", "--curated", samples.curated],
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "zamieszka\\u0142 zegarmistrz" in done.stdout.decode(encoding)


def test_a_damaged_snapshot_is_named_with_a_way_out(winnow, own_samples) -> None:
    (own_samples.snapshot.root / "manifest.json").write_text("{")
    status, _, err = winnow("status", "--raw", own_samples.raw, "--curated", own_samples.curated)
    assert status == 1
    assert "manifest.json" in err
    assert "what to do" in err


def test_the_folders_can_be_named_by_the_environment(winnow, monkeypatch, samples) -> None:
    monkeypatch.setenv("WINNOW_RAW", str(samples.raw))
    monkeypatch.setenv("WINNOW_CURATED", str(samples.curated))
    status, out, _ = winnow("status", "--json")
    assert (status, json.loads(out)["snapshot"]) == (0, samples.snapshot.id)


def test_a_broken_source_or_a_held_one_ends_with_one(winnow, house) -> None:
    house.put(
        "notes/2026-11-20/heron.txt", "A note on a heron that stood in the river all morning and caught nothing.\n"
    )
    house.put("other/2026-11-20/blank.txt", "")
    house.put("other/source.toml", "[expect]\nrejected = 0.5\n")
    command = ("ingest", "--direct", "--workers", "1", "--raw", house.raw, "--curated", house.curated)
    status, _, err = winnow(*command)
    assert status == 1
    assert "held: other 2026-11-20" in err
    house.put("notes/source.toml", "titel = 3\n")
    status, _, err = winnow(*command)
    assert status == 1
    assert "titel" in err


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("winnow ing", ["plain,ingest"]),
        ("winnow ingest --sha", ["plain,--shard-mb"]),
        ("winnow accept wo", ["plain,workshop-forum"]),
        ("winnow backfill --source ga", ["plain,garden-blog"]),
        ("winnow learn --raw nowhere ga", []),
    ],
)
def test_a_shell_completes_commands_options_and_sources(repository, typed: str, wanted: list[str]) -> None:
    environment = {
        "_WINNOW_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(typed.count(" ")),
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        [WINNOW], cwd=repository, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.split() == wanted, done.stderr
