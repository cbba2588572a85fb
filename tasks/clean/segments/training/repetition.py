"""Pretended profiles of sources: which lines of a page its other pages have too.

Hardly any site has several pages among the examples, so what a profile would say is drawn: most of the short
boilerplate is on many pages of its site, teasers of other pages on a few, text and comments on hardly any.
"""

from __future__ import annotations

import random
from dataclasses import replace

from tasks.clean.segments.training.examples import BOILERPLATE, Example

PRETENDED = 0.3
"""The share of examples that get a profile."""

TEASER_WORDS = 6
"""Boilerplate of so many words is often a teaser, and changes from page to page."""


def pretend_profile(example: Example, chance: random.Random) -> Example:
    """Give some examples shares of pages for their lines, drawn so as real sources have them."""
    if chance.random() > PRETENDED:
        return example
    constancy = chance.uniform(0.6, 1.0)
    shares: list[float] = []
    for text, label in zip(example.lines.texts, example.labels.tolist(), strict=True):
        if label == BOILERPLATE:
            likely = 0.25 if len(text.split()) >= TEASER_WORDS else 0.85
            share = chance.uniform(0.3, 1.0) * constancy if chance.random() < likely else 0.0
        else:
            # Headings that all texts have ("Ingredients"), and thanks that readers write.
            share = chance.uniform(0.05, 0.5) if len(text.split()) < TEASER_WORDS and chance.random() < 0.05 else 0.0
        shares.append(share)
    return replace(example, lines=replace(example.lines, repeated_by_source=shares))
