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
        (b"&nbsp;" * 1000 + b"no tag", False),
        (b"<!-- wp:paragraph -->\n<p>The tide table hangs at the door.</p>\n<!-- /wp:paragraph -->", True),
        (b"&nbsp;<p>The tide table hangs at the door.</p>", True),
        (b"<strong>Oslo.</strong> The tide table hangs at the door.<p>", True),
        (b"<em>Oslo</em> has a tide table.", True),
        (b"<style>p { margin: 0 }</style><p>The tide table hangs at the door.", True),
        (b"<b> is how a word was made bold.", False),
        (b"<!-- wp:paragraph -->\nThe tide table hangs at the door.", False),
        (b'<?xml version="1.0"?><feed><title>Tides</title></feed>', False),
    ],
)
def test_a_page_or_a_fragment_is_known_by_how_it_starts(head: bytes, expected: bool) -> None:
    assert is_html(head) is expected
