"""Ways to the pages before and after, as blogs set them around an entry: "« The mill | Main | The tower »"."""

from __future__ import annotations

from tasks.clean.segments.lines import Lines

LONGEST_WAY = 200
"""Characters of a line that is a way: the titles of two entries."""

_ENDS = frozenset(".!?。！？؟।…,;:")


def is_way(text: str) -> bool:
    """Whether a line begins with « or ends with » as an arrow: beside a bar, or without the other and a full stop."""
    if not (text[0] == "«" or text[-1] == "»") or len(text) > LONGEST_WAY:
        return False
    return "|" in text or (text.count("«") + text.count("»") == 1 and text.strip("«» ")[-1:] not in _ENDS)


def find_ways(lines: Lines) -> list[int]:
    """The numbers of the lines that are ways; where a text has quotations in « », an open one is no arrow."""
    if "«" not in lines.text and "»" not in lines.text:
        return []
    ways = [index for index, text in enumerate(lines.texts) if is_way(text)]
    quotes = any("«" in text and "»" in text and "|" not in text for text in lines.texts)
    return [index for index in ways if "|" in lines.texts[index]] if quotes else ways
