"""Which version made a row: of our own code, and of the libraries whose answers are in it."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from unicodedata import unidata_version

CODE_VERSION = "71"
"""Goes up when the same raw file gives other rows.

Then finished shards of a killed run are not taken over, and `winnow status` says which backfill brings the rows of
older versions up to date.
"""

_LIBRARIES = ("chardet", "eldc", "ftfy", "langdetect", "py3langid", "pycld2", "selectolax")
"""Those that decode, repair, segment, or name languages: another version of one may give other rows.

So may another version of Unicode, of which each Python has its own: what is a letter counts in quality and languages.
"""


@cache
def cleaned_with() -> str:
    """The version that cleans raw files now, in words."""
    libraries = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    return ", ".join([f"code {CODE_VERSION}", *libraries, f"Unicode {unidata_version}"])
