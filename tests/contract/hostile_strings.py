"""Strings that make a careless regular expression take more than linear time, made out of the expression itself.

Every repetition in it gets strings that come to it by the shortest way, feed it on and on, and then disappoint it.
"""

import re
import re._constants as codes
import re._parser as parser
from collections.abc import Iterator
from itertools import islice
from typing import Any

_CATEGORY = {
    codes.CATEGORY_DIGIT: "7",
    codes.CATEGORY_NOT_DIGIT: "x",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "x",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_WORD: "-",
}
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_DISAPPOINTMENTS = ("\x00", "\n!", "a")


def hostile_strings(pattern: re.Pattern[Any], size: int) -> Iterator[str]:
    """Strings of about so many characters, each once."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    seen: set[tuple[str, str]] = set()
    for prefix, pump in [*_pumps(list(tree), ""), *(("", unit) for unit in _units(tree))]:
        if pump and (prefix, pump) not in seen:
            seen.add((prefix, pump))
            for end in _DISAPPOINTMENTS:
                yield prefix + pump * max(1, size // len(pump)) + end


def _pumps(nodes: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
    """What comes before each repetition, and what feeds it."""
    for at, (op, argument) in enumerate(nodes):
        before = prefix + _shortest(nodes[:at])
        if op in _REPEATS:
            _, most, inner = argument
            if most is codes.MAXREPEAT or most > 20:
                yield "", before  # what begins again and again, and never ends
                for unit in _choices(list(inner)):
                    yield before, unit
                    after = _shortest(nodes[at + 1 :])
                    yield before, unit + after  # where the whole of it comes again and again
        for inner in _inside(op, argument):
            yield from _pumps(list(inner), before)


def _units(tree: Any) -> list[str]:
    """Characters that the expression knows, one by one and in pairs."""
    known = list(dict.fromkeys(_characters(list(tree))))[:8]
    return [*known, *(one + other for one in known[:4] for other in known[:4] if one != other)]


def _characters(nodes: list[Any]) -> Iterator[str]:
    for op, argument in nodes:
        if op in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
            yield from _choices([(op, argument)])
        for inner in _inside(op, argument):
            yield from _characters(list(inner))


def _inside(op: Any, argument: Any) -> list[Any]:
    """The parts of a node that are expressions themselves."""
    if op in _REPEATS:
        return [argument[2]]
    if op is codes.SUBPATTERN:
        return [argument[3]]
    if op is codes.BRANCH:
        return argument[1]
    if op in (codes.ASSERT, codes.ASSERT_NOT):
        return [argument[1]]
    if op is codes.ATOMIC_GROUP:
        return [argument]
    if op is codes.GROUPREF_EXISTS:
        return [each for each in argument[1:] if each is not None]
    return []


def _shortest(nodes: list[Any]) -> str:
    return next(iter(_choices(nodes)), "")


def _choices(nodes: list[Any]) -> list[str]:
    """Some strings that the nodes match, the shortest repetitions of everything in them."""
    found = [""]
    for op, argument in nodes:
        found = list(islice((one + more for more in _of_node(op, argument) for one in found), 6))
    return found


def _of_node(op: Any, argument: Any) -> list[str]:
    if op is codes.LITERAL:
        return [chr(argument)]
    if op is codes.NOT_LITERAL:
        return ["x" if argument != ord("x") else "y"]
    if op is codes.ANY:
        return ["x", " "]
    if op is codes.IN:
        return _of_class(argument)
    if op in _REPEATS:
        least, _, inner = argument
        return [one * max(least, 0) for one in _choices(list(inner))] if least else [""]
    if op is codes.BRANCH:
        return [one for each in argument[1] for one in _choices(list(each))[:2]]
    if op in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
        return _choices(list(_inside(op, argument)[0]))
    return [""]  # assertions, and references to groups


def _of_class(items: list[Any]) -> list[str]:
    """Some characters of a class: the first of each of its ranges."""
    if items[0][0] is codes.NEGATE:
        wanted = re.compile("[" + "".join(_written(item) for item in items[1:]) + "]")
        candidates = (each for each in "x 7-<é\n" if not wanted.match(each))
        return list(islice(candidates, 3)) or ["\x00"]
    found = []
    for op, argument in items:
        if op is codes.LITERAL:
            found.append(chr(argument))
        elif op is codes.RANGE:
            found.append(chr(argument[0]))
        elif op is codes.CATEGORY:
            found.append(_CATEGORY[argument])
    return found[:3]


def _written(item: tuple[Any, Any]) -> str:
    op, argument = item
    if op is codes.LITERAL:
        return re.escape(chr(argument))
    if op is codes.RANGE:
        return f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
    names = {code: name for name, code in (("\\d", codes.CATEGORY_DIGIT), ("\\s", codes.CATEGORY_SPACE))}
    names |= {codes.CATEGORY_WORD: "\\w", codes.CATEGORY_NOT_DIGIT: "\\D", codes.CATEGORY_NOT_SPACE: "\\S"}
    return names.get(argument, "\\W")
