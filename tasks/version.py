"""Which version made a row: of our own code, and of the libraries whose answers are in it."""

from __future__ import annotations

from functools import cache
from importlib import metadata

CODE_VERSION = "43"
"""Goes up when the same raw file gives other rows.

Then finished shards of a killed run are not taken over, and `winnow status` says which backfill brings the rows of
older versions up to date.
"""

_LIBRARIES = ("chardet", "eldc", "ftfy", "langdetect", "py3langid", "pycld2", "selectolax")
"""Those that decode, repair, segment, or name languages: another version of one may give other rows."""


@cache
def cleaned_with() -> str:
    """The version that cleans raw files now, in words."""
    return ", ".join([f"code {CODE_VERSION}", *(f"{name} {metadata.version(name)}" for name in _LIBRARIES)])
