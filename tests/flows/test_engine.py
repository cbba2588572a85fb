"""How work is handed to an executor, whichever it is."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from flows.engine import choose_ranges, hand_out
from tasks.cores import usable_cores

HOME = {"cpu.max": "max 100000"}
HALF = {"cpu.max": "max 100000", "pod/cpu.max": "150000 100000"}


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


@pytest.mark.parametrize(
    ("process", "groups", "cores"),
    [
        (None, {}, 64),
        ("", {}, 64),
        ("9:name=systemd:/\n1:cpu:/pod\n", {"pod/cpu.max": "100000 100000"}, 64),  # version 1
        ("0::/\n", {}, 64),
        ("0::/\n", HOME, 64),
        ("0::/\n", {"cpu.max": "400000 100000\n"}, 4),
        ("1:cpu:/x\n0::/\n", {"cpu.max": "20000 100000"}, 1),
        ("0::/pod\n", HALF, 2),
        ("0::/pod/box\n", HALF | {"pod/box/cpu.max": "300000 100000"}, 2),
        ("0::/pod/box\n", HALF | {"cpu.max": "100000 100000"}, 1),
        ("0::/../other\n", HOME, 64),
        ("0:://odd\n", {"cpu.max": "no number"}, 64),
    ],
)
def test_a_container_has_the_cores_that_it_is_given(tmp_path, process, groups, cores: int) -> None:
    (tmp_path / "groups").mkdir()
    for name, content in groups.items():
        path = tmp_path / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    if process is not None:
        (tmp_path / "process").write_text(process)
    assert usable_cores(tmp_path / "process", tmp_path / "groups", bound=64) == cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to a core")
def test_a_process_bound_to_one_core_has_one_worker() -> None:
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    code += "from tasks.settings import Settings; print(Settings().workers)"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert told.split() == ["1"]
