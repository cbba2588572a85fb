import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean import listed
from tasks.clean.listed import count_listed

FOLD = bytes(ord(" ") if chr(code).isspace() else ord(chr(code).lower()) for code in range(128)) + bytes(128)
LISTED = frozenset({"a", "the", "of"})


@given(st.lists(st.text(st.sampled_from("aThe of\t\x1c\n.")), max_size=9), st.integers(1, 12))
def test_words_are_counted_as_python_splits_them_wherever_a_block_ends(texts, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "BLOCK", block)
        words, found = count_listed(texts, FOLD, pa.array(sorted(LISTED)))
    split = [text.lower().split() for text in texts]
    assert words.tolist() == [len(each) for each in split]
    assert found.tolist() == [sum(word in LISTED for word in each) for each in split]
