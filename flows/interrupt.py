"""Ctrl-C and SIGTERM: the run ends in order, and within `GRACE_SECONDS` in any case."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 4.0
"""After this long whatever still hangs is left to itself: workers and server go when they see us gone."""


class Interrupted(KeyboardInterrupt):
    """Someone ended the run; `status` is the exit status by the custom of shells."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into `Interrupted` in the main thread, and see to it that the process ends.

    Elsewhere than in the main thread it does nothing: there signals cannot be caught.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for caught in (signal.SIGINT, signal.SIGTERM):
            signal.signal(caught, signal.SIG_IGN)  # once is enough; a second one would break the way out
        timer = threading.Timer(GRACE_SECONDS, os._exit, (128 + number,))
        timer.daemon = True
        timer.start()
        raise Interrupted(number)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    is_leaving = False
    try:
        yield
    except Interrupted:
        is_leaving = True
        raise
    finally:
        for number, handler in before.items() if not is_leaving else ():
            signal.signal(number, handler)
