"""Diagrams as SVG: what the scripts here share to draw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def page(width: float, height: float, parts: Iterable[str]) -> str:
    """A white page with these parts on it."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
    lines = [
        f'{head} font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def axes(left: float, top: float, right: float, bottom: float) -> str:
    """The two axes of a diagram, which meet at its left bottom."""
    return f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="black"/>'


def label(text: object, x: float, y: float, anchor: str = "middle", more: str = "") -> str:
    """Words that start, end or have their middle at a place."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{more and " " + more}>{text}</text>'


def line(points: Sequence[tuple[float, float]], color: str) -> str:
    """A line through the points."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="1.5"/>'


def curve(
    title: str, values: Sequence[float], left: float, top: float, width: float, height: float, color: str
) -> list[str]:
    """A diagram of one value after the other, from nothing up, with its largest and its last one in words."""
    right, bottom, most = left + width, top + height, max(values) or 1
    points = [
        (left + width * at / max(len(values) - 1, 1), bottom - height * value / most) for at, value in enumerate(values)
    ]
    return [
        axes(left, top, right, bottom),
        label(title, left, top - 8, "start"),
        label(f"{most:.3g}", left - 6, top + 4, "end"),
        label("0", left - 6, bottom + 4, "end"),
        label("1", left, bottom + 16),
        label(len(values), right, bottom + 16),
        label(f"{values[-1]:.3g}", right + 4, points[-1][1] + 4, "start", 'fill="gray"'),
        line(points, color),
    ]
