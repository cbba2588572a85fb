from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.segments.stage import cover_comments
from tasks.document import Comment, Segment


def segment(start: int, end: int, role: str = "comment") -> Segment:
    return Segment(start, end, "comment" if role.startswith("comment") else "main", role)


def test_a_comment_takes_the_white_space_around_it() -> None:
    segments = [segment(0, 10, "body"), segment(10, 20), segment(20, 25, "comment_meta"), segment(25, 30)]
    comments = [Comment(11, 18, "Ann"), Comment(25, 29, "Bob", in_reply_to=0)]
    assert cover_comments(segments, comments) == (Comment(10, 20, "Ann"), Comment(25, 30, "Bob", in_reply_to=0))


def test_a_comment_segment_without_comment_becomes_one_and_replies_keep_their_target() -> None:
    segments = [segment(0, 5), segment(5, 6, "comment_meta"), segment(6, 9), segment(9, 12, "body")]
    comments = [Comment(6, 7, "Ann"), Comment(8, 9, "Bob", in_reply_to=0)]
    assert cover_comments(segments, comments) == (
        Comment(0, 5),
        Comment(6, 8, "Ann"),
        Comment(8, 9, "Bob", in_reply_to=1),
    )


@given(
    cuts=st.lists(st.integers(1, 40), unique=True, max_size=8).map(sorted),
    roles=st.lists(st.sampled_from(["body", "comment", "comment_meta"]), min_size=9, max_size=9),
    starts=st.lists(st.integers(0, 40), unique=True, max_size=6).map(sorted),
)
def test_comments_cover_exactly_the_comment_segments(cuts: list[int], roles: list[str], starts: list[int]) -> None:
    spans = list(pairwise([0, *cuts, 41]))
    segments = [segment(a, b, role) for (a, b), role in zip(spans, roles, strict=False)]
    covered = cover_comments(segments, [Comment(start, start + 1) for start in starts])
    assert [i for c in covered for i in range(c.start, c.end)] == [
        i for s in segments if s.role == "comment" for i in range(s.start, s.end)
    ]
