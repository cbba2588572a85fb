"""The pages say what the code does: every snippet runs, every command line is one, every option is described."""

import ast
import importlib.util
import os
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from flows.cli import winnow as command_line
from flows.commands import load_commands
from flows.reference import MARKER, render_reference, root_context
from tasks.acquire.paths import escape_name
from tasks.acquire.source import parse_source
from tasks.document import ROLES
from tasks.publish.contract import REASONS

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("[cr]*/README.md")))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = load_commands()


def blocks(page: Path, *languages: str) -> list[str]:
    return [code for language, code in FENCE.findall(page.read_text()) if language in languages]


def missing_modules(code: str) -> set[str]:
    """The modules that a snippet imports and this environment does not have."""
    names = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(code))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return {name for name in names if importlib.util.find_spec(name) is None}


def run_snippets(snippets: list[str]) -> dict[str, Any]:
    """What those that can run here leave behind, one after the other."""
    names: dict[str, Any] = {}
    for snippet in snippets:
        if not missing_modules(snippet):
            exec(snippet, names)
    return names


READING = blocks(ROOT / "docs/reading.md", "python")
SNIPPETS = [
    pytest.param(page, index, id=f"{page.relative_to(ROOT)}-{index}")
    for page in PAGES
    for index, _ in enumerate(blocks(page, "python"))
]


@pytest.mark.parametrize(("page", "index"), SNIPPETS)
def test_a_snippet_runs(samples, monkeypatch, page: Path, index: int) -> None:
    """Each runs after those before it on its page, in a folder whose `curated/` holds the samples."""
    *before, code = blocks(page, "python")[: index + 1]
    if missing := missing_modules(code):
        pytest.skip(f"not installed: {', '.join(sorted(missing))}; `make torture` runs it")
    monkeypatch.chdir(samples.root)
    names = run_snippets([*before, code])
    if "documents" in names:
        assert len(names["documents"]) == len(samples.rows("documents"))


def test_a_whole_text_is_put_together_as_the_page_says(samples, monkeypatch) -> None:
    """The page's own function gives a text of which the pieces are all there."""
    monkeypatch.chdir(samples.root)
    names = run_snippets(READING)
    pieces = samples.rows("comments") + samples.rows("boilerplate")
    for document in samples.rows("documents"):
        own = [piece for piece in pieces if piece["document_id"] == document["document_id"]]
        whole = names["whole_text"](document["document_id"])
        assert len(whole) == len(document["text"]) + sum(len(piece["text"]) for piece in own)
        assert all(whole[piece["start"] : piece["end"]] == piece["text"] for piece in own)


def test_what_is_new_has_all_columns_as_the_page_says(samples, monkeypatch) -> None:
    monkeypatch.chdir(samples.root)
    names = run_snippets(READING)
    documents = names["documents"]
    assert list(names["new_rows"].columns) == list(documents.columns)
    assert {*names["new_rows"]["source"]} == {*documents["source"]}
    (snippet,) = (code for code in READING if "new_rows" in code)
    exec(snippet.replace("= set()", "= parts_of(snapshot)"), names)
    assert list(names["new_rows"].columns) == list(documents.columns)
    assert names["new_rows"].empty


@pytest.mark.parametrize(
    "name", [b"tide.txt", b"caf\xe9.txt", b"what!.txt", b"a\\x41\n.txt", "über\u2028.txt".encode()]
)
def test_a_raw_file_is_found_as_the_page_says(name: bytes) -> None:
    (code,) = (code for code in blocks(ROOT / "docs/reading.md", "python") if "def raw_file" in code)
    names: dict = {"Path": Path}
    exec(code.partition("\nprint(")[0], names)
    path = names["raw_file"](f"river/2026-11-20/{escape_name(name)}", "data")
    assert os.fsencode(path) == b"data/river/2026-11-20/" + name
    assert names["raw_file"]("river/pages.zip!a/b.html") == Path("raw/river/pages.zip")


def command_lines() -> list[tuple[str, str]]:
    """Each line of a block of commands that calls `winnow`, without what is said beside it."""
    found = []
    for page in PAGES:
        for block in blocks(page, "", "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                call = re.match(r"(?:.*&& )?\s*(?:\S*/)?winnow (\w.*)", line)
                if call:
                    found.append((page.name, re.split(r"\s{3,}|\s+#|\s+>\s", call[1])[0]))
    return found


@pytest.mark.parametrize(("page", "line"), sorted(set(command_lines())))
def test_a_command_line_on_a_page_is_one(page: str, line: str) -> None:
    name, *rest = shlex.split(line)
    command = command_line.get_command(root_context(), name)
    assert command is not None, f"{page}: there is no command {name!r}"
    if "[OPTIONS]" not in rest:
        try:
            command.make_context(name, rest, parent=root_context())
        except click.BadParameter as error:
            if "does not exist" not in error.message:  # files of examples need not be there
                raise


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "toml")], ids=lambda page: page.name)
def test_settings_on_a_page_are_understood(page: Path) -> None:
    for block in blocks(page, "toml"):
        if "[project" not in block:
            parse_source(block)


def test_the_reference_is_what_the_code_says() -> None:
    _, marker, made = (ROOT / "docs/reference.md").read_text().partition(MARKER)
    assert marker
    assert made.strip() == render_reference().strip(), "run `make docs`"


def test_the_reference_has_every_command_and_option() -> None:
    page = (ROOT / "docs/reference.md").read_text()
    for command in COMMANDS:
        section = page.partition(f"### winnow {command.name}\n")[2].partition("\n### ")[0]
        assert section, command.name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"`{', '.join(parameter.opts)}" in section, (command.name, parameter.opts)
                assert parameter.help, (command.name, parameter.opts)


def test_the_contract_has_every_role_and_reason() -> None:
    page = (ROOT / "curated/README.md").read_text()
    for code in (*ROLES, *REASONS):
        assert f"| `{code}` |" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Links to files of the project, and to the headings in them."""
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text().replace("\n", " ")):
        name, _, heading = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
            assert heading in {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in headings}, target


def test_every_page_is_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text().replace("\n", "")
    for page in ROOT.glob("docs/*.md"):
        assert f"(docs/{page.name}" in text, page.name


def test_the_image_copies_what_is_there() -> None:
    """It cannot be built in the tests; a folder that moved is found all the same."""
    copied = re.findall(r"^COPY (?:--\S+ )*(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert copied
    for name in (one for line in copied for one in line.split()):
        assert (ROOT / name).exists(), name
