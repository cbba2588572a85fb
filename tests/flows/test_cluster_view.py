"""`winnow show` tells who is in a document's cluster, and why."""

from tasks.dedupe.options import Options
from tasks.publish.kinship import read_cluster
from tasks.publish.reading import find_document
from tasks.publish.snapshot import load_current


def test_the_cluster_of_a_document_names_each_member_and_what_joined_it(samples) -> None:
    snapshot = load_current(samples.curated)
    holder = find_document(snapshot, "harbour-news/2026-11-19/over-the-hill.txt")
    cluster = read_cluster(snapshot, holder.row["canonical_id"], Options())
    assert [(member.place, member.reason) for member in cluster] == [
        ("wire-feed/2026-11-14/feed.jsonl#line:1", "canonical"),
        ("harbour-news/2026-11-19/over-the-hill.txt", "contained"),
    ]
    assert cluster[1].joined_to == cluster[0].document_id
    assert cluster[1].containment > 0.9 > cluster[1].similarity


def test_a_document_that_nothing_repeats_is_alone(samples) -> None:
    snapshot = load_current(samples.curated)
    alone = find_document(snapshot, "harbour-news/2026-11-19/limani-pyxida.txt").row["document_id"]
    assert [member.document_id for member in read_cluster(snapshot, alone, Options())] == [alone]
