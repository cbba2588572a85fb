"""How well made copies are told from what only looks like them, on the development data beside the checkout."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from tasks.dedupe import find_duplicates
from tests.dedupe.made_up import START

DATA = Path(__file__).parents[2] / "../shared/data/dev/duplicates/synth.jsonl.gz"


@pytest.fixture(scope="module")
def rows():
    if not DATA.exists():
        pytest.skip(f"no development data at {DATA}")
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def found(rows):
    return find_duplicates([row["id"] for row in rows], [row["main"] for row in rows], [START] * len(rows))


def pairs(groups):
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


def test_pair_f1_of_made_copies(rows, found):
    both = pairs((row["cluster"], found[row["id"]]) for row in rows)
    assert 2 * both / (pairs(row["cluster"] for row in rows) + pairs(found.values())) >= 0.99


def test_recall_with_noise_in_six_of_a_hundred_characters(rows, found):
    originals = {row["cluster"]: found[row["id"]] for row in rows if row["kind"] == "orig"}
    noisy = [row for row in rows if row["kind"] == "ocr6" and row["cluster"] in originals]
    assert sum(found[row["id"]] == originals[row["cluster"]] for row in noisy) / len(noisy) >= 0.88


def test_hard_negatives_stay_apart(rows, found):
    clusters = {}
    for row in rows:
        clusters.setdefault(found[row["id"]], set()).add(row["cluster"])
    negatives = [row for row in rows if row["kind"].startswith("neg")]
    assert sum(len(clusters[found[row["id"]]]) > 1 for row in negatives) / len(negatives) <= 0.005
