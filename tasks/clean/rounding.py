"""Numbers to four decimals, many at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

DECIMALS = 4
"""Of all figures that are published."""

_UNITS = 10**DECIMALS
_LARGEST = 1e6
_NEAR = 1e-3
"""Up to here a product is less than this from the number it stands for: what lies so near a tie is left to Python."""


def round_all(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Round each number as `round` does, which takes a microsecond for one; `numpy.round` errs beside ties."""
    with np.errstate(over="ignore", invalid="ignore"):  # what grows out of range is left to Python too
        scaled = values * _UNITS
        whole = np.rint(scaled)
        rounded: npt.NDArray[np.float64] = whole / _UNITS
        doubtful = (np.abs(np.abs(scaled - whole) - 0.5) < _NEAR) | ~(np.abs(values) < _LARGEST)
    rounded[doubtful] = [round(value, DECIMALS) for value in values[doubtful].tolist()]
    return rounded


def divide_all(parts: Iterable[int], wholes: Iterable[int]) -> list[float | None]:
    """The quotients, rounded; None where there is nothing to divide by."""
    below = np.array(list(wholes), np.float64)
    quotients = round_all(np.array(list(parts), np.float64) / np.maximum(below, 1.0))
    return [quotient if whole else None for quotient, whole in zip(quotients.tolist(), below.tolist(), strict=True)]
