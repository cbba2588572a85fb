"""Verify: is a snapshot what was published, and does everything in it fit?

Nothing is changed by it, and no lock is held: what is looked at does not change.
"""

from __future__ import annotations

from tasks.publish.verify.finding import Finding
from tasks.publish.verify.whole import Seen, verify_snapshot

__all__ = ["Finding", "Seen", "verify_snapshot"]
