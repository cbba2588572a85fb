"""The archives: formats that hold files. One module each; adding one is a module and an entry of this list."""

from __future__ import annotations

from tasks.acquire.archives import tar, zip64
from tasks.acquire.archives.member import Archive

ARCHIVES: tuple[Archive, ...] = (zip64, tar)
