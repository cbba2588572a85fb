"""Raw files to records: everything that lands in `raw/` is found, unpacked and read record by record.

A reader is one module of `readers` and one entry of its list. Nothing here writes, and what is hostile or broken costs
itself only: see `reasons` for how a record can fail.
"""

from __future__ import annotations

from tasks.acquire.entrance import read_file
from tasks.acquire.readers import READERS

__all__ = ["READERS", "read_file"]
