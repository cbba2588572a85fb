"""How work is handed to an executor, whichever it is."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from flows.engine import choose_ranges, hand_out


@pytest.mark.parametrize(("workers", "ranges"), [(1, 8), (2, 8), (3, 16), (16, 64), (1000, 256)])
def test_the_more_workers_the_more_ranges(workers: int, ranges: int) -> None:
    assert choose_ranges(workers) == ranges


@pytest.mark.parametrize("lanes", [1, 3, 100])
def test_every_order_is_handed_out_once_and_few_at_a_time(lanes: int) -> None:
    waiting: set[int] = set()
    most = 0

    with ThreadPoolExecutor(2) as pool:

        def submit(order: str, number: int):
            nonlocal most
            waiting.add(number)
            most = max(most, len(waiting))
            return pool.submit(lambda: time.sleep(0.001) or (order, number))

        given = []
        for future, order in hand_out([*"abcdefghij"], submit, lambda: lanes):
            name, number = future.result()
            assert name == order
            waiting.discard(number)
            given.append((name, number))
    assert sorted(given) == list(zip("abcdefghij", range(1, 11), strict=True))
    assert most <= lanes + 1


def test_lanes_that_come_and_go_are_made_use_of() -> None:
    plan, lanes, handed = [1, 1, 5, 5, 2, 2, 2, 2, 2, 2], [1], []

    with ThreadPoolExecutor(1) as pool:

        def submit(order: int, _: int):
            handed.append(order)
            return pool.submit(int, order)

        most = 0
        for taken, _ in enumerate(hand_out(range(10), submit, lambda: lanes[-1]), 1):
            most = max(most, min(10, taken + lanes[-1]))
            assert len(handed) == most
            lanes.append(plan[taken - 1])
