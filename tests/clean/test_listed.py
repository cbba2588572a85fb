import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.clean import listed
from tasks.clean.listed import count_listed, list_words

FOLD = bytes(ord(" ") if chr(code).isspace() else ord(chr(code).lower()) for code in range(128)) + bytes(128)
LISTED = frozenset({"a", "the", "of", "offthehoof", "été"})


@example(["a the\0", "offthehoof of", "offthehoo", "\0"], 7)
@given(st.lists(st.text(st.sampled_from("aThe of\t\x1c\n.\0")), max_size=9), st.integers(1, 12))
def test_words_are_counted_as_python_splits_them_wherever_a_block_ends(texts, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "BLOCK", block)
        words, found = count_listed(texts, FOLD, list_words(LISTED))
    split = [text.lower().split() for text in texts]
    assert words.tolist() == [len(each) for each in split]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "LONGEST", block)
        in_pieces = count_listed(texts, FOLD, list_words(LISTED))
    assert [column.tolist() for column in in_pieces] == [words.tolist(), found.tolist()]
    assert found.tolist() == [sum(word in LISTED for word in each) for each in split]
