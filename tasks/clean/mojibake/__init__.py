"""Text to right text: what was broken on its way is undone, everything else stays."""

from tasks.clean.mojibake.fixes import FIXES, Repaired
from tasks.clean.mojibake.options import FOR_HTML, Options
from tasks.clean.mojibake.repair import repair, repair_and_settle, settle

__all__ = ["FIXES", "FOR_HTML", "Options", "Repaired", "repair", "repair_and_settle", "settle"]
