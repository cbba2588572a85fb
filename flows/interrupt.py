"""Ctrl-C and SIGTERM: the run ends in order, and within `GRACE_SECONDS` in any case."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 4.0
"""After this long whatever still hangs is left to itself: workers and server go when they see us gone."""

_CAUGHT = (signal.SIGINT, signal.SIGTERM)
_OWN = (signal.SIG_DFL, signal.SIG_IGN, signal.default_int_handler)
"""What stands where nobody has taken a signal yet."""


class Interrupted(KeyboardInterrupt):
    """Someone ended the run; `status` is the exit status by the custom of shells."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


@contextmanager
def interruptible(grace_seconds: float = GRACE_SECONDS) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into `Interrupted` in the main thread, and see to it that the process ends in time.

    A handler that someone else has set stays: Prefect's raises `TerminationSignal`, and must be found in its place by
    whoever cancels a flow run, or that would count as a crash. The end is seen to all the same.

    Elsewhere than in the main thread it does nothing: there signals cannot be caught.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _CAUGHT}
    with _deadline(grace_seconds):
        for number in _CAUGHT:
            if before[number] in _OWN:
                signal.signal(number, _interrupt)
        is_leaving = False
        try:
            yield
        except Interrupted:
            is_leaving = True
            raise
        finally:
            for number, handler in before.items() if not is_leaving else ():
                if signal.getsignal(number) is _interrupt:
                    signal.signal(number, handler)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    for caught in _CAUGHT:
        signal.signal(caught, signal.SIG_IGN)  # once is enough; a second one would break the way out
    raise Interrupted(number)


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """End the process so many seconds after the first of the signals, whatever it is doing then.

    Python runs handlers between two steps of the main thread, which may be long in coming while a library is at work.
    The wake-up descriptor is written to at once, and a thread waits at its other end.
    """
    ear, mouth = socket.socketpair()
    mouth.settimeout(0)
    previous = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    if previous != -1:  # the deadline of an outer block, or someone's event loop
        signal.set_wakeup_fd(previous, warn_on_full_buffer=False)
        ear.close()
        mouth.close()
        yield
        return
    threading.Thread(target=_await_deadline, args=(ear, seconds), name="deadline", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(-1)
        mouth.close()


def _await_deadline(ear: socket.socket, seconds: float) -> None:
    with ear:
        while heard := ear.recv(1):
            if heard[0] in _CAUGHT:
                time.sleep(seconds)
                os._exit(128 + heard[0])


def end_within(seconds: float, status: int) -> None:
    """End the process with this status if it is still there after so many seconds: the work is done, and on disk.

    Prefect hands what it has left to tell to a server that is gone for seven seconds a piece, thousands of pieces after
    a long run.
    """
    timer = threading.Timer(seconds, os._exit, (status,))
    timer.daemon = True
    timer.start()
