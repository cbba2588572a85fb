"""ftfy, a line at a time, by our options, with its explanations turned into codes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from tasks.clean.mojibake.fixes import name_steps
from tasks.clean.mojibake.options import Options


@cache
def _config(options: Options) -> Any:
    ftfy = import_module("ftfy")
    return ftfy.TextFixerConfig(**options.for_ftfy(), explain=True)


def fix_line(line: str, options: Options) -> tuple[str, set[str]]:
    """Give the line as ftfy repairs it, and the codes of what it did.

    Explaining is not only for the codes: without, ftfy repairs encodings by its defaults, whatever the configuration.
    """
    ftfy = import_module("ftfy")
    text, steps = ftfy.fix_and_explain(line, _config(options))
    return text, name_steps(steps) if text != line else set()


def cut_lines(text: str, longest: int) -> Iterator[str]:
    """Yield the lines with their ends, and lines of more than `longest` characters in pieces of that."""
    position = 0
    while position < len(text):
        end = text.find("\n", position, position + longest) + 1
        end = end or min(position + longest, len(text))
        yield text[position:end]
        position = end


def cut_pieces(text: str, size: int, longest: int) -> Iterator[str]:
    """Yield pieces of some `size` characters, cut after a line; a line of more than `longest` is cut anywhere."""
    position = 0
    while position < len(text):
        end = position + size
        if end < len(text):
            line = text.find("\n", end, end + longest) + 1
            end = line or end + longest
        yield text[position:end]
        position = end
