import random
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import schema
from tasks.dedupe import find_duplicates
from tasks.dedupe.clusters import cluster, find_clusters
from tasks.dedupe.fingerprints import ALGORITHM_VERSION, FINGERPRINT_FIELDS
from tasks.dedupe.options import Options
from tasks.dedupe.signatures import DUPLICATES, SIGNATURES
from tasks.errors import WinnowError
from tests.dedupe.made_up import START, damage, sign, write_text


def assignment(table):
    return dict(zip(table["document_id"].to_pylist(), table["canonical_id"].to_pylist(), strict=True))


def relations(table):
    return dict(zip(table["document_id"].to_pylist(), table["relation"].to_pylist(), strict=True))


@pytest.mark.parametrize("copies", [10, 60, 100, 1000])
def test_damaged_copies_form_one_cluster(copies):
    text = write_text(0)
    ids = [f"d{i:04}" for i in range(copies)]
    found = find_duplicates(ids, [damage(text, 0.01, i) for i in range(copies)], [START] * copies)
    assert set(found.values()) == {"d0000"}


def test_damaged_copies_form_one_cluster_among_other_texts():
    texts = [damage(write_text(i % 5), 0.01, i) for i in range(400)]
    ids = [f"d{i:04}" for i in range(400)]
    found = find_duplicates(ids, texts, [START] * 400)
    assert found == {i: f"d{int(i[1:]) % 5:04}" for i in ids}


def test_nothing_gives_nothing():
    assert find_duplicates([], [], []) == {}
    assert cluster(sign([])).schema == DUPLICATES


def test_the_signatures_hold_every_fingerprint():
    assert {field.name for field in FINGERPRINT_FIELDS} <= set(SIGNATURES.names)


def test_documents_without_text_are_nobodys_duplicates():
    assert find_duplicates(["a", "b", "c"], ["", " \n", ""], [START] * 3) == {"a": "a", "b": "b", "c": "c"}


def test_relations_are_told_apart():
    text = write_text(1)
    table = cluster(
        sign(
            [
                {"text": text},
                {"text": text.replace(" ", "\n")},
                {"text": damage(text, 0.02, 0)},
                {"text": text + " " + write_text(2, 400)},
                {"text": write_text(3)},
            ]
        )
    )
    assert relations(table) == {"d0001": "exact", "d0002": "near", "d0003": "contained"}
    rows = {row["document_id"]: row for row in table.to_pylist()}
    assert (rows["d0001"]["similarity"], rows["d0001"]["containment"]) == (1.0, 1.0)
    assert 0.6 < rows["d0002"]["similarity"] < 1
    assert rows["d0003"]["containment"] > 0.95 > rows["d0003"]["similarity"]


