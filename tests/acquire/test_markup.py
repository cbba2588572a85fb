"""Text or a page? Told by how it starts, whatever stands there."""

import pytest

from tasks.acquire.markup import is_html


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<!doctype html><p>a</p>", True),
        (b"<!-- saved --> <!-- twice -->\n<html>", True),
        (b"<!--" + b" a" * 1000 + b"--><html>", True),
        (b"<!-- a text about <html> -->", False),
        (b"<!---->" * 1000 + b"<html>", True),
        (b"<!---->" * 1000, False),  # it took twice as long with each comment, and never ended
        (b"<!-- --" * 1000, False),
    ],
)
def test_comments_before_a_page_are_passed_over(head: bytes, expected: bool) -> None:
    assert is_html(head) is expected
