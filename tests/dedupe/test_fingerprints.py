import base64
import random
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dedupe.fingerprints import ALGORITHM_VERSION, FINGERPRINT_FIELDS, fingerprint
from tasks.dedupe.letters import BLOCK_BYTES
from tasks.dedupe.likeness import Fingerprints
from tests.dedupe.made_up import SCRIPTS, write_in

PROSE = (
    "The ferry left the harbour at dawn, with forty passengers and a cargo of salt. Nobody on the quay had expected "
    "the weather to turn so early in the year, and the pilot asked twice whether the captain meant to sail at all."
)
HOSTILE = {
    "one letter": "a" * 1_000_000,
    "digits": "0123456789" * 100_000,
    "numbers": " ".join(map(str, range(150_000))),
    "emoji": "\U0001f600" * 250_000,
    "ideographs": "語" * 300_000,
    "ligatures that grow": "\ufdfa" * 50_000,
    "combining": "e" + "\u0301" * 200_000,
    "base64": base64.b64encode(random.Random(0).randbytes(700_000)).decode(),
    "spaces": " " * 1_000_000,
    "full stops": "." * 1_000_000,
    "nul": "\0" * 1_000_000,
    "surrogates": "\ud800 and \udfff" * 10,
}


def likeness(*texts):
    return Fingerprints(fingerprint(texts)).compare(np.array([0]), np.array([1]))


def test_the_schema_is_the_declared_one():
    table = fingerprint([PROSE])
    assert table.schema == pa.schema(FINGERPRINT_FIELDS)
    assert table["algorithm_version"].to_pylist() == [ALGORITHM_VERSION]
    table.validate(full=True)


def test_fingerprints_stay_what_they_are():
    texts = [write_in(script, seed) for script in SCRIPTS for seed in range(3)]
    digest = sha256()
    for row in fingerprint([*texts, PROSE, "7", "a,  b\t\u3000c"]).to_pylist():
        digest.update(repr(row).encode())
    # Another digest is another fingerprint, which no signature of before can be compared with: it needs a new version.
    assert (ALGORITHM_VERSION, digest.hexdigest()[:16]) == (2, "0dd1fb7f557d1c72")


def test_no_text_gives_no_rows():
    table = fingerprint([])
    assert table.schema == pa.schema(FINGERPRINT_FIELDS)
    assert len(table) == 0


@pytest.mark.parametrize("text", ["", " ", "\n\t \r\n", None])
def test_text_of_white_space_has_no_hash(text):
    row = fingerprint([text]).to_pylist()[0]
    assert (row["exact_hash"], row["keys"], row["sketch"], row["shingles"]) == (None, [], b"", 0)


def test_white_space_alone_changes_no_hash_and_no_key():
    rows = fingerprint([PROSE, "  " + PROSE.replace(" ", "\n\n") + "\n"]).to_pylist()
    assert rows[0] == rows[1]


def test_case_and_punctuation_change_the_hash_only():
    one, other = fingerprint([PROSE, "— " + PROSE.upper().replace(",", " –") + "!"]).to_pylist()
    assert one.pop("exact_hash") != other.pop("exact_hash")
    assert one == other


def test_composed_and_decomposed_letters_have_the_same_keys():
    one, other = fingerprint(
        ["Über Ärger, die Größe: ein Café", "U\u0308ber A\u0308rger die Gro\u0308ße ein Cafe\u0301"]
    ).to_pylist()
    assert one["keys"] == other["keys"]
    assert one["sketch"] == other["sketch"]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("4,500 boxes", "4500 boxes", (1, 1)),
        ("12.30 pm", "12:30 pm", (1, 0)),
        ("1.5 and 7", "15 and 7", (2, 1)),
        ("rose 12, 15 and 3.", "rose 12 15, 3", (3, 3)),
        ("none", "7", (0, 0)),
        ("price 12", "price １２", (1, 1)),
    ],
)
def test_numbers_agree(one, other, agree):
    found = likeness(one, other)
    assert (found.numbers[0], found.shared_numbers[0]) == agree


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_gets_a_bounded_fingerprint(kind):
    table = fingerprint([PROSE, HOSTILE[kind], PROSE])
    table.validate(full=True)
    rows = table.to_pylist()
    assert rows[0] == rows[2] == fingerprint([PROSE]).to_pylist()[0]
    assert len(rows[1]["sketch"]) < 2 * 400
    assert len(rows[1]["numbers"]) <= 64


def test_a_script_without_spaces_has_keys_by_characters():
    text = "昨日の午後、港の近くで小さな火事があったが、けが人はいなかったという。消防によると原因は調査中である。"
    changed = text.replace("港", "駅").replace("調査", "捜査")
    one, other = (set(row["keys"]) for row in fingerprint([text, changed]).to_pylist())
    assert len(one) >= 16
    assert len(one & other) >= 4


def test_similarity_of_random_subsets_is_estimated_well():
    letters = random.Random(1)
    words = ["".join(letters.choices("bcdfghjklmnpqrstvwxyz", k=9)) for _ in range(4000)]
    for share in (0.2, 0.5, 0.8):
        part = int(len(words) * share)
        found = likeness(" ".join(words), " ".join(words[:part]))
        assert found.containment[0] > 0.95
        assert abs(found.similarity[0] - share) < 0.1


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([*"ab1.,:\u0301語", "12", "No."]), max_size=12), st.data())
def test_equal_hashes_mean_equal_fingerprints(parts, data):
    gaps = [data.draw(st.sampled_from(["", " "])) for _ in parts]
    wide = [data.draw(st.sampled_from([" ", "\n\n", "\t \n"])) if gap else "" for gap in gaps]
    one = "".join(part + gap for part, gap in zip(parts, gaps, strict=True))
    other = "".join(part + gap for part, gap in zip(parts, wide, strict=True))
    rows = fingerprint([one, "\n" + other]).to_pylist()
    assert rows[0] == rows[1]


texts = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet="ab, .1語ก\u0301", max_size=80),
        st.integers(1, 400).map(lambda n: PROSE * (n % 9) + PROSE[:n]),
    ),
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(texts, st.randoms(use_true_random=False))
def test_a_fingerprint_does_not_depend_on_the_batch(batch, random):
    alone = [fingerprint([text]).to_pylist()[0] for text in batch]
    order = list(range(len(batch)))
    random.shuffle(order)
    assert fingerprint([batch[i] for i in order]).to_pylist() == [alone[i] for i in order]


def test_a_fingerprint_does_not_depend_on_the_block():
    long = "".join(f"Line {i} of a long report about nothing much. " for i in range(BLOCK_BYTES // 30))
    batch = [PROSE, long, "", PROSE, long[: BLOCK_BYTES // 2], long[BLOCK_BYTES // 2 :], PROSE] * 3
    rows = fingerprint(batch).to_pylist()
    for text, row in zip(batch[:7], rows[:7], strict=True):
        assert fingerprint([text]).to_pylist() == [row]
    assert rows[:7] == rows[7:14] == rows[14:]


def test_a_slice_and_a_chunked_array_are_read_where_they_lie():
    array = pa.array(["zero", PROSE, None, "three and three"])
    assert fingerprint(array[1:]).to_pylist() == fingerprint([PROSE, "", "three and three"]).to_pylist()
    assert (
        fingerprint(pa.chunked_array([array[1:2], array[3:]])).to_pylist()
        == fingerprint([PROSE, "three and three"]).to_pylist()
    )