def test_a_part_of_another_text_is_no_duplicate():
    text, other = write_text(1), write_text(2)
    assert assignment(cluster(sign([{"text": text}, {"text": text[: len(text) // 4] + " " + other}]))) == {}


def test_the_same_template_with_other_numbers_is_no_duplicate():
    template = (
        "On {} the river stood at {} cm, the wind blew at {} km an hour and {} mm of rain fell on the {} villages. "
    )
    texts = [
        "".join(template.format(*(random.Random(seed).randrange(10, 999) for _ in range(5))) for _ in range(4))
        for seed in range(20)
    ]
    assert assignment(cluster(sign([{"text": text} for text in texts]))) == {}


@pytest.mark.parametrize(("canonical", "expected"), [("earliest", "b"), ("newest", "a"), ("longest", "c")])
def test_the_canonical_can_be_chosen(canonical, expected):
    text = write_text(1)
    documents = [
        {"document_id": "a", "text": text, "seen_at": START + timedelta(days=3)},
        {"document_id": "b", "text": text, "seen_at": START},
        {"document_id": "c", "text": text + " and so on", "seen_at": START + timedelta(days=1)},
    ]
    found = assignment(cluster(sign(documents), Options(canonical=canonical)))
    assert found == {name: expected for name in "abc" if name != expected}


def test_of_equals_the_least_id_is_canonical():
    text = write_text(1)
    found = assignment(cluster(sign([{"document_id": name, "text": text} for name in "cab"])))
    assert found == {"b": "a", "c": "a"}


def test_the_newest_version_of_a_url_is_canonical():
    url = "https://example.org/story"
    days = [START + timedelta(days=day) for day in range(3)]
    documents = [
        {"text": write_text(1), "url": url, "version_at": days[0], "seen_at": days[0]},
        {"text": damage(write_text(1), 0.02, 1), "url": url, "version_at": days[2], "seen_at": days[2]},
        {"text": write_text(9), "url": url, "version_at": days[1], "seen_at": days[1]},
        {"text": write_text(1), "url": url, "source": "forum", "seen_at": days[2]},
    ]
    table = cluster(sign(documents))
    assert assignment(table) == {"d0000": "d0001", "d0002": "d0001", "d0003": "d0001"}
    assert relations(table) == {"d0000": "near", "d0002": "near", "d0003": "near"}
    assert assignment(cluster(sign(documents), Options(has_url_versions=False))) == {"d0001": "d0000", "d0003": "d0000"}


def test_an_older_version_with_another_text_is_near_and_the_contract_says_so():
    url = "https://example.org/story"
    documents = [{"text": write_text(n), "url": url, "version_at": START - timedelta(days=n)} for n in (1, 2)]
    table = cluster(sign(documents))
    assert relations(table) == {"d0001": "near"}
    assert table["similarity"].to_pylist()[0] < 0.3
    assert assignment(cluster(sign(documents), Options(has_url_versions=False))) == {}
    (meaning,) = (column.meaning for column in schema.DUPLICATES.columns if column.name == "relation")
    assert "older versions of a URL" in meaning


def test_an_older_version_joins_nothing_to_the_newest():
    url = "https://example.org/"
    documents = [
        {"text": write_text(1), "url": url, "version_at": START},
        {"text": write_text(2), "url": url, "version_at": START + timedelta(days=1)},
        {"text": write_text(1), "url": "https://example.org/one"},
        {"text": write_text(2), "url": "https://example.org/two"},
    ]
    assert assignment(cluster(sign(documents))) == {"d0000": "d0001", "d0003": "d0001"}


def test_an_older_version_follows_the_newest_to_its_canonical():
    url = "https://example.org/story"
    documents = [
        {"text": write_text(1), "seen_at": START - timedelta(days=9)},
        {"text": write_text(1), "url": url, "version_at": START + timedelta(days=1)},
        {"text": write_text(2), "url": url, "version_at": START},
    ]
    assert assignment(cluster(sign(documents))) == {"d0001": "d0000", "d0002": "d0000"}


@pytest.mark.parametrize("url", ["", None])
def test_documents_without_a_url_are_no_versions(url):
    assert assignment(cluster(sign([{"text": write_text(i), "url": url} for i in range(3)]))) == {}


def test_an_outgrown_cluster_raises_an_alarm():
    signatures = sign([{"text": write_text(1)} for _ in range(6)] + [{"text": write_text(2)} for _ in range(3)])
    found = find_clusters(signatures, Options(alarm_cluster_size=5))
    assert (found.largest, found.alarms) == (6, {"d0000": 6})
    assert find_clusters(signatures, Options(alarm_cluster_size=6)).alarms == {}


def test_hostile_texts_find_their_like():
    texts = ["a" * 1_000_000, "0123456789" * 100_000, "\U0001f600" * 100_000, "\ud800" * 100]
    ids = [f"{kind}{copy}" for kind in range(4) for copy in range(3)]
    found = find_duplicates(ids, [text for text in texts for _ in range(3)], [START] * 12)
    assert found == {i: i[0] + "0" for i in ids}


def test_signatures_of_another_algorithm_are_refused():
    signatures = sign([{"text": write_text(1)}])
    at = signatures.column_names.index("algorithm_version")
    old = signatures.set_column(at, signatures.schema.field(at), pa.array([ALGORITHM_VERSION - 1], pa.int16()))
    with pytest.raises(WinnowError, match="fingerprinted again"):
        cluster(pa.concat_tables([old, sign([{"document_id": "other", "text": write_text(2)}])]))


def test_a_document_that_stands_twice_is_refused():
    signatures = sign([{"text": write_text(1)}])
    with pytest.raises(WinnowError, match="stands twice"):
        cluster(pa.concat_tables([signatures, signatures]))


documents = st.lists(
    st.builds(
        lambda seed, kind, day, url, source: {
            "text": [
                write_text(seed, 60),
                damage(write_text(seed, 60), 0.02, day),
                write_text(seed, 60) + " " + write_text(seed + 1, 30),
                write_text(seed, 60).upper(),
                "",
            ][kind],
            "seen_at": START + timedelta(days=day),
            "version_at": START + timedelta(days=(day * 7) % 5),
            "url": url,
            "source": source,
        },
        st.integers(0, 3),
        st.integers(0, 4),
        st.integers(0, 6),
        st.sampled_from([None, "", "u", "v"]),
        st.sampled_from(["news", "forum"]),
    ),
    max_size=24,
)


@settings(max_examples=60, deadline=None)
@given(documents, st.randoms(use_true_random=False), st.sampled_from(["earliest", "newest", "longest"]))
def test_clusters_do_not_depend_on_the_order(documents, random, canonical):
    signatures = sign(documents)
    options = Options(canonical=canonical, key_cap=3, key_hubs=2)
    expected = cluster(signatures, options)
    order = np.arange(len(signatures))
    random.shuffle(order)
    assert cluster(signatures.take(order), options).equals(expected)
    found = assignment(expected)
    assert not set(found) & set(found.values())
