"""The console that everything is printed to: what steers a terminal is shown, and does not steer it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.segment import Segment
from rich.text import Text

from flows.hidden import visible


class Terminal(Console):
    """A console for data that come from anywhere: no name, message or text of theirs reaches it raw.

    What Rich itself does to colour and to move is no text, and passes.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, emoji=False, **options)
        self.push_render_hook(_ShowHidden())

    def print(self, *objects: Any, soft_wrap: bool | None = None, **options: Any) -> None:
        """Print; a sentence that goes to a file or to another program is one line there, however long."""
        if soft_wrap is None and not self.is_terminal:
            soft_wrap = all(isinstance(each, str | Text) for each in objects)
        super().print(*objects, soft_wrap=soft_wrap, **options)

    def print_json(self, json: str | None = None, **options: Any) -> None:
        """Print JSON in ASCII: what is hidden stands there by its number, as JSON has it."""
        super().print_json(json, **{**options, "ensure_ascii": True})


class _ShowHidden(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Wrap whatever is printed."""
        return [_Visible(each) for each in renderables]


class _Visible:
    """Something to print, with its hidden characters shown as such."""

    def __init__(self, content: ConsoleRenderable) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """Render the content, then look through its text."""
        return _show(console.render(self._content, options))


def _show(segments: Iterable[Segment]) -> Iterator[Segment]:
    for segment in segments:
        yield segment if segment.control else Segment(visible(segment.text), segment.style)
