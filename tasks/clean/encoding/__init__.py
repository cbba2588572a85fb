"""Bytes to text: every byte becomes the right character, or is known to be a guess."""

from tasks.clean.encoding.decode import decode
from tasks.clean.encoding.decoded import METHODS, Decoded

__all__ = ["METHODS", "Decoded", "decode"]
