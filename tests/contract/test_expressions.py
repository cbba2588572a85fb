"""Every regular expression of the rooms takes linear time, whatever text comes: hostile ones are made for each."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 600
"""Of the processor, for all of them together: what does not end is ended."""

BOUNDED = {
    "tasks/acquire/patterns.py: _TOKEN": "a pattern has at most 1,000 characters",
    "tasks/clean/segments/endings.py: _GLUED_ADDRESS": "it sees the last 200 characters of a line",
    "tasks/clean/segments/line_kinds.py: _NUMBERED": "it sees lines of at most 240 characters",
}
"""Expressions that take more, with what bounds the text that they ever see."""

COLLECT = r'''
import importlib, json, pkgutil, re, signal, sys, time
from pathlib import Path
from re import _compiler

ROOT, SIZE = sys.argv[1], int(sys.argv[2])
sys.path.insert(0, ROOT)
compiled, real = {}, _compiler.compile

def compile(pattern, flags=0):
    made = real(pattern, flags)
    frame = sys._getframe(1)
    while "/re/" in frame.f_code.co_filename:
        frame = frame.f_back
    if frame.f_code.co_filename.startswith(f"{ROOT}/tasks/"):
        compiled[made] = frame.f_code.co_filename.removeprefix(ROOT + "/"), repr(made.pattern)
    return made

_compiler.compile = compile
import tasks
for module in pkgutil.walk_packages(tasks.__path__, "tasks."):
    if not module.name.endswith((".__main__", ".task")):
        importlib.import_module(module.name)

import tests.warm  # what is compiled on first use
from tasks.clean.encoding import decode
from tasks.clean.mojibake import repair
from tests.contract.hostile_strings import hostile_strings

decode("Ein schöner Tag für Straßen".encode("cp1252"))
repair("Ein schÃ¶ner Tag â€” und â‚¬")

WAYS = ("match", "fullmatch", "search", "finditer", "sub", "subn", "findall", "split")
source = "\n".join(path.read_text() for path in Path(ROOT, "tasks").rglob("*.py"))
names = {}
for name, module in sys.modules.items():
    if name.startswith("tasks."):
        for variable, value in vars(module).items():
            if isinstance(value, re.Pattern):
                names.setdefault(value, set()).add(variable)

def ways_of(pattern):
    """The ways in which it is asked, as far as its name tells: else all of them."""
    asked = [re.findall(rf"\b{name}\.({'|'.join(WAYS)})\(", source) for name in names.get(pattern, ())]
    found = {way if way in ("match", "fullmatch", "search") else "finditer" for ways in asked for way in ways}
    return found or {"fullmatch", "finditer"}

class TooLong(Exception):
    pass

def stop(number, frame):
    raise TooLong

signal.signal(signal.SIGPROF, stop)
LIMIT = 0.5  # seconds: hundreds of times what a linear one takes

def ask(pattern, ways, data):
    for way in ways:
        answer = getattr(pattern, way)(data)
        if way == "finditer":
            for _ in answer:
                pass

def seconds(pattern, ways, text, is_exact=False):
    """Of the processor; its clock may tick in hundredths, so what is short is done again and again."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(pattern.pattern, bytes) else text
    wall = time.perf_counter()
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        ask(pattern, ways, data)
    except TooLong:
        return LIMIT
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    if time.perf_counter() - wall < 0.002 and not is_exact:
        return 0.0
    times, start = 0, time.process_time()
    while (took := time.process_time() - start) < 0.03:
        ask(pattern, ways, data)
        times += 1
    return took / times

def may_grow(long, short):
    """Of a string that is four times as long, a linear one takes 4 times as long, and a quadratic one 16 times."""
    return long >= LIMIT or long > 8 * short

def grows(pattern):
    """The string on which the time grows faster than its length, and how much; None where there is none."""
    ways = sorted(ways_of(pattern))
    for small, large in zip(hostile_strings(pattern, SIZE), hostile_strings(pattern, 4 * SIZE)):
        long = seconds(pattern, ways, large)
        if long > 0.004:  # a linear one takes a tenth of it
            short = seconds(pattern, ways, small, is_exact=True)
            if may_grow(long, short):  # once more, since a machine that is busy takes longer for one of the two
                long, short = (
                    min(seconds(pattern, ways, text, is_exact=True) for _ in range(3)) for text in (large, small)
                )
                if may_grow(long, short):
                    return [ways, small[:60], round(long / short, 1)]
    return None

found = {}
for pattern, (path, text) in compiled.items():
    if grown := grows(pattern):
        found[f"{path}: {min(names.get(pattern, ()), default=text)}"] = grown
print(json.dumps([len(compiled), found]))
'''


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def answer(script: str, size: int):
    """What the script prints, in a process of its own that may take so much of the processor and no more."""
    command = [sys.executable, "-c", script, str(ROOT), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("size", [500, pytest.param(2_000, marks=pytest.mark.torture)])
def test_no_expression_of_the_rooms_takes_more_than_linear_time(size: int) -> None:
    count, found = answer(COLLECT, size)
    assert count > 100
    assert {name: grown for name, grown in found.items() if name not in BOUNDED} == {}
    assert size < 2_000 or found.keys() == BOUNDED.keys()  # what is no longer careless needs no excuse


def test_the_strings_find_an_expression_that_is_careless() -> None:
    careless = ["(a+)+b", r"\s+$", "x*y", "a+b", r"abcdefgh|<[^>]*>"]
    harmless = ["[a-f]+", "^a+$", r"(?<!\s)\s+x", "a{1,64}b"]
    script = COLLECT.partition("found = {}")[0]
    script += f"print(json.dumps([bool(grows(re.compile(text))) for text in {careless + harmless}]))"
    assert answer(script, 2_000) == [True] * len(careless) + [False] * len(harmless)
