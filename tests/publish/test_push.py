"""Push, against a real server of the S3 protocol."""

import json
import re

import duckdb
import pyarrow.dataset as ds
import pytest

from flows.cli import main
from tasks.errors import UsageError
from tasks.objects import Address, connect, parse_address
from tasks.parts import read_rows
from tasks.publish.push import carry_out, plan_push
from tasks.schema import DATASETS
from tests.object_storage import BUCKET, SECRET

pytestmark = pytest.mark.xdist_group("object storage")
TARGET = Address(BUCKET, "data/curated")


@pytest.fixture
def winnow(monkeypatch, capsys):
    """Runs the command: exit status, standard output, standard error."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return ended.value.code or 0, *capsys.readouterr()

    return run


def read_there(dataset: str) -> ds.Dataset:
    """A dataset as a reader opens it who knows nothing but the page."""
    s3 = connect()
    with s3.open_input_stream(f"{TARGET.path}/current") as pointer:
        snapshot = f"{TARGET.path}/{pointer.read().decode()}"
    return ds.dataset(f"{snapshot}/{dataset}", filesystem=s3, partitioning="hive")


def test_what_is_read_there_is_what_was_pushed(object_storage, samples, winnow):
    status, out, err = winnow("push", f"s3://{BUCKET}/data/curated/", "--curated", samples.curated, "--json")
    told = json.loads(out)
    assert (status, err) == (0, "")
    assert told["parts"] == {"sent": len(samples.snapshot.parts), "copied": 0, "there": 0}
    folder = object_storage.bucket / "data/curated/snapshots" / samples.snapshot.id
    assert (folder / "manifest.json").read_bytes() == (samples.snapshot.root / "manifest.json").read_bytes()
    for dataset in DATASETS:
        mine = read_rows(samples.snapshot.parts_of(dataset.name), dataset)
        theirs = read_there(dataset.name).to_table().select(mine.column_names).cast(mine.schema)
        assert sorted(map(str, theirs.to_pylist())) == sorted(map(str, mine.to_pylist())), dataset.name
    documents = read_there("documents")
    ((counted,),) = duckdb.sql("SELECT count(*) FROM documents").fetchall()
    assert counted == samples.snapshot.totals["documents"] == documents.count_rows()

    status, _, err = winnow("push", f"s3://{BUCKET}/data/curated", "--curated", samples.curated)
    assert (status, "already: nothing was sent" in err) == (0, True)


@pytest.mark.usefixtures("object_storage")
def test_what_an_older_snapshot_has_is_not_sent_again(own_samples, winnow):
    first = own_samples.snapshot
    carry_out(plan_push(first, TARGET))
    own_samples.put("garden-blog/2026-11-20/a-new-page.txt", "A page about leeks that nobody has written before.\n")
    own_samples.ingest()
    push = plan_push(own_samples.snapshot, TARGET)
    assert {part.path for part in push.copied} == {p.path for p in first.parts} & {p.path for p in push.snapshot.parts}
    assert push.sent
    status, _, err = winnow("push", str(TARGET), "--curated", own_samples.curated, "--plan")
    assert (status, f"{len(push.sent)} parts" in err, read_there("documents").count_rows()) == (
        0,
        True,
        first.totals["documents"],
    )
    carry_out(push)
    assert read_there("documents").count_rows() == own_samples.snapshot.totals["documents"]

    status, out, _ = winnow("push", str(TARGET), "--curated", own_samples.curated, "--snapshot", first.id, "--json")
    assert (status, json.loads(out)["parts"]["there"]) == (0, len(first.parts))
    assert read_there("documents").count_rows() == first.totals["documents"]


def test_a_push_that_broke_off_is_repeated_and_current_stays_until_it_is_whole(object_storage, own_samples, winnow):
    first = own_samples.snapshot
    carry_out(plan_push(first, TARGET))
    own_samples.put("garden-blog/2026-11-20/a-new-page.txt", "A page about leeks that nobody has written before.\n")
    own_samples.ingest()
    damaged = plan_push(own_samples.snapshot, TARGET).sent[-1]
    file = own_samples.snapshot.root / damaged.path
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-1] + b"?")
    status, _, err = winnow("push", str(TARGET), "--curated", own_samples.curated)
    assert (status, damaged.path in re.sub(r"\s", "", err), "winnow verify" in err) == (1, True, True)
    assert read_there("documents").count_rows() == first.totals["documents"]
    assert damaged.path not in " ".join(object_storage.keys())
    file.write_bytes(content)
    again = plan_push(own_samples.snapshot, TARGET)
    assert len(again.there) > 0
    carry_out(again)
    assert read_there("documents").count_rows() == own_samples.snapshot.totals["documents"]


@pytest.mark.parametrize(
    ("environment", "target", "words"),
    [
        ({}, "s3://nowhere-at-all/x", ["there is no such bucket"]),
        ({"AWS_ACCESS_KEY_ID": "nobody"}, str(TARGET), ["the server refuses it", "AWS_ACCESS_KEY_ID"]),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, str(TARGET), ["the server refuses it", "AWS_SECRET_ACCESS_KEY"]),
        ({"AWS_ACCESS_KEY_ID": ""}, str(TARGET), ["the server refuses it", "AWS_PROFILE"]),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
            str(TARGET),
            ["127.0.0.1:9 cannot be reached", "AWS_ENDPOINT_URL"],
        ),
    ],
    ids=["no bucket", "unknown key", "wrong secret", "no credentials", "no server"],
)
def test_what_is_wrong_is_one_message_with_a_way_out(
    object_storage, samples, winnow, monkeypatch, environment, target, words
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, out, err = winnow("push", target, "--curated", samples.curated)
    assert (status, out) == (1, "")
    assert err.count("error: ") == err.count("what to do: ") == 1
    for word in words:
        assert word in err
    assert SECRET not in err
    assert not object_storage.keys()


def test_another_ones_object_is_not_written_over(object_storage, samples, winnow):
    object_storage.put("data/curated/current", b"this is about currents in rivers")
    status, _, err = winnow("push", str(TARGET), "--curated", samples.curated)
    assert (status, "none of Winnow's" in err) == (1, True)
    assert object_storage.keys() == {"data/curated/current"}


@pytest.mark.parametrize(
    "text", ["", "here", "s3://", "s3://x", "s3://Upper/x", "s3://shelf/a//b", "s3://shelf/../x", "https://shelf/x"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(UsageError, match=r"address|part"):
        parse_address(text)


def test_credentials_in_an_address_are_refused_and_not_repeated():
    with pytest.raises(UsageError) as refused:
        parse_address("s3://someone:hush@shelf/x")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("text", ["s3://shelf/a/b", "s3://shelf/a/b/", "S3://shelf/a/b", "s3:/shelf/a/b"])
def test_an_address_is_read_however_it_is_written(text):
    assert parse_address(text) == Address("shelf", "a/b")
    assert str(parse_address(text)) == "s3://shelf/a/b"


def test_nothing_to_push_is_wrong_use(house, winnow):
    for words in ((), ("--snapshot", "2026")):
        status, _, err = winnow("push", str(TARGET), "--curated", house.curated, *words)
        assert (status, "winnow ingest" in err) == (2, True)


@pytest.mark.parametrize("command", ["ingest", "status", "verify"])
def test_snapshots_are_not_made_in_object_storage(house, winnow, command):
    status, _, err = winnow(command, "--curated", "s3://shelf/data")
    assert (status, "winnow push s3://shelf/data" in err) == (2, True)
    assert not house.curated.exists()


def test_the_snippets_of_the_page_read_what_was_pushed(object_storage, samples, repository):
    page = (repository / "docs/object-storage.md").read_text()
    carry_out(plan_push(samples.snapshot, Address(BUCKET, "curated")))
    names: dict = {}
    for snippet in re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        exec(snippet.replace("our-data", BUCKET), names)
    assert names["documents"].count_rows() == samples.snapshot.totals["documents"]
    assert object_storage.keys()
