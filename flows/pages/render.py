"""Templates filled: the environment that all pages share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flows.pages.escape import cut, finish, isolate, key_of, show_text
from flows.view import MARKS
from flows.words import count_of, format_bytes

FOLDER = Path(__file__).parent

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""What a page that is a file of its own may load and run: nothing but its own style."""


@cache
def style() -> str:
    """The stylesheet of all pages."""
    return (FOLDER / "page.css").read_text("utf-8")


@cache
def environment() -> Environment:
    """The environment of all templates.

    `{{ value }}` escapes. `value|data` also isolates its direction of writing, for data within a line; `value|text`
    only shows its hidden characters, for an element that has a `dir` of its own. `value|cut(n)` makes it one line of at
    most n characters.
    """
    made = Environment(
        loader=FileSystemLoader(FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "data": isolate,
        "text": show_text,
        "cut": cut,
        "key": key_of,
        "size": format_bytes,
        "count": count_of,
    }
    made.globals |= {"marks": MARKS, "style": Markup(style()), "policy": POLICY}  # noqa: S704 - a file of ours
    return made


def render(template: str, **facts: Any) -> str:
    """The template of this name, filled; UTF-8 can hold whatever comes of it."""
    return environment().get_template(template).render(facts)
