"""Write `letters.npz`, the letter statistics by which a decoded text is judged.

    python -m tasks.clean.encoding.train ANNOTATIONS LOCALENAMES

The profiles of langdetect (Shuyo 2010, Apache-2.0) give 41 languages. Languages with legacy encodings of their own
that langdetect lacks are counted from the Unicode CLDR (Unicode License v3), which also adds rare n-grams to the
others: the two arguments are the unpacked npm packages `cldr-annotations-full` and `cldr-localenames-full`. Nothing
else goes in.

The file has, for n = 1, 2, 3, `keysN` (an n-gram packed ten bits a letter, ascending) and `countsN` (an n-gram a row, a
language a column, counts per ten million of the language's letters as `round(8 * log2(1 + count))`), and `alphabet`
and `languages`.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import langdetect
import numpy as np

from tasks.clean.encoding.letters import FOLDED, SCRIPT_OF_LANGUAGE, is_letter, script_of

# Written without an alphabet (CJK), or never in a legacy encoding that a codec of Python reads (the Indic ones).
LEFT_OUT = {"bn", "gu", "hi", "ja", "kn", "ko", "ml", "mr", "ne", "pa", "ta", "te", "zh-cn", "zh-tw"}
FROM_CLDR = (
    *("az", "be", "br", "eo", "eu", "fo", "fur", "fy", "ga", "gd"),
    *("gl", "hsb", "is", "kk", "lb", "mt", "rm", "sc", "se", "sr"),
)
RAREST_LETTER = 1 / 30_000
"""Rarer ones in a profile are foreign names."""
RAREST_LETTER_CLDR = 1 / 3_000
"""CLDR lists foreign names, and is small."""
SHARE_OF_CLDR = 0.02
IN_CLDR = {"tl": "fil"}
SCALE = 1e7


def profile_counts(path: Path) -> Counter[str]:
    """Give the n-grams of a langdetect profile, folded to lower case."""
    counts: Counter[str] = Counter()
    for gram, count in json.loads(path.read_text("utf-8"))["freq"].items():
        counts[fold(gram)] += count
    return counts


def strings(node: Any) -> Iterator[str]:
    """Walk JSON and yield its string values."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def cldr_counts(language: str, annotations: Path, names: Path) -> Counter[str]:
    """Count the n-grams of a language's emoji annotations and locale names; a phrase that repeats counts once."""
    phrases: set[str] = set()
    path = annotations / "annotations" / language / "annotations.json"
    if path.exists():
        phrases.update(strings(json.loads(path.read_text("utf-8"))["annotations"]["annotations"]))
    for path in sorted((names / "main" / language).glob("*.json")):
        content = json.loads(path.read_text("utf-8"))["main"][language]
        content.pop("identity", None)
        phrases.update(phrase for phrase in strings(content) if "{" not in phrase)
    counts: Counter[str] = Counter()
    for phrase in sorted(phrases):
        words = re.split(r"[\W\d_]+", fold(phrase))
        for word in words:
            padded = f" {word} "
            for n in (1, 2, 3):
                counts.update(padded[i : i + n] for i in range(len(padded) - n + 1))
    return counts


def fold(text: str) -> str:
    """Lower the case and merge the letters that one language writes in two ways."""
    return text.lower().translate(FOLDED)


def with_rare_grams(counts: Counter[str], more: Counter[str]) -> Counter[str]:
    """Add what CLDR has to a profile of langdetect, which leaves out the n-grams that are rare in its corpus."""
    letters = sum(count for gram, count in counts.items() if len(gram) == 1)
    more_letters = sum(count for gram, count in more.items() if len(gram) == 1)
    weight = SHARE_OF_CLDR * letters / max(1, more_letters)
    known = {gram for gram in counts if len(gram) == 1} | {" "}
    added = {gram: count * weight for gram, count in more.items() if known.issuperset(gram)}
    return Counter({gram: counts[gram] + added.get(gram, 0) for gram in counts.keys() | added.keys()})


def own_letters_only(counts: Counter[str], language: str, rarest: float) -> Counter[str]:
    """Drop n-grams with letters of another script or letters too rare to be the language's own."""
    script = SCRIPT_OF_LANGUAGE.get(language, "latin")
    kept = Counter(
        {
            gram: count
            for gram, count in counts.items()
            if len(gram) <= 3
            and gram != " "
            and all(c == " " or (is_letter(c) and script_of(c) in (script, "any")) for c in gram)
        },
    )
    letters = sum(count for gram, count in kept.items() if len(gram) == 1)
    foreign = {gram for gram, count in kept.items() if len(gram) == 1 and count < letters * rarest}
    return Counter({gram: count * SCALE / letters for gram, count in kept.items() if not foreign & set(gram)})


def main(annotations: str, names: str) -> None:
    """Count, pack and write."""
    profiles = Path(langdetect.__file__).with_name("profiles")
    languages: dict[str, Counter[str]] = {}
    for path in sorted(profiles.iterdir()):
        if path.name not in LEFT_OUT:
            own = own_letters_only(profile_counts(path), path.name, RAREST_LETTER)
            more = cldr_counts(IN_CLDR.get(path.name, path.name), Path(annotations), Path(names))
            languages[path.name] = with_rare_grams(own, more)
    for language in FROM_CLDR:
        counts = cldr_counts(language, Path(annotations), Path(names))
        languages[language] = own_letters_only(counts, language, RAREST_LETTER_CLDR)
    alphabet = sorted({c for counts in languages.values() for gram in counts for c in gram if c != " "})
    number = {" ": 0} | {letter: i + 2 for i, letter in enumerate(alphabet)}  # 1 is a letter that no language has
    arrays: dict[str, Any] = {"alphabet": np.array("".join(alphabet)), "languages": np.array(" ".join(languages))}
    for n in (1, 2, 3):
        packed: dict[int, str] = {}
        for gram in {gram for counts in languages.values() for gram in counts if len(gram) == n}:
            key = 0
            for c in gram:
                key = key << 10 | number[c]
            packed[key] = gram
        keys = sorted(packed)
        rows = [[counts.get(packed[key], 0) for counts in languages.values()] for key in keys]
        arrays[f"keys{n}"] = np.array(keys, np.int32)
        arrays[f"counts{n}"] = np.round(8 * np.log2(1 + np.array(rows))).astype(np.uint8)
    np.savez_compressed(Path(__file__).with_name("letters.npz"), **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
