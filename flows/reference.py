"""The reference, as far as it follows from the code: commands and options, keys of `source.toml`, readers, checks.

It stands in `docs/reference.md` below a marker; `make docs` writes it, and a test compares.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import click

from flows.cli import winnow
from flows.commands import load_commands
from flows.commands.options import Whole
from tasks.acquire.archives import ARCHIVES
from tasks.acquire.compression import COMPRESSIONS
from tasks.acquire.readers import READERS
from tasks.acquire.source import Expectations, Fields, Limits, SourceSettings
from tasks.clean.stages import STAGES
from tasks.gate import CHECKS
from tasks.publish.contract import MARKER as CONTRACT_MARKER
from tasks.publish.contract import markdown_table, render_contract

MARKER = "<!-- Below: made from the code by `make docs`. A test compares. -->"

_TABLES: tuple[tuple[str, type], ...] = (("fields", Fields), ("limits", Limits), ("expect", Expectations))
"""The tables of `source.toml`, beside the keys at its top."""

_BULLET = re.compile(r"^- ((?:`\w+`(?:, )?)+): (.*?)(?=^- |^$|\Z)", re.MULTILINE | re.DOTALL)
_TYPES = {
    "str": "string", "float": "number", "int": "integer", "tuple[str, ...]": "string or list of strings",
    "tuple[re.Pattern[str], ...]": "list of regular expressions",
}  # fmt: skip


def render_reference() -> str:
    """Everything below the marker of `docs/reference.md`."""
    blocks = [
        "## Commands",
        *(block for command in load_commands() for block in _command(command)),
        "## Keys of source.toml",
        *_keys(),
        "## What is read",
        _listed("reader", READERS),
        _listed("archive", ARCHIVES),
        f"Each also compressed: {', '.join(f'{one.name} (`{one.suffix}`)' for one in COMPRESSIONS)}.",
        "## Stages of cleaning",
        _listed("stage", STAGES),
        "## Checks of the gate",
        "A finding names its check: in the summary, in `findings` of a run's record, and in Prefect.",
        _listed("check", CHECKS),
    ]
    return "\n\n".join(blocks) + "\n"


def root_context() -> click.Context:
    """The context in which every command is called: without it click gives them another option for help, for good."""
    return click.Context(winnow, info_name="winnow", **winnow.context_settings)


def _command(command: click.Command) -> Iterator[str]:
    """One command: its usage, what it does, and its options."""
    yield f"### winnow {command.name}"
    context = click.Context(command, info_name=command.name, parent=root_context())
    yield f"```\n{command.get_usage(context).removeprefix('Usage: ')}\n```"
    yield from _paragraphs(inspect.cleandoc(command.help or ""))
    options = [option for option in command.params if isinstance(option, click.Option)]
    yield markdown_table(
        ("option", "default", "or by", "meaning"),
        ((_declaration(o), _default(o), f"`{o.envvar}`" if o.envvar else "", o.help or "") for o in options),
    )


def _paragraphs(text: str) -> Iterator[str]:
    r"""A help text as Markdown: what follows the mark \b keeps its lines."""
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield f"```\n{paragraph[2:]}\n```"
        else:
            yield " ".join(paragraph.split())


def _declaration(option: click.Option) -> str:
    name = ", ".join(option.opts)
    if option.is_flag:
        return f"`{name}`"
    if isinstance(option.type, click.Choice):
        return f"`{name}` {' / '.join(f'`{choice}`' for choice in option.type.choices)}"
    return f"`{name} {option.metavar or _unit(option)}`"


def _unit(option: click.Option) -> str:
    """What a value is called where the option does not say: not its range, which may depend on the machine."""
    return "N" if isinstance(option.type, Whole) else option.type.name.upper()


def _default(option: click.Option) -> str:
    if option.required:
        return "required"
    if isinstance(option.show_default, str):
        return option.show_default
    if option.is_flag or option.default in (None, ()) or not option.show_default:
        return ""
    return f"`{option.default}`"


def _keys() -> Iterator[str]:
    """One table for the keys at the top, and one for each table of the file."""
    inner = {name for name, _ in _TABLES} | {"profile"}
    yield _settings_table(SourceSettings, leaving=inner)
    for name, kind in _TABLES:
        yield f"### [{name}]"
        yield _settings_table(kind)


def _settings_table(kind: type, leaving: Iterable[str] = ()) -> str:
    """The fields of a dataclass of settings with what its docstring says of each; `KeyError` where it says nothing."""
    meanings = {
        name: " ".join(words.split())
        for names, words in _BULLET.findall(inspect.getdoc(kind) or "")
        for name in re.findall(r"`(\w+)`", names)
    }
    if kind is Fields:
        first = {"text": "the first that holds a string with more than white space counts"}
        meanings = {
            field.name: f"names of the field that holds `{field.name}`, "
            + first.get(field.name, "the first that is there and not null counts")
            for field in fields(kind)
        }
    return markdown_table(
        ("key", "type", "default", "meaning"),
        (
            (f"`{field.name}`", _type(kind, field.name), _value(field), meanings[field.name])
            for field in fields(kind)
            if field.name not in leaving
        ),
    )


def _type(kind: type, name: str) -> str:
    hint = str(get_type_hints(kind)[name]).replace("<class '", "").replace("'>", "").removesuffix(" | None")
    if hint.startswith("typing.Literal"):
        return " or ".join(f"`{choice}`" for choice in re.findall(r"'([^']*)'", hint))
    return _TYPES[hint]


def _value(field: Field[Any]) -> str:
    default = field.default
    if default in (None, "", ()) or default is MISSING:
        return ""
    if isinstance(default, tuple):
        return ", ".join(f"`{one}`" for one in default)
    return f"`{default:_}`" if isinstance(default, int) else f"`{default}`"


def _listed(title: str, members: Iterable[object]) -> str:
    """The members of a room with the first line of their pages in the code."""
    rows = []
    for member in members:
        module = member if isinstance(member, ModuleType) else sys.modules[type(member).__module__]
        name = getattr(member, "NAME", None) or getattr(member, "name", module.__name__.rpartition(".")[2])
        page = sys.modules[module.__name__.rpartition(".")[0]] if module.__name__.endswith(".stage") else module
        rows.append((f"`{name}`", (inspect.getdoc(page) or "").partition("\n\n")[0].replace("\n", " ")))
    return markdown_table((title, "what it does"), rows)


def write_pages(root: Path) -> None:
    """Make the parts of the pages anew that follow from the code."""
    for page, marker, made in (
        (root / "docs/reference.md", MARKER, render_reference()),
        (root / "curated/README.md", CONTRACT_MARKER, render_contract()),
    ):
        head = page.read_text(encoding="utf-8").partition(marker)[0]
        page.write_text(f"{head}{marker}\n\n{made}", encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(__file__).resolve().parents[1])
