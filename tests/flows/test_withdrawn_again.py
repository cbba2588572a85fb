"""What was taken out by its id does not come back unseen when its file moves, or comes with other lines."""

import gzip
import json
import re

import pytest

from flows.order import RunOrder
from tasks.acquire.scope import Scope
from tasks.publish.runs import RunRecord

PARTS = {
    "wheel": "The old wheel turned for the last time in the dry summer, and a willow grows through its spokes.",
    "sluice": "Nobody opens the sluice by hand now: a motor does it, and the children of the village miss the noise.",
    "shaft": "A carpenter from over the hills cut the shaft out of one oak, and asked for bread and a bed in return.",
    "stone": "Both stones came up the river on a barge, which sank under them a mile below the bridge.",
    "hopper": "Grain is poured into the hopper from sacks of fifty pounds, and whoever pours it coughs until evening.",
    "roof": "Slates were dear that year, so the roof was covered with reeds, and it burned in the following one.",
}
FEED = "notes/2026-11-20/feed.jsonl"


def lines(*parts: str) -> str:
    return "".join(json.dumps({"title": part, "text": PARTS[part]}) + "\n" for part in parts)


def titles(house) -> list[str]:
    return sorted(row["title"] for name in ("documents", "duplicates") for row in house.rows(name))


def withdraw(house, *ids: str) -> None:
    house.put("withdrawn.txt", "".join(f"{each}\n" for each in ids))


@pytest.fixture
def without_shaft(house):
    """A feed of which one record is withdrawn, and the id that it had."""
    house.put(FEED, lines(*PARTS))
    house.ingest(workers=1)
    (withdrawn,) = (row["document_id"] for row in house.rows("documents") if row["title"] == "shaft")
    withdraw(house, withdrawn)
    house.ingest(workers=1)
    assert titles(house) == sorted({*PARTS} - {"shaft"})
    return house, withdrawn


def fewer_lines(house) -> None:
    house.put(FEED, lines(*list(PARTS)[1:]))


def compressed(house) -> None:
    house.put(f"{FEED}.gz", gzip.compress((house.raw / FEED).read_bytes()))
    (house.raw / FEED).unlink()


def renamed(house) -> None:
    (house.raw / FEED).rename(house.raw / "notes/2026-11-20/again.jsonl")


def held_ids(record: RunRecord) -> list[str]:
    (finding,) = (each for each in record.findings if each["check"] == "returned")
    assert (finding["consequence"], finding["source"]) == ("held", "notes")
    return re.findall(r"[0-9a-f]{32}", finding["message"])


@pytest.mark.parametrize("come_again", [fewer_lines, compressed, renamed])
def test_a_text_that_comes_again_under_another_id_is_held_until_that_is_named_too(without_shaft, come_again) -> None:
    house, withdrawn = without_shaft
    before = titles(house)
    come_again(house)
    record = house.ingest(workers=1)
    assert record.status == "held"
    assert titles(house) == before
    (again,) = held_ids(record)
    assert again != withdrawn
    withdraw(house, withdrawn, again)
    house.ingest(workers=1, accepted=frozenset({"notes"}))
    assert "shaft" not in titles(house)
    assert house.run(RunOrder(house.settings(workers=1), Scope(), is_everything=True)).status == "published"
    assert "shaft" not in titles(house)


def test_who_accepts_it_has_it_back(without_shaft) -> None:
    house, _ = without_shaft
    renamed(house)
    assert house.ingest(workers=1).status == "held"
    assert house.ingest(workers=1, accepted=frozenset({"notes"})).status == "published"
    assert titles(house) == sorted(PARTS)
    assert house.run(RunOrder(house.settings(workers=1), Scope(), is_everything=True)).status == "published"
    assert titles(house) == sorted(PARTS)


def test_an_entry_that_is_taken_back_holds_nothing(without_shaft) -> None:
    house, _ = without_shaft
    withdraw(house)
    renamed(house)
    assert house.ingest(workers=1).status == "published"
    assert titles(house) == sorted(PARTS)
    assert house.snapshot.withdrawn_texts == {}
