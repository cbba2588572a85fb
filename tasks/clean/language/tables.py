"""The languages and scripts that Winnow knows, from `languages.json`, as types and lookup arrays."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

DATA = Path(__file__).with_name("languages.json")

BMP = 0x10000
"""Lookup arrays have an entry for each UTF-16 code unit: letters beyond, of dead or rare scripts, are one."""


@dataclass(frozen=True, slots=True)
class KnownLanguage:
    """A language that can be the answer: its BCP 47 code, English name and ISO 15924 scripts.

    `tier` is how much of it the web holds, from 0 (the thirty largest) to 3 (hardly any): short texts without clear
    evidence go to the more frequent language.
    """

    code: str
    name: str
    scripts: tuple[str, ...]
    tier: int


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(DATA.read_text("utf-8"))
    return data


@cache
def known_languages() -> tuple[KnownLanguage, ...]:
    """All languages that can be the answer, by code."""
    return tuple(
        KnownLanguage(code, entry["name"], tuple(entry["scripts"]), entry["tier"])
        for code, entry in sorted(_data()["languages"].items())
    )


@cache
def positions() -> dict[str, int]:
    """The column of each language in every array of scores."""
    return {language.code: column for column, language in enumerate(known_languages())}


@cache
def tiers() -> npt.NDArray[np.int64]:
    """The tier of each language."""
    return np.array([language.tier for language in known_languages()])


def groups() -> dict[str, tuple[str, ...]]:
    """Languages that short texts cannot tell apart, under the ISO 639 code of their group."""
    return {name: tuple(codes) for name, codes in _data()["groups"].items()}


def columns_of(
    labels: list[str], model: str
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where the labels of a model belong among our languages.

    Gives the model's own columns that we use, our columns for them, and for each of our languages the first of these
    two's index that speaks for it, or -1 where the model does not know the language, nor a stand-in of it (Croatian
    for Bosnian: so near that the model's score says something).
    """
    aliases, known, stand_ins = _data()["aliases"], positions(), _data()["stand_ins"].get(model, {})
    pairs = [
        (column, known[code]) for column, label in enumerate(labels) if (code := aliases.get(label, label)) in known
    ]
    covered = {ours for _, ours in pairs}
    source = np.full(len(known), -1, np.intp)
    for ours in covered:
        source[ours] = ours
    for code, stand_in in stand_ins.items():
        if known[code] not in covered and known[stand_in] in covered:
            source[known[code]] = known[stand_in]
    theirs, mine = (np.array(side, np.intp) for side in zip(*pairs, strict=True))
    return theirs, mine, source


def our_code(label: str) -> str | None:
    """The code of a language under another detector's name for it; None where we do not know it."""
    code = _data()["aliases"].get(label, label)
    return code if code in positions() else None


def base_of(code: str) -> str:
    """The language of a code, without its script: `zh` of `zh-Hant`."""
    return code.partition("-")[0]


@cache
def script_names() -> tuple[str, ...]:
    """The scripts by number: 0 is no letter, then those of `languages.json`, last letters of any other script."""
    return ("", *_data()["scripts"], "Zzzz")


@cache
def script_of_unit() -> npt.NDArray[np.uint8]:
    """The script number of each UTF-16 code unit, 0 for what is no letter."""
    table = np.zeros(BMP, np.uint8)
    other = len(script_names()) - 1
    for unit in range(BMP):
        if unicodedata.category(chr(unit)) in {"Lu", "Ll", "Lo", "Lt"}:
            table[unit] = other
    for number, ranges in enumerate(_data()["scripts"].values(), 1):
        for first, last in ranges:
            table[int(first, 16) : int(last, 16) + 1] = number
    return table


@cache
def allowed_scripts() -> npt.NDArray[np.bool_]:
    """Languages by scripts: which language is written in which."""
    names = script_names()
    allowed = np.zeros((len(known_languages()), len(names)), np.bool_)
    compound = {"Jpan": ("Kana", "Hani"), "Kore": ("Hang",)}
    for row, language in enumerate(known_languages()):
        for script in language.scripts:
            for part in compound.get(script, (script,)):
                allowed[row, names.index(part)] = True
    return allowed
