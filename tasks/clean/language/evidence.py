"""What the detectors say of a batch of texts, side by side.

The script gate speaks of every text, CLD2 and ELD where it leaves several languages, langdetect's profiles and
py3langid where these two leave a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tasks.clean.language.cld2 import Cld2Shares, Found, read_at_length, share_cld2
from tasks.clean.language.eld import READ_BYTES, score_eld
from tasks.clean.language.langid import score_langid
from tasks.clean.language.lookalikes import group_of_column
from tasks.clean.language.pieces import CJK_WEIGHT
from tasks.clean.language.profiles import ProfileScores, score_profiles
from tasks.clean.language.samples import SAMPLE_CHARACTERS, Samples, pick_samples, take_samples
from tasks.clean.language.tables import allowed_scripts, known_languages, positions, script_names

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CJK_SHARE = 0.35
SCRIPT_SHARE = 0.3
"""Shares of the weighted letters from which a script is one of the text's, beside its most frequent one."""

KANA_SHARE = 0.05
"""Of Chinese characters and kana: Japanese has some 40 % kana, Chinese a product name now and then."""

SURE_LETTERS = 24
SURE_SHARE = 0.95
SURE_SCORE = 15.0
SURE_GAP = 30.0
"""When nobody else is asked: from so many letters on, CLD2 gives such a share to the language that ELD gives such a
mean score, and so much more than to the next (times the square root of the bytes). Measured on the labelled texts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of each text, texts by languages.

    `asked` is where the profiles and `langid` were asked, `torn` marks languages that are written in two scripts
    of the text, `whole` is what CLD2 found in all of a text, None where it was asked about the sample, or not at all.
    """

    samples: Samples
    profiles: ProfileScores
    cld2: Cld2Shares
    eld: Floats
    langid: Floats
    asked: Mask
    allowed: Mask
    torn: Mask
    whole: list[Found | None]


def gather_evidence(texts: Sequence[str]) -> Evidence:
    """Ask the detectors about each text; what they say of one does not depend on the others."""
    samples = take_samples(texts)
    allowed, torn = allow_languages(samples.scripts)
    several = allowed.sum(1) > 1
    parts = [part if is_open else b"" for part, is_open in zip(samples.parts(), several.tolist(), strict=True)]
    # About a text longer than the sample CLD2 is asked once, and about all of it: that also tells what else is in it.
    is_long = np.array([len(text) > SAMPLE_CHARACTERS for text in texts], np.bool_) & several
    read = [read_at_length(text) if long else part for text, part, long in zip(texts, parts, is_long, strict=True)]
    cld2, eld = share_cld2(read), score_eld(parts)
    whole = [found if long else None for found, long in zip(cld2.found, is_long, strict=True)]
    asked = several & ~_sure(samples, cld2, eld, allowed)
    profiles = score_profiles(samples, asked)
    langid = np.full(allowed.shape, -np.inf)
    rows = np.flatnonzero(asked)
    if len(rows):
        langid[rows] = score_langid(pick_samples(samples, rows))
    return Evidence(samples, profiles, cld2, eld, langid, asked, allowed, torn, whole)


def allow_languages(scripts: npt.NDArray[np.int64]) -> tuple[Mask, Mask]:
    """The script gate: which languages the letters of each text leave, and which of them in more than one script.

    Japanese, Korean and Chinese are told apart here and now, by kana and hangul. The others go on beside them only in
    texts of which half is theirs.
    """
    names = script_names()
    weights = np.ones(len(names))
    weights[0] = 0.0
    cjk = [names.index(name) for name in ("Hang", "Kana", "Hani")]
    weights[cjk] = CJK_WEIGHT
    letters = scripts * weights
    total = letters.sum(1)
    present = (letters > 0) & ((letters >= SCRIPT_SHARE * total[:, None]) | (letters == letters.max(1, keepdims=True)))
    # a loop over the few scripts: a matrix product would go through BLAS
    allowed = np.zeros((len(scripts), len(known_languages())), np.bool_)
    torn = allowed.copy()
    for script in np.flatnonzero(present.any(0)):
        written = present[:, script, None] & allowed_scripts()[:, script]
        torn |= allowed & written
        allowed |= written
    hang, kana, hani = (letters[:, column] for column in cjk)
    east = (hang + kana + hani > CJK_SHARE * total) & (total > 0)
    korean = east & (hang >= kana) & (2 * hang > hani)
    japanese = east & ~korean & (kana > KANA_SHARE * (kana + hani))
    alone = east & (hang + kana + hani >= 0.5 * total)
    allowed[alone] = torn[alone] = False
    for code, rows in (("ko", korean), ("ja", japanese), ("zh", east & ~korean & ~japanese)):
        allowed[rows, positions()[code]] = True
    return allowed, torn


def _sure(samples: Samples, cld2: Cld2Shares, eld: Floats, allowed: Mask) -> Mask:
    """Where CLD2 and ELD agree so well that the others have nothing to say."""
    heard = np.where(allowed, eld, -np.inf)
    best = heard.argmax(1)
    rows = np.arange(len(best))
    top = heard[rows, best]
    heard[rows, best] = -np.inf
    size = samples.sizes
    clear = (top >= SURE_SCORE) & ((top - heard.max(1)) * np.sqrt(np.minimum(size, READ_BYTES)) >= SURE_GAP)
    trusted = cld2.shares[rows, best] >= SURE_SHARE
    sure: Mask = clear & trusted & (samples.kept_letters >= SURE_LETTERS) & ~_ambiguous()[best]
    return sure


@cache
def _ambiguous() -> Mask:
    """Languages with look-alikes: the detectors agree on them too easily."""
    mask = np.zeros(len(known_languages()), np.bool_)
    mask[list(group_of_column())] = True
    return mask
