"""What the detectors say of a batch of texts, side by side.

The script gate, the profiles and CLD2 speak of every text; py3langid where these leave a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tasks.clean.language.cld2 import Cld2Shares, share_cld2
from tasks.clean.language.langid import score_langid
from tasks.clean.language.lookalikes import group_of_column
from tasks.clean.language.profiles import ProfileScores, score_profiles
from tasks.clean.language.samples import Samples, pick_samples, take_samples
from tasks.clean.language.tables import allowed_scripts, known_languages, positions, script_names

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CJK_WEIGHT = 2.5
"""A Chinese, Japanese or Korean letter says as much as two or three of an alphabet."""

CJK_SHARE = 0.35
SCRIPT_SHARE = 0.3
"""Shares of the weighted letters from which a script is one of the text's, beside its most frequent one."""

KANA_SHARE = 0.05
"""Of Chinese characters and kana: Japanese has some 40 % kana, Chinese a product name now and then."""

SURE_LETTERS = 24
SURE_SHARE = 0.95
SURE_GAP = 4.0
"""When py3langid is not asked: from so many letters on, CLD2 gives such a share to the language that leads the
profiles by so much (in `profile_temperature` units of 1). On the labelled texts it never changed the answer there."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of each text, texts by languages; `asked` is where `langid` was asked."""

    samples: Samples
    profiles: ProfileScores
    cld2: Cld2Shares
    langid: Floats
    asked: Mask
    allowed: Mask


def gather_evidence(texts: Sequence[str]) -> Evidence:
    """Ask the detectors about each text; what they say of one does not depend on the others."""
    samples = take_samples(texts)
    allowed = allow_languages(samples.scripts)
    profiles = score_profiles(samples)
    cld2 = share_cld2(samples.parts())
    asked = (allowed.sum(1) > 1) & ~_sure(samples, profiles, cld2, allowed)
    langid = np.full(allowed.shape, -np.inf)
    rows = np.flatnonzero(asked)
    if len(rows):
        langid[rows] = score_langid(pick_samples(samples, rows))
    return Evidence(samples, profiles, cld2, langid, asked, allowed)


def allow_languages(scripts: npt.NDArray[np.int64]) -> Mask:
    """The script gate: which languages the letters of each text leave.

    Japanese, Korean and Chinese are told apart here and now, by kana and hangul.
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
    for script in np.flatnonzero(present.any(0)):
        allowed |= present[:, script, None] & allowed_scripts()[:, script]
    hang, kana, hani = (letters[:, column] for column in cjk)
    east = (hang + kana + hani > CJK_SHARE * total) & (total > 0)
    korean = east & (hang >= kana) & (2 * hang > hani)
    japanese = east & ~korean & (kana > KANA_SHARE * (kana + hani))
    allowed[east] = False
    for code, rows in (("ko", korean), ("ja", japanese), ("zh", east & ~korean & ~japanese)):
        allowed[rows, positions()[code]] = True
    return allowed


def _sure(samples: Samples, profiles: ProfileScores, cld2: Cld2Shares, allowed: Mask) -> Mask:
    """Where the profiles and CLD2 agree so well that py3langid has nothing to say."""
    scaled = np.where(allowed, profiles.scores, -np.inf) / np.sqrt(np.maximum(profiles.known, 1))[:, None]
    best = scaled.argmax(1)
    rows = np.arange(len(best))
    top = scaled[rows, best]
    scaled[rows, best] = -np.inf
    clear = top - scaled.max(1) > SURE_GAP
    trusted = cld2.shares[rows, best] >= SURE_SHARE
    sure: Mask = clear & trusted & (samples.kept_letters >= SURE_LETTERS) & ~_ambiguous()[best]
    return sure


@cache
def _ambiguous() -> Mask:
    """Languages with look-alikes: the detectors agree on them too easily."""
    mask = np.zeros(len(known_languages()), np.bool_)
    mask[list(group_of_column())] = True
    return mask
