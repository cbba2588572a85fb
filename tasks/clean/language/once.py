"""Models that are loaded once in a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import TypeVar

Model = TypeVar("Model")


def load_once(load: Callable[[], Model]) -> Callable[[], Model]:
    """Let the first thread load, and the others wait for it: two would take twice the memory, or break the model."""
    lock, kept = threading.RLock(), cache(load)

    @wraps(load)
    def loaded() -> Model:
        with lock:
            return kept()

    return loaded
