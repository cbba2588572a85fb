"""A flow diagram: what streams from the nodes on the left to those on the right, as wide as it is much.

Drawn here, as all charts are: of the libraries that render SVG in Python alone the best kept one has no flow diagram,
brings its own colours, which neither follow the theme nor the page's, and took 6 ms for a small bar chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FULL = 240.0
"""Height of all that streams, in pixels."""

CHARACTER = 7.5
"""About the width of a character of a label."""

LONGEST = 20
"""Characters of a name that are shown."""

SLOT = 21.0
"""The least height for a node: that of its label."""

GAP = 6.0
NODE = 10.0
THIN = 1.5
"""The least height of a stream that can be seen."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of one side; `kind` is the class that gives it its colour."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A node as it is drawn, with the place of its label."""

    x: float
    y: float
    height: float
    name: str
    value: int
    kind: str
    text_x: float
    anchor: str

    @property
    def middle(self) -> float:
        """Where the label stands."""
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream as it is drawn: an SVG path, the class of its colour, and what it says."""

    path: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class FlowChart:
    """A flow diagram as it is drawn."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    streams: tuple[Stream, ...]


def draw_flow(
    left: Sequence[Node], right: Sequence[Node], values: Mapping[tuple[str, str], int], width: float
) -> FlowChart:
    """Draw what streams from left to right: `values` by the names of both.

    Nodes keep their order; a stream has the colour of its right node.
    """
    total = max(1, sum(values.values()))
    boxes: list[Box] = []
    bottom = 0.0
    for side, nodes in enumerate((left, right)):
        sums = [sum(value for names, value in values.items() if names[side] == node.name) for node in nodes]
        room = max((_room(node.name, value) for node, value in zip(nodes, sums, strict=True)), default=0.0)
        x = width - room - NODE if side else room
        text_x, anchor = (x + NODE + 6, "start") if side else (x - 6, "end")
        y = 0.0
        for node, value in zip(nodes, sums, strict=True):
            height = max(THIN, FULL * value / total)
            slot = max(height, SLOT)
            top = round(y + (slot - height) / 2, 1)
            boxes.append(Box(x, top, round(height, 1), node.name, value, node.kind, text_x, anchor))
            y += slot + GAP
        bottom = max(bottom, y - GAP)
    return FlowChart(width, round(bottom, 1), tuple(boxes), tuple(_streams(boxes, len(left), values, total)))


def _room(name: str, value: int) -> float:
    """The width of a label."""
    return CHARACTER * (min(len(name), LONGEST) + len(f" {value:,}")) + 8


def _streams(boxes: Sequence[Box], count: int, values: Mapping[tuple[str, str], int], total: int) -> list[Stream]:
    lefts, rights = boxes[:count], boxes[count:]
    from_y = {box.name: box.y for box in lefts}
    to_y = {box.name: box.y for box in rights}
    streams = []
    for box in lefts:
        for other in rights:
            value = values.get((box.name, other.name), 0)
            if not value:
                continue
            height = FULL * value / total
            start, end = from_y[box.name], to_y[other.name]
            from_y[box.name] += height
            to_y[other.name] += height
            path = _ribbon(box.x + NODE, start, other.x, end, max(height, THIN))
            streams.append(Stream(path, other.kind, f"{box.name}: {value:,} {other.name}"))
    return streams


def _ribbon(left: float, top: float, right: float, end: float, height: float) -> str:
    bend, below, over = (left + right) / 2, top + height, end + height
    there = f"C{bend:.1f} {top:.1f} {bend:.1f} {end:.1f} {right:.1f} {end:.1f}"
    back = f"C{bend:.1f} {over:.1f} {bend:.1f} {below:.1f} {left:.1f} {below:.1f}"
    return f"M{left:.1f} {top:.1f}{there}V{over:.1f}{back}Z"
