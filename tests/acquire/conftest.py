import gzip
import hashlib

import pytest

from tasks.acquire import read_file
from tasks.acquire.inventory import list_files
from tasks.acquire.source import SourceSettings
from tasks.document import Record, Rejected


class Raw:
    """A `raw/` folder in the making, read through the entrance."""

    def __init__(self, root):
        self.root = root

    def put(self, raw_path, content):
        path = self.root / raw_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def put_gzip(self, raw_path, content):
        return self.put(raw_path, gzip.compress(content.encode() if isinstance(content, str) else content, mtime=0))

    def read(self, settings=None):
        items = []
        for file in list_files(self.root).files:
            sha256 = "" if file.trouble else hashlib.sha256(file.path.read_bytes()).hexdigest()
            items += read_file(file, sha256, settings or SourceSettings())
        return items

    def records(self, settings=None):
        return [item for item in self.read(settings) if isinstance(item, Record)]

    def rejected(self, settings=None):
        return [item for item in self.read(settings) if isinstance(item, Rejected)]


@pytest.fixture
def raw(tmp_path):
    root = tmp_path / "raw"
    root.mkdir()
    return Raw(root)
