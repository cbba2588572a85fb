"""Fifty megabytes of the worst take memory that is a small multiple of theirs; the timeout bounds the time."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

PROGRAM = """
import re, sys
from pathlib import Path
from tasks.clean.encoding import decode
from tasks.clean.mojibake import repair, settle
from tasks.errors import UndecodableBytes

unit = eval(sys.argv[1])
data = unit * (50_000_000 // len(unit))
try:
    text = decode(data).text
    print(len(settle(repair(text).text)[0] if sys.argv[2] == "repair" else text))
except UndecodableBytes:
    print("refused")
status = Path("/proc/self/status").read_text()  # getrusage would count what the parent held before exec
print(int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024)
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("unit", "last", "answer"),
    [
        ("b'a'", "repair", "50000000"),
        ("b'\\0'", "repair", "refused"),
        ("b'\\xff'", "repair", "refused"),
        ("b'caf\\xe9 '", "repair", "50000000"),
        ("b'\\xc3\\xa9\\xff\\n'", "decode", "37500000"),
    ],
    ids=["one line", "nuls", "0xff", "legacy in one line", "invalid UTF-8 in every line"],
)
def test_fifty_megabytes(unit, last, answer):
    out = subprocess.run([sys.executable, "-c", PROGRAM, unit, last], check=True, capture_output=True, text=True)

    size, megabytes = out.stdout.split()
    assert size == answer
    assert int(megabytes) < 800
