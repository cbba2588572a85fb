"""The language of every text and comment, and the languages of mixed documents.

>>> detect_languages(["Die Lieferung kommt am Dienstag.", "404 - 17:20 - 93 %"])[1].code
'und'
"""

from __future__ import annotations

from tasks.clean.language.detect import Language, Options, detect_languages
from tasks.clean.language.shares import Share, detect_shares
from tasks.clean.language.tables import KnownLanguage, groups, known_languages

__all__ = [
    "KnownLanguage",
    "Language",
    "Options",
    "Share",
    "detect_languages",
    "detect_shares",
    "groups",
    "known_languages",
]
