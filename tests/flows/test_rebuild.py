"""The pieces that are published of a document rebuild its repaired text, character by character."""

import re
import shutil
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from tasks.acquire import read_file
from tasks.acquire.inventory import list_files
from tasks.acquire.source import load_source
from tasks.clean.draft import Draft
from tasks.clean.stages import STAGES
from tasks.document import Record
from tasks.publish.reading import WholeDocument, assemble

SEEDS = Path(__file__).parents[2] / "../shared/seeds"
TITLE_LINES = {"000": 5, "001": 1, "002": 3, "003": 3, "004": 3}
"""The line of each page, counted from 1, that is its headline."""

FURNITURE = {
    "000": ["53.5 F", "Related Articles", "- Advertisement -", "Latest Articles"],
    "002": ["skip to Main Content", "PA1\u00a0of\u00a043", "Back To Top"],
    "003": ["Advertisement", "READ|"],
    "004": ["What's new", "ELITE MEMBER", "Joined", "Messages", "Reaction score", "Latest posts", "Top Bottom"],
}
"""Starts of lines that belong to the page, not to what it says."""


def whole_documents(house) -> list[WholeDocument]:
    comments, boilerplate = defaultdict(list), defaultdict(list)
    for row in house.rows("comments"):
        comments[row["document_id"]].append(row)
    for row in house.rows("boilerplate"):
        boilerplate[row["document_id"]].append(row)
    return [
        assemble(
            row, comments.pop(row["document_id"], []), boilerplate.pop(row["document_id"], []), name == "duplicates"
        )
        for name in ("documents", "duplicates")
        for row in house.rows(name)
    ]


def repaired_texts(raw: Path) -> dict[tuple[str, str], str]:
    """The repaired text of every record, straight from the stages, before anything is cut."""
    texts = {}
    for file in list_files(raw).files:
        settings = load_source(raw, file.source)
        drafts = [Draft(item) for item in read_file(file, "", settings) if isinstance(item, Record)]
        for stage in STAGES:
            drafts = [draft for draft in stage.apply(drafts, settings) if isinstance(draft, Draft)]
        texts |= {(draft.record.raw_path, draft.record.raw_record): draft.text for draft in drafts}
    return texts


def assert_tiles(whole: WholeDocument) -> None:
    place = whole.row["raw_path"], whole.row["raw_record"]
    assert all(piece.end - piece.start == len(piece.text) > 0 for piece in whole.pieces), place
    assert not whole.pieces or whole.pieces[0].start == 0, place
    assert all(one.end == other.start for one, other in pairwise(whole.pieces)), place
    assert "\r" not in whole.text, place
    assert whole.row["text"] == "".join(piece.text for piece in whole.pieces if piece.label == "main"), place
    assert whole.row["characters"] == len(whole.row["text"]), place
    assert whole.row["comment_count"] == len(whole.comments), place
    assert [comment["position"] for comment in whole.comments] == list(range(len(whole.comments))), place
    boilerplate = sum(len(piece.text) for piece in whole.pieces if piece.label == "boilerplate")
    assert whole.row["boilerplate_characters"] == boilerplate, place
    ids = {comment["comment_id"] for comment in whole.comments}
    assert {comment["in_reply_to"] for comment in whole.comments} <= ids | {None}, place


def assert_rebuilt(house) -> None:
    texts = repaired_texts(house.raw)
    wholes = whole_documents(house)
    assert wholes
    for whole in wholes:
        assert_tiles(whole)
        assert whole.text == texts.pop((whole.row["raw_path"], whole.row["raw_record"]))
    assert not texts
    known = {whole.row["document_id"] for whole in wholes}
    for dataset in ("comments", "boilerplate", "signatures"):
        assert {row["document_id"] for row in house.rows(dataset)} <= known


def test_the_pieces_of_every_sample_rebuild_its_text(samples) -> None:
    assert_rebuilt(samples)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffA title\r\n\r\nOld Macintosh\rline ends, form\ffeed and\x0bvertical tab.\r\n",
        "\n\n  \t\n   Leading space, then a line.\n\n\nTrailing space   \n\n\n",
        "no line end at all",
        "Comments\n\nFirst!\n\n",
        "Emoji 👩‍👩‍👧 and flags 🇫🇷 beyond the sixteen bits, and a\u2028line separator\u2029too, and\x85next line.\n",
    ],
)
def test_odd_texts_are_rebuilt_too(house, text: str) -> None:
    house.put("odd/2026-11-20/text.txt", text)
    house.ingest()
    assert_rebuilt(house)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory, pool, samples):
    if not SEEDS.exists():
        pytest.skip(f"the seed pages are not here: {SEEDS.resolve()}")
    house = type(samples)(tmp_path_factory.mktemp("seeds"), pool)
    shutil.copytree(SEEDS, house.raw / "seeds")
    house.ingest()
    return {whole.row["raw_path"].split("/")[1][:3]: whole for whole in whole_documents(house)}, house


def test_the_seeds_are_five_documents_and_rebuild(seeds) -> None:
    wholes, house = seeds
    assert sorted(wholes) == sorted(TITLE_LINES)
    assert not any(whole.is_duplicate for whole in wholes.values())
    assert_rebuilt(house)


@pytest.mark.parametrize("seed", TITLE_LINES)
def test_the_seeds_have_their_titles_and_their_language(seeds, seed: str) -> None:
    whole = seeds[0][seed]
    (page,) = SEEDS.glob(f"{seed}_*")
    title = page.read_text(encoding="utf-8").splitlines()[TITLE_LINES[seed] - 1].strip()
    assert whole.row["title"] == title
    assert whole.row["text"].lstrip().startswith(title)
    assert whole.row["language"] == "en"


@pytest.mark.parametrize("seed", TITLE_LINES)
def test_only_the_thread_has_comments_and_it_has_three(seeds, seed: str) -> None:
    comments = seeds[0][seed].comments
    assert len(comments) == (3 if seed == "004" else 0), [comment["text"] for comment in comments]


@pytest.mark.parametrize(("seed", "line"), [(seed, line) for seed, lines in FURNITURE.items() for line in lines])
def test_the_furniture_of_the_seeds_is_boilerplate(seeds, seed: str, line: str) -> None:
    whole = seeds[0][seed]
    labels = "".join(piece.label[0] * len(piece.text) for piece in whole.pieces)
    found = [match.span() for match in re.finditer(rf"^[ \t]*{re.escape(line)}.*$", whole.text, re.MULTILINE)]
    assert found
    for start, end in found:
        assert set(labels[start:end]) == {"b"}, whole.text[start:end]
