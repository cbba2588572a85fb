from datetime import timedelta

from tasks.dedupe.explain import REASONS, explain
from tests.dedupe.made_up import START, sign

SENTENCES = [
    "The old ferry will sail for the last time on Sunday, after forty years between the two islands of the bay. ",
    "Its captain said that the new one was faster and cleaner, but that nobody could ever love it in the same way. ",
    "The council had voted for the purchase in spring, against the advice of the harbour master and of two banks. ",
    "A farewell with music and soup is planned on the quay, and children may steer for a minute each if they dare. ",
    "What becomes of the ship is open: a museum has asked for the engine, and a hotel for the brass of the bridge. ",
    "Until then she lies at the northern pier, where she can be seen every day but Monday, in rain as in sunshine. ",
]


def story(first, last):
    return "".join(SENTENCES[first:last])


def test_each_member_is_joined_by_the_shortest_way():
    rows = [
        {"document_id": "a", "text": story(0, 1)},
        {"document_id": "b", "text": story(0, 2)},
        {"document_id": "c", "text": story(0, 6)},
        {"document_id": "d", "text": story(0, 1) + " "},
        {"document_id": "e", "text": "Something else.", "url": "u", "version_at": START - timedelta(days=1)},
        {"document_id": "f", "text": story(0, 3), "url": "u"},
    ]
    table = explain(sign(rows))
    assert table.schema == REASONS
    found = [(row["document_id"], row["joined_to"], row["reason"]) for row in table.to_pylist()]
    assert found == [
        ("b", "a", "contained"),
        ("d", "a", "exact"),
        ("f", "a", "contained"),
        ("c", "b", "contained"),
        ("e", "f", "version"),
    ]
    assert all(0 <= row["similarity"] <= row["containment"] <= 1 for row in table.to_pylist())


def test_a_cluster_of_one_needs_no_reason():
    assert explain(sign([{"document_id": "a", "text": story(0, 3)}])).to_pylist() == []
