"""The pieces of a partition are laid end to end, whatever the number of ranges that its ids are gone through in."""

import hashlib
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.parts import PlacedPart, write_part
from tasks.publish.verify import pieces
from tasks.publish.verify.pieces import check_pieces
from tasks.schema import BOILERPLATE, COMMENTS, DOCUMENTS, Dataset

KINDS = {"p": "documents", "c": "comments", "b": "boilerplate"}
TEXT = "gößer 漢字 \N{GRINNING FACE}"


def document_id(number: int) -> str:
    return hashlib.md5(str(number).encode()).hexdigest()


def lay_out(number: int, kinds: str) -> dict[str, list[dict[str, Any]]]:
    """A document whose pieces are of these kinds, each as long as its place and more."""
    rows: dict[str, list[dict[str, Any]]] = {"documents": [], "comments": [], "boilerplate": []}
    passages, text, at = [], "", 0
    for position, kind in enumerate(kinds):
        piece = TEXT[: position % len(TEXT) + 1]
        place = {"start": at, "end": at + len(piece)}
        at += len(piece)
        if kind == "p":
            passages.append({**place, "role": "body"})
            text += piece
        else:
            row = {"document_id": document_id(number), "position": position, "text": piece, "role": "date", **place}
            rows[KINDS[kind]].append(row)
    boilerplate = sum(row["end"] - row["start"] for row in rows["boilerplate"])
    rows["documents"].append(
        {
            "document_id": document_id(number),
            "text": text,
            "passages": passages,
            "characters": len(text),
            "comment_count": len(rows["comments"]),
            "boilerplate_characters": boilerplate,
        }
    )
    return rows


def table_of(dataset: Dataset, rows: list[dict[str, Any]]) -> pa.Table:
    """The rows with something in every column that may not be null."""
    filler = {pa.string(): "", pa.int64(): 0, pa.int32(): 0, pa.float64(): 0.5}
    blank = {
        field.name: [] if pa.types.is_list(field.type) else filler.get(field.type)
        for field in dataset.schema
        if not field.nullable
    }
    return pa.Table.from_pylist([{**blank, **row} for row in rows], schema=dataset.schema)


def place(root, rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[PlacedPart]]:
    return {
        dataset.name: [
            PlacedPart(
                write_part(root, dataset, "a", "2026-11-20", table_of(dataset, rows[dataset.name][half::2])), root
            )
            for half in range(2)
            if rows[dataset.name][half::2]
        ]
        for dataset in (DOCUMENTS, COMMENTS, BOILERPLATE)
    }


def join(documents: list[str]) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {"documents": [], "comments": [], "boilerplate": []}
    for number, kinds in enumerate(documents):
        for dataset, more in lay_out(number, kinds).items():
            rows[dataset] += more
    return rows


documents = st.lists(st.text("pcb", max_size=6), min_size=1, max_size=12)
ranges = st.sampled_from([1, 3, 10**6])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=documents, rows_at_once=ranges)
def test_texts_that_their_pieces_tile_have_nothing_wrong(
    tmp_path_factory, monkeypatch, documents, rows_at_once
) -> None:
    monkeypatch.setattr(pieces, "ROWS_AT_ONCE", rows_at_once)
    assert check_pieces(place(tmp_path_factory.mktemp("texts"), join(documents))) == []


def lose(rows: list[dict[str, Any]], at: int) -> None:
    del rows[at]


def repeat(rows: list[dict[str, Any]], at: int) -> None:
    rows.append(rows[at])


def shift(rows: list[dict[str, Any]], at: int) -> None:
    rows[at] = rows[at] | {"start": rows[at]["start"] + 1, "end": rows[at]["end"] + 1}


def stretch(rows: list[dict[str, Any]], at: int) -> None:
    rows[at] = rows[at] | {"end": rows[at]["end"] + 1}


def orphan(rows: list[dict[str, Any]], at: int) -> None:
    rows[at] = rows[at] | {"document_id": document_id(99)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=documents, data=st.data())
def test_whatever_is_done_to_a_piece_is_found(tmp_path_factory, monkeypatch, documents, data) -> None:
    rows = join([*documents, "pcb"])
    dataset = data.draw(st.sampled_from(["comments", "boilerplate"]))
    at = data.draw(st.integers(0, len(rows[dataset]) - 1))
    hurt = data.draw(st.sampled_from([lose, repeat, shift, stretch, orphan]))
    hurt(rows[dataset], at)
    parts = place(tmp_path_factory.mktemp("texts"), rows)
    told = []
    for rows_at_once in (10**6, 3):
        monkeypatch.setattr(pieces, "ROWS_AT_ONCE", rows_at_once)
        told.append(sorted(check_pieces(parts)))
    assert told[0]
    assert told[0] == told[1]


@pytest.mark.parametrize("count", [1, 2, 3, 16, 1000])
def test_ranges_cover_every_id_once(count: int) -> None:
    found = list(pieces._ranges(count))
    assert len(found) == count
    for name in ("", "!", "0", "7fffffff", "80000000", "ffffffff", "id7", "zz", *map(document_id, range(99))):
        assert sum(least <= name and (beyond is None or name < beyond) for least, beyond in found) == 1
