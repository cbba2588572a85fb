"""Elements that say by their role what others say by their name."""

from __future__ import annotations

import pytest

from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.markup.tags import LANDMARKS, TAG_BIT


@pytest.mark.parametrize(("role", "mark"), LANDMARKS.items())
def test_role_is_as_good_as_a_name(role: str, mark: str) -> None:
    lines = render(parse_page(f'<p>Flour.</p><div role="{role.title()}"><p>Water and salt.</p></div>'))
    assert lines.tags is not None
    assert [bool(tags.marks & TAG_BIT[mark]) for tags in lines.tags] == [False, True]


def test_other_roles_say_nothing() -> None:
    lines = render(parse_page('<div role="presentation"><p>Water and salt.</p></div>'))
    assert lines.tags is not None
    assert not any(lines.tags[0].marks & TAG_BIT[mark] for mark in LANDMARKS.values())
